from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from monitor.acts.acknowledging import acknowledge
from monitor.acts.actor import Actor
from monitor.pipeline.sealing import Sealer
from monitor.store import seals, tables
from monitor.store.heads import Head, HeadFile
from monitor.store.store import Store
from rules.instants import DAY
from tests.monitor.cli.halls import NOW
from tests.support import tampering
from tests.support.cli import ENGLISH, duban, duban_on_terminal, plain
from tests.support.stories_settings import SHANGHAI
from tests.support.tampering import unguarded


@pytest.fixture
def sealed(config: Path, store: Store, alerts: tuple[int, int]) -> str:
    """The hash of the last seal over a store in which an alert was acknowledged."""
    with store.write() as connection:
        acknowledge(connection, alerts[0], Actor("王敏", "web:10.0.0.9"), "已核实", NOW)
    structlog.reset_defaults()  # or the log of a command called before, which has ended
    Sealer().seal(store, NOW, SHANGHAI)
    with store.read() as connection:
        head = seals.last(connection)
    assert head is not None
    return head.hash


def test_acts_are_listed_and_those_of_the_machine_on_request(config: Path, sealed: str) -> None:
    [act] = json.loads(duban("audit-log", "list", "--json", "-c", config).out)
    assert (act["who"], act["act"], act["object"]) == ("王敏", "acknowledge", "alert:1")
    assert (act["before"]["acked_by"], act["after"]["acked_by"]) == (None, "王敏")
    assert (act["note"], act["at"]) == ("已核实", "2026-10-21T09:00:00+08:00")
    called = duban("audit-log", "list", "--all", "--json", "-c", config)
    acts = [(one["who"], one["act"], one["object"]) for one in json.loads(called.out)]
    assert acts == [
        ("王敏", "acknowledge", "alert:1"),
        ("duban", "alert_opened", "alert:2"),
        ("duban", "alert_opened", "alert:1"),
    ]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--object", "alert:1"], ["acknowledge", "alert_opened"]),
        (["--object", "order:1"], []),
        (["--who", "duban"], ["alert_opened", "alert_opened"]),
        (["--act", "alert_opened", "--until", "2026-10-21"], ["alert_opened"]),
        (["--since", "2026-10-21"], ["acknowledge", "alert_opened"]),
        (["-n", "1"], ["acknowledge"]),
    ],
)
def test_acts_are_chosen(
    config: Path, sealed: str, options: list[str], expected: list[str]
) -> None:
    called = duban("audit-log", "list", "--all", "--json", "-c", config, *options)
    assert [one["act"] for one in json.loads(called.out)] == expected


def test_a_terminal_of_80_columns_shows_what_was_done(config: Path, sealed: str) -> None:
    shown = plain(duban_on_terminal("audit-log", "list", "-c", str(config)))
    assert "王敏" in shown
    assert "签收" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_a_record_that_nobody_touched_is_whole(config: Path, sealed: str) -> None:
    called = duban("audit-log", "verify", "--head", sealed, "-c", config)
    assert called.code == 0
    assert "2 枚封印，4 行已核对，0 行等待封存" in called.out
    assert sealed in called.out


def test_the_first_row_that_was_changed_is_named(config: Path, store: Store, sealed: str) -> None:
    with unguarded(store) as connection:
        tampering.change(connection, "audit_log", 1, who="李阳")
        tampering.remove(connection, "alert_events", 2)
    called = duban("audit-log", "verify", "-c", config)
    assert called.code == 1
    assert "操作留痕（audit_log）第 1 行被改过；第 1 枚封印" in called.out
    assert "此后还有 1 处" in called.out
    told = json.loads(duban("audit-log", "verify", "--json", "-c", config).out)
    assert told["first_fault"]["id"] == 1
    english = duban("audit-log", "verify", "-c", config, env=ENGLISH)
    assert "row 1 of the audit log (audit_log) was changed" in english.out


def test_a_chain_written_anew_is_told_by_a_hash_that_was_noted(
    config: Path, store: Store, sealed: str
) -> None:
    with unguarded(store) as connection:
        tampering.change(connection, "audit_log", 1, who="李阳")
        tampering.rewrite(connection)
        connection.execute(tables.meta.delete())  # and what the store remembers of it
    assert duban("audit-log", "verify", "-c", config).code == 0
    called = duban("audit-log", "verify", "--head", sealed, "-c", config)
    assert called.code == 1
    assert f"链上没有 {sealed}" in called.out


def cut(connection: Connection) -> None:
    connection.execute(tables.audit_seals.delete().where(tables.audit_seals.c.no == 2))
    connection.execute(tables.alert_events.delete())


def wipe(connection: Connection) -> None:
    connection.execute(tables.audit_seals.delete())
    for table in seals.SEALED.values():
        connection.execute(table.delete())


def forge(connection: Connection) -> None:
    tampering.change(connection, "audit_log", 1, who="李阳")
    connection.execute(tables.audit_seals.delete())


@pytest.mark.parametrize("tamper", [cut, wipe, forge])
def test_a_chain_that_was_cut_or_begun_anew_is_told_by_what_the_store_remembers(
    config: Path, store: Store, sealed: str, tamper: Callable[[Connection], None]
) -> None:
    with unguarded(store) as connection:
        tamper(connection)
    Sealer().seal(store, NOW + 60_000_000, SHANGHAI)
    called = duban("audit-log", "verify", "-c", config)
    assert called.code == 1
    assert "链上没有此前的第 2 枚封印" in called.out


def test_a_chain_begun_anew_is_told_by_the_file_beside_the_store(
    config: Path, store: Store, sealed: str
) -> None:
    HeadFile(config.parent / "duban.db.heads").keep(Head(2, sealed, NOW))
    assert duban("audit-log", "verify", "-c", config).code == 0
    with unguarded(store) as connection:
        wipe(connection)
        connection.execute(tables.meta.delete())
    called = duban("audit-log", "verify", "-c", config)
    assert called.code == 1
    assert "链上没有此前的第 2 枚封印" in called.out


def test_after_a_restore_the_chain_goes_on_once_that_is_on_record(
    config: Path, store: Store, sealed: str
) -> None:
    HeadFile(config.parent / "duban.db.heads").keep(Head(2, sealed, NOW))
    with unguarded(store) as connection:
        cut(connection)
    assert duban("audit-log", "verify", "-c", config).code == 1
    assert duban("audit-log", "accept", "--why", "恢复备份", "-c", config).code == 0
    called = duban("audit-log", "verify", "-c", config)
    assert (called.code, "未被改动" in called.out) == (0, True)
    act = json.loads(duban("audit-log", "list", "--json", "-c", config).out)[0]
    assert (act["act"], act["note"], act["before"]["hash"]) == ("record.accept", "恢复备份", sealed)


def test_a_table_without_its_guard_is_named_until_it_is_upgraded(
    config: Path, store: Store, sealed: str
) -> None:
    with store.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_log_no_update")
    called = duban("audit-log", "verify", "-c", config)
    assert (called.code, "不再拒绝修改 audit_log" in called.out) == (1, True)
    assert "audit_log 的触发器不见了" in duban("db", "upgrade", "-c", config).out
    assert duban("audit-log", "verify", "-c", config).code == 0
    with pytest.raises(IntegrityError), store.write() as connection:
        tampering.change(connection, "audit_log", 1, who="x")


def test_a_row_dated_far_from_its_neighbours_is_named(
    config: Path, store: Store, sealed: str
) -> None:
    with store.write() as connection:
        old = NOW - 900 * DAY
        acknowledge(connection, 2, Actor("王敏", "web:10.0.0.9"), "早已核实", old)
    Sealer().seal(store, NOW, SHANGHAI)
    called = duban("audit-log", "verify", "-c", config)
    assert "操作留痕（audit_log）第 2 行的时间 2024-05-04T09:00:00+08:00" in called.out
    told = json.loads(duban("audit-log", "verify", "--json", "-c", config).out)
    assert [one["table"] for one in told["misdated"]] == ["audit_log", "alert_events"]


def test_the_head_is_the_last_seal(config: Path, sealed: str) -> None:
    assert duban("audit-log", "head", "-c", config).out.split()[:2] == ["2", sealed]
    told = json.loads(duban("audit-log", "head", "--json", "-c", config).out)
    assert told == {"seal": 2, "hash": sealed, "at": "2026-10-21T09:00:00+08:00"}


def test_before_the_first_seal_there_is_no_head(config: Path, store: Store) -> None:
    assert duban("audit-log", "head", "-c", config).code == 1
    assert duban("audit-log", "verify", "-c", config).code == 0


def test_an_export_can_be_checked_by_anybody(config: Path, tmp_path: Path, sealed: str) -> None:
    file = tmp_path / "record.jsonl"
    assert duban("audit-log", "export", file, "-c", config).code == 0
    previous, rows = "0" * 64, b""
    for line in file.read_bytes().splitlines():
        told, digest = json.loads(line), sha256(line)
        if "table" in told:
            rows += told["id"].to_bytes(8, "big", signed=True) + digest.digest()
            continue
        assert (told["previous"], told["rows"]) == (previous, sha256(rows).hexdigest())
        previous, rows = digest.hexdigest(), b""
    assert previous == sealed
    assert duban("audit-log", "export", "--since", "2026-10-22", "-c", config).out == ""
