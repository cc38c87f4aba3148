"""Calendars: when work is done, as written down by people, before it is compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from types import MappingProxyType
from zoneinfo import ZoneInfo

Span = tuple[int, int]
"""Working time within a day, in seconds of local time since midnight; the end may pass 24:00."""

Spans = tuple[Span, ...]
Week = tuple[Spans, Spans, Spans, Spans, Spans, Spans, Spans]
"""The spans of Monday to Sunday."""


@dataclass(frozen=True, slots=True)
class Season:
    """Other hours for a part of each year: from (month, day) to (month, day), both included.

    A season whose end lies before its beginning runs over the turn of the year.
    """

    first: tuple[int, int]
    last: tuple[int, int]
    week: Week


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """When work is done. Each calendar is equal to itself only, so that it can key a cache.

    ``holidays`` are days off by name. ``workdays`` are extra working days (调休上班) with hours of
    their own, or ``None`` for the usual ones: those of the first working day of the week. A day in
    both is refused. ``yearly`` are the fixed holidays (month, day) that are used for the years
    after ``published_through``: what is reckoned there is provisional. ``published_through=None``
    means that nothing more will ever be published, as with a plain week.

    Raises:
        ValueError: a day is both holiday and working day, or spans overlap or are empty.
    """

    id: str
    timezone: ZoneInfo
    week: Week
    seasons: tuple[Season, ...] = ()
    holidays: Mapping[date, str] = field(default_factory=lambda: MappingProxyType({}))
    workdays: Mapping[date, Spans | None] = field(default_factory=lambda: MappingProxyType({}))
    yearly: Mapping[tuple[int, int], str] = field(default_factory=lambda: MappingProxyType({}))
    published_through: date | None = None
    version: str = "1"

    def __post_init__(self) -> None:
        both = sorted(set(self.holidays) & set(self.workdays))
        if both:
            days = ", ".join(day.isoformat() for day in both)
            raise ValueError(f"calendar {self.id}: both holiday and working day: {days}")
        weeks = [self.week, *(season.week for season in self.seasons)]
        for spans in [s for week in weeks for s in week] + [s for s in self.workdays.values() if s]:
            check_spans(spans)
        for week in weeks:
            for today, tomorrow in zip(week, week[1:] + week[:1], strict=True):
                if today and tomorrow and today[-1][1] > tomorrow[0][0] + 86_400:
                    raise ValueError(
                        f"calendar {self.id}: hours that run past midnight overlap the next day's"
                    )

    def spans(self, day: date) -> Spans:
        """Give the working spans of a day; none on a day off."""
        if day in self.workdays:
            return self.workdays[day] or self.usual(day)
        return () if self.holiday(day) is not None else self._week(day)[day.weekday()]

    def usual(self, day: date) -> Spans:
        """Give the hours of an ordinary working day of that season."""
        week = self._week(day)
        return week[day.weekday()] or next((spans for spans in week if spans), ())

    def holiday(self, day: date) -> str | None:
        """Give the name of the holiday on that day, ``None`` where there is none."""
        name = self.holidays.get(day)
        if name is None and self.published_through is not None and day > self.published_through:
            name = self.yearly.get((day.month, day.day))
        return name

    def _week(self, day: date) -> Week:
        here = (day.month, day.day)
        for season in self.seasons:
            if season.first <= season.last:
                inside = season.first <= here <= season.last
            else:
                inside = here >= season.first or here <= season.last
            if inside:
                return season.week
        return self.week


def parse_span(text: str) -> Span:
    """Read ``09:00-12:00``; the end may be up to ``48:00`` for hours past midnight.

    Raises:
        ValueError: it is not two times of day, or the end is not after the beginning.
    """
    first, dash, last = text.strip().partition("-")
    try:
        span = (_clock(first), _clock(last))
    except ValueError:
        dash = ""
    if not dash or not 0 <= span[0] < span[1] <= 172_800 or span[0] >= 86_400:
        raise ValueError(f'{text!r} is not a span of working time; expected e.g. "09:00-12:00"')
    return span


def check_spans(spans: Spans) -> None:
    """Refuse spans that are out of order or overlap.

    Raises:
        ValueError: they are.
    """
    for before, after in pairwise(spans):
        if after[0] < before[1]:
            raise ValueError(
                f"working hours overlap or are out of order: "
                f"{write_span(before)} and {write_span(after)}"
            )


def write_span(span: Span) -> str:
    """Write a span as :func:`parse_span` reads it."""
    return "-".join(f"{t // 3600:02d}:{t % 3600 // 60:02d}" for t in span)


def _clock(text: str) -> int:
    parts = [int(part) for part in text.strip().split(":")]
    if not 2 <= len(parts) <= 3 or any(not 0 <= part < 60 for part in parts[1:]):
        raise ValueError(text)
    hours, minutes, seconds = (*parts, 0)[:3]
    return hours * 3600 + minutes * 60 + seconds
