"""A calendar written out day by day, for the oracle: which work begins on which day."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from rules.calendars import Calendar

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Stretch = tuple[int, int]
"""From one instant up to another, in microseconds since the epoch."""


@dataclass(frozen=True)
class Day:
    """A local day: its date, the midnights around it and the work that begins on it."""

    date: date
    midnight: int
    next_midnight: int
    spans: tuple[Stretch, ...]


@dataclass(frozen=True)
class Pause:
    """A time during which the clock stood still; ``still_open``: it has not ended."""

    begin: int
    end: int
    still_open: bool


class Diary:
    """A calendar written out day by day."""

    def __init__(self, calendar: Calendar, first: date, last: date) -> None:
        self.calendar = calendar
        self.days: list[Day] = []
        worked_until = 0
        for i in range((last - first).days + 1):
            day = first + timedelta(days=i)
            spans = []
            for begin, end in _hours(calendar, day):
                stretch = (max(self._at(day, begin), worked_until), self._at(day, end))
                if stretch[0] < stretch[1]:
                    spans.append(stretch)
                    worked_until = stretch[1]
            self.days.append(Day(day, self._at(day, 0), self._at(day, 86_400), tuple(spans)))
        self._midnights = [day.midnight for day in self.days]

    def index(self, at: int) -> int:
        """The number of the local day on which an instant falls."""
        return bisect_right(self._midnights, at) - 1

    def work(self, begin: int, end: int) -> Iterator[Stretch]:
        """The working time between two instants."""
        for day in self.days[max(self.index(begin) - 2, 0) :]:
            if day.midnight >= end:
                return
            for a, b in day.spans:
                if max(a, begin) < min(b, end):
                    yield max(a, begin), min(b, end)

    @property
    def horizon(self) -> int:
        return self.days[-1].next_midnight

    def _at(self, day: date, seconds: int) -> int:
        wall = datetime(day.year, day.month, day.day) + timedelta(seconds=seconds)  # noqa: DTZ001
        aware = wall.replace(tzinfo=self.calendar.timezone).astimezone(UTC)
        return (aware - EPOCH) // timedelta(microseconds=1)


def without(time: Iterator[Stretch], pauses: tuple[Pause, ...]) -> Iterator[Stretch]:
    """What is left of stretches of time when the pauses are cut out of them."""
    for begin, end in time:
        at = begin
        for pause in sorted(pauses, key=lambda pause: pause.begin):
            if pause.end <= at or pause.begin >= end:
                continue
            if at < pause.begin:
                yield at, pause.begin
            at = max(at, pause.end)
        if at < end:
            yield at, end


def used_up(time: Iterator[Stretch], left: int) -> int | None:
    """The earliest moment at which so much time has passed."""
    for begin, end in time:
        if end - begin >= left:
            return begin + left
        left -= end - begin
    return None


def within(day: Day, share: Fraction) -> int:
    """The moment at which a share of the working time of a day is used."""
    spans = day.spans or ((day.midnight, day.next_midnight),)
    left = math.floor(share * sum(end - begin for begin, end in spans))
    for begin, end in spans:
        if end - begin >= left:
            return begin + left
        left -= end - begin
    raise AssertionError


def _hours(calendar: Calendar, day: date) -> tuple[Stretch, ...]:
    """The working hours of a day, in seconds after its midnight, as the calendar is written."""
    week = calendar.week
    for season in calendar.seasons:
        here, first, last = (day.month, day.day), season.first, season.last
        if first <= here <= last or (last < first and (here >= first or here <= last)):
            week = season.week
            break
    if day in calendar.workdays:
        own = calendar.workdays[day]
        if own:
            return own
        return week[day.weekday()] or next((spans for spans in week if spans), ())
    if day in calendar.holidays:
        return ()
    unknown = calendar.published_through is not None and day > calendar.published_through
    if unknown and (day.month, day.day) in calendar.yearly:
        return ()
    return week[day.weekday()]
