from __future__ import annotations

import pytest

from config import china
from rules.amounts import Unit
from rules.margins import margin
from rules.worktime import working_time
from tests.rules.test_replay import at

WORK = working_time(china())
DUE = "2026-10-16T17:30"


@pytest.mark.parametrize(
    ("now", "days", "passed"),
    [
        ("2026-10-15T09:00", 2, False),  # the day in hand counts, and so does the due day
        ("2026-10-16T09:00", 1, False),
        ("2026-10-10T09:00", 6, False),  # a Saturday that is worked
        ("2026-10-11T09:00", 5, False),  # a Sunday off
        ("2026-10-16T17:30", 0, True),
        ("2026-10-18T12:00", 0, True),
        ("2026-10-19T09:00", 1, True),
        ("2026-10-21T17:30", 3, True),
    ],
)
def test_working_days_left_and_over_are_counted_as_people_do(now, days, passed):
    told = margin(Unit.WORKING_DAY, at(DUE), at(now), WORK)

    assert (told.amount.value, told.amount.unit, told.passed) == (days, Unit.WORKING_DAY, passed)


def test_a_due_moment_at_midnight_belongs_to_the_day_before():
    told = margin(Unit.CALENDAR_DAY, at("2026-10-17T00:00"), at("2026-10-16T10:00"), WORK)

    assert (told.amount.value, told.passed) == (1, False)


@pytest.mark.parametrize(("unit", "hours"), [(Unit.WORKING_HOUR, 1.5), (Unit.HOUR, 16.5)])
def test_hours_are_told_in_seconds_of_working_or_of_clock_time(unit, hours):
    told = margin(unit, at("2026-10-16T10:30"), at("2026-10-15T18:00"), WORK)

    assert told.amount.seconds == hours * 3600
