"""Sources read as columns: the same cases as one by one, whatever is in the rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from config.sources import Source
from monitor.sources import ReadCase
from monitor.sources.batches import BatchReader
from monitor.sources.moments import moment_column, moment_reader
from rules.batches import Batch
from rules.cases import Part
from rules.instants import optional
from tests.monitor.sources.halls import PAUSES, build, open_reader, read_everything, row, settings
from tests.support.databases import Database

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu")


@contextmanager
def reading(source: Source) -> Iterator[BatchReader]:
    reader = BatchReader(source)
    try:
        yield reader
    finally:
        reader.close()


def everyone(batch: Batch) -> NDArray[np.bool_]:
    return np.ones(batch.size, dtype=bool)


def read_as_columns(source: Source, size: int) -> tuple[dict[str, ReadCase], int]:
    """Read in ranges of so many rows; give the cases by key and how many rows were rejected."""
    read, rejected = {}, 0
    with reading(source) as reader:
        for keys in reader.ranges(size):
            batch, bad = reader.read_range(keys, everyone)
            rejected += bad
            for index in range(batch.size):
                case = batch.case(index)
                read[case.key] = ReadCase(case.key, case.facts, case.parts, "", "")
    return read, rejected


def told(cases: dict[str, ReadCase]) -> dict[str, tuple[object, Collection[Part]]]:
    return {
        key: (dict(case.facts), [_without_nothing(part) for part in case.parts])
        for key, case in cases.items()
    }


def _without_nothing(part: Part) -> Part:
    facts = {name: value for name, value in part.facts.items() if value is not None}
    return Part(part.kind, part.key, part.started_at, part.ended_at, facts)


def pause(number: int, no: str, began: str, ended: str | None = None) -> dict[str, object]:
    return {"id": number, "no": no, "kind": "听证", "began": began, "ended": ended}


@pytest.mark.parametrize("odd", [{}, {"accepted": "0001-01-01"}, {"item": "  "}])
@pytest.mark.parametrize("size", [2, 100])
def test_the_cases_are_those_read_one_by_one(
    database: Database, size: int, odd: dict[str, str]
) -> None:
    build(database)
    database.insert("cases", *(row(f"C{n}", n, due="2026-10-16 17:30") for n in range(5)))
    database.insert("cases", row("odd", 9, **odd))
    same = "2026-09-21 10:00"
    database.insert(
        "pauses",
        pause(2, "C1", same),
        pause(12, "C1", same, "2026-09-22 10:00"),
        pause(3, "C1", "2026-09-20 10:00"),
        pause(4, "C3", same),
        pause(5, "of nobody", same),
    )
    source = settings(database, pauses=PAUSES)
    with open_reader(source) as reader:
        expected, _ = read_everything(reader)
    found, rejected = read_as_columns(source, size)
    assert rejected == 0
    assert told(found) == told(expected)
    assert len(found) == 6


def test_a_row_that_cannot_be_understood_does_not_stop_the_others(sqlite: Database) -> None:
    build(sqlite)
    sqlite.insert("cases", row("C1"), row("C2", accepted="soon"), row(" C3 "))
    source = settings(sqlite)
    found, rejected = read_as_columns(source, 100)
    assert (set(found), rejected) == ({"C1", "C3"}, 1)


def test_only_the_wanted_cases_are_given_with_their_parts(postgresql: Database) -> None:
    build(postgresql)
    postgresql.insert("cases", *(row(f"C{n}") for n in range(4)))
    postgresql.insert("pauses", pause(1, "C2", "2026-09-21 10:00"))
    with reading(settings(postgresql, pauses=PAUSES)) as reader:
        [keys] = reader.ranges(100)
        batch, _ = reader.read_range(keys, lambda one: np.array([k > "C1" for k in one.keys]))
        chosen, _ = reader.read_batch(["C2"], everyone)
    assert list(batch.keys) == ["C2", "C3"]
    assert [len(batch.case(n).parts) for n in range(2)] == [1, 0]
    assert told({"C2": _read(chosen)}) == told({"C2": _read(batch)})


def _read(batch: Batch) -> ReadCase:
    case = batch.case(0)
    return ReadCase(case.key, case.facts, case.parts, "", "")


@pytest.mark.parametrize("zone", ZONES)
@given(values=st.lists(st.none() | st.datetimes(), max_size=20))
def test_a_column_of_times_is_read_as_each_of_them_is(
    values: list[datetime | None], zone: str
) -> None:
    place = ZoneInfo(zone)
    read = moment_reader(place)
    found = [optional(at) for at in moment_column(values, place, read)]
    assert found == [read(value) for value in values]


@pytest.mark.parametrize("month", [3, 10])
def test_times_of_a_day_on_which_clocks_change_are_read_as_each_is(month: int) -> None:
    place = ZoneInfo("Europe/Berlin")
    read = moment_reader(place)
    days = (29, 30) if month == 3 else (25, 26)
    values = [datetime(2025, month, day, hour, 30) for day in days for hour in range(24)]  # noqa: DTZ001
    assert moment_column(values, place, read).tolist() == [read(value) for value in values]
