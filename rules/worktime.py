"""Working time as a coordinate: a calendar compiled into sorted arrays.

With them *W(t)*, the working time passed up to the instant *t*, *D(day)*, the working days up to a
day, and the inverses of both are look-ups, and every clock is arithmetic (design: "working time is
a coordinate"). Days are numbered from the first compiled day on; working days have ordinals from
1 on.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rules.calendars import Calendar, Spans
from rules.instants import DAY, NONE, SECOND, Instants, instant

Days = NDArray[np.int64]
"""Day numbers (0 is the first compiled day) or ordinals of working days, as ``int64``."""

FIRST_DAY: Final = date(1990, 1, 1)
LAST_DAY: Final = date(2060, 12, 31)
"""What is compiled: case dates outside are answered with "unknown", never with a guess."""


class WorkingTime:
    """A compiled calendar.

    Every method takes and gives ``int64`` arrays of any one shape (instants in microseconds, day
    numbers, ordinals, or working time in microseconds) and does not loop over them.

    Args:
        calendar: what to compile.
        first: the first day, included.
        last: the last day, included.

    Raises:
        ValueError: the hours of one day run into the next day's, or no day is a working day.
    """

    def __init__(self, calendar: Calendar, first: date = FIRST_DAY, last: date = LAST_DAY) -> None:
        self.calendar = calendar
        self.first = first
        size = (last - first).days + 1
        self.size = size
        midnights = _Midnights(calendar, first, size)
        self.midnight = midnights.instants

        per_day: list[Spans] = [calendar.spans(first + timedelta(days=i)) for i in range(size)]
        owner = np.repeat(np.arange(size), [len(spans) for spans in per_day])
        edges = np.array([span for spans in per_day for span in spans], dtype=np.int64)
        edges = edges.reshape(-1, 2)
        if not len(edges):
            raise ValueError(f"calendar {calendar.id}: no day is a working day")
        wall = owner[:, None] * 86_400 + edges
        overlaps = np.flatnonzero(wall[1:, 0] < wall[:-1, 1])
        if len(overlaps):
            day = first + timedelta(days=int(owner[overlaps[0]]))
            raise ValueError(f"calendar {calendar.id}: the hours of {day} run into the next day's")
        begin = midnights.at(owner, edges[:, 0])
        end = midnights.at(owner, edges[:, 1])
        # A change to summer time swallows the wall times of an hour, and spans within it.
        begin[1:] = np.maximum(begin[1:], np.maximum.accumulate(end)[:-1])
        real = end > begin
        owner, begin, end = owner[real], begin[real], end[real]

        self.begin = begin
        self.passed = np.concatenate([[0], np.cumsum(end - begin)])
        """Working time passed before each span, and after the last one (spans + 1)."""
        self._bounds = int(begin[0]), int(end[-1])
        self._rest = begin - self.passed[:-1]
        self._begins = _Edges(begin)
        self._ends = _Edges(self.passed[1:])

        self.working = np.zeros(size, dtype=bool)
        self.working[owner] = True
        self.ordinal = np.cumsum(self.working)
        """D: the number of working days up to and including each day."""
        self.workday = np.flatnonzero(self.working)
        """The day number of the working day with ordinal ``i + 1``."""
        self.opens = np.where(self.working, 0, self.midnight[:-1])
        self.opens[owner[::-1]] = begin[::-1]
        self.closes = np.where(self.working, 0, self.midnight[1:])
        self.closes[owner] = end
        """When work opens and closes each day; its midnights on a day off."""
        self.past_midnight = bool(np.any(self.closes > self.midnight[1:]))
        """Whether the hours of some day run into the next one."""
        changes = np.flatnonzero(np.diff(self.midnight) != DAY)
        steady = int(changes[-1]) + 1 if len(changes) else 0
        self._steady_from = int(self.midnight[steady])
        self._steady_zero = self._steady_from - steady * DAY
        last_span = np.flatnonzero(np.append(owner[1:] != owner[:-1], len(owner) > 0))
        self.filled = np.concatenate([[0], self.passed[1:][last_span]])
        """Working time passed at the end of the working day with that ordinal (0: none yet)."""
        through = calendar.published_through
        self.provisional_from = (
            np.iinfo(np.int64).max
            if through is None
            else int(self.midnight[min(max((through - first).days + 1, 0), size)])
        )

    def inside(self, at: Instants) -> NDArray[np.bool_]:
        """Tell which instants lie within the compiled days (``NONE`` does not)."""
        inside: NDArray[np.bool_] = (at >= self.midnight[0]) & (at < self.midnight[-1])
        return inside

    def day(self, at: Instants) -> Days:
        """Give the local day of instants; one outside gives the first or the last day."""
        # A moment that is absent lies before all days, and must not overflow.
        at = np.maximum(at, self.midnight[0])
        # From when on clocks no longer change, every day has 24 hours.
        day: Days = np.clip((at - self._steady_zero) // DAY, 0, self.size - 1)
        before = at < self._steady_from
        if np.any(before):
            day[before] = self._day_among_changes(at[before])
        return day

    def _day_among_changes(self, at: Instants) -> Days:
        guess: Days = np.clip((at - self.midnight[0]) // DAY, 0, self.size - 1)
        # A day lasts 23 to 25 hours where clocks change, so the guess is at most one day off.
        guess -= (self.midnight[guess] > at) & (guess > 0)
        guess += (self.midnight[guess + 1] <= at) & (guess < self.size - 1)
        return guess

    def working_day(self, at: Instants) -> Days:
        """Give the day to which the work at instants belongs.

        It is the local day, or the one before while hours of that day run past midnight.
        """
        day = self.day(at)
        if not self.past_midnight:
            return day
        return day - ((day > 0) & (at < self.closes[np.maximum(day - 1, 0)]))

    def date_of(self, day: int) -> date:
        """Give the date of a day number."""
        return self.first + timedelta(days=day)

    def number_of(self, day: date) -> int:
        """Give the day number of a date; it may lie outside the compiled days."""
        return (day - self.first).days

    def nth(self, ordinal: Days) -> Days:
        """Give the day number of the working day with that ordinal (D⁻¹).

        An ordinal below 1 gives the first working day, one beyond the last gives the last.
        """
        return self.workday[np.clip(ordinal, 1, len(self.workday)) - 1]

    def passed_at(self, at: Instants) -> Instants:
        """Give W: the working time in microseconds that has passed up to instants."""
        at = np.clip(at, *self._bounds)
        begun = self._begins.below(at + 1)
        passed: Instants = np.minimum(at - self._rest[begun - 1], self.passed[begun])
        return passed

    def reached(self, passed: Instants) -> Instants:
        """Give W⁻¹: the earliest instant at which so much working time has passed.

        At the end of a span that is its end (17:30), not the beginning of the next (09:00). Working
        time beyond the compiled days gives ``NONE``.
        """
        total = int(self.passed[-1])
        at: Instants = passed + self._rest[self._ends.below(np.minimum(passed, total))]
        outside = (passed > total) | (passed < 0)
        if np.any(outside):
            at[outside] = NONE
        return at

    def ordinal_holding(self, passed: Instants) -> Days:
        """Give the ordinal of the working day whose time follows when so much has passed."""
        return np.searchsorted(self.filled, passed, side="right")


class _Midnights:
    """The instants of local midnights and of the wall times of day after them."""

    def __init__(self, calendar: Calendar, first: date, size: int) -> None:
        self._zone = calendar.timezone
        naive = instant(datetime(first.year, first.month, first.day, tzinfo=UTC))
        self._naive = naive + DAY * np.arange(size + 3, dtype=np.int64)
        self._start = datetime(first.year, first.month, first.day)  # noqa: DTZ001  # wall time
        days = (self._start + timedelta(days=i) for i in range(size + 3))
        self._offset = np.array([self._offset_of(day) for day in days], dtype=np.int64)
        self.instants = (self._naive - self._offset)[: size + 1]

    def _offset_of(self, wall: datetime) -> int:
        offset = wall.replace(tzinfo=self._zone).utcoffset()
        return 0 if offset is None else int(offset.total_seconds()) * SECOND

    def at(self, day: Days, seconds: NDArray[np.int64]) -> Instants:
        """Give the instants ``seconds`` of wall time after midnight of ``day``."""
        result = self._naive[day] + seconds * SECOND - self._offset[day]
        # Only near a change of the zone's offset does the offset at midnight not serve all day.
        changes = (self._offset[day + 1] != self._offset[day]) | (
            self._offset[day + 2] != self._offset[day]
        )
        for i in np.flatnonzero(changes):
            wall = self._start + timedelta(days=int(day[i]), seconds=int(seconds[i]))
            result[i] = int(self._naive[day[i]]) + int(seconds[i]) * SECOND - self._offset_of(wall)
        return result


class _Edges:
    """Sorted edges, with an index of equal buckets to count those below a value."""

    _MOST = 1 << 19

    def __init__(self, edges: Instants) -> None:
        self._edges = edges
        self._first = int(edges[0])
        length = int(edges[-1]) - self._first
        shortest = int(np.min(np.diff(edges), initial=DAY))
        self._size = max(shortest, length // self._MOST, 1)
        marks = self._first + np.arange(length // self._size + 2, dtype=np.int64) * self._size
        self._below = np.searchsorted(edges, marks, side="left")
        self._steps = int(np.max(np.diff(self._below), initial=0))
        self._padded = np.append(edges, np.iinfo(np.int64).max)

    def below(self, values: Instants) -> NDArray[np.int64]:
        """Give how many edges are less than each value."""
        if self._steps > 8:  # very uneven spans: halving is quicker than walking
            return np.searchsorted(self._edges, values, side="left")
        bucket = np.clip((values - self._first) // self._size, 0, len(self._below) - 1)
        count = self._below[bucket]
        for _ in range(self._steps):
            count = count + (self._padded[count] < values)
        return count


@lru_cache(maxsize=64)
def working_time(calendar: Calendar) -> WorkingTime:
    """Give the compiled form of a calendar, compiled once for each calendar object."""
    return WorkingTime(calendar)
