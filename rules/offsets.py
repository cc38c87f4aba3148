"""Offsets from an instant: so long after it, so long before it, and within so long of it.

Everything that says "so long after" or "so long before" something goes by these functions: the
steps of escalation policies and their repeats, acknowledgements that lapse, silences, reminders,
replies to orders, call-backs. There are two meanings, and the word in the settings tells which:

- **after**, **before** and **every** lead from an instant to an instant. Days and months keep the
  time of day: "1 working day" after Friday 10:00 is Monday 10:00, "1 day" after it Saturday 10:00,
  "1 month" the same day of the next month, or its last. Hours, minutes and seconds are those of
  the clock, or with "working" those in which work is open.
- **within** is a time limit for somebody to act and is counted like one: the day of the start does
  not count, the last day ends at close of business, and one that falls on a day off moves to the
  next working day (民法典 第二百零一、二百零三条). Hours run from the instant itself.

A part of a day or month counts as a whole one. Beyond the compiled calendar the result is its
first or last midnight.
"""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from datetime import date, datetime
from math import ceil

from rules.amounts import Amount, Unit
from rules.instants import SECOND, instant, moment
from rules.single import Ruler, due_at, ruler
from rules.worktime import WorkingTime


def moment_after(after: Amount, since: int, work: WorkingTime) -> int:
    """Return the instant that lies ``after`` so long behind the instant ``since``.

    At the end of working hours it is that end (17:30), not the next opening (09:00).
    """
    if after.value == 0:
        return since
    one = ruler(work)
    if after.unit.counts_days:
        return _days_on(after.unit, ceil(after.value), since, work)
    length = round(after.seconds * SECOND)
    if not after.unit.working:
        return since + length
    at = one.reached(one.passed_at(since) + length)
    return one.midnight[-1] if at is None else at


def moment_before(before: Amount, ahead: int, work: WorkingTime) -> int:
    """Return the instant that lies ``before`` so long ahead of the instant ``ahead``.

    Of a closing and the next opening, between which no working time passes, it is the opening
    (13:30 after the rest at noon): the last instant at which so much time is left.
    """
    if before.value == 0:
        return ahead
    one = ruler(work)
    if before.unit.counts_days:
        return _days_on(before.unit, -ceil(before.value), ahead, work)
    length = round(before.seconds * SECOND)
    if not before.unit.working:
        return ahead - length
    at = one.reached(one.passed_at(ahead) - length + 1)
    return one.midnight[0] if at is None else at - 1


def within(amount: Amount, start: int, work: WorkingTime) -> int:
    """Return the instant by which something is to be done ``within`` so long of ``start``."""
    due = due_at(amount, start, work)
    return ruler(work).midnight[-1] if due is None else due


def latest_start(amount: Amount, now: int, work: WorkingTime) -> int:
    """Return the latest start whose time limit (:func:`within`) has run out at ``now``.

    Whatever began by then is overdue, whatever began later is not.
    """
    # A later start is never due earlier, so halving finds the last one.
    first = ruler(work).midnight[0]
    return (
        first
        + bisect_right(range(first, now), now, key=lambda start: within(amount, start, work))
        - 1
    )


def _days_on(unit: Unit, count: int, at: int, work: WorkingTime) -> int:
    """Return the same time of day so many days or months on, or back."""
    one = ruler(work)
    day = one.day(at)
    if unit is Unit.WORKING_DAY:
        there = _working_days_on(day, count, one)
    elif unit is Unit.MONTH:
        there = work.number_of(_months_on(work.date_of(day), count))
    else:
        there = day + count
    there = min(max(there, 0), one.size - 1)
    # By the wall clock: where clocks change, a day has 23 or 25 hours.
    local = moment(at, work.calendar.timezone)
    return instant(datetime.combine(work.date_of(there), local.timetz()))


def _working_days_on(day: int, count: int, one: Ruler) -> int:
    """Return the day so many working days on; back from a day off, the last one before it is 1."""
    back_from_day_off = count < 0 and not one.working[day]
    return one.nth(one.ordinal[day] + back_from_day_off + count)


def _months_on(day: date, count: int) -> date:
    month = day.year * 12 + day.month - 1 + count
    year, month = month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
