"""`duban check` says before a start whether a source will work."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from monitor.sources import CheckResult
from monitor.sources.examine import examine, rights
from rules.instants import HOUR, instant
from tests.monitor.sources.halls import CASES, PAUSES, build, open_reader, row, settings
from tests.support.databases import Database, postgresql_role

NOW = instant(datetime.fromisoformat("2026-09-18T12:00:00+08:00"))


def look_at(database: Database, now: int = NOW, **changes: object) -> dict[str, CheckResult]:
    with open_reader(settings(database, **changes)) as reader:
        return {result.code: result for result in examine(reader, now).results}


def test_a_sound_source_passes(database: Database) -> None:
    build(database)
    database.insert("cases", row("a"), row("b", item=None))

    found = look_at(database, pauses=PAUSES)

    assert sorted(found) == [f"SRC-10{n}" for n in range(1, 7)]
    status = {code: result.status for code, result in found.items()}
    # The test's own account may write, which SQLite's read-only file forbids.
    assert status.pop("SRC-103") == ("ok" if database.kind == "sqlite" else "warn")
    assert set(status.values()) == {"ok"}


def test_an_account_that_may_only_read_is_fine(postgresql: Database) -> None:
    build(postgresql)
    with postgresql_role(postgresql, "SELECT ON cases") as url:
        found = look_at(postgresql, url=url)

    assert found["SRC-103"].status == "ok"


@pytest.mark.parametrize(
    ("kind", "way"),
    [
        ("oracle", "session_privs"),
        ("dm", "session_privs"),
        ("mssql", "fn_my_permissions"),
        ("other", "granted"),
    ],
)
def test_rights_that_are_not_looked_at_are_not_called_read_only(kind: str, way: str) -> None:
    server: Any = SimpleNamespace(dialect=SimpleNamespace(name=kind))
    found = rights(server)
    assert found.status == "warn"
    assert "not looked at" in found.text.en
    assert way in found.text.en


def test_a_source_that_cannot_be_reached_fails_and_stops_there(sqlite: Database) -> None:
    found = look_at(sqlite, url="sqlite:////nowhere/at/all.db")

    assert [(r.code, r.status) for r in found.values()] == [("SRC-101", "fail")]


def test_every_missing_column_and_table_is_told_at_once(database: Database) -> None:
    build(database)
    columns = {"accepted_at": "acepted", "item_code": "itm"}
    source = settings(database, columns=columns, pauses=PAUSES | {"table": "pause"})
    with open_reader(source) as reader:
        failed = [result for result in examine(reader, NOW).results if result.status == "fail"]

    assert [result.code for result in failed] == ["SRC-102"] * 3
    assert "accepted" in failed[0].text.en
    assert "item" in failed[1].text.zh
    assert "pauses" in failed[2].text.en


def test_a_cursor_without_an_index_is_a_warning(database: Database) -> None:
    build(database)
    database.insert("cases", row("a"))
    database.run("DROP INDEX cases_changed" + (" ON cases" if database.kind == "mariadb" else ""))

    found = look_at(database)["SRC-104"]

    assert found.status == "warn"
    assert "(changed, no)" in found.text.en


def test_rows_that_cannot_be_understood_are_a_warning_and_none_at_all_a_failure(
    database: Database,
) -> None:
    build(database)
    database.insert("cases", row("a"), row("b", item="9"))
    values = {"item_code": {"A1": "licence"}}

    assert look_at(database, values=values)["SRC-105"].status == "warn"
    assert look_at(database, values={"item_code": {"x": "y"}})["SRC-105"].status == "fail"


def test_times_later_than_now_are_a_warning(database: Database) -> None:
    build(database)
    database.insert("cases", row("a", due="2026-12-01 00:00:00"))

    found = look_at(database, NOW - 11 * HOUR)["SRC-106"]

    assert found.status == "warn"
    assert "accepted_at +8.0 h" in found.text.en


def test_an_empty_table_is_a_warning(database: Database) -> None:
    build(database)

    assert look_at(database, cases=CASES)["SRC-105"].status == "warn"


def test_a_check_prints_no_value_of_a_row(sqlite: Database) -> None:
    build(sqlite)
    name = "何凯旋".encode("gbk")
    sqlite.insert("cases", row("a", item=name), row("b", accepted="x" * 300_000))

    told = look_at(sqlite)["SRC-105"].text

    for text in (told.zh, told.en):
        assert repr(name)[2:-1] not in text
        assert "xx" not in text
        assert len(text) < 1000
    assert "bytes of length 6; expected" in told.en
    assert "长度 300000 的文本" in told.zh
