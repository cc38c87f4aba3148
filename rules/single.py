"""One case at a time: the arithmetic of the engine in the same coordinates, with plain integers.

NumPy takes its microseconds for every step, however few cases there are. Whoever asks about one
moment after another has the answer here a hundred times sooner.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from math import ceil
from typing import Protocol

import numpy as np

from rules.amounts import Amount, Unit
from rules.batches import Batch
from rules.cases import PartKind
from rules.clocks import Course
from rules.instants import SECOND, optional
from rules.limits import Allowance, DayEnd, Limit, PauseCount, Reckoning
from rules.parts import Parts
from rules.worktime import WorkingTime

Pause = tuple[int, int]
"""From one instant up to another."""

_BY_LAW = Reckoning()


class Ruler:
    """The look-ups of a compiled calendar for one instant at a time; see :class:`WorkingTime`."""

    def __init__(self, work: WorkingTime) -> None:
        self.size = work.size
        self.midnight: list[int] = work.midnight.tolist()
        self.working: list[bool] = work.working.tolist()
        self.ordinal: list[int] = work.ordinal.tolist()
        self.workday: list[int] = work.workday.tolist()
        self.opens: list[int] = work.opens.tolist()
        self.closes: list[int] = work.closes.tolist()
        self._begin: list[int] = work.begin.tolist()
        self._passed: list[int] = work.passed.tolist()

    def day(self, at: int) -> int:
        """Give the local day of an instant; one outside gives the first or the last day."""
        return min(max(bisect_right(self.midnight, at) - 1, 0), self.size - 1)

    def working_day(self, at: int) -> int:
        """Give the day to which the work at an instant belongs."""
        day = self.day(at)
        return day - (day > 0 and at < self.closes[day - 1])

    def nth(self, ordinal: int) -> int:
        """Give the day number of the working day with that ordinal, the first or the last one."""
        return self.workday[min(max(ordinal, 1), len(self.workday)) - 1]

    def passed_at(self, at: int) -> int:
        """Give the working time that has passed up to an instant."""
        span = bisect_right(self._begin, at) - 1
        if span < 0:
            return 0
        return min(self._passed[span] + at - self._begin[span], self._passed[span + 1])

    def reached(self, passed: int) -> int | None:
        """Give the earliest instant at which so much working time has passed."""
        if not 0 <= passed <= self._passed[-1]:
            return None
        span = bisect_left(self._passed, passed, lo=1) - 1
        return self._begin[span] + passed - self._passed[span]


@lru_cache(maxsize=64)
def ruler(work: WorkingTime) -> Ruler:
    """Give the ruler of a compiled calendar, made once for each."""
    return Ruler(work)


def due_at(
    amount: Amount,
    start: int,
    work: WorkingTime,
    pauses: Sequence[Pause] = (),
    reckoning: Reckoning = _BY_LAW,
) -> int | None:
    """Give the due moment of a limit: what :class:`rules.clocks.Course` gives for the same case.

    Args:
        amount: how long the limit allows.
        start: the instant from which it runs.
        work: its compiled calendar.
        pauses: when the clock stood still, in the order of their beginnings.
        reckoning: how it is counted.

    Returns:
        The instant, ``None`` beyond the calendar.
    """
    one = ruler(work)
    if not one.midnight[0] <= start < one.midnight[-1]:
        return None
    if amount.unit is Unit.MONTH or (pauses and reckoning.pauses is not PauseCount.TOUCHED):
        return _by_engine(amount, start, work, pauses, reckoning)
    scale = _scale(amount.unit, one, reckoning)
    position, through = scale.reach(start, amount.value)
    due = scale.end(position)
    for began, ended in pauses:
        begin = max(began, start)
        if due is None or begin >= due:
            break
        if ended > begin:
            first, last = scale.taken(begin, ended)
            first = max(first, through)
            through = max(last, through)
            if first < position and last > first:
                position += last - first
                due = scale.end(position)
    return None if due is None or due > one.midnight[-1] else max(due, start)


class _Scale(Protocol):
    def reach(self, start: int, amount: float) -> tuple[int, int]:
        """Give the due position without pauses, and the position of the start."""

    def taken(self, begin: int, end: int) -> tuple[int, int]:
        """Give the interval of positions that a pause takes up."""

    def end(self, position: int) -> int | None:
        """Give the due moment at a position."""


class _WorkingDays:
    def __init__(self, one: Ruler, reckoning: Reckoning) -> None:
        self._one = one
        self._counts_start = reckoning.count_start_day
        self._closes = reckoning.day_end is DayEnd.CLOSE

    def reach(self, start: int, amount: float) -> tuple[int, int]:
        day = self._one.day(start)
        working, ordinal = self._one.working[day], self._one.ordinal[day]
        origin = ordinal - (working and self._counts_start)
        return max(origin + ceil(amount), ordinal + (not working)), origin

    def taken(self, begin: int, end: int) -> tuple[int, int]:
        one = self._one
        day = one.working_day(begin)
        first = one.ordinal[day] - (one.working[day] and begin < one.closes[day])
        day = one.day(end)
        last = one.ordinal[day] - (one.working[day] and end <= one.opens[day])
        if last - first == 1 and one.passed_at(begin) == one.passed_at(end):
            return first, first  # within the rest at noon
        return first, last

    def end(self, position: int) -> int | None:
        one = self._one
        if position > len(one.workday):
            return None
        day = one.nth(position)
        return one.closes[day] if self._closes else one.midnight[day + 1]


class _CalendarDays:
    def __init__(self, one: Ruler, reckoning: Reckoning) -> None:
        self._one = one
        self._counts_start = reckoning.count_start_day
        self._closes = reckoning.day_end is DayEnd.CLOSE
        self._rolls = reckoning.roll

    def reach(self, start: int, amount: float) -> tuple[int, int]:
        day = self._one.day(start)
        origin = day - self._counts_start
        return max(origin + ceil(amount), day), origin

    def taken(self, begin: int, end: int) -> tuple[int, int]:
        return self._one.day(begin) - 1, self._one.day(end - 1)

    def end(self, position: int) -> int | None:
        one = self._one
        if position >= one.size:
            return None
        day = max(position, 0)
        if self._rolls and not one.working[day]:
            day = one.nth(one.ordinal[day] + 1)
        return one.closes[day] if self._closes else one.midnight[day + 1]


class _WorkingClock:
    def __init__(self, one: Ruler, seconds: int) -> None:
        self._unit = seconds * SECOND
        self._one = one

    def reach(self, start: int, amount: float) -> tuple[int, int]:
        origin = self._one.passed_at(start)
        return origin + round(amount * self._unit), origin

    def taken(self, begin: int, end: int) -> tuple[int, int]:
        return self._one.passed_at(begin), self._one.passed_at(end)

    def end(self, position: int) -> int | None:
        return self._one.reached(position)


class _WallClock:
    def __init__(self, seconds: int) -> None:
        self._unit = seconds * SECOND

    def reach(self, start: int, amount: float) -> tuple[int, int]:
        return start + round(amount * self._unit), start

    def taken(self, begin: int, end: int) -> tuple[int, int]:
        return begin, end

    def end(self, position: int) -> int | None:
        return position


@lru_cache(maxsize=256)
def _scale(unit: Unit, one: Ruler, reckoning: Reckoning) -> _Scale:
    if unit is Unit.WORKING_DAY:
        return _WorkingDays(one, reckoning)
    seconds = unit.seconds
    if seconds is None:
        return _CalendarDays(one, reckoning)
    return _WorkingClock(one, seconds) if unit.working else _WallClock(seconds)


def _by_engine(
    amount: Amount, start: int, work: WorkingTime, pauses: Sequence[Pause], reckoning: Reckoning
) -> int | None:
    count = len(pauses)
    nothing = np.full(count, None, dtype=object)
    parts = Parts(
        np.array([0, count]),
        np.array([begin for begin, _ in pauses], np.int64),
        np.array([end for _, end in pauses], np.int64),
        nothing,
        np.full(count, np.nan),
        nothing,
    )
    batch = Batch(1, {"start_at": np.array([start])}, {PartKind.PAUSE: parts})
    allow = Allowance(amount=amount)
    limit = Limit("", "", "start_at", "end_at", allow, (), work.calendar.id, reckoning=reckoning)
    return optional(Course(limit, batch, work).due[0])
