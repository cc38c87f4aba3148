"""One limit of one case, reckoned by walking through its days: for people, not for speed.

It is the law's reckoning a second time, day by day instead of by arithmetic in the coordinate of
working time, so that what an explanation shows does not rest on what it explains
(民法典 第二百零一至二百零三条, 行政许可法 第四十二、四十五、八十二条).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import ceil

import numpy as np

from rules.amounts import Amount, Unit
from rules.cases import Case, Part, PartKind
from rules.instants import NEVER, SECOND
from rules.limits import DayEnd, Limit, PauseCount, Reckoning
from rules.stretches import Stop, Stretch, merged, without
from rules.worktime import WorkingTime


@dataclass(frozen=True, slots=True)
class Walked:
    """Where a walk ends.

    ``due`` is the due moment, ``None`` while ``paused`` without a cap or beyond the calendar.
    ``last_day`` is the day number of the last counted day, before the limit rolls to a working day
    or is moved on by the moment. ``stops`` are the pauses that moved it, ``amount`` the allowance
    with the ``extensions`` that were granted in time, ``number`` the days it makes (0 on clocks).
    """

    due: int | None
    paused: bool
    amount: Amount
    number: int
    last_day: int | None
    stops: tuple[Stop, ...]
    extensions: tuple[Part, ...]


class Walk:
    """Walks through the days of one case.

    Args:
        limit: the limit.
        case: the case.
        work: the compiled calendar of the limit.
        start: when the clock started, within the compiled days.
        unit: what the limit counts.
        until: when the case reached the end of the limit, ``None`` where it has not.
    """

    def __init__(
        self,
        limit: Limit,
        case: Case,
        work: WorkingTime,
        start: int,
        unit: Unit,
        until: int | None = None,
    ) -> None:
        self.unit = unit
        self.start = start
        self.start_day = int(work.day(np.array([start], np.int64))[0])
        self._limit = limit
        self._how = limit.reckoning
        self._case = case
        self._work = work
        self._until = until
        self.stops = self._stops()

    def day(self, at: int) -> int:
        """Give the day number of an instant."""
        return int(self._work.day(np.array([at], np.int64))[0])

    def number_of(self, day: date) -> int:
        """Return the day number of a date."""
        return self._work.number_of(day)

    def ended_before(self, part: Part) -> bool:
        """Whether the case had reached the end of the limit when a pause began."""
        until, begin = self._until, part.started_at
        return until is not None and begin is not None and until <= begin

    def reckon(self, allowed: float) -> Walked:
        """Walk to the due moment of a limit that allows so many of its units."""
        walked = self._walk(allowed, ())
        parts = [part for part in self._case.parts if part.kind is PartKind.EXTENSION]
        for part in sorted(parts, key=lambda part: part.started_at or 0):
            granted = part.started_at
            if granted is not None and walked.due is not None and granted > walked.due:
                continue  # granted too late to move what was due by then
            allowed += self.extends_by(part)
            walked = self._walk(allowed, (*walked.extensions, part))
        return walked

    def extends_by(self, part: Part) -> float:
        """Give by how many of the limit's units an extension extends it."""
        value, unit = part.facts.get("amount"), part.facts.get("unit")
        assert isinstance(value, int | float)  # noqa: S101  # else the limit is unknown
        other = self.unit if unit is None else Unit(str(unit))
        if other is self.unit:
            return float(value)
        return float(value) * ((other.seconds or 0) / (self.unit.seconds or 1))

    def counted_days(self, stops: Sequence[Stop]) -> Iterator[int]:
        """Give the days that count, in order."""
        first = self.start_day + (not self._how.count_start_day)
        for day in range(first, self._work.size):
            time = self.time(day)
            if time and not self.stands_still(day, stops):
                yield day

    def stands_still(self, day: int, stops: Sequence[Stop]) -> bool:
        """Whether a day that could count does not because of pauses."""
        if not self.unit.counts_days or self.by_moments:
            return False
        if self._how.pauses is PauseCount.AFTER_FIRST_DAY:
            return any(self.holds(stop, day) for stop in stops)
        time = self.time(day)
        running = list(without(time, stops))
        return not running if self._how.pauses is PauseCount.WHOLE else running != list(time)

    def holds(self, stop: Stop, day: int) -> bool:
        """Whether a pause takes up a day: one after the day it begins on, up to that of its end."""
        if self._how.pauses is not PauseCount.AFTER_FIRST_DAY or not self.unit.counts_days:
            return any(stop.begin < part.end and part.begin < stop.end for part in self.time(day))
        last = int(self._work.midnight[-1]) - 1
        first, end = self._day_of_work(stop.begin), self._day_of_work(min(stop.end, last))
        return first < day <= end

    def _day_of_work(self, at: int) -> int:
        """Return the day to which an instant belongs; hours past midnight are the day before's."""
        find = self._work.working_day if self.unit.working else self._work.day
        return int(find(np.array([at], np.int64))[0])

    def time(self, day: int) -> tuple[Stretch, ...]:
        """Give what of a day can count: its working hours, or all of it."""
        if self.unit.working:
            return self.hours(day)
        return (Stretch(int(self._work.midnight[day]), int(self._work.midnight[day + 1])),)

    @property
    def counts_start_day(self) -> bool:
        """Whether the day of start counts."""
        return self._how.count_start_day

    @property
    def by_moments(self) -> bool:
        """Whether pauses move the due moment of counted days by the time that they last."""
        return self.unit.counts_days and self._how.pauses is PauseCount.MOMENTS

    def hours(self, day: int) -> tuple[Stretch, ...]:
        """Give the working hours of a day, none on a day off."""
        work = self._work
        if not work.working[day]:
            return ()
        first = int(np.searchsorted(work.begin, work.opens[day]))
        last = int(np.searchsorted(work.begin, work.closes[day]))
        length = np.diff(work.passed[first : last + 1])
        return tuple(
            Stretch(int(begin), int(begin + long))
            for begin, long in zip(work.begin[first:last], length, strict=True)
        )

    def running(self, begin: int, end: int) -> Iterator[Stretch]:
        """Give the time that can count between two instants."""
        # The hours of the day before may run past midnight.
        first = max(self.day(begin) - 1, 0)
        for day in range(first, self._work.size):
            if self._work.midnight[day] >= end:
                return
            for time in self.time(day):
                part = Stretch(max(time.begin, begin), min(time.end, end))
                if part.begin < part.end:
                    yield part

    def _stops(self) -> tuple[Stop, ...]:
        kinds = self._limit.pause_kinds
        stops = []
        for part in self._case.parts:
            begin, end = part.started_at, part.ended_at
            if part.kind is not PartKind.PAUSE or begin is None:
                continue
            if kinds and part.facts.get("kind") not in kinds:
                continue
            still_open = end is None and self._until is None
            if end is None:
                cap = self._how.pause_cap
                end = NEVER if cap is None or not still_open else self._end_of(cap, begin)
            if self._until is not None:
                end = min(end, self._until)
            if max(begin, self.start) < end:
                stops.append(Stop(part, max(begin, self.start), end, still_open))
        return tuple(sorted(stops, key=lambda stop: stop.part.started_at or 0))

    def _end_of(self, cap: Amount, begin: int) -> int:
        """Give when the longest pause that the law allows would end."""
        how = replace(self._limit, reckoning=Reckoning(roll=False))
        begin = max(begin, int(self._work.midnight[0]))
        end = Walk(how, Case("", "", {}), self._work, begin, cap.unit).reckon(cap.value).due
        return NEVER if end is None else end

    def _walk(self, allowed: float, extensions: tuple[Part, ...]) -> Walked:
        """Add the pauses that begin before the due moment, one after the other."""
        if self.unit.counts_days:
            allowed = ceil(allowed)
        taken: tuple[Stop, ...] = ()
        number = self.number_of_days(allowed)
        last, due = self._moment(allowed, taken)
        paused = False
        for stop in self.stops:
            if due is None or stop.begin >= due:
                break
            taken = (*taken, stop)
            before = last, due
            last, due = self._moment(allowed, taken)
            # The last day may move without the due moment: both roll to the same working day.
            paused |= stop.still_open and before != (last, due)
        if paused and self._how.pause_cap is None:
            due = None
        if due is not None and self.by_moments and due != self._moment(allowed, ())[1]:
            due = self._off_to_working_day(due)
        return Walked(due, paused, Amount(allowed, self.unit), number, last, taken, extensions)

    def _moment(self, allowed: float, stops: Sequence[Stop]) -> tuple[int | None, int | None]:
        """Give the last counted day, where days are counted, and the due moment."""
        if not self.unit.counts_days:
            left = round(allowed * (self.unit.seconds or 0) * SECOND)
            return None, self._later(self.start, left, stops) if left else self.start
        last = self._last_day(self.number_of_days(allowed), stops)
        if last is None:
            return None, None
        end = max(self._end_of_day(self._rolled(last) if self._how.roll else last), self.start)
        return last, self._shifted(end, stops) if self.by_moments else end

    def _last_day(self, number: int, stops: Sequence[Stop]) -> int | None:
        """Give the counted day of that number; ``None`` beyond the calendar."""
        if number == 0 and not self._how.count_start_day and self.time(self.start_day):
            return self.start_day
        for count, day in enumerate(self.counted_days(stops), 1):
            if count >= number:
                return day
        return None

    def number_of_days(self, allowed: float) -> int:
        """Give how many days the allowance makes, counted from the start."""
        count = ceil(allowed)
        if self.unit is not Unit.MONTH:
            return count if self.unit.counts_days else 0
        start = self._work.date_of(self.start_day)
        month = start.year * 12 + start.month - 1 + count
        first, following = _first_of(month), _first_of(month + 1)
        # Where the day of start counts, a month ends on the day before that of the same number.
        length = (following - first).days - (not self._how.count_start_day)
        return (first - start).days + min(start.day - 1, length)

    def _end_of_day(self, day: int) -> int:
        close = self._how.day_end is DayEnd.CLOSE
        return int(self._work.closes[day] if close else self._work.midnight[day + 1])

    def _rolled(self, day: int) -> int:
        return next((d for d in range(day, self._work.size) if self._work.working[d]), day)

    def _off_to_working_day(self, due: int) -> int:
        day = self.day(due - 1)
        if not self._how.roll or self.unit is Unit.WORKING_DAY or self._work.working[day]:
            return due
        return self._end_of_day(self._rolled(day))

    def _shifted(self, at: int, stops: Sequence[Stop]) -> int | None:
        """Give a moment moved on by the time that stood still."""
        still = 0
        for begin, end in merged(stops):
            end = min(end, int(self._work.midnight[-1]) - 1)
            still += sum(time.end - time.begin for time in self.running(begin, end))
        return self._later(at, still, ()) if still else at

    def _later(self, at: int, left: int, stops: Sequence[Stop]) -> int | None:
        """Give the moment by which so much time has run since ``at``."""
        for begin, end in without(self.running(at, int(self._work.midnight[-1])), stops):
            if end - begin >= left:
                return begin + left
            left -= end - begin
        return None


def _first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)
