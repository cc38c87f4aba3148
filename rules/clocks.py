"""Clocks: the course of one limit over a batch of cases: when it is due, how it stands."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rules.amounts import LARGEST, Amount, Unit
from rules.batches import Batch
from rules.cases import PartKind
from rules.findings import ClockState
from rules.instants import NONE, SECOND, Instants
from rules.limits import Limit, PauseCount, Threshold, ThresholdKind
from rules.parts import Parts
from rules.pauses import Pauses
from rules.scales import Scale, WallClock, WorkingClock, day_end, scale_for
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
        start: when the clock started (n), where that is not the moment that the limit names.
        until: when the case reached the end of the limit (n), likewise.
        begins: from when on it bears on the case (n); no level is reached before.
        amounts: how long each case may take (float64, n), where the batch does not say.

    Attributes:
        start: when the clock started (n), ``NONE`` where it has not or lies beyond the calendar.
        until: when the case reached the end of the limit (n), ``NONE`` where it has not.
        known: whether the case says how long it may take (bool, n).
        due: the due moment (n), ``NONE`` where there is none: unknown, not started or paused.
        paused: whether a pause that counts is still open (bool, n). Where a legal cap bounds it,
            ``due`` is the latest due moment.
        provisional: whether ``due`` lies past what the calendar has published (bool, n).
    """

    def __init__(
        self,
        limit: Limit,
        batch: Batch,
        work: WorkingTime,
        start: Instants | None = None,
        until: Instants | None = None,
        begins: Instants | None = None,
        amounts: NDArray[np.float64] | None = None,
    ) -> None:
        self.limit = limit
        self._work = work
        self._size = batch.size
        start = batch.moments(limit.start) if start is None else start
        begun = work.inside(start)
        self.start = np.where(begun, start, NONE)
        self.until = batch.moments(limit.until) if until is None else until
        self._from = np.where(begun, start, work.midnight[0])
        self._begins = self._from if begins is None else np.maximum(self._from, begins)

        allow = limit.allow
        if allow.due is not None:
            self._amount = np.full(self._size, np.nan)
            self._scale: Scale | None = None
            given = batch.moments(allow.due)
            # A due moment before the start is a fault of the case, and no ground for a card.
            self.known = work.inside(given) & (work.day(given) >= work.day(self._from))
            self._given = self._date_means_its_end(given)
            self.paused = np.zeros(self._size, dtype=bool)
            due = self._given
        else:
            if allow.amount is not None:
                unit = allow.amount.unit
                self._amount = np.full(self._size, float(allow.amount.value))
            else:
                unit = allow.unit or Unit.WORKING_DAY
                found = batch.numbers(allow.column or "") if amounts is None else amounts
                self._amount = found.copy()
                if allow.otherwise is not None:
                    self._amount[np.isnan(found)] = allow.otherwise
            # Neither NaN nor an amount that is none (see rules.amounts.LARGEST) is known.
            self.known = (self._amount >= 0) & (self._amount <= LARGEST[unit])
            self._amount[~self.known] = 0.0
            self._scale = scale_for(unit, work, limit.reckoning)
            self._origin = self._scale.origin(self._from)
            pauses = batch.parts(PartKind.PAUSE)
            measure = self._clock if self._by_moments else self._scale
            self._pauses = Pauses(limit, work, pauses, self._from, self.until, measure)
            self._extend(batch.parts(PartKind.EXTENSION), unit)
            if unit.counts_days:
                self._amount = np.ceil(self._amount)
            due, self.paused, self._counted = self._reach(self._amount)
        settled = begun & self.known & (due <= work.midnight[-1])
        bounded = limit.reckoning.pause_cap is not None
        self.due = np.where(settled & (bounded | ~self.paused), due, NONE)
        # A last day that ends at 24:00 is still the day before that midnight.
        self.provisional = self.due > work.provisional_from

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
        code[(self.start == NONE) | (now < self._begins)] = _CODE[ClockState.NOT_STARTED]
        return code

    def reached(self, threshold: Threshold) -> Instants:
        """Give the moment from which a threshold is passed (n); ``NONE`` where there is no due."""
        at = self._reached(threshold)
        return np.where((self.due == NONE) | (at == NONE), NONE, np.maximum(at, self._begins))

    def progress(self, now: Instants) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Give how much is used and how much is left at ``now`` (n), neither beyond the limit.

        In units of the limit, or in days where it is counted in months. On limits in days, the day
        in hand is in both: on the 9th of 10 days 9 are used and 2 are left. Both are zero for a
        limit that is a given due moment, which has no amount.
        """
        if self._scale is None:
            return np.zeros(self._size), np.zeros(self._size)
        total = self._scale.advance(self._origin, self._amount) - self._origin
        if self._by_moments:
            now = self._pauses.shift_back(now)
        passed = []
        for position in (self._scale.begun(now), self._scale.over(now)):
            used = position - self._origin
            if not self._by_moments:
                used = used - self._pauses.taken_by(position, self._counted)
            passed.append(np.clip(used, 0, total))
        unit = SECOND * (self.limit_unit.seconds or 0) or 1
        return passed[0] / unit, (total - passed[1]) / unit

    def _reached(self, threshold: Threshold) -> Instants:
        if threshold.kind is ThresholdKind.OVER:
            amount = threshold.amount
            return self._after_due(amount.unit, np.full(self._size, amount.value))
        if threshold.kind is ThresholdKind.LEFT:
            return np.minimum(self._left(threshold.amount), self.due)
        percent = threshold.percent
        if self._scale is None:
            return self._part_of_working_time(percent / 100)
        if percent == 100:
            return self.due
        if self.limit_unit.counts_days:
            total = self._scale.advance(self._origin, self._amount) - self._origin
            used = total * percent / 100
            if percent > 100:
                unit = Unit.CALENDAR_DAY if self.limit_unit is Unit.MONTH else self.limit_unit
                return self._after_due(unit, used - total)
            return np.minimum(self._days_used(used), self.due)
        used = self._amount * percent / 100
        if percent > 100:
            return self._after_due(self.limit_unit, used - self._amount)
        return self._reach(used)[0]

    def _left(self, amount: Amount) -> Instants:
        """Return the moment from which only so much of the limit is left.

        Of a limit in days that is not before its first day begins: the day of the start does not
        count, and no more than the whole limit is ever left, whatever the threshold counts.
        """
        ratio = _ratio_of(amount.unit, self.limit_unit)
        if self._scale is None or not np.isfinite(ratio):
            return np.maximum(self._before_due(amount), self._first_day)
        used = np.maximum(self._amount - amount.value * ratio, 0.0)
        if self.limit_unit is Unit.MONTH:
            used = (self._scale.advance(self._origin, used) - self._origin).astype(np.float64)
        return self._days_used(used) if self.limit_unit.counts_days else self._reach(used)[0]

    @property
    def _first_day(self) -> Instants:
        """When the first day of a limit in days begins; the start of one in hours."""
        if self._scale is not None and not self.limit_unit.counts_days:
            return self._from
        if self._scale is None:
            day = self._work.day(self._from)
            first = self._work.opens[self._work.nth(self._work.ordinal[day] + 1)]
        else:
            first = self._days_used(np.zeros(self._size))
        # A limit of no days at all has its last day before the first that counts.
        return np.minimum(first, self._work.opens[self._work.day(self._last_day)])

    def _days_used(self, used: NDArray[np.float64]) -> Instants:
        """Give when so many days are used: their part of the next day that counts."""
        assert self._scale is not None  # noqa: S101  # callers have a scale: mypy cannot see it
        whole = np.floor(used)
        position = self._origin + whole.astype(np.int64) + 1
        if self._by_moments:
            return self._pauses.shift(self._scale.middle(position - 1, used - whole))[0]
        position = self._pauses.pass_over(position, self._counted)[0]
        return self._scale.middle(position - 1, used - whole)

    def _after_due(self, unit: Unit, value: NDArray[np.float64]) -> Instants:
        """Give the moment so much after the due moment: pauses no longer move what comes then."""
        if not unit.counts_days:
            return self._moved(unit, value)
        scale = self._plain(unit)
        at = scale.end(scale.advance(scale.origin(self._last_day), value))
        return np.where(value == 0, self.due, at)

    def _before_due(self, amount: Amount) -> Instants:
        """Give the moment so much before the due moment, counted plainly."""
        if not amount.unit.counts_days:
            return self._moved(amount.unit, np.full(self._size, -amount.value))
        scale = self._plain(amount.unit)
        whole = np.full(self._size, np.ceil(amount.value))
        position = scale.advance(scale.origin(self._last_day), -whole)
        return scale.middle(position, whole - amount.value)

    def _plain(self, unit: Unit) -> Scale:
        """Give the scale for counting from the due moment on or back."""
        reckoning = replace(self.limit.reckoning, count_start_day=False, roll=False)
        return scale_for(unit, self._work, reckoning)

    @property
    def _last_day(self) -> Instants:
        """An instant of the last day of the limit, whose hours may run past midnight."""
        # A due midnight is the end of the day before.
        return self._work.midnight[self._work.working_day(self._safe(self.due) - 1)]

    def _moved(self, unit: Unit, value: NDArray[np.float64]) -> Instants:
        scale = self._plain(unit)
        due = self._safe(self.due)
        at = scale.end(np.maximum(scale.advance(scale.origin(due), value), 0))
        return np.where(value == 0, due, at)

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

    def _reach(
        self, amount: NDArray[np.float64]
    ) -> tuple[Instants, NDArray[np.bool_], NDArray[np.bool_] | None]:
        """Give when ``amount`` is used up, whether a pause is open there, and which count."""
        assert self._scale is not None  # noqa: S101  # as above
        due = np.maximum(self._scale.advance(self._origin, amount), self._scale.floor(self._from))
        if self._by_moments:
            plain = np.maximum(self._scale.end(due), self._from)
            at, paused = self._pauses.shift(plain)
            if self.limit.reckoning.roll and self.limit_unit is not Unit.WORKING_DAY:
                at = np.where(at == plain, at, self._off_to_working_day(at))
            return at, paused, None
        position, paused, counted = self._pauses.pass_over(due)
        at = self._scale.end(position)
        return np.where(at == NONE, NONE, np.maximum(at, self._from)), paused, counted

    @property
    def _clock(self) -> Scale:
        """The clock that tells by how much a limit in days is moved on by moments."""
        if self.limit_unit is Unit.WORKING_DAY:
            return WorkingClock(self._work, 1)
        return WallClock(1)

    def _off_to_working_day(self, at: Instants) -> Instants:
        day = self._work.day(at - 1)
        later = self._work.nth(self._work.ordinal[day] + 1)
        return np.where(
            self._work.working[day], at, day_end(self._work, later, self.limit.reckoning)
        )

    def _extend(self, parts: Parts, unit: Unit) -> None:
        """Add the extensions that were granted by the due moment they extend, in their order.

        One granted after the due moment does not move it; one without a moment of grant counts.
        One in a unit that cannot be added to the limit's, or of more than a hundred years, makes
        the limit unknown.
        """
        if not len(parts.started):
            return
        counts = np.diff(parts.offsets)
        for k in range(int(counts.max(initial=0))):
            cases = np.flatnonzero(counts > k)
            row = parts.offsets[cases] + k
            due = self._reach(self._amount)[0]
            in_time = (parts.started[row] <= due[cases]) | (due[cases] == NONE)
            ratio = np.array([_ratio_of(parts.units[r], unit) for r in row])
            more = np.where(in_time, parts.amounts[row] * ratio, 0.0)
            sound = np.abs(more) <= LARGEST[unit]  # NaN is not
            self.known[cases[~sound]] = False
            self._amount[cases] += np.where(sound, more, 0.0)


def _ratio_of(unit: object, mine: Unit) -> float:
    """Give how many of the limit's unit one of another is; NaN where they do not add up."""
    if unit is not None and unit not in list(Unit):
        return np.nan
    other = mine if unit is None else Unit(str(unit))
    if other is mine:
        return 1.0
    if other.seconds is None or mine.seconds is None or other.working is not mine.working:
        return np.nan
    return other.seconds / mine.seconds
