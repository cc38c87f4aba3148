"""Single rules of the reckoning, each with a case that a person can count on a calendar.

The calendar is the Chinese one: 2026-09-20 is a Sunday on which work is done, 25 to 27 September
and 1 to 7 October 2026 are days off.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from config import china
from rules.amounts import parse_amount
from rules.batches import Batch
from rules.calendars import Calendar
from rules.cases import Case, Fact, Part, PartKind
from rules.clocks import STATES, Course
from rules.instants import Instants, iso, optional
from rules.limits import (
    Allowance,
    DayEnd,
    Limit,
    PauseCount,
    Reckoning,
    parse_threshold,
)
from rules.worktime import WorkingTime, working_time
from tests.rules.drawing import make_limit, spans
from tests.support.moments import SHANGHAI, at


def course(
    allow: str = "5 working days",
    *parts: Part,
    start: str = "2026-09-14 10:00",
    calendar: Calendar | None = None,
    kinds: tuple[str, ...] = (),
    closed: str | None = None,
    **how: object,
) -> Course:
    facts: dict[str, Fact] = {"accepted_at": at(start), "closed_at": at(closed) if closed else None}
    limit = make_limit(parse_amount(allow), replace(Reckoning(), **how), kinds)  # type: ignore[arg-type]
    work = working_time(calendar or china())
    return Course(limit, Batch.of([Case("", "", facts, parts)]), work)


def due(allow: str = "5 working days", *parts: Part, **how: object) -> str | None:
    return told(course(allow, *parts, **how).due)  # type: ignore[arg-type]


def told(moments: Instants) -> str | None:
    text = iso(optional(moments[0]), SHANGHAI)
    return text and text.replace("T", " ").removesuffix(":00+08:00")


def pause(begin: str, end: str | None, kind: str = "hearing") -> Part:
    return Part(PartKind.PAUSE, "", at(begin), at(end) if end else None, {"kind": kind})


def extension(amount: float, granted: str | None, unit: str | None = None) -> Part:
    facts: dict[str, Fact] = {"amount": amount, "unit": unit}
    return Part(PartKind.EXTENSION, "", at(granted) if granted else None, None, facts)


@pytest.mark.parametrize(
    ("allow", "how", "expected"),
    [
        ("5 working days", {}, "2026-09-20 17:30"),
        ("5 working days", {"count_start_day": True}, "2026-09-18 17:30"),
        ("5 working days", {"day_end": DayEnd.MIDNIGHT}, "2026-09-21 00:00"),
        ("4.5 working days", {}, "2026-09-20 17:30"),
        ("0 working days", {}, "2026-09-14 17:30"),
        ("0 working days", {"start": "2026-09-19 10:00"}, "2026-09-20 17:30"),
        ("0 working days", {"start": "2026-09-14 20:00"}, "2026-09-14 20:00"),
        ("12 calendar days", {}, "2026-09-28 17:30"),
        ("12 calendar days", {"roll": False}, "2026-09-27 00:00"),
        ("12 calendar days", {"day_end": DayEnd.MIDNIGHT}, "2026-09-29 00:00"),
        ("1 month", {"start": "2026-01-31 10:00"}, "2026-02-28 17:30"),
        ("1 month", {"start": "2026-03-01 10:00", "count_start_day": True}, "2026-03-31 17:30"),
        ("7 working hours", {}, "2026-09-15 10:00"),
        ("6 working hours", {}, "2026-09-14 17:30"),
        ("0 working hours", {"start": "2026-09-19 10:00"}, "2026-09-19 10:00"),
        ("36 hours", {}, "2026-09-15 22:00"),
    ],
)
def test_each_unit_ends_where_the_law_says(
    allow: str, how: dict[str, object], expected: str
) -> None:
    assert due(allow, **how) == expected


@pytest.mark.parametrize(
    ("count", "begin", "end", "expected"),
    [
        (PauseCount.TOUCHED, "2026-09-15 12:00", "2026-09-15 13:30", "2026-09-20 17:30"),
        (PauseCount.TOUCHED, "2026-09-15 11:59", "2026-09-15 13:30", "2026-09-21 17:30"),
        (PauseCount.TOUCHED, "2026-09-15 18:00", "2026-09-16 09:00", "2026-09-20 17:30"),
        (PauseCount.TOUCHED, "2026-09-14 10:00", "2026-09-14 17:00", "2026-09-20 17:30"),
        (PauseCount.WHOLE, "2026-09-15 09:00", "2026-09-15 17:29", "2026-09-20 17:30"),
        (PauseCount.WHOLE, "2026-09-15 09:00", "2026-09-15 17:30", "2026-09-21 17:30"),
        (PauseCount.MOMENTS, "2026-09-15 09:00", "2026-09-15 14:30", "2026-09-21 14:30"),
    ],
)
def test_how_pauses_count_on_limits_in_days(
    count: PauseCount, begin: str, end: str, expected: str
) -> None:
    assert due("5 working days", pause(begin, end), pauses=count) == expected


def test_two_pauses_fill_a_day_between_them() -> None:
    halves = (
        pause("2026-09-15 08:00", "2026-09-15 12:00"),
        pause("2026-09-15 13:30", "2026-09-15 18:00"),
    )
    assert due("5 working days", *halves, pauses=PauseCount.WHOLE) == "2026-09-21 17:30"


def test_a_day_touched_by_several_pauses_is_left_out_once() -> None:
    twice = (
        pause("2026-09-15 14:00", "2026-09-16 09:30"),
        pause("2026-09-15 09:00", "2026-09-15 15:00"),
    )
    assert due("5 working days", *twice) == "2026-09-22 17:30"


def test_paused_hours_are_cut_out_exactly() -> None:
    assert due("7 working hours", pause("2026-09-14 11:30", "2026-09-14 14:00")) == (
        "2026-09-15 11:00"
    )
    assert due("36 hours", pause("2026-09-14 11:30", "2026-09-14 14:00")) == "2026-09-16 00:30"


@pytest.mark.parametrize(
    ("begin", "expected"),
    [
        ("2026-09-20 17:29", None),
        ("2026-09-20 17:30", "2026-09-20 17:30"),
        ("2026-09-21 09:00", "2026-09-20 17:30"),
    ],
)
def test_a_pause_counts_only_if_it_begins_before_the_due_moment(
    begin: str, expected: str | None
) -> None:
    assert due("5 working days", pause(begin, None)) == expected


def test_a_pause_on_the_evening_of_the_last_calendar_day_comes_too_late() -> None:
    assert due("4 calendar days", pause("2026-09-18 17:30", None)) == "2026-09-18 17:30"
    assert due("4 calendar days", pause("2026-09-18 17:29", None)) is None


def test_pauses_of_other_kinds_do_not_stop_the_clock() -> None:
    other = pause("2026-09-15 09:00", None, "survey")
    assert due("5 working days", other, kinds=("hearing",)) == "2026-09-20 17:30"


def test_closing_ends_an_open_pause() -> None:
    open_pause = pause("2026-09-15 09:00", None)
    assert due("5 working days", open_pause, closed="2026-09-16 10:00") == "2026-09-22 17:30"


@pytest.mark.parametrize(
    ("extensions", "expected"),
    [
        ([extension(2, "2026-09-20 17:30")], "2026-09-22 17:30"),
        ([extension(2, "2026-09-20 17:31")], "2026-09-20 17:30"),
        ([extension(2, None)], "2026-09-22 17:30"),
        ([extension(2, "2026-09-21 09:00"), extension(1, "2026-09-20 09:00")], "2026-09-23 17:30"),
        ([extension(2, "2026-09-15 09:00", "months")], None),
        ([extension(2, "2026-09-15 09:00", "fortnights")], None),
    ],
)
def test_extensions_count_if_granted_by_the_due_moment_as_it_then_stands(
    extensions: list[Part], expected: str | None
) -> None:
    assert due("5 working days", *extensions) == expected


def test_an_extension_granted_while_paused_counts() -> None:
    parts = (pause("2026-09-15 09:00", None), extension(2, "2026-10-20 09:00"))
    found = course("5 working days", *parts)
    assert found.paused[0]
    ended = (pause("2026-09-15 09:00", "2026-10-21 17:30"), extension(2, "2026-10-20 09:00"))
    assert due("5 working days", *ended) == "2026-10-30 17:30"


def test_extensions_of_hours_may_be_told_in_minutes() -> None:
    more = extension(90, "2026-09-14 10:00", "working minutes")
    assert due("1 working hour", more) == "2026-09-14 14:00"


def test_a_legal_cap_gives_the_latest_due_moment() -> None:
    found = course(
        "5 working days", pause("2026-09-15 09:00", None), pause_cap=parse_amount("2 working days")
    )
    assert found.paused[0]
    assert told(found.due) == "2026-09-23 17:30"


@pytest.mark.parametrize(
    ("allow", "threshold", "expected"),
    [
        ("10 working days", "80 %", "2026-09-24 09:00"),
        ("5 working days", "50 %", "2026-09-17 14:00"),
        ("5 working days", "100 %", "2026-09-20 17:30"),
        ("5 working days", "120 %", "2026-09-21 17:30"),
        ("5 working days", "1 working day left", "2026-09-20 09:00"),
        ("5 working days", "9 working days left", "2026-09-15 09:00"),
        ("1 working day", "2 working days left", "2026-09-15 09:00"),
        ("1 calendar day", "2 working days left", "2026-09-15 09:00"),
        ("1 month", "90 working days left", "2026-09-15 09:00"),
        ("5 working days", "0 working days left", "2026-09-20 17:30"),
        ("5 working days", "4 working hours left", "2026-09-20 12:00"),
        ("5 working days", "2 calendar days left", "2026-09-19 00:00"),
        ("5 working days", "3 working days over", "2026-09-23 17:30"),
        ("5 working days", "4 working hours over", "2026-09-21 14:30"),
        ("5 working days", "4 hours over", "2026-09-20 21:30"),
        ("1 month", "50 %", "2026-09-30 09:00"),
        ("2 months", "1 month left", "2026-10-15 09:00"),
        ("2 months", "10 calendar days left", "2026-11-07 00:00"),
        ("10 working hours", "50 %", "2026-09-14 16:30"),
        ("10 working hours", "30 working minutes left", "2026-09-15 14:00"),
    ],
)
def test_when_thresholds_are_reached(allow: str, threshold: str, expected: str) -> None:
    assert told(course(allow).reached(parse_threshold(threshold))) == expected


def test_no_threshold_is_reached_while_paused() -> None:
    found = course("5 working days", pause("2026-09-15 09:00", None))
    assert told(found.reached(parse_threshold("3 working days over"))) is None


def test_a_pause_after_the_due_moment_does_not_hold_up_what_comes_after_it() -> None:
    late = pause("2026-09-21 09:00", None)
    for threshold in ("120 %", "1 working day over"):
        found = course("5 working days", late).reached(parse_threshold(threshold))
        assert told(found) == "2026-09-21 17:30"


@pytest.mark.parametrize(
    ("now", "closed", "parts", "state"),
    [
        ("2026-09-15 10:00", None, (), "running"),
        ("2026-09-20 17:29", None, (), "running"),
        ("2026-09-20 17:30", None, (), "overdue"),
        ("2026-09-22 10:00", "2026-09-20 17:30", (), "met"),
        ("2026-09-22 10:00", "2026-09-20 17:31", (), "missed"),
        ("2026-09-22 10:00", None, (pause("2026-09-15 09:00", None),), "paused"),
        ("2026-09-22 10:00", None, (pause("2026-09-21 09:00", None),), "overdue"),
    ],
)
def test_how_a_case_stands(
    now: str, closed: str | None, parts: tuple[Part, ...], state: str
) -> None:
    found = course("5 working days", *parts, closed=closed)
    assert STATES[found.state(np.array([at(now)]))[0]] == state


def test_a_case_that_does_not_say_how_long_or_has_not_begun() -> None:
    limit = replace(make_limit(parse_amount("1 day")), allow=Allowance(column="promised_days"))
    cases = [
        Case("", "", {"accepted_at": at("2026-09-14 10:00"), "promised_days": number})
        for number in (5, None, -1)
    ] + [Case("", "", {"promised_days": 5})]
    found = Course(limit, Batch.of(cases), working_time(china()))
    states = [STATES[code] for code in found.state(np.full(4, at("2026-09-15 10:00")))]
    assert states == ["running", "unknown", "unknown", "not started"]


def given_due(value: str) -> Course:
    limit: Limit = replace(make_limit(parse_amount("1 day")), allow=Allowance(due="promised_due"))
    facts: dict[str, Fact] = {"accepted_at": at("2026-09-14 09:00"), "promised_due": at(value)}
    return Course(limit, Batch.of([Case("", "", facts)]), working_time(china()))


def test_a_due_moment_may_be_given_and_a_date_means_its_end() -> None:
    assert told(given_due("2026-09-18 12:00").due) == "2026-09-18 12:00"
    assert told(given_due("2026-09-18").due) == "2026-09-18 17:30"


@pytest.mark.parametrize(
    ("threshold", "expected"),
    [
        ("50 %", "2026-09-16 14:00"),
        ("2 working days left", "2026-09-17 09:00"),
        ("over", "2026-09-18 17:30"),
        ("1 working day over", "2026-09-20 17:30"),
    ],
)
def test_thresholds_of_a_given_due_moment(threshold: str, expected: str) -> None:
    found = given_due("2026-09-18").reached(parse_threshold(threshold))
    assert told(found) == expected


NIGHT = Calendar("night", SHANGHAI, (spans("22:00-30:00"),) * 5 + ((), ()))


def test_work_past_midnight_belongs_to_the_day_it_began_on() -> None:
    found = course("1 working day", calendar=NIGHT)
    assert told(found.due) == "2026-09-16 06:00"
    assert told(found.reached(parse_threshold("1 working day over"))) == "2026-09-17 06:00"
    touched = pause("2026-09-16 02:00", "2026-09-16 03:00")
    assert due("1 working day", touched, calendar=NIGHT) == "2026-09-17 06:00"


def test_what_ends_with_the_last_published_day_is_not_provisional() -> None:
    calendar = replace(NIGHT, week=china().week, published_through=date(2026, 9, 18))
    for end in DayEnd:
        assert not course("4 working days", calendar=calendar, day_end=end).provisional[0]
    assert course("5 working days", calendar=calendar).provisional[0]


def test_wall_times_that_summer_time_swallows_are_no_contradiction() -> None:
    new_york = replace(
        NIGHT,
        timezone=ZoneInfo("America/New_York"),
        week=(spans("01:00-02:30", "02:45-04:00"),) * 7,
    )
    work = WorkingTime(new_york, date(2026, 3, 7), date(2026, 3, 9))
    assert np.diff(work.passed_at(work.midnight)).tolist() == [
        2.75 * 3600e6,
        1.75 * 3600e6,  # 02:30 is read as 03:30, as PEP 495 has it
        2.75 * 3600e6,
    ]


def test_hours_that_run_into_those_of_the_next_day_are_refused() -> None:
    calendar = replace(NIGHT, workdays={date(2026, 9, 19): spans("05:00-06:00")})
    with pytest.raises(ValueError, match="the hours of 2026-09-18 run into"):
        WorkingTime(calendar)


def test_a_calendar_without_work_is_refused() -> None:
    with pytest.raises(ValueError, match="no day is a working day"):
        WorkingTime(replace(NIGHT, week=((),) * 7))
