"""Pauses: passing over the times at which the clocks of a batch of cases stood still."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rules.amounts import Amount
from rules.instants import NEVER, NONE, Instants
from rules.limits import Limit, Reckoning
from rules.parts import Parts
from rules.scales import Positions, Scale, scale_for
from rules.worktime import WorkingTime

Flags = NDArray[np.bool_]


class Pauses:
    """The pauses of a batch of ``n`` cases that stop a limit, ``m`` in all.

    They are held in layers, the first pauses of all cases, then the second ones and so on, as
    disjoint intervals of positions on a scale: what overlaps an earlier pause counts once.

    Args:
        limit: the limit: which kinds of pause stop it, and how.
        work: its compiled calendar.
        parts: the pauses of the cases, those of each in the order of their beginnings.
        start: when the limit of each case started (n); a pause counts from there on.
        until: when each case reached the end of the limit (n), ``NONE`` where it has not. A pause
            that had not ended by then ended there.
        scale: what the pauses are measured on.
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
        self._scale = scale
        self._layers: list[slice] = []
        if not len(parts.started):
            return
        owner, begin, end = parts.owners, parts.started, parts.ended
        still_open = (end == NEVER) & (until[owner] == NONE)
        # What lasts longer than the limit, or begins after its end, stops it no further.
        end = np.where(until[owner] == NONE, end, np.minimum(end, until[owner]))
        cap = limit.reckoning.pause_cap
        if cap is not None:
            end = np.where(still_open, _capped(begin, cap, work), end)
        end = np.minimum(end, work.midnight[-1] - 1)
        counts = (begin != NONE) & (end > np.maximum(begin, start[owner]))
        if limit.pause_kinds:
            counts &= parts.coded("kind").among(limit.pause_kinds)

        rows = np.flatnonzero(counts)
        self._layers, order = _layers(np.bincount(owner[rows], minlength=len(start)))
        rows = rows[order]
        self._owner = owner[rows]
        self._begin = np.maximum(begin[rows], start[self._owner])
        self._first, self._length = self._disjoint(end[rows], scale.origin(start))
        self._open = still_open[rows] & (self._length > 0)

    def pass_over(
        self, due: Positions, counted: Flags | None = None
    ) -> tuple[Positions, Flags, Flags | None]:
        """Move due positions (n) past the pauses that begin before them.

        A pause that begins at or after the due moment does not move it: by then the limit was
        used up.

        Args:
            due: the positions.
            counted: which pauses count (bool, m), as this gave for the whole limit; without it
                that is found out.

        Returns:
            the moved positions; whether a pause that moved one is still open (bool, n); and which
            pauses count, ``None`` where positions alone tell.
        """
        due = due.copy()
        paused = np.zeros(len(due), dtype=bool)
        seeks = counted is None and bool(self._layers) and self._scale.may_touch_after_end
        if seeks:
            counted = np.zeros(len(self._begin), dtype=bool)
        for layer in self._layers:
            cases = self._owner[layer]
            position = due[cases]
            if seeks and counted is not None:
                end = self._scale.end(position)
                counted[layer] = (self._begin[layer] < end) | (end == NONE)
            moves = self._first[layer] < position
            if counted is not None:
                moves &= counted[layer]
            due[cases] = position + self._length[layer] * moves
            paused[cases] |= moves & self._open[layer]
        return due, paused, counted

    def taken_by(self, position: Positions, counted: Flags | None) -> Positions:
        """Give how much pauses take up (n) from the start of the limit to a position (n)."""
        taken = np.zeros(len(position), np.int64)
        for layer in self._layers:
            cases, length = self._owner[layer], self._length[layer]
            if counted is not None:
                length = length * counted[layer]
            taken[cases] += np.clip(position[cases] - self._first[layer], 0, length)
        return taken

    def shift(self, at: Instants) -> tuple[Instants, Flags]:
        """Move moments (n) on by the time that pauses before them took, on the scale of a clock.

        Gives the moved moments and whether a pause that moved one is still open (bool, n).
        """
        at = at.copy()
        paused = np.zeros(len(at), dtype=bool)
        due = self._scale.origin(at).copy() if self._layers else at
        for layer in self._layers:
            moves = (self._begin[layer] < at[self._owner[layer]]) & (self._length[layer] > 0)
            cases = self._owner[layer][moves]
            due[cases] += self._length[layer][moves]
            paused[cases] |= self._open[layer][moves]
            at[cases] = self._scale.end(due[cases])
        return at, paused

    def shift_back(self, at: Instants) -> Instants:
        """Move moments (n) back by the time that pauses before them took, on a clock's scale."""
        if not self._layers:
            return at
        position = self._scale.origin(at)
        taken = self.taken_by(position, None)
        return np.where(taken > 0, self._scale.end(position - taken), at)

    def _disjoint(self, end: Instants, origin: Positions) -> tuple[Positions, Positions]:
        """Give the positions (m) at which pauses begin to take something up, and how much."""
        begin = self._begin
        if self._scale.joins:
            begin, end = self._joined(end, len(origin))
        begins, last = self._scale.taken(begin, end)
        first, through = begins.copy(), origin.copy()
        for layer in self._layers:
            cases = self._owner[layer]
            before = through[cases]
            first[layer] = np.maximum(begins[layer], before)
            through[cases] = np.maximum(last[layer], before)
        return first, np.maximum(last - first, 0)

    def _joined(self, end: Instants, size: int) -> tuple[Instants, Instants]:
        """Give pauses (m) as they are together with the case's earlier ones that they go on from.

        Two pauses may fill a day between them that neither fills alone.
        """
        begin, end = self._begin.copy(), end.copy()
        first, last = self._scale.fine(begin), self._scale.fine(end)
        latest = np.full(size, -1, np.int64)  # the row of each case's latest pause
        for layer in self._layers:
            cases = self._owner[layer]
            before = latest[cases]
            latest[cases] = np.arange(layer.start, layer.stop)
            joins = (before >= 0) & (first[layer] <= last[before])
            row, before = latest[cases[joins]], before[joins]
            begin[row] = begin[before]
            end[row] = np.maximum(end[row], end[before])
            last[row] = np.maximum(last[row], last[before])
        return begin, end


def _layers(counts: NDArray[np.int64]) -> tuple[list[slice], NDArray[np.int64]]:
    """Give the order of rows by layers, for cases (n) with so many rows each, and the layers."""
    offsets = np.cumsum(counts) - counts
    cases = np.flatnonzero(counts)
    layers: list[slice] = []
    order, size = [np.empty(0, np.int64)], 0
    while len(cases):
        order.append(offsets[cases] + len(layers))
        layers.append(slice(size, size + len(cases)))
        size += len(cases)
        cases = cases[counts[cases] > len(layers)]
    return layers, np.concatenate(order)


def _capped(begin: Instants, cap: Amount, work: WorkingTime) -> Instants:
    """Give the latest end of pauses that the law allows to last ``cap``."""
    scale = scale_for(cap.unit, work, Reckoning(roll=False))
    safe = np.maximum(begin, work.midnight[0])
    return scale.end(scale.advance(scale.origin(safe), np.full(len(begin), cap.value)))
