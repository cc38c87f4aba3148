"""The days that the board looks at: the next working days, the last ones, and the months."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from monitor.pipeline.in_force import InForce
from monitor.store.board_counts import Months
from notifiers import words
from rules.instants import instant, moment
from rules.worktime import WorkingTime

COMING = 10
"""Working days whose due cases are shown."""

GONE = 20
"""Working days whose cards are shown."""


class Day(NamedTuple):
    """A day, and whether it is a working day of the calendar that is in force."""

    date: date
    working: bool


def coming(rules: InForce, now: int) -> list[Day]:
    """Give today and the days up to the tenth working day from it, today included."""
    work, today = rules.calendars[rules.book.default_calendar], _today(rules, now)
    number = work.number_of(today)
    before = int(work.ordinal[number - 1])
    return _between(rules, number, _nth(work, before + COMING))


def gone(rules: InForce, now: int) -> list[Day]:
    """Give the days from the twentieth working day back until today."""
    work, today = rules.calendars[rules.book.default_calendar], _today(rules, now)
    number = work.number_of(today)
    first = _nth(work, int(work.ordinal[number]) - GONE + 1)
    return _between(rules, first, number)


def edges(days: list[Day], zone: ZoneInfo) -> tuple[int, ...]:
    """Give the instants at which days in a row begin, and at which the last one ends."""
    dates = [one.date for one in days]
    return tuple(_begin(one, zone) for one in (*dates, dates[-1] + timedelta(days=1)))


def months(rules: InForce, now: int) -> Months:
    """Give when last month and this one began; this one ends with today."""
    today = _today(rules, now)
    this = today.replace(day=1)
    last = (this - timedelta(days=1)).replace(day=1)
    ends = (last, this, today + timedelta(days=1))
    return Months(*(_begin(one, rules.zone) for one in ends))


def label(day: Day, today: date, first: bool, language: str) -> str:
    """Write a day under a bar: ``今日``, ``21 三``, and with its month where that begins."""
    begins = first or day.date.day == 1
    if day.date == today:
        return "Today" if language == "en" else "今日"
    if language == "en":
        name = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][day.date.weekday()]
        return words.date(day.date, "en", with_year=False) if begins else f"{day.date.day} {name}"
    number = f"{day.date.month}/{day.date.day}" if begins else str(day.date.day)
    return f"{number} {'一二三四五六日'[day.date.weekday()]}"


def short_label(day: Day, before: Day | None) -> str:
    """Write a day under a narrow bar: ``21``, and ``10/8`` where another month begins."""
    begins = before is None or before.date.month != day.date.month
    return f"{day.date.month}/{day.date.day}" if begins else str(day.date.day)


def _today(rules: InForce, now: int) -> date:
    return moment(now, rules.zone).date()


def _nth(work: WorkingTime, ordinal: int) -> int:
    return int(work.nth(np.array([ordinal]))[0])


def _between(rules: InForce, first: int, last: int) -> list[Day]:
    work = rules.calendars[rules.book.default_calendar]
    return [Day(work.date_of(one), bool(work.working[one])) for one in range(first, last + 1)]


def _begin(day: date, zone: ZoneInfo) -> int:
    return instant(datetime.combine(day, time(), zone))
