"""Pauses: passing over the times at which the clocks of a batch of cases stood still."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rules.amounts import Amount
from rules.cases import Parts
from rules.instants import NEVER, NONE, Instants
from rules.limits import Limit, Reckoning
from rules.scales import Positions, Scale, scale_for
from rules.worktime import WorkingTime

Flags = NDArray[np.bool_]


class Pauses:
    """The pauses of a batch of ``n`` cases that stop a limit, ``m`` rows in all.

    They are held by case and, within it, in the order of their beginnings, as instants and as the
    intervals of positions they take up on a scale.

    Args:
        limit: the limit: which kinds of pause stop it, and how.
        work: its compiled calendar.
        parts: the pauses of the cases.
        start: when the limit of each case started (n); a pause counts from there on.
        until: when each case reached the end of the limit (n), ``NONE`` where it has not. What was
            not ended by then, that ended.
        scale: what the limit is counted on.
    """

    def __init__(
        self,
        limit: Limit,
        work: WorkingTime,
        parts: Parts,
        start: Instants,
        until: Instants,
        scale: Scale,
    ) -> None:
        self._offsets = parts.offsets
        self._numbers = np.diff(parts.offsets)
        self._most = int(self._numbers.max(initial=0))
        self._scale = scale
        if not self._most:
            return
        rows, owner = in_order(parts), parts.owners
        begin, end = parts.started[rows], parts.ended[rows]
        still_open = (end == NEVER) & (until[owner] == NONE)
        end = np.where((end == NEVER) & ~still_open, until[owner], end)
        cap = limit.reckoning.pause_cap
        if cap is not None:
            end = np.where(still_open, _capped(begin, cap, work), end)
        counts = (begin != NONE) & (end > np.maximum(begin, start[owner]))
        if limit.pause_kinds:
            counts &= np.isin(parts.kinds[rows].astype(str), limit.pause_kinds)
        self._open = still_open & counts
        self._begin = np.where(counts, np.maximum(begin, start[owner]), work.midnight[0])
        self._end = np.where(counts, np.minimum(end, work.midnight[-1] - 1), self._begin)
        self._fine = scale.fine(self._begin), scale.fine(self._end)
        self._taken = scale.taken(*self._fine)

    def pass_over(
        self, due: Positions, origin: Positions, counted: Flags | None = None
    ) -> tuple[Positions, Flags, Flags | None]:
        """Move due positions (n) past the pauses that begin before them.

        A pause that begins at or after the due moment does not move it: by then the limit was
        used up. What overlaps an earlier pause counts once.

        Args:
            due: the positions.
            origin: from where they are counted (n).
            counted: which pauses count (bool, m), as this gave for the whole limit; without it
                that is found out.

        Returns:
            the moved positions; whether a pause that moved one is still open (bool, n); and which
            pauses count, ``None`` where positions alone tell.
        """
        due = due.copy()
        paused = np.zeros(len(due), dtype=bool)
        through = origin.copy()
        held = (np.full(len(due), NONE), np.full(len(due), NONE))
        if counted is None and self._most and self._scale.may_touch_after_end:
            found = np.zeros(len(self._begin), dtype=bool)
        else:
            found = None
        for k in range(self._most):
            cases = np.flatnonzero(self._numbers > k)
            row = self._offsets[cases] + k
            if found is not None:
                end = self._scale.end(due[cases])
                found[row] = (self._begin[row] < end) | (end == NONE)
            early = found if found is not None else counted
            if early is not None:
                cases, row = cases[early[row]], row[early[row]]
            first, last = self._interval(cases, row, held)
            first = np.maximum(first, through[cases])
            moves = (first < due[cases]) & (last > first)
            due[cases] += np.where(moves, last - first, 0)
            through[cases] = np.where(moves, last, through[cases])
            paused[cases] |= moves & self._open[row]
        return due, paused, found if found is not None else counted

    def taken_by(self, position: Positions, origin: Positions, counted: Flags | None) -> Positions:
        """Give how much pauses take up (n) from the origin to a position (n)."""
        taken = np.zeros(len(position), np.int64)
        through = origin.copy()
        held = (np.full(len(position), NONE), np.full(len(position), NONE))
        for k in range(self._most):
            cases = np.flatnonzero(self._numbers > k)
            row = self._offsets[cases] + k
            if counted is not None:
                cases, row = cases[counted[row]], row[counted[row]]
            first, last = self._interval(cases, row, held)
            first = np.maximum(first, through[cases])
            last = np.minimum(last, position[cases])
            taken[cases] += np.maximum(last - first, 0)
            through[cases] = np.maximum(through[cases], last)
        return taken

    def shift(self, at: Instants, start: Instants, scale: Scale) -> tuple[Instants, Flags]:
        """Move moments (n) on by the time on a clock's scale that pauses before them took.

        Gives the moved moments and whether a pause that moved one is still open (bool, n).
        """
        at = at.copy()
        paused = np.zeros(len(at), dtype=bool)
        if not self._most:
            return at, paused
        due, through = scale.origin(at).copy(), scale.origin(start).copy()
        firsts, lasts = scale.fine(self._begin), scale.fine(self._end)
        for k in range(self._most):
            cases = np.flatnonzero(self._numbers > k)
            row = self._offsets[cases] + k
            first, last = np.maximum(firsts[row], through[cases]), lasts[row]
            moves = (self._begin[row] < at[cases]) & (last > first)
            cases, row, first, last = cases[moves], row[moves], first[moves], last[moves]
            due[cases] += last - first
            through[cases] = last
            paused[cases] |= self._open[row]
            at[cases] = scale.end(due[cases])
        return at, paused

    def shift_back(self, at: Instants, start: Instants, scale: Scale) -> Instants:
        """Move moments (n) back by the time on a clock's scale that pauses before them took."""
        if not self._most:
            return at
        firsts, lasts = scale.fine(self._begin), scale.fine(self._end)
        position, through = scale.origin(at), scale.origin(start).copy()
        taken = np.zeros(len(at), np.int64)
        for k in range(self._most):
            cases = np.flatnonzero(self._numbers > k)
            row = self._offsets[cases] + k
            first = np.maximum(firsts[row], through[cases])
            last = np.minimum(lasts[row], position[cases])
            taken[cases] += np.maximum(last - first, 0)
            through[cases] = np.maximum(through[cases], last)
        return np.where(taken > 0, scale.end(position - taken), at)

    def _interval(
        self, cases: NDArray[np.int64], row: NDArray[np.int64], held: tuple[Instants, Instants]
    ) -> tuple[Positions, Positions]:
        """Give what the k-th pauses take up, joined to the case's earlier ones if that matters.

        Two pauses may fill a day between them that neither fills alone. ``held`` is the stretch
        (n) that the latest ones fill together, and is carried on.
        """
        if not self._scale.joins:
            return self._taken[0][row], self._taken[1][row]
        begin, end = self._fine[0][row], self._fine[1][row]
        joins = begin <= held[1][cases]
        begin = np.where(joins, held[0][cases], begin)
        end = np.where(joins, np.maximum(held[1][cases], end), end)
        real = self._end[row] > self._begin[row]
        held[0][cases[real]], held[1][cases[real]] = begin[real], end[real]
        return self._scale.taken(begin, end)


def in_order(parts: Parts) -> NDArray[np.int64]:
    """Give the rows of parts by case and, within it, by beginning."""
    return np.lexsort((parts.started, parts.owners))


def _capped(begin: Instants, cap: Amount, work: WorkingTime) -> Instants:
    """Give the latest end of pauses that the law allows to last ``cap``."""
    scale = scale_for(cap.unit, work, Reckoning(roll=False))
    safe = np.maximum(begin, work.midnight[0])
    return scale.end(scale.advance(scale.origin(safe), np.full(len(begin), cap.value)))
