"""Clocks: the course of one limit over a batch of cases: when it is due, how it stands."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rules.amounts import Amount, Unit
from rules.cases import Batch, PartKind, Parts
from rules.findings import ClockState
from rules.instants import NEVER, NONE, Instants
from rules.limits import Limit, PauseCount, Threshold, ThresholdKind
from rules.scales import (
    Positions,
    Scale,
    WallClock,
    WorkingClock,
    day_end,
    scale_for,
)
from rules.worktime import WorkingTime

STATES = tuple(ClockState)
"""The states by their codes in :attr:`Course.state`."""

_CODE = {state: code for code, state in enumerate(STATES)}


class Course:
    """One limit over a batch of ``n`` cases, as known from the batch.

    What is reckoned does not depend on the present: ``now`` comes in with :meth:`state`.

    Args:
        limit: the limit.
        batch: the cases.
        work: the compiled calendar of the limit.

    Attributes:
        start: when the clock started (n), ``NONE`` where it has not or lies beyond the calendar.
        until: when the case reached the end of the limit (n), ``NONE`` where it has not.
        known: whether the case says how long it may take (bool, n).
        due: the due moment (n), ``NONE`` where there is none: unknown, not started or paused.
        paused: whether a pause that counts is still open (bool, n). Where a legal cap bounds it,
            ``due`` is the latest due moment.
        provisional: whether ``due`` lies past what the calendar has published (bool, n).
    """

    def __init__(self, limit: Limit, batch: Batch, work: WorkingTime) -> None:
        self.limit = limit
        self._work = work
        self._size = batch.size
        start = batch.moments(limit.start)
        begun = work.inside(start)
        self.start = np.where(begun, start, NONE)
        self.until = batch.moments(limit.until)
        self._from = np.where(begun, start, work.midnight[0])

        allow = limit.allow
        if allow.due is not None:
            self._amount = np.full(self._size, np.nan)
            self._scale: Scale | None = None
            given = batch.moments(allow.due)
            self.known = work.inside(given)
            self._given = self._date_means_its_end(given)
            self.paused = np.zeros(self._size, dtype=bool)
            due = self._given
        else:
            if allow.amount is not None:
                unit = allow.amount.unit
                self._amount = np.full(self._size, float(allow.amount.value))
            else:
                unit = allow.unit or Unit.WORKING_DAY
                self._amount = batch.numbers(allow.column or "").copy()
            self.known = np.isfinite(self._amount) & (self._amount >= 0)
            self._amount[~self.known] = 0.0
            self._scale = scale_for(unit, work, limit.reckoning)
            self._origin = self._scale.origin(self._from)
            self._pauses = _Pauses.of(self, batch)
            self._extend(batch.parts(PartKind.EXTENSION), unit)
            due, self.paused = self._reach(self._amount)
        settled = begun & self.known
        bounded = limit.reckoning.pause_cap is not None
        self.due = np.where(settled & (bounded | ~self.paused), due, NONE)
        self.provisional = self.due >= work.provisional_from

    def state(self, now: Instants) -> NDArray[np.int8]:
        """Give how each case stands at ``now`` (n), as an index into :data:`STATES`."""
        code = np.full(self._size, _CODE[ClockState.RUNNING], dtype=np.int8)
        due = self.due != NONE
        code[due & (now >= self.due)] = _CODE[ClockState.OVERDUE]
        code[self.paused & ~(due & (now >= self.due))] = _CODE[ClockState.PAUSED]
        ended = self.until != NONE
        code[ended & due & (self.until <= self.due)] = _CODE[ClockState.MET]
        code[ended & due & (self.until > self.due)] = _CODE[ClockState.MISSED]
        code[~due & ~self.paused] = _CODE[ClockState.UNKNOWN]
        code[ended & ~due] = _CODE[ClockState.UNKNOWN]
        code[self.start == NONE] = _CODE[ClockState.NOT_STARTED]
        return code

    def reached(self, threshold: Threshold) -> Instants:
        """Give the moment from which a threshold is passed (n); ``NONE`` where there is no due."""
        at = self._reached(threshold)
        return np.where(self.due == NONE, NONE, np.maximum(at, self._from))

    def _reached(self, threshold: Threshold) -> Instants:
        if threshold.kind is ThresholdKind.OVER:
            return self._after_due(threshold.amount)
        if threshold.kind is ThresholdKind.PERCENT:
            part = threshold.percent / 100
            if self._scale is None:
                return self._part_of_working_time(part)
            if part >= 1:
                excess = self._amount * (part - 1)
                return self.due if part == 1 else self._reach(self._amount + excess)[0]
            return self._before_due(self._amount * part)
        unit = threshold.amount.unit
        if self._scale is not None and self._comparable(unit):
            used = self._amount - threshold.amount.value * self._ratio(unit)
            return self._before_due(np.maximum(used, 0.0))
        return self._without_pauses(threshold.amount)

    def _before_due(self, used: NDArray[np.float64]) -> Instants:
        """Give when so much is used: the opening of the next day that counts, on a day scale."""
        if self._scale is None or not self.limit_unit.counts_days:
            return self._reach(used)[0]
        whole = np.floor(used)
        if self.limit_unit is Unit.MONTH:
            at = self._scale.middle(self._position(whole)[0], np.zeros(self._size))
        else:
            at = self._scale.middle(self._position(whole + 1)[0] - 1, used - whole)
        return self._shifted(at)[0] if self._by_moments else at

    def _after_due(self, amount: Amount) -> Instants:
        if amount.value == 0:
            return self.due
        if not amount.unit.counts_days:
            return self._moved(amount.unit, amount.value)
        scale = self._plain(amount.unit)
        origin = scale.origin(self._last_day)
        return scale.end(scale.advance(origin, np.full(self._size, amount.value)))

    def _without_pauses(self, amount: Amount) -> Instants:
        """Give the moment so much before the due moment, in another unit than the limit's."""
        if not amount.unit.counts_days:
            return self._moved(amount.unit, -amount.value)
        scale = self._plain(amount.unit)
        whole = int(np.ceil(amount.value))
        position = scale.origin(self._last_day) - whole
        return scale.middle(position, np.full(self._size, whole - amount.value))

    def _plain(self, unit: Unit) -> Scale:
        """Give the scale for counting days from the due moment on or back."""
        reckoning = replace(self.limit.reckoning, count_start_day=False, roll=False)
        return scale_for(unit, self._work, reckoning)

    @property
    def _last_day(self) -> Instants:
        """An instant of the last day of the limit: a due midnight is the end of the day before."""
        return self._safe(self.due) - 1

    def _moved(self, unit: Unit, value: float) -> Instants:
        scale = scale_for(unit, self._work, self.limit.reckoning)
        at = scale.origin(self._safe(self.due))
        step = scale.advance(np.zeros(1, np.int64), np.array([abs(value)]))[0]
        return scale.end(np.maximum(at + (step if value > 0 else -step), 0))

    def _part_of_working_time(self, part: float) -> Instants:
        first = self._work.passed_at(self._from)
        last = self._work.passed_at(self._safe(self.due))
        return self._work.reached(first + ((last - first) * part).astype(np.int64))

    @property
    def limit_unit(self) -> Unit:
        """The unit in which the limit is counted."""
        allow = self.limit.allow
        return allow.amount.unit if allow.amount else allow.unit or Unit.WORKING_DAY

    @property
    def _by_moments(self) -> bool:
        return self.limit_unit.counts_days and self.limit.reckoning.pauses is PauseCount.MOMENTS

    def _comparable(self, unit: Unit) -> bool:
        mine = self.limit_unit
        return unit is mine or (
            unit.seconds is not None and mine.seconds is not None and unit.working is mine.working
        )

    def _ratio(self, unit: Unit) -> float:
        mine = self.limit_unit
        return 1.0 if unit is mine else (unit.seconds or 1) / (mine.seconds or 1)

    def _safe(self, at: Instants) -> Instants:
        return np.where(at == NONE, self._work.midnight[0] + 1, at)

    def _date_means_its_end(self, given: Instants) -> Instants:
        """A due moment that is a midnight was given as a date: it means the end of that day."""
        day = self._work.day(given)
        return np.where(
            given == self._work.midnight[day],
            day_end(self._work, day, self.limit.reckoning),
            given,
        )

    def _reach(self, amount: NDArray[np.float64]) -> tuple[Instants, NDArray[np.bool_]]:
        """Give the moment at which ``amount`` is used up, and whether a pause is open there."""
        assert self._scale is not None  # noqa: S101  # callers have a scale: mypy cannot see it
        position, paused = self._position(amount)
        at = self._scale.end(position)
        if self._by_moments:
            at, paused = self._shifted(at)
            if self.limit.reckoning.roll and self.limit_unit is not Unit.WORKING_DAY:
                at = self._off_to_working_day(at)
        return np.where(at == NONE, NONE, np.maximum(at, self._from)), paused

    def _position(self, amount: NDArray[np.float64]) -> tuple[Positions, NDArray[np.bool_]]:
        assert self._scale is not None  # noqa: S101  # as above
        due = np.maximum(self._scale.advance(self._origin, amount), self._scale.floor(self._from))
        if self._by_moments:
            return due, np.zeros(self._size, dtype=bool)
        return self._pauses.pass_over(due, self._origin)

    def _shifted(self, at: Instants) -> tuple[Instants, NDArray[np.bool_]]:
        working = self.limit_unit is Unit.WORKING_DAY
        scale: Scale = WorkingClock(self._work, 1) if working else WallClock(1)
        origin = scale.origin(self._from)
        position, paused = self._pauses.on(scale).pass_over(scale.origin(at), origin)
        moved = position != scale.origin(at)
        return np.where(moved, scale.end(position), at), paused

    def _off_to_working_day(self, at: Instants) -> Instants:
        day = self._work.day(at - 1)
        later = self._work.nth(self._work.ordinal[day] + 1)
        return np.where(
            self._work.working[day], at, day_end(self._work, later, self.limit.reckoning)
        )

    def _extend(self, parts: Parts, unit: Unit) -> None:
        """Add the extensions that were granted by the due moment they extend, in their order.

        One granted after the due moment does not move it; one without a moment of grant counts.
        One in a unit that cannot be added to the limit's makes the limit unknown.
        """
        if not len(parts.started):
            return
        counts = np.diff(parts.offsets)
        rows = _in_order(parts)
        for k in range(int(counts.max(initial=0))):
            cases = np.flatnonzero(counts > k)
            row = rows[parts.offsets[cases] + k]
            due, _ = self._reach(self._amount)
            in_time = (parts.started[row] <= due[cases]) | (due[cases] == NONE)
            ratio = np.array([_ratio_of(parts.units[r], unit) for r in row])
            more = np.where(in_time, parts.amounts[row] * ratio, 0.0)
            self.known[cases[~np.isfinite(more)]] = False
            self._amount[cases] += np.where(np.isfinite(more), more, 0.0)


class _Pauses:
    """The pauses of a batch as sorted intervals of positions, passed over one by one."""

    def __init__(
        self,
        parts: Parts,
        begin: Instants,
        end: Instants,
        still_open: NDArray[np.bool_],
        scale: Scale,
        how: PauseCount,
    ) -> None:
        self._parts = parts
        self._begin = begin
        self._end = end
        self._open = still_open
        self._how = how
        self._counts = np.diff(parts.offsets)
        self._most = int(self._counts.max(initial=0))
        if self._most:
            self._first, self._last = scale.taken(begin, end, how)

    @classmethod
    def of(cls, course: Course, batch: Batch) -> _Pauses:
        """Take from a batch the pauses that stop a course, in the order of their beginnings."""
        limit, work = course.limit, course._work  # noqa: SLF001  # one unit, two classes
        assert course._scale is not None  # noqa: S101, SLF001  # a course with pauses has a scale
        parts = batch.parts(PartKind.PAUSE)
        how = limit.reckoning.pauses
        if not len(parts.started):
            empty = np.zeros(0, np.int64)
            return cls(parts, empty, empty, empty.astype(bool), course._scale, how)  # noqa: SLF001
        rows = _in_order(parts)
        begin, end, owner = parts.started[rows], parts.ended[rows], parts.owners
        still_open = end == NEVER
        until = course.until[owner]
        # A case that is closed has no open pause: what was not ended, its closing ended.
        closed = still_open & (until != NONE)
        end = np.where(closed, until, end)
        still_open = still_open & ~closed
        if limit.reckoning.pause_cap is not None:
            end = np.where(still_open, _capped(begin, limit.reckoning.pause_cap, work, limit), end)
        counts = (begin != NONE) & (end > begin)
        if limit.pause_kinds:
            counts &= np.isin(parts.kinds[rows].astype(str), limit.pause_kinds)
        begin = np.where(counts, np.maximum(begin, work.midnight[0]), work.midnight[0])
        end = np.where(counts, np.minimum(end, work.midnight[-1] - 1), begin)
        if how is PauseCount.WHOLE:
            begin, end = _merged(begin, end, parts, counts)
        return cls(parts, begin, end, still_open & counts, course._scale, how)  # noqa: SLF001

    def on(self, scale: Scale) -> _Pauses:
        """Give the same pauses as intervals of another scale."""
        return _Pauses(self._parts, self._begin, self._end, self._open, scale, self._how)

    def pass_over(self, due: Positions, origin: Positions) -> tuple[Positions, NDArray[np.bool_]]:
        """Move due positions (n) past the pauses that begin before them.

        A pause that begins at or after the due position does not move it: by then the limit was
        used up. What overlaps an earlier pause counts once. Gives the moved positions and
        whether a pause that moved one is still open (bool, n).
        """
        due = due.copy()
        paused = np.zeros(len(due), dtype=bool)
        through = origin.copy()
        for k in range(self._most):
            cases = np.flatnonzero(self._counts > k)
            row = self._parts.offsets[cases] + k
            first = np.maximum(self._first[row], through[cases])
            moves = (first < due[cases]) & (self._last[row] > first)
            due[cases] += np.where(moves, self._last[row] - first, 0)
            through[cases] = np.maximum(through[cases], np.where(moves, self._last[row], NONE))
            paused[cases] |= moves & self._open[row]
        return due, paused


def _in_order(parts: Parts) -> NDArray[np.int64]:
    """Give the rows of parts by case and, within it, by beginning."""
    return np.lexsort((parts.started, parts.owners))


def _merged(
    begin: Instants, end: Instants, parts: Parts, counts: NDArray[np.bool_]
) -> tuple[Instants, Instants]:
    """Join overlapping and adjacent pauses of a case, so that whole days are seen whole."""
    begin, end = begin.copy(), end.copy()
    number = np.diff(parts.offsets)
    for k in range(1, int(number.max(initial=0))):
        row = parts.offsets[np.flatnonzero(number > k)] + k
        row = row[counts[row] & counts[row - 1] & (begin[row] <= end[row - 1])]
        begin[row] = begin[row - 1]
        end[row] = np.maximum(end[row], end[row - 1])
        end[row - 1] = begin[row - 1]
    return begin, end


def _capped(begin: Instants, cap: Amount, work: WorkingTime, limit: Limit) -> Instants:
    """Give the latest end of pauses that the law allows to last ``cap``."""
    reckoning = replace(limit.reckoning, roll=False, count_start_day=False)
    scale = scale_for(cap.unit, work, reckoning)
    safe = np.maximum(begin, work.midnight[0])
    return scale.end(scale.advance(scale.origin(safe), np.full(len(begin), cap.value)))


def _ratio_of(unit: object, mine: Unit) -> float:
    """Give how many of the limit's unit one of another is; NaN where they do not add up."""
    other = mine if unit is None else Unit(str(unit))
    if other is mine:
        return 1.0
    if other.seconds is None or mine.seconds is None or other.working is not mine.working:
        return np.nan
    return other.seconds / mine.seconds
