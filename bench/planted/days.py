"""Working days by their numbers, as the planter counts them: by the list of days, not by duban.

Whoever says "six working days later" adds six to a number. The list is chinesecalendar's; office
hours are 09:00–12:00 and 13:30–17:30, seven hours a day, in a zone that is eight hours ahead of UTC
all year.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta
from functools import cache
from typing import Final

import chinese_calendar

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

_FIRST = date(2024, 6, 3)
_LAST = date(2026, 12, 31)
_EPOCH = date(1970, 1, 1)
_AHEAD = 8 * HOUR
_SPANS = ((9 * HOUR, 12 * HOUR), (13 * HOUR + 30 * MINUTE, 17 * HOUR + 30 * MINUTE))
OPEN: Final = "09:00"
CLOSE: Final = "17:30"

ALL: Final = tuple(
    day
    for day in (_FIRST + timedelta(days=n) for n in range((_LAST - _FIRST).days + 1))
    if chinese_calendar.is_workday(day)
)
"""The working days, in order: the number of one is its index."""


@cache
def number(day: date) -> int:
    """Give the number of a working day, or of the last one before a day off."""
    return bisect_right(ALL, day) - 1


def at(day: int | date, clock: str | int = 0) -> int:
    """Give the instant of a time of day: "17:30", "17:30:01", or microseconds from midnight."""
    on = ALL[day] if isinstance(day, int) else day
    if isinstance(clock, str):
        hours, minutes, *seconds = map(int, clock.split(":"))
        clock = hours * HOUR + minutes * MINUTE + sum(seconds) * SECOND
    return (on - _EPOCH).days * DAY + clock - _AHEAD


def day_of(instant: int) -> date:
    """Give the date of an instant."""
    return _EPOCH + timedelta(days=(instant + _AHEAD) // DAY)


def office(worked: int) -> int:
    """Give the time of day at which so much of the office hours has passed, from 0 to seven hours.

    At three hours it is noon, a microsecond later half past one.
    """
    for begins, ends in _SPANS:
        if worked <= ends - begins:
            return begins + worked
        worked -= ends - begins
    raise ValueError(f"{worked} more than a day's work")


def later(day: int, worked: int, more: int) -> int:
    """Give the instant ``more`` working microseconds after ``worked`` ones of a day."""
    days, rest = divmod(worked + more, 7 * HOUR)
    # The end of a day is its close, not the opening of the next.
    return at(day + days, office(rest)) if rest else at(day + days - 1, CLOSE)


def days_off(first: date, last: date) -> list[date]:
    """Give the days off from ``first`` to ``last``."""
    span = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in span if not chinese_calendar.is_workday(day)]


def make_up_days() -> list[date]:
    """Give the Saturdays and Sundays on which people work."""
    return [day for day in ALL if day.weekday() >= 5]
