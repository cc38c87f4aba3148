"""When rungs are due, against a clock that is moved minute by minute and day by day."""

from __future__ import annotations

from datetime import datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import china
from rules.amounts import Amount, Unit, parse_amount
from rules.calendars import Calendar
from rules.instants import DAY, HOUR, MINUTE, instant, moment
from rules.policies import Repeat, Step
from rules.rungs import GRACE, Hold, Rungs, in_hours, later
from rules.worktime import working_time
from tests.rules.walking import days_on, whole_minutes
from tests.support.moments import SHANGHAI, at

CHINA = china()
WORK = working_time(CHINA)
ROLE, VIA = ("handler",), ("out",)


def written(instant_: int) -> str:
    return f"{moment(instant_, SHANGHAI):%Y-%m-%d %H:%M}"


def people_are_there(calendar: Calendar, instant_: int) -> bool:
    local = moment(instant_, SHANGHAI)
    spans = calendar.spans(local.date())
    if not spans:
        return False
    midnight = instant(datetime.combine(local.date(), time(), SHANGHAI))
    opens, closes = midnight + spans[0][0] * 1_000_000, midnight + spans[-1][1] * 1_000_000
    return opens <= instant_ <= closes + GRACE


@given(whole_minutes)
def test_people_are_told_at_the_first_minute_at_which_they_are_there(start: int) -> None:
    now = start
    while not people_are_there(CHINA, now):
        now += MINUTE
    assert in_hours(start, WORK) == now


@given(whole_minutes, st.integers(0, 5), st.integers(1, 4), st.integers(0, 4))
def test_a_rung_is_climbed_again_every_so_many_working_days(
    since: int, after: int, every: int, times: int
) -> None:
    unit = Unit.WORKING_DAY
    step = Step(ROLE, VIA, Amount(after, unit), repeat=Repeat(Amount(every, unit), 4))
    expected = days_on(CHINA, since, after, 1)
    for _ in range(times):
        expected = days_on(CHINA, expected, every, 1)
    assert Rungs(since, None, (), WORK).due(step, times) == expected


def test_a_repeat_ends_at_its_cap_and_a_rung_without_one_is_climbed_once() -> None:
    rungs = Rungs(at("2026-09-14T09:00"), None, (), WORK)
    once = Step(ROLE, VIA, parse_amount("0m"))
    again = Step(ROLE, VIA, parse_amount("0m"), repeat=Repeat(parse_amount("2h"), 1))
    assert rungs.due(once, 1) is None
    assert rungs.due(again, 1) == at("2026-09-14T11:00")
    assert rungs.due(again, 2) is None


@pytest.mark.parametrize(
    ("before", "due"),
    [
        ("1 working day", "2026-10-12 17:30"),
        ("2 working days", "2026-10-10 17:30"),  # a Saturday on which work is made up
        ("4 working hours", "2026-10-13 13:30"),
        ("1 calendar day", "2026-10-12 17:30"),
        ("90m", "2026-10-13 16:00"),
        ("9 working days", "2026-10-09 10:00"),  # before it stood: as soon as it stands
    ],
)
def test_a_rung_may_be_due_before_what_is_ahead(before: str, due: str) -> None:
    rungs = Rungs(at("2026-10-09T10:00"), at("2026-10-13T17:30"), (), WORK)
    found = rungs.due(Step(ROLE, VIA, before=parse_amount(before)), 0)
    assert found is not None
    assert written(found) == due


def test_a_rung_before_nothing_is_never_due() -> None:
    step = Step(ROLE, VIA, before=parse_amount("1 working day"))
    assert Rungs(0, None, (), WORK).due(step, 0) is None


def test_a_rung_that_may_be_told_at_any_hour_waits_for_nothing() -> None:
    night = at("2026-10-02T03:00")
    rungs = Rungs(night, None, (), WORK)
    assert rungs.told(Step(ROLE, VIA, parse_amount("0m"), at_any_hour=True), night) == night
    waits = rungs.told(Step(ROLE, VIA, parse_amount("0m")), night)
    assert written(waits) == "2026-10-08 09:00"


@pytest.mark.parametrize(
    ("after", "due"),
    [
        ("5 working days", "2026-09-22 10:00"),  # the 20th is a Sunday of work
        ("4h", "2026-09-16 14:00"),
        ("4 working hours", "2026-09-16 15:30"),
        ("0m", "2026-09-14 10:00"),  # it was due before the climb stood still
    ],
)
def test_what_is_left_comes_later_by_the_time_that_the_climb_stood_still(
    after: str, due: str
) -> None:
    held = Hold(at("2026-09-14T10:30"), at("2026-09-16T10:30"), "acknowledged")
    rungs = Rungs(at("2026-09-14T10:00"), None, (held,), WORK)
    found = rungs.due(Step(ROLE, VIA, parse_amount(after)), 0)
    assert found is not None
    assert written(found) == due


@given(whole_minutes, st.integers(0, 3000), st.integers(1, 3000), st.integers(1, 3000))
def test_time_by_the_clock_is_put_off_by_exactly_what_a_hold_took(
    since: int, wait: int, length: int, after: int
) -> None:
    begin = since + wait * MINUTE
    hold = Hold(begin, begin + length * MINUTE, "appeal")
    due = since + after * MINUTE
    expected = due + (length * MINUTE if begin < due else 0)
    assert later(due, Unit.MINUTE, (hold,), since, WORK) == expected


def test_a_hold_that_still_lasts_or_came_before_the_level_moves_nothing() -> None:
    since = at("2026-09-14T10:00")
    open_hold = Hold(since + HOUR, None, "appeal")
    old = Hold(since - 3 * DAY, since - DAY, "acknowledged")
    due = since + 2 * HOUR
    assert later(due, Unit.HOUR, (old, open_hold), since, WORK) == due
