"""Counting working days in checks, reckoned as limits are: the day of start does not count."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rules.amounts import Unit
from rules.batches import Batch
from rules.cases import PartKind
from rules.clocks import Course
from rules.columns import Numbers
from rules.compliance.check import View
from rules.compliance.columns import UNITS
from rules.instants import NEVER, NONE, Instants
from rules.limits import Allowance, Limit
from rules.parts import Parts
from rules.worktime import WorkingTime

Count = NDArray[np.int64]

_LIMIT = Limit("", "", "", "", Allowance(column="days", unit=Unit.WORKING_DAY), (), "")


def late(due: Instants, until: Instants, now: Instants) -> NDArray[np.bool_]:
    """Tell what ended (``until``) after it was due, or is still open (``NONE``) when it is due."""
    passed: NDArray[np.bool_] = np.where(until == NONE, now >= due, until > due)
    found: NDArray[np.bool_] = (due != NONE) & passed
    return found


def earliest(*moments: Instants) -> Instants:
    """Give the earliest of several moments (n each), ``NONE`` where there is none of them."""
    found = np.minimum.reduce([np.where(one == NONE, NEVER, one) for one in moments])
    return np.where(found == NEVER, NONE, found)


def when_late(due: Instants, until: Instants) -> Instants:
    """Give when time alone makes late what is still open (``until`` is ``NONE``)."""
    return np.where(until == NONE, due, NONE)


def day_reached(
    work: WorkingTime, start: Instants, until: Instants, now: Instants, days: Numbers | float
) -> Count:
    """Give the working day after its start that something late ran into or ended on.

    What was allowed five days and is open after the close of the fifth has run into the sixth.
    """
    end = np.where(until == NONE, now, until)
    passed = work.ordinal[work.day(end)] - work.ordinal[work.day(start)]
    allowed = np.broadcast_to(np.asarray(days, np.float64), start.shape)
    least = np.ceil(np.where(np.isfinite(allowed), allowed, 0.0)).astype(np.int64) + 1
    reached: Count = np.maximum(passed, least)
    return reached


def course(
    work: WorkingTime,
    start: Instants,
    until: Instants,
    days: Numbers,
    pauses: Parts,
    extensions: Parts | None = None,
    unit: Unit = Unit.WORKING_DAY,
) -> Course:
    """Give the course of a limit of so many days (k) from ``start`` to ``until`` (k).

    They are working days unless ``unit`` is another. ``pauses`` and ``extensions`` are those of the
    ``k`` things that are timed, in order; every pause stops the clock.
    """
    parts = {PartKind.PAUSE: pauses}
    if extensions is not None:
        parts[PartKind.EXTENSION] = extensions
    batch = Batch(len(start), {}, parts)
    limit = replace(_LIMIT, allow=replace(_LIMIT.allow, unit=unit))
    return Course(limit, batch, work, start, until, amounts=np.asarray(days, np.float64))


def due_in_units(
    work: WorkingTime,
    start: Instants,
    until: Instants,
    days: Numbers,
    unit_of: Count,
    pauses: Parts,
    extensions: Parts,
) -> Instants:
    """Give the due moments (k) of such limits where each counts its own unit.

    ``unit_of`` (k) are indexes into :data:`rules.compliance.columns.UNITS`; what is none of them
    has no due moment.
    """
    due = np.full(len(start), NONE, np.int64)
    for code in np.unique(unit_of[unit_of < len(UNITS)]).tolist():
        mine = unit_of == code
        held = np.where(mine, days, np.nan)
        counted = course(work, start, until, held, pauses, extensions, UNITS[code]).due
        due = np.where(mine, counted, due)
    return due


def allow_for_pauses(
    view: View,
    due: Instants,
    seems_late: NDArray[np.bool_],
    owners: NDArray[np.int64],
    start: Instants,
    until: Instants,
    limit: Numbers,
) -> None:
    """Put the due moments (k) right that pauses of their case (``owners``) may have moved.

    Pauses only move them on: what is in time without them need not be looked at.
    """
    pauses = view.batch.parts(PartKind.PAUSE)
    paused = np.diff(pauses.offsets) > 0
    these = np.flatnonzero(seems_late & paused[owners])
    if len(these):
        held = parts_of(pauses, owners[these])
        due[these] = course(view.work, start[these], until[these], limit[these], held).due


def parts_of(parts: Parts, cases: Count, at_most: Count | None = None) -> Parts:
    """Give the parts of some cases (k, with repeats), of each only the first ``at_most`` (k)."""
    counts = np.diff(parts.offsets)[cases]
    if at_most is not None:
        counts = np.minimum(counts, at_most)
    offsets = np.concatenate([[0], np.cumsum(counts)])
    rows = np.repeat(parts.offsets[cases] - offsets[:-1], counts) + np.arange(offsets[-1])
    return Parts(
        offsets,
        parts.started[rows],
        parts.ended[rows],
        parts.kinds[rows],
        parts.amounts[rows],
        parts.units[rows],
    )
