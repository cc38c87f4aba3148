"""So long after an instant, so long before it and within so long of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config import china
from rules.amounts import Amount, Unit, parse_amount
from rules.instants import DAY, HOUR, instant
from rules.offsets import latest_start, moment_after, moment_before, within
from rules.worktime import working_time
from tests.rules.walking import days_on, minutes_on, whole_minutes
from tests.support.moments import at

CHINA = china()
WORK = working_time(CHINA)


@given(whole_minutes, st.integers(1, 12))
def test_so_many_working_days_after_is_where_a_walk_day_by_day_ends(start: int, days: int) -> None:
    expected = days_on(CHINA, start, days, 1)
    assert moment_after(Amount(days, Unit.WORKING_DAY), start, WORK) == expected


@given(whole_minutes, st.integers(1, 12))
def test_so_many_working_days_before_is_where_a_walk_back_ends(ahead: int, days: int) -> None:
    expected = days_on(CHINA, ahead, days, -1)
    assert moment_before(Amount(days, Unit.WORKING_DAY), ahead, WORK) == expected


@settings(max_examples=40)
@given(whole_minutes, st.integers(1, 900))
def test_working_minutes_after_and_before_are_where_a_walk_by_the_minute_ends(
    start: int, minutes: int
) -> None:
    amount = Amount(minutes, Unit.WORKING_MINUTE)
    assert moment_after(amount, start, WORK) == minutes_on(CHINA, start, minutes, 1)
    assert moment_before(amount, start, WORK) == minutes_on(CHINA, start, minutes, -1)


@pytest.mark.parametrize(
    ("amount", "after"),
    [
        ("0 working days", "2026-09-11 10:00"),
        ("1 day", "2026-09-12 10:00"),
        ("24 hours", "2026-09-12 10:00"),
        ("1 working day", "2026-09-14 10:00"),
        ("1.5 working days", "2026-09-15 10:00"),
        ("4 working hours", "2026-09-11 15:30"),
        ("2 working hours", "2026-09-11 12:00"),
        ("1 month", "2026-10-11 10:00"),
    ],
)
def test_days_and_months_after_keep_the_time_of_day(amount: str, after: str) -> None:
    """Friday 11 September at 10:00: "1 day" is Saturday, whether or not somebody works."""
    assert moment_after(parse_amount(amount), at("2026-09-11 10:00"), WORK) == at(after)


@pytest.mark.parametrize(
    ("amount", "before"),
    [
        ("0m", "2026-09-14 17:30"),
        ("1 day", "2026-09-13 17:30"),
        ("24 hours", "2026-09-13 17:30"),
        ("1 working day", "2026-09-11 17:30"),
        ("4 working hours", "2026-09-14 13:30"),
        ("1 month", "2026-08-14 17:30"),
    ],
)
def test_days_and_months_before_keep_the_time_of_day(amount: str, before: str) -> None:
    assert moment_before(parse_amount(amount), at("2026-09-14 17:30"), WORK) == at(before)


def test_a_month_after_the_last_of_january_is_the_last_of_february() -> None:
    month = Amount(1, Unit.MONTH)
    assert moment_after(month, at("2026-01-31 10:00"), WORK) == at("2026-02-28 10:00")
    assert moment_before(month, at("2026-03-31 10:00"), WORK) == at("2026-02-28 10:00")


def test_a_day_after_keeps_the_time_of_day_where_clocks_change() -> None:
    """The night of 29 March 2026 has 23 hours in Berlin: "1 day" is not "24 hours"."""
    work = working_time(replace(CHINA, timezone=ZoneInfo("Europe/Berlin")))
    noon = instant(datetime.fromisoformat("2026-03-28T12:00+01:00"))
    assert moment_after(parse_amount("24 hours"), noon, work) == noon + DAY
    assert moment_after(parse_amount("1 day"), noon, work) == noon + DAY - HOUR


@pytest.mark.parametrize(
    ("amount", "by"),
    [
        ("1 working day", "2026-09-14 17:30"),
        ("1 day", "2026-09-14 17:30"),  # a Saturday moves to Monday
        ("4 working hours", "2026-09-11 15:30"),
        ("24 hours", "2026-09-12 10:00"),
    ],
)
def test_within_is_counted_as_a_time_limit(amount: str, by: str) -> None:
    assert within(parse_amount(amount), at("2026-09-11 10:00"), WORK) == at(by)


amounts = st.builds(Amount, st.integers(1, 9), st.sampled_from(Unit))


@settings(max_examples=20)
@given(whole_minutes, amounts)
def test_what_began_by_the_latest_start_is_overdue_and_nothing_later(
    now: int, amount: Amount
) -> None:
    latest = latest_start(amount, now, WORK)
    assert within(amount, latest, WORK) <= now < within(amount, latest + 1, WORK)
