"""Pauses, steps and extensions come with their cases."""

from __future__ import annotations

from datetime import datetime

import pytest

from rules.cases import PartKind
from rules.instants import DAY, instant
from tests.monitor.sources.halls import (
    CASES,
    PAUSES,
    START,
    TIME,
    build,
    keys_of,
    open_reader,
    read_round,
    row,
    settings,
)
from tests.support.databases import Database

SHANGHAI_START = instant(datetime.fromisoformat("2026-09-18T09:00:00+08:00"))


def test_the_parts_of_a_case_come_with_it(database: Database) -> None:
    build(database)
    database.insert("cases", row("a"), row("b"))
    database.insert(
        "pauses",
        {"id": 2, "no": "a", "kind": "x", "began": "2026-09-20 09:00:00", "ended": None},
        {"id": 1, "no": "a", "kind": "y", "began": str(START), "ended": "2026-09-19 09:00:00"},
    )

    with open_reader(settings(database, pauses=PAUSES)) as reader:
        a, b = reader.read_page().cases

    assert b.parts == ()
    assert [(p.kind, p.key, p.facts["kind"]) for p in a.parts] == [
        (PartKind.PAUSE, "1", "y"),
        (PartKind.PAUSE, "2", "x"),
    ]
    assert [(p.started_at, p.ended_at) for p in a.parts] == [
        (SHANGHAI_START, SHANGHAI_START + DAY),
        (SHANGHAI_START + 2 * DAY, None),
    ]


def test_a_changed_part_brings_its_case_again(database: Database) -> None:
    build(database)
    database.insert("cases", row("a", 0), row("b", 60))
    source = settings(database, pauses=PAUSES | {"changed": "changed"})
    with open_reader(source) as reader:
        first = read_round(reader)
        database.insert("pauses", {"id": 1, "no": "a", "began": str(START), "changed": str(START)})
        second = read_round(reader, first[-1])

    assert "a" in keys_of(second)
    (again,) = [case for page in second for case in page.cases if case.key == "a"]
    assert again.digest != first[0].cases[0].digest


def test_a_key_kept_as_a_number_meets_one_kept_as_text(database: Database) -> None:
    database.run(
        f"CREATE TABLE cases (no int PRIMARY KEY, changed {TIME[database.kind]})",
        "CREATE TABLE pauses (no varchar(40), began varchar(40), changed varchar(40))",
    )
    database.insert("cases", {"no": 7, "changed": str(START)})
    database.insert("pauses", {"no": "7", "began": str(START), "changed": "1"})
    database.insert("pauses", {"no": "not a number", "began": str(START), "changed": "2"})
    cases = CASES | {"columns": {"no": "no"}}
    pauses = {
        "table": "pauses",
        "changed": "changed",
        "columns": {"case": "no", "started_at": "began"},
    }

    with open_reader(settings(database, cases=cases, pauses=pauses)) as reader:
        first = read_round(reader)
        database.insert("pauses", {"no": "7", "began": str(START), "changed": "3"})
        second = read_round(reader, first[-1])

    assert set(keys_of(second)) == {"7"}
    assert [len(case.parts) for page in first for case in page.cases] == [1]
    assert {len(case.parts) for page in second for case in page.cases} == {2}


def test_a_first_round_looks_again_only_at_the_newest_change_of_a_part(database: Database) -> None:
    build(database)
    database.insert("cases", row("a", 0), row("b", 60))
    for number, (no, month) in enumerate((("a", "08"), ("b", "09"))):
        changed = f"2026-{month}-01 09:00:00"
        pause = {"id": number, "no": no, "began": str(START), "changed": changed}
        database.insert("pauses", pause)
    source = settings(database, pauses=PAUSES | {"changed": "changed"}, overlap="1s")
    with open_reader(source) as reader:
        first = read_round(reader)
        database.insert("pauses", {"id": 9, "no": "a", "began": str(START), "changed": str(START)})
        second = read_round(reader, first[-1])

    assert keys_of(first) == ["a", "b", "b"]
    assert "a" in keys_of(second)


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_a_digest_does_not_depend_on_the_order_of_rows(
    sqlite: Database, order: tuple[str, str]
) -> None:
    build(sqlite)
    sqlite.insert("cases", row("a"))
    for number, kind in enumerate(order):
        with sqlite.engine.begin() as connection:
            connection.exec_driver_sql(
                f"INSERT INTO pauses (id, no, kind, began) VALUES "
                f"({number}, 'a', '{kind}', '{START}')"
            )
    pauses = {key: value for key, value in PAUSES.items() if key != "key"}

    with open_reader(settings(sqlite, pauses=pauses)) as reader:
        (case,) = reader.read_page().cases

    assert [(p.key, p.facts["kind"]) for p in case.parts] == [("1", "a"), ("2", "b")]
