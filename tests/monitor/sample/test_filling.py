"""Filling a database with the sample hall."""

from __future__ import annotations

import pytest
from sqlalchemy import func, inspect, select

from monitor.sample import fill, schema
from tests.support.databases import KINDS, fresh_database
from tests.support.halls import WORKDAY, rows

PARTS = (schema.steps, schema.pauses, schema.extensions)


@pytest.fixture(scope="module", params=KINDS)
def hall(request, tmp_path_factory):
    with fresh_database(request.param, tmp_path_factory.mktemp("halls")) as database:
        fill(database.engine, 1_000, 1, WORKDAY)
        yield database.engine


@pytest.fixture
def empty(tmp_path):
    with fresh_database("sqlite", tmp_path) as database:
        yield database.engine


def test_as_many_cases_as_asked_for_are_in(hall):
    with hall.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(schema.cases)) == 1_000


def test_every_part_belongs_to_a_case_and_every_case_to_an_item(hall):
    cases = rows(hall, schema.cases)
    numbers = {case["project_no"] for case in cases}

    assert len(numbers) == len(cases)
    assert {case["task_code"] for case in cases} <= {
        i["task_code"] for i in rows(hall, schema.items)
    }
    for table in PARTS:
        found = {row["project_no"] for row in rows(hall, table)}
        assert found
        assert found <= numbers


def test_the_tables_are_indexed_by_what_changed_and_by_case(hall):
    inspector = inspect(hall)
    for table in (schema.cases, *PARTS):
        indexed = [tuple(index["column_names"]) for index in inspector.get_indexes(table.name)]
        assert ("cd_time", "project_no") in indexed
        assert ("project_no",) in indexed


def test_moments_keep_their_microseconds(hall):
    assert any(case["cd_time"].microsecond % 1000 for case in rows(hall, schema.cases))


def test_all_databases_hold_the_same_rows(hall, empty):
    fill(empty, 1_000, 1, WORKDAY)

    for table in (schema.items, schema.cases, *PARTS):
        assert rows(hall, table) == rows(empty, table)


def test_progress_is_told_after_each_chunk(empty):
    told = []

    fill(empty, 12_000, 1, WORKDAY, told.append)

    assert told == [10_000, 12_000]


def test_a_hall_that_holds_cases_is_not_touched(empty):
    fill(empty, 10, 1, WORKDAY)

    with pytest.raises(ValueError, match="already holds cases"):
        fill(empty, 20, 2, WORKDAY)

    assert len(rows(empty, schema.cases)) == 10


def test_a_filling_that_is_cut_off_leaves_no_cases_and_can_be_done_again(empty):
    def cut(done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fill(empty, 100, 1, WORKDAY, cut)
    fill(empty, 100, 1, WORKDAY)

    assert len(rows(empty, schema.cases)) == 100
