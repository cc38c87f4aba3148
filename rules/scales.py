"""Scales: the coordinates in which limits of each unit are counted.

A position on a scale says how much has been counted through. A day scale counts whole days
("position 7": day 7 is over), a time scale microseconds. On every scale a pause takes up a
half-open interval [a, b) of positions, and a limit that starts at ``origin`` and allows ``n`` is
due at position ``origin + n`` plus what the pauses before it take up.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rules.amounts import Unit
from rules.instants import NONE, SECOND, Instants
from rules.limits import DayEnd, PauseCount, Reckoning
from rules.worktime import Days, WorkingTime

Positions = NDArray[np.int64]


class Scale(Protocol):
    """What counts a limit. All arrays have the same shape (n)."""

    def origin(self, at: Instants) -> Positions:
        """Give the position from which a limit that starts at ``at`` is counted."""

    def floor(self, at: Instants) -> Positions:
        """Give the earliest position at which a limit that starts at ``at`` can be due."""

    def advance(self, origin: Positions, amount: NDArray[np.float64]) -> Positions:
        """Give the position ``amount`` units after ``origin``; parts of a day count as a day."""

    @property
    def joins(self) -> bool:
        """Whether pauses may together take up what none of them takes up alone."""

    @property
    def may_touch_after_end(self) -> bool:
        """Whether a pause can touch the last day although it begins after the due moment."""

    def fine(self, at: Instants) -> Positions:
        """Give the coordinate in which the beginnings and ends of pauses are compared."""

    def taken(self, begin: Instants, end: Instants) -> tuple[Positions, Positions]:
        """Give the intervals of positions that pauses take up; none where it ends by its start."""

    def end(self, position: Positions) -> Instants:
        """Give the due moment of a limit due at ``position``; ``NONE`` beyond the calendar."""

    def middle(self, position: Positions, part: NDArray[np.float64]) -> Instants:
        """Give the moment at which ``part`` (0 to 1) of what comes after ``position`` is used."""

    def begun(self, at: Instants) -> Positions:
        """Give the position at the end of what has begun by then."""

    def over(self, at: Instants) -> Positions:
        """Give the position at the end of what is over by then."""


class WorkingDays:
    """Working days by ordinal (行政许可法 第八十二条: the law's limits are working days)."""

    def __init__(self, work: WorkingTime, reckoning: Reckoning) -> None:
        self._work = work
        self._reckoning = reckoning

    def origin(self, at: Instants) -> Positions:
        """The day of start does not count (民法典 第二百零一条), unless the limit says so."""
        day = self._work.day(at)
        ordinal = self._work.ordinal[day]
        return ordinal - self._work.working[day] if self._reckoning.count_start_day else ordinal

    def floor(self, at: Instants) -> Positions:
        """A limit of zero days is due on the first working day from its start on."""
        day = self._work.day(at)
        return self._work.ordinal[day] + ~self._work.working[day]

    def advance(self, origin: Positions, amount: NDArray[np.float64]) -> Positions:
        """Count on."""
        return origin + np.ceil(amount).astype(np.int64)

    @property
    def joins(self) -> bool:
        """Two pauses may fill a day between them, with a rest at noon that neither has."""
        return self._reckoning.pauses is PauseCount.WHOLE

    @property
    def may_touch_after_end(self) -> bool:
        """Only work past midnight goes on after a last day that ends at 24:00."""
        work = self._work
        at_midnight = self._reckoning.day_end is DayEnd.MIDNIGHT
        return at_midnight and bool(np.any(work.closes > work.midnight[1:]))

    def fine(self, at: Instants) -> Positions:
        """Working time, so that what lies outside working hours does not matter."""
        return self._work.passed_at(at)

    def taken(self, begin: Instants, end: Instants) -> tuple[Positions, Positions]:
        """A pause takes up the days it touches, those all within it, or those after its first."""
        work = self._work
        if self._reckoning.pauses is PauseCount.WHOLE:
            filled = work.filled
            return (
                np.searchsorted(filled, work.passed_at(begin), side="left"),
                np.searchsorted(filled, work.passed_at(end), side="right") - 1,
            )
        day = work.working_day(begin)
        if self._reckoning.pauses is PauseCount.AFTER_FIRST_DAY:
            return work.ordinal[day], work.ordinal[work.working_day(end)]
        first = work.ordinal[day] - (work.working[day] & (begin < work.closes[day]))
        day = work.day(end)
        last = work.ordinal[day] - (work.working[day] & (end <= work.opens[day]))
        # A pause within the rest at noon touches no working time of its day.
        within = np.flatnonzero(last - first == 1)
        touches = work.passed_at(begin[within]) < work.passed_at(end[within])
        last[within] -= ~touches
        return first, last

    def end(self, position: Positions) -> Instants:
        """The last day ends at close of business (民法典 第二百零三条) or at 24:00."""
        at = day_end(self._work, self._work.nth(position), self._reckoning)
        return np.where(position > len(self._work.workday), NONE, at)

    def middle(self, position: Positions, part: NDArray[np.float64]) -> Instants:
        """Within the working hours of the next working day."""
        return within_day(self._work, self._work.nth(position + 1), part)

    def begun(self, at: Instants) -> Positions:
        """A day has begun when work has opened."""
        return np.searchsorted(self._work.opens[self._work.workday], at, side="right")

    def over(self, at: Instants) -> Positions:
        """A day is over at its end."""
        ends = day_end(self._work, self._work.workday, self._reckoning)
        return np.searchsorted(ends, at, side="right")


class CalendarDays:
    """Calendar days by day number; with ``months`` amounts are months."""

    def __init__(self, work: WorkingTime, reckoning: Reckoning, *, months: bool = False) -> None:
        self._work = work
        self._reckoning = reckoning
        self._months = months

    def origin(self, at: Instants) -> Positions:
        """The day of start does not count (民法典 第二百零一条), unless the limit says so."""
        return self._work.day(at) - int(self._reckoning.count_start_day)

    def floor(self, at: Instants) -> Positions:
        """A limit of zero days is due on the day of its start."""
        return self._work.day(at)

    def advance(self, origin: Positions, amount: NDArray[np.float64]) -> Positions:
        """Count on; months end on the same day of the month or its last (民法典 第二百零二条)."""
        count = np.ceil(amount).astype(np.int64)
        if not self._months:
            return origin + count
        # Where the day of start counts, a month ends on the day before the same day of the next.
        counted = int(self._reckoning.count_start_day)
        start = np.datetime64(self._work.first)
        days = start + (origin + counted).astype("timedelta64[D]")
        month = days.astype("datetime64[M]")
        target = month + count.astype("timedelta64[M]")
        length = (target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")
        into = days - month.astype("datetime64[D]") - np.timedelta64(counted, "D")
        into = np.minimum(into, length - np.timedelta64(1, "D"))
        days_on: Positions = (target.astype("datetime64[D]") + into - start).astype(np.int64)
        return days_on

    @property
    def joins(self) -> bool:
        """Two pauses may fill a day between them."""
        return self._reckoning.pauses is PauseCount.WHOLE

    @property
    def may_touch_after_end(self) -> bool:
        """The last day goes on after close of business."""
        return True

    def fine(self, at: Instants) -> Positions:
        """Clock time: instants as they are."""
        return at

    def taken(self, begin: Instants, end: Instants) -> tuple[Positions, Positions]:
        """A pause touches each calendar day that has any moment of it, or all after its first."""
        if self._reckoning.pauses is PauseCount.WHOLE:
            return self._work.day(begin - 1), self._work.day(end) - 1
        if self._reckoning.pauses is PauseCount.AFTER_FIRST_DAY:
            return self._work.day(begin), self._work.day(end)
        a = self._work.day(begin) - 1
        return a, np.where(end > begin, self._work.day(end - 1), a)

    def end(self, position: Positions) -> Instants:
        """A last day that is a day off moves to the next working day (民法典 第二百零三条)."""
        day = np.clip(position, 0, self._work.size - 1)
        if self._reckoning.roll:
            day = rolled(self._work, day)
        at = day_end(self._work, day, self._reckoning)
        return np.where(position >= self._work.size, NONE, at)

    def middle(self, position: Positions, part: NDArray[np.float64]) -> Instants:
        """Within the working hours of the next day, or the whole of a day off."""
        return within_day(self._work, np.clip(position + 1, 0, self._work.size - 1), part)

    def begun(self, at: Instants) -> Positions:
        """A day has begun when work has opened, or at its midnight on a day off."""
        return np.searchsorted(self._work.opens, at, side="right") - 1

    def over(self, at: Instants) -> Positions:
        """A day is over at its end."""
        ends = day_end(self._work, np.arange(self._work.size), self._reckoning)
        return np.searchsorted(ends, at, side="right") - 1


class WallClock:
    """Clock time in microseconds: instants are their own positions. Amounts of ``seconds``."""

    joins = False
    may_touch_after_end = False

    def __init__(self, seconds: int) -> None:
        self._unit = seconds * SECOND

    def origin(self, at: Instants) -> Positions:
        """A period in hours runs from the moment set (民法典 第二百零一条)."""
        return at

    floor = fine = begun = over = origin

    def advance(self, origin: Positions, amount: NDArray[np.float64]) -> Positions:
        """Count on, to the microsecond."""
        return origin + np.rint(amount * self._unit).astype(np.int64)

    def taken(self, begin: Instants, end: Instants) -> tuple[Positions, Positions]:
        """The time of a pause is cut out exactly, whatever the limit says of days."""
        return self.fine(begin), self.fine(end)

    def end(self, position: Positions) -> Instants:
        """It ends at the earliest moment at which it is used up."""
        return position

    def middle(self, position: Positions, part: NDArray[np.float64]) -> Instants:
        """Time has no middle to look for: the moment of the position itself."""
        del part
        return self.end(position)


class WorkingClock(WallClock):
    """The same in working time: the coordinate W itself."""

    def __init__(self, work: WorkingTime, seconds: int) -> None:
        super().__init__(seconds)
        self._work = work

    def origin(self, at: Instants) -> Positions:
        """Give the working time passed by then."""
        return self._work.passed_at(at)

    floor = fine = begun = over = origin

    def end(self, position: Positions) -> Instants:
        """It ends at the earliest moment at which it is used up: 17:30, not 09:00 the next day."""
        return self._work.reached(position)


def scale_for(unit: Unit, work: WorkingTime, reckoning: Reckoning) -> Scale:
    """Give the scale on which amounts of a unit are counted."""
    if unit is Unit.WORKING_DAY:
        return WorkingDays(work, reckoning)
    seconds = unit.seconds
    if seconds is None:
        return CalendarDays(work, reckoning, months=unit is Unit.MONTH)
    return WorkingClock(work, seconds) if unit.working else WallClock(seconds)


def rolled(work: WorkingTime, day: Days) -> Days:
    """Give the day itself, or the next working day where it is a day off."""
    return np.where(work.working[day], day, work.nth(work.ordinal[day] + 1))


def day_end(work: WorkingTime, day: Days, reckoning: Reckoning) -> Instants:
    """Give the moment at which the last day of a limit ends."""
    return work.closes[day] if reckoning.day_end is DayEnd.CLOSE else work.midnight[day + 1]


def within_day(work: WorkingTime, day: Days, part: NDArray[np.float64]) -> Instants:
    """Give the moment at which ``part`` (0 to 1) of the working time of a day is used.

    At 0 it is the opening of business; on a day off the midnights stand for opening and close.
    """
    opens = work.opens[day]
    if not np.any(part):
        return opens
    ordinal = work.ordinal[day]
    before = work.filled[ordinal - work.working[day]]
    working = work.reached(before + (part * (work.filled[ordinal] - before)).astype(np.int64))
    wall = opens + (part * (work.closes[day] - opens)).astype(np.int64)
    return np.where(part == 0, opens, np.where(work.working[day], working, wall))
