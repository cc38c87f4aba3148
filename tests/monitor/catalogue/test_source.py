"""The table of items of a source, on PostgreSQL, MariaDB and SQLite."""

from __future__ import annotations

from datetime import date

import pytest

from config import CatalogueSettings, Source
from monitor.catalogue import Reading, read_source
from monitor.sources import Reason, SourceFault, SourceReader
from rules.catalogue_changes import Entry
from tests.support.catalogue import UNITS, of_table
from tests.support.databases import Database

TABLE = (
    "CREATE TABLE up_task (task_code varchar(40), task_name varchar(80), promise_day varchar(20),"
    " promise_type varchar(4), fee decimal(10,2), since date)"
)


def read(database: Database, settings: CatalogueSettings) -> Reading:
    source = Source.model_validate(
        {
            "id": "hall",
            "url": database.url,
            "cases": {"table": "cases", "key": "no", "columns": {"no": "no"}},
            "timeout": "5s",
        }
    )
    reader = SourceReader(source)
    try:
        return read_source(settings, reader)
    finally:
        reader.close()


@pytest.fixture
def hall(database: Database) -> Database:
    database.run(TABLE)
    row = {"task_code": "A", "task_name": "施工许可", "promise_day": "5", "promise_type": "1"}
    database.insert(
        "up_task",
        {**row, "fee": 12.5, "since": "2026-01-01"},
        {
            **row,
            "task_code": "B",
            "promise_day": "60",
            "promise_type": "Z",
            "fee": None,
            "since": None,
        },
        {**row, "task_code": "C", "promise_day": "soon"},
        {**row, "task_code": "D", "promise_type": "?"},
        {**row, "task_code": None},
    )
    return database


def test_the_items_of_a_table_are_read_and_faulty_rows_set_aside(hall: Database) -> None:
    reading = read(hall, of_table())
    assert {one.code: dict(one.facts) for one in reading.entries} == {
        "A": {"name": "施工许可", "promised_days": 5, "promised_unit": "working days"},
        "B": {"name": "施工许可", "promised_days": 60, "promised_unit": "calendar days"},
    }
    assert {(one.key, one.reason) for one in reading.rejects} == {
        ("C", Reason.BAD_NUMBER),
        ("D", Reason.UNKNOWN_CODE),
        ("", Reason.NULL_KEY),
    }
    assert reading.origin == "hall"


def test_a_query_a_fee_and_dates_are_read(hall: Database) -> None:
    columns = {"code": "task_code", "fee_standard": "fee", "valid_from": "since"}
    query = "SELECT * FROM up_task WHERE task_code IN ('A', 'B')"
    reading = read(hall, of_table(table=None, query=query, columns=columns, values={}))
    assert sorted(reading.entries, key=lambda one: one.code) == [
        Entry("A", {"fee_standard": 12.5}, date(2026, 1, 1)),
        Entry("B", {"fee_standard": None}),
    ]


def test_the_digest_is_that_of_what_the_list_says(hall: Database) -> None:
    before = read(hall, of_table()).digest
    ordered = "SELECT * FROM up_task ORDER BY task_code DESC"
    assert read(hall, of_table(table=None, query=ordered)).digest == before
    hall.run("UPDATE up_task SET promise_day = '4' WHERE task_code = 'A'")
    assert read(hall, of_table()).digest != before


def test_a_table_that_is_not_there_is_a_fault(database: Database) -> None:
    with pytest.raises(SourceFault) as caught:
        read(database, of_table(values={"promised_unit": UNITS}))
    assert caught.value.code == "missing-table"


def test_what_an_item_has_several_of_is_gathered_by_the_query(hall: Database) -> None:
    hall.run(
        "CREATE TABLE up_task_material (task_code varchar(40), name varchar(80))",
        "INSERT INTO up_task_material VALUES ('A', '申请表'), ('A', '身份证明'), ('B', '申请表')",
    )
    names = {
        "postgresql": "string_agg(m.name, '；')",
        "mariadb": "GROUP_CONCAT(m.name SEPARATOR '；')",
        "sqlite": "group_concat(m.name, '；')",
    }[hall.kind]
    query = (
        f"SELECT t.task_code, {names} AS documents, count(*) AS documents_count FROM up_task t"
        " JOIN up_task_material m ON m.task_code = t.task_code GROUP BY t.task_code"
    )
    columns = {name: name for name in ("documents", "documents_count")} | {"code": "task_code"}
    reading = read(hall, of_table(table=None, query=query, columns=columns, values={}))
    found = {one.code: dict(one.facts) for one in reading.entries}
    assert found["B"] == {"documents": "申请表", "documents_count": 1}
    assert sorted(str(found["A"]["documents"]).split("；")) == ["申请表", "身份证明"]
    assert found["A"]["documents_count"] == 2
