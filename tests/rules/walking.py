"""Walking along a calendar minute by minute and day by day, for tests of moments."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from hypothesis import strategies as st

from rules.calendars import Calendar
from rules.instants import MINUTE, instant, moment
from tests.support.moments import SHANGHAI, at


def works(calendar: Calendar, day: date) -> bool:
    return bool(calendar.spans(day))


def days_on(calendar: Calendar, start: int, days: int, step: int) -> int:
    """Walk so many working days on (step 1) or back (-1), and keep the time of day."""
    local = moment(start, SHANGHAI)
    day = local.date()
    while days:
        day += timedelta(days=step)
        days -= works(calendar, day)
    return instant(datetime.combine(day, local.timetz()))


def open_at(calendar: Calendar, instant_: int) -> bool:
    local = moment(instant_, SHANGHAI)
    seconds = (local - datetime.combine(local.date(), time(), SHANGHAI)).total_seconds()
    return any(begin <= seconds < end for begin, end in calendar.spans(local.date()))


def minutes_on(calendar: Calendar, start: int, minutes: int, step: int) -> int:
    """Walk so many working minutes on or back, minute by minute."""
    now = start
    while minutes:
        minutes -= open_at(calendar, now if step > 0 else now - MINUTE)
        now += step * MINUTE
    return now


# Around the weekend before and the holidays of October 2026, with their make-up days.
whole_minutes = st.integers(0, 30 * 24 * 60).map(lambda n: at("2026-09-12T00:00") + n * MINUTE)
