"""A year of a calendar, day by day, as people look it up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from rules.calendars import Calendar, Spans

_DAY = timedelta(days=1)


class YearDayKind(StrEnum):
    """What a day of a calendar is."""

    WORKING = "working"
    OFF = "off"  # a day off of the week
    HOLIDAY = "holiday"
    MAKEUP = "makeup"  # an extra working day (调休上班)


@dataclass(frozen=True, slots=True)
class YearDay:
    """One day: what it is, the name of its holiday, its working hours.

    ``provisional``: the calendar is not published so far.
    """

    date: date
    kind: YearDayKind
    name: str
    hours: Spans
    provisional: bool

    @property
    def works(self) -> bool:
        """Whether work is done."""
        return bool(self.hours)


@dataclass(frozen=True, slots=True)
class Holiday:
    """A holiday of one or more days in a row, both included."""

    name: str
    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


def days_of(calendar: Calendar, year: int) -> tuple[YearDay, ...]:
    """Give the days of a year, 1 January to 31 December."""
    first = date(year, 1, 1)
    count = (date(year, 12, 31) - first).days + 1
    return tuple(_day(calendar, first + timedelta(days=at)) for at in range(count))


def holidays_of(days: Sequence[YearDay]) -> tuple[Holiday, ...]:
    """Give the holidays among days in order, those of one name in a row as one."""
    found: list[Holiday] = []
    for day in days:
        if day.kind is not YearDayKind.HOLIDAY:
            continue
        last = found[-1] if found else None
        if last is not None and last.name == day.name and last.last + _DAY == day.date:
            found[-1] = Holiday(last.name, last.first, day.date)
        else:
            found.append(Holiday(day.name, day.date, day.date))
    return tuple(found)


def _day(calendar: Calendar, day: date) -> YearDay:
    hours, name = calendar.spans(day), calendar.holiday(day)
    if day in calendar.workdays:
        kind = YearDayKind.MAKEUP
    elif name is not None:
        kind = YearDayKind.HOLIDAY
    else:
        kind = YearDayKind.WORKING if hours else YearDayKind.OFF
    through = calendar.published_through
    return YearDay(day, kind, name or "", hours, through is not None and day > through)
