from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest
import structlog

from monitor.acts.acknowledging import acknowledge
from monitor.acts.actor import Actor
from monitor.pipeline.sealing import Sealer
from monitor.store import seals
from monitor.store.store import Store
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
    assert duban("audit-log", "verify", "-c", config).code == 0
    called = duban("audit-log", "verify", "--head", sealed, "-c", config)
    assert called.code == 1
    assert f"链上没有 {sealed}" in called.out


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
