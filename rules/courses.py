"""From when, until when and how long a limit runs over a batch, as law and settings say it.

Most limits run from one moment of the case to another. Besides, a limit may run over a step, over
each of several steps side by side, start when another limit is due, start anew after a correction,
or start by law when nobody answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from rules.batches import Batch
from rules.cases import PartKind
from rules.clocks import Course
from rules.instants import NEVER, NONE, Instants, is_moment
from rules.limits import Limit
from rules.parts import Parts
from rules.scales import scale_for
from rules.worktime import WorkingTime

STEP = "step:"
"""``step:NAME`` as the beginning or end of a limit means that of the step; ``step:*`` of any."""

DUE = "due:"
"""``due:LIMIT`` as the beginning of a limit means the due moment of another limit."""

_NONE_BEFORE: Mapping[str, Instants] = MappingProxyType({})


Rows = NDArray[np.int64]
"""The row of the step of each case (n) that a limit runs over, -1 where there is none."""


def steps_of(limit: Limit, batch: Batch) -> list[Rows | None]:
    """Give the steps that a limit runs over, one of each case at a time; ``None``: over no step.

    A limit for each step runs over the first ones of all cases, then over the second ones, and so
    on; any other over the latest of its name, or, of any name, over the latest that is open if one
    is.
    """
    if not limit.start.startswith(STEP):
        return [None]
    parts = batch.parts(PartKind.STEP)
    name = limit.start.removeprefix(STEP)
    mine = (name == "*") | parts.coded("name").among((name,))
    rows = np.flatnonzero((parts.started != NONE) & mine)
    owners = parts.owners[rows]
    if limit.each:
        place = np.arange(len(rows)) - np.searchsorted(owners, owners)
        return [
            _by_case(batch.size, owners[place == k], rows[place == k])
            for k in range(int(place.max(initial=0)) + 1)
        ]
    open_last = (parts.ended[rows] == NEVER) if name == "*" else np.zeros(len(rows), dtype=bool)
    rows = rows[np.lexsort((parts.started[rows], open_last, owners))]
    # The last one of each case stays.
    return [_by_case(batch.size, parts.owners[rows], rows)]


def _by_case(size: int, owners: NDArray[np.int64], rows: NDArray[np.int64]) -> Rows:
    found = np.full(size, -1)
    found[owners] = rows
    return found


def course(
    limit: Limit,
    batch: Batch,
    work: WorkingTime,
    dues: Mapping[str, Instants] = _NONE_BEFORE,
    rows: Rows | None = None,
) -> Course:
    """Give the course of a limit over a batch.

    Args:
        limit: the limit; its allowance must be one that
            :func:`rules.allowances.by_allowance` gives.
        batch: the cases.
        work: the compiled calendar of the limit.
        dues: the due moments (n) of the limits that this one may start after, by id.
        rows: the steps it runs over, one of those of :func:`steps_of`; the first of them if not
            given.
    """
    span = _span(limit, batch, work, dues, rows)
    result = Course(limit, batch, work, span.start, span.until, span.begins, span.amounts)
    begun, again = _restarts(limit, batch)
    for k in range(begun.shape[1]):
        # What starts a clock anew must have begun before the clock ran out or stopped for good.
        renewed = (begun[:, k] > result.start) & (
            (begun[:, k] <= result.due) | (result.due == NONE)
        )
        renewed &= (result.start != NONE) & (again[:, k] != NONE)
        renewed &= (span.until == NONE) | (begun[:, k] <= span.until)
        if np.any(renewed):
            start = np.where(renewed, again[:, k], result.start)
            begins = np.where(renewed, again[:, k], span.begins)
            result = Course(limit, batch, work, start, span.until, begins, span.amounts)
    return result


def in_force(
    limit: Limit,
    batch: Batch,
    work: WorkingTime,
    dues: Mapping[str, Instants] = _NONE_BEFORE,
    rows: Rows | None = None,
) -> NDArray[np.bool_]:
    """Tell for which cases a limit was in force on the day its clock first started (bool, n).

    A clock that starts anew stays under the edition it first started under. A case whose clock has
    not started is told of as if it would start under every edition. Arguments as for
    :func:`course`.
    """
    held = np.ones(batch.size, dtype=bool)
    if limit.valid_from is None and limit.valid_to is None:
        return held
    start = _span(limit, batch, work, dues, rows).start
    day = work.day(start)
    if limit.valid_from is not None:
        held &= day >= work.number_of(limit.valid_from)
    if limit.valid_to is not None:
        held &= day < work.number_of(limit.valid_to)
    held |= start == NONE
    return held


@dataclass(frozen=True, slots=True)
class _Span:
    start: Instants
    until: Instants
    begins: Instants
    amounts: NDArray[np.float64] | None = None


def _span(
    limit: Limit,
    batch: Batch,
    work: WorkingTime,
    dues: Mapping[str, Instants],
    rows: Rows | None,
) -> _Span:
    if limit.start.startswith(STEP):
        return _of_step(limit, batch, steps_of(limit, batch)[0] if rows is None else rows)
    until = batch.moments(limit.until)
    if limit.start.startswith(DUE):
        start = dues[limit.start.removeprefix(DUE)]
        return _Span(start, until, start)
    start = batch.moments(limit.start)
    if limit.deemed is None:
        return _Span(start, until, start)
    received = batch.moments(limit.deemed.start)
    scale = scale_for(limit.deemed.after.unit, work, limit.reckoning)
    allowed = np.full(batch.size, limit.deemed.after.value)
    heard = work.inside(received)
    origin = scale.origin(np.where(heard, received, work.midnight[0]))
    begins = scale.end(scale.advance(origin, allowed))
    silent = heard & (begins != NONE)
    for answer in (start, *(batch.moments(name) for name in limit.deemed.unless)):
        # Once silence has counted, an answer comes too late to undo it.
        silent &= (answer == NONE) | (answer > begins)
    return _Span(np.where(silent, received, start), until, np.where(silent, begins, start))


def _of_step(limit: Limit, batch: Batch, row: Rows | None) -> _Span:
    """Take the step of each case; one that was left open ends with its case."""
    assert row is not None  # noqa: S101  # a limit over a step has one: mypy cannot see it
    parts = batch.parts(PartKind.STEP)
    there = row >= 0
    start = np.full(batch.size, NONE, np.int64)
    until = start.copy()
    start[there] = parts.started[row[there]]
    ended = parts.ended[row[there]]
    closed = batch.moments("closed_at")[there]
    left_open = np.where(closed > start[there], closed, NONE)
    until[there] = np.where(ended == NEVER, left_open, ended)
    if is_moment(limit.until):
        until = np.where(there, batch.moments(limit.until), NONE)
    return _Span(start, until, start, _step_amounts(limit, parts, row))


def _step_amounts(limit: Limit, parts: Parts, row: NDArray[np.int64]) -> NDArray[np.float64] | None:
    """Give the amounts that the steps themselves carry, for a column ``step.NAME``."""
    column = limit.allow.column or ""
    if not column.startswith("step."):
        return None
    name = column.removeprefix("step.")
    there = row >= 0
    amounts = np.full(len(row), np.nan)
    values = parts.facts(name, row[there])
    amounts[there] = [float(v) if isinstance(v, int | float) else np.nan for v in values]
    return amounts


def _restarts(limit: Limit, batch: Batch) -> tuple[Instants, Instants]:
    """Give when what starts the clock anew began, and from when the clock runs anew (n, k)."""
    kinds = [name for name in limit.restarts if not is_moment(name)]
    moments = [batch.moments(name) for name in limit.restarts if is_moment(name)]
    columns = list(zip(moments, moments, strict=True))
    parts = batch.parts(PartKind.PAUSE)
    if kinds and len(parts.started):
        mine = parts.coded("kind").among(kinds) & (parts.ended != NEVER)
        counts = np.diff(parts.offsets)
        for k in range(int(counts.max(initial=0))):
            cases = np.flatnonzero(counts > k)
            row = parts.offsets[cases] + k
            began, again = (np.full(batch.size, NONE, np.int64) for _ in range(2))
            began[cases] = np.where(mine[row], parts.started[row], NONE)
            again[cases] = np.where(mine[row], parts.ended[row], NONE)
            columns.append((began, again))
    if not columns:
        nothing = np.empty((batch.size, 0), np.int64)
        return nothing, nothing
    begun = np.stack([one for one, _ in columns], axis=1)
    again = np.stack([one for _, one in columns], axis=1)
    order = np.argsort(begun, axis=1, kind="stable")
    return np.take_along_axis(begun, order, 1), np.take_along_axis(again, order, 1)
