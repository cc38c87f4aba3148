"""Explanations: the same reckoning as the engine's, every day by what it counts as."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import explanation
from rules.amounts import Unit, parse_amount
from rules.batches import Batch
from rules.calendars import Calendar, parse_span
from rules.cases import Case, Part, PartKind
from rules.clocks import Course
from rules.days import Day, DayKind
from rules.explanation import DisagreementError, Explanation, explain
from rules.findings import ClockState
from rules.instants import DAY, HOUR, MINUTE, Instants, instant, optional
from rules.limits import (
    Allowance,
    Level,
    Limit,
    PauseCount,
    Reckoning,
    Threshold,
    parse_threshold,
)
from rules.uses import PauseEffect
from rules.worktime import WorkingTime
from tests.rules import drawing

ZONE = ZoneInfo("Asia/Shanghai")
HOURS = (parse_span("09:00-12:00"), parse_span("13:30-17:30"))


@cache
def autumn() -> WorkingTime:
    """The autumn of 2026 in China: Mid-Autumn, National Day, and a make-up Saturday."""
    holidays = {date(2026, 9, day): "中秋节" for day in (25, 26, 27)}
    holidays |= {date(2026, 10, day): "国庆节" for day in range(1, 8)}
    calendar = Calendar(
        "cn",
        ZONE,
        (HOURS,) * 5 + ((), ()),
        holidays=holidays,
        workdays={date(2026, 10, 10): None},
        published_through=date(2026, 12, 31),
    )
    return WorkingTime(calendar, date(2026, 1, 1), date(2027, 12, 31))


def at(text: str) -> int:
    return instant(datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZONE))


def pause(begin: str, end: str | None, kind: str = "专家评审", key: str = "88213") -> Part:
    ended = None if end is None else at(end)
    return Part(PartKind.PAUSE, key, at(begin), ended, {"kind": kind})


def extension(granted: str, amount: float) -> Part:
    return Part(PartKind.EXTENSION, "E-1", at(granted), None, {"amount": amount})


def explained(*parts: Part, now: str = "10-20 09:12", **given: Any) -> Explanation:
    """Explain ten working days from 22 September 15:20, or what is given instead."""
    limit = Limit(
        id="promise",
        title="承诺办结时限",
        start="accepted_at",
        until="closed_at",
        allow=Allowance(parse_amount(given.get("allow", "10 working days"))),
        levels=(
            Level("warning", 0, parse_threshold("1 working day left")),
            Level("yellow", 1, parse_threshold("over")),
            Level("red", 2, parse_threshold("3 working days over"), gravest=True),
        ),
        calendar="cn",
        law="行政许可法 第四十二条",
        pause_kinds=given.get("pause_kinds", ()),
        reckoning=given.get("reckoning", Reckoning()),
    )
    closed = given.get("closed")
    facts = {
        "accepted_at": at(given.get("start", "09-22 15:20")),
        "closed_at": None if closed is None else at(closed),
    }
    return explain(limit, Case("hall", "0173", facts, parts), autumn(), at(now))


REVIEW = pause("09-28 08:50", "09-30 17:10")


def day(shown: Explanation, month: int, number: int) -> Day:
    return next(day for day in shown.days if day.date == date(2026, month, number))


@given(st.randoms(use_true_random=True))
def test_days_lead_where_the_engine_says(random: Random) -> None:
    work, _ = drawing.some_world(random)
    limit = drawing.limit(random)
    case = drawing.case(random, limit)
    now = drawing.moment(random, 100)
    course = Course(limit, Batch.of([case]), work)

    shown = explain(limit, case, work, now)  # it refuses to disagree about the due moment

    due = optional(course.due[0])
    assert shown.due_at == due
    if shown.state is ClockState.PAUSED and limit.reckoning.pause_cap is None:
        assert shown.due_at is None
    if due is None or shown.amount is None or shown.cut:
        return
    due_day = next(day for day in shown.days if day.due_at == due)
    assert [day.date for day in shown.days] == [
        shown.days[0].date + timedelta(days=i) for i in range(len(shown.days))
    ]
    before = shown.days[: shown.days.index(due_day) + 1]
    assert all(day.kind is not DayKind.OVERDUE for day in before)
    if shown.unit.counts_days:
        last = max((day.number or 0 for day in before), default=0)
        assert last == _days_of(shown)
        if due_day.kind is DayKind.COUNTED:
            assert due_day.number == last
        else:
            assert due_day.kind in (DayKind.START, DayKind.ROLLED, DayKind.SHIFTED)
    else:
        assert due_day.total == round(shown.amount.seconds * 1_000_000)
    over = [day for day in shown.days[len(before) :] if day.kind is DayKind.OVERDUE]
    assert [day.number for day in over] == list(range(1, len(over) + 1))


def _days_of(shown: Explanation) -> int:
    """The days that an amount makes; months end on the day of the same number, or the last."""
    assert shown.amount is not None
    assert shown.start_at is not None
    count = int(shown.amount.value)
    if shown.unit is not Unit.MONTH:
        return count
    start = np.datetime64(shown.days[0].date)
    month = start.astype("datetime64[M]") + count
    length = int(((month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")).astype(int))
    counted = int(shown.limit.reckoning.count_start_day)
    into = min(shown.days[0].date.day - counted, length)
    last = month.astype("datetime64[D]") + (into - 1)
    return int((last - start).astype(int)) + counted


def test_every_day_has_its_name() -> None:
    shown = explained(REVIEW)
    days = {(d.date.month, d.date.day): (d.kind, d.number) for d in shown.days}
    assert days[9, 22] == (DayKind.START, None)
    assert [days[9, n] for n in (23, 24)] == [(DayKind.COUNTED, 1), (DayKind.COUNTED, 2)]
    assert {days[9, n] for n in (25, 26, 27)} == {(DayKind.OFF, None)}
    assert {days[9, n] for n in (28, 29, 30)} == {(DayKind.PAUSED, None)}
    assert days[10, 8] == (DayKind.COUNTED, 3)
    assert days[10, 10] == (DayKind.COUNTED, 5)
    assert days[10, 11] == (DayKind.OFF, None)
    assert days[10, 16] == (DayKind.COUNTED, 10)
    assert [days[10, n] for n in (19, 20, 21)] == [(DayKind.OVERDUE, n) for n in (1, 2, 3)]
    assert max(days) == (10, 21)  # the last level


def test_days_carry_what_falls_on_them() -> None:
    shown = explained(REVIEW)
    assert day(shown, 9, 22).start_at == at("09-22 15:20")
    assert day(shown, 9, 25).name == "中秋节"
    assert [part.key for part in day(shown, 9, 29).pauses] == ["88213"]
    assert day(shown, 10, 10).makeup
    assert day(shown, 10, 16).due_at == shown.due_at == at("10-16 17:30")
    assert day(shown, 10, 16).levels == ("warning", "yellow")
    assert day(shown, 10, 21).levels == ("red",)


def test_levels_say_what_stands_and_what_comes_next() -> None:
    shown = explained(REVIEW)
    assert [mark.reached for mark in shown.levels] == [True, True, False]
    assert shown.level is not None
    assert shown.level.name == "yellow"
    assert shown.next_level is not None
    assert (shown.next_level.name, shown.next_level.at) == ("red", at("10-21 17:30"))
    assert shown.margin is not None
    assert (str(shown.margin.amount), shown.margin.passed) == ("2 working days", True)


def test_an_open_pause_leaves_no_due_moment() -> None:
    shown = explained(pause("09-28 08:50", None))
    assert shown.state is ClockState.PAUSED
    assert (shown.due_at, shown.margin, shown.level, shown.next_level) == (None,) * 4
    assert shown.days[-1].date == date(2026, 10, 20)  # today
    assert shown.days[-1].kind is DayKind.PAUSED


@pytest.mark.parametrize(
    ("part", "given", "effect"),
    [
        (REVIEW, {}, PauseEffect.COUNTS),
        (pause("10-19 09:00", "10-19 12:00"), {}, PauseEffect.LATE),
        (REVIEW, {"pause_kinds": ("听证",)}, PauseEffect.OTHER_KIND),
        (pause("09-21 09:00", "09-22 10:00"), {}, PauseEffect.OUTSIDE),
        (pause("09-28 09:00", "09-30 17:10"), {"closed": "09-24 10:00"}, PauseEffect.ENDED),
    ],
)
def test_each_pause_says_whether_it_counts(
    part: Part, given: dict[str, Any], effect: PauseEffect
) -> None:
    (use,) = explained(part, **given).pauses
    assert use.effect is effect
    assert use.days == (3 if effect is PauseEffect.COUNTS else 0)


def test_a_pause_after_the_end_of_the_limit_moves_no_due_day() -> None:
    """Reviewed by experts after it was closed: the deadline shown is that of the limit."""
    shown = explained(REVIEW, closed="09-24 10:00")
    assert (shown.state, shown.due_at) == (ClockState.MET, at("10-13 17:30"))
    assert {d.kind for d in shown.days} == {DayKind.START, DayKind.COUNTED, DayKind.OFF}


def test_a_pause_is_cut_off_where_the_limit_ended() -> None:
    shown = explained(REVIEW, closed="09-28 17:00")
    assert (shown.due_at, shown.pauses[0].days) == (at("10-14 17:30"), 1)


def test_the_day_on_which_a_pause_begins_may_count() -> None:
    """28 September counts, 29 and 30 do not: one day sooner than by every day that it touches."""
    shown = explained(REVIEW, reckoning=Reckoning(pauses=PauseCount.AFTER_FIRST_DAY))
    assert shown.due_at == at("10-15 17:30")
    assert day(shown, 9, 28).kind is DayKind.COUNTED
    assert {day(shown, 9, n).kind for n in (29, 30)} == {DayKind.PAUSED}
    assert shown.pauses[0].days == 2


@pytest.mark.parametrize(
    ("begin", "end", "due"),
    [
        ("09-28 09:00", "09-28 17:30", "10-13"),  # within its first day
        ("09-28 17:30", "09-29 09:00", "10-14"),  # from close of business to the next opening
        ("09-28 00:00", "09-29 00:00", "10-14"),  # as dates: the 29th does not count
        ("09-26 10:00", "09-28 10:00", "10-14"),  # it begins on a day off
        ("10-13 10:00", None, "10-13"),  # it begins on the last day, which counts
    ],
)
def test_pauses_after_their_first_day(begin: str, end: str | None, due: str) -> None:
    how = Reckoning(pauses=PauseCount.AFTER_FIRST_DAY)
    shown = explained(pause(begin, end), reckoning=how)
    assert shown.due_at == at(f"{due} 17:30")


def test_hours_are_shown_as_counted_each_day() -> None:
    shown = explained(pause("09-23 10:00", "09-23 11:30"), allow="20 working hours")
    assert [(d.counted, d.total) for d in shown.days[:3]] == [
        (2 * HOUR + 10 * MINUTE, 2 * HOUR + 10 * MINUTE),
        (5 * HOUR + 30 * MINUTE, 7 * HOUR + 40 * MINUTE),
        (7 * HOUR, 14 * HOUR + 40 * MINUTE),
    ]
    kinds = [d.kind for d in shown.days[:6]]
    assert kinds == [DayKind.COUNTED] * 3 + [DayKind.OFF] * 3
    due_day = next(d for d in shown.days if d.due_at)
    assert (due_day.date, due_day.total) == (date(2026, 9, 28), 20 * HOUR)
    assert shown.pauses[0].time == 90 * MINUTE


def test_hours_do_not_run_on_a_day_that_is_paused_throughout() -> None:
    shown = explained(pause("09-23 08:00", "09-23 18:00"), allow="20 working hours")
    assert (day(shown, 9, 23).kind, day(shown, 9, 23).counted) == (DayKind.PAUSED, 0)
    late = explained(start="09-22 18:00", allow="20 working hours")
    assert (late.days[0].kind, late.days[0].counted) == (DayKind.START, 0)


def test_a_calendar_limit_that_ends_on_a_day_off_is_seen_to_move() -> None:
    shown = explained(allow="12 calendar days", now="09-30 09:00")
    assert day(shown, 10, 4).number == 12
    assert {day(shown, 10, n).kind for n in (5, 6, 7, 8)} == {DayKind.ROLLED}
    assert day(shown, 10, 8).due_at == at("10-08 17:30")


def test_pauses_cut_out_by_the_moment_are_made_up_for_after_the_last_day() -> None:
    moments = Reckoning(pauses=PauseCount.MOMENTS)
    shown = explained(pause("09-23 09:00", "09-24 12:00"), reckoning=moments)
    assert day(shown, 10, 13).number == 10
    assert {day(shown, 10, n).kind for n in (14, 15)} == {DayKind.SHIFTED}
    assert shown.due_at == at("10-15 12:00")
    assert shown.pauses[0].time == 10 * HOUR


def test_a_late_extension_is_listed_and_does_not_count() -> None:
    shown = explained(extension("09-30 09:00", 2), extension("10-30 09:00", 5), now="11-02 09:00")
    assert [use.counts for use in shown.extensions] == [True, False]
    assert str(shown.amount) == "12 working days"


def test_a_closed_case_is_shown_until_it_was_closed() -> None:
    shown = explained(REVIEW, closed="10-19 11:00")
    assert shown.state is ClockState.MISSED
    assert shown.days[-1].until_at == at("10-19 11:00")
    assert shown.days[-1].kind is DayKind.OVERDUE
    assert [mark.reached for mark in shown.levels] == [True, True, False]
    assert shown.level is None


def test_without_a_start_there_is_nothing_to_list() -> None:
    limit = explained().limit
    shown = explain(limit, Case("hall", "1", {}), autumn(), at("10-20 09:00"))
    assert (shown.state, shown.days) == (ClockState.NOT_STARTED, ())


def test_a_case_long_overdue_is_not_listed_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explanation, "MOST_DAYS", 30)
    shown = explained(REVIEW, now="12-30 09:00")
    assert (len(shown.days), shown.cut) == (30, True)
    assert day(shown, 10, 16).due_at is not None


def test_the_gravest_level_is_withheld_where_the_year_is_not_announced() -> None:
    shown = explained(start="12-25 09:00", now="12-28 09:00")
    assert shown.provisional
    assert [mark.withheld for mark in shown.levels] == [False, False, True]


def test_a_lone_gravest_level_is_withheld_and_a_lone_milder_one_stands() -> None:
    shown = explained(start="12-25 09:00", now="12-28 09:00")
    red, yellow = (replace(shown.limit, levels=(level,)) for level in shown.limit.levels[:0:-1])
    late = at("12-28 09:00") + 60 * DAY
    assert explain(red, shown.case, autumn(), late).level is None
    standing = explain(yellow, shown.case, autumn(), late).level
    assert standing is not None
    assert standing.name == "yellow"


def test_the_case_may_name_its_due_moment() -> None:
    limit = replace(explained().limit, allow=Allowance(due="promised_due"))
    facts = {"accepted_at": at("09-22 15:20"), "promised_due": at("10-09 00:00")}
    case = Case("hall", "1", facts, (REVIEW,))
    shown = explain(limit, case, autumn(), at("10-12 10:00"))
    assert shown.due_at == at("10-09 17:30")
    assert day(shown, 10, 9).number == 7
    assert day(shown, 10, 10).kind is DayKind.OVERDUE
    assert shown.pauses[0].effect is PauseEffect.FIXED


def test_another_level_than_the_alert_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    limit, case = explained().limit, explained(REVIEW).case
    wrong = Course(limit, Batch.of([case]), autumn())
    reached = wrong.reached

    def later(threshold: Threshold) -> Instants:
        late, calls[str(threshold)] = str(threshold) in calls, 1
        return reached(threshold) + (MINUTE * 60 * 24 * 30 if late else 0)

    calls: dict[str, int] = {}
    monkeypatch.setattr(wrong, "reached", later)
    with pytest.raises(DisagreementError, match="0173, limit promise: the engine says level"):
        explain(limit, case, autumn(), at("10-20 09:12"), wrong)


def test_a_disagreement_with_the_engine_is_never_shown() -> None:
    limit, case = explained().limit, explained(REVIEW).case
    wrong = Course(limit, Batch.of([case]), autumn())
    wrong.due = wrong.due + MINUTE
    with pytest.raises(DisagreementError, match="0173, limit promise"):
        explain(limit, case, autumn(), at("10-20 09:12"), wrong)
