"""Columns as checks read them: by codes, by amounts of the case or its item, against a due moment.

Every function takes and gives columns of the ``n`` cases of a batch and loops over none of them.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from rules.amounts import Unit, parse_unit
from rules.batches import Batch
from rules.cases import Fact, PartKind
from rules.catalogue import PREFIX
from rules.columns import Coded, Numbers
from rules.compliance.check import View
from rules.instants import NONE, Instants
from rules.limits import Reckoning
from rules.scales import day_end, scale_for
from rules.worktime import WorkingTime

UNITS = tuple(Unit)
"""The units by their codes in :func:`units`."""

_LAW = Reckoning()


def among(batch: Batch, name: str, names: Collection[str]) -> NDArray[np.bool_]:
    """Tell which cases have one of ``names`` as their fact ``name``; the number 4 is "4"."""
    coded = batch.coded(name)
    return np.array([_figures(value) in names for value in coded.values], dtype=bool)[coded.codes]


def among_item(batch: Batch, name: str, names: Collection[str]) -> NDArray[np.bool_]:
    """Tell the same of the fact of the case, or else of its item."""
    own = among(batch, name, names)
    return np.where(absent(batch, name), among(batch, PREFIX + name, names), own)


def absent(batch: Batch, name: str) -> NDArray[np.bool_]:
    """Tell which cases lack the fact ``name``."""
    coded = batch.coded(name)
    return np.array([value is None for value in coded.values], dtype=bool)[coded.codes]


def _figures(value: Fact) -> Fact:
    return f"{value:g}" if isinstance(value, int | float) else value


def amount(batch: Batch, name: str) -> Numbers:
    """Give the number called ``name`` of the case, or else of its item; NaN where neither has."""
    own = batch.numbers(name)
    return np.where(np.isnan(own), batch.numbers(PREFIX + name), own)


def units(batch: Batch, name: str) -> NDArray[np.int64]:
    """Return the unit of the amount that :func:`amount` gives, as an index into ``UNITS``.

    ``name`` is that of the unit: ``promised_unit`` of ``promised_days``. An amount of the item is
    counted as the item says; one of the case likewise where the case names no unit. Working days
    if neither does; ``len(UNITS)`` for what is no unit.
    """
    own, item = (_unit_codes(batch.coded(one)) for one in (name, PREFIX + name))
    days = name.removesuffix("_unit") + "_days"
    of_item = np.isnan(batch.numbers(days)) & ~np.isnan(batch.numbers(PREFIX + days))
    given = np.where((own < 0) | of_item, item, own)
    return np.where(given < 0, UNITS.index(Unit.WORKING_DAY), given)


def _unit_codes(coded: Coded) -> NDArray[np.int64]:
    return np.array([_unit_code(value) for value in coded.values], np.int64)[coded.codes]


def _unit_code(value: Fact) -> int:
    try:
        return -1 if value is None else UNITS.index(parse_unit(str(value)))
    except ValueError:
        return len(UNITS)


def is_date(work: WorkingTime, at: Instants) -> NDArray[np.bool_]:
    """Tell which instants are local midnights: a date without a time of day became one."""
    dates: NDArray[np.bool_] = (at != NONE) & (at == work.midnight[work.day(at)])
    return dates


def end_of_date(work: WorkingTime, due: Instants) -> Instants:
    """Give due moments as they are; one that was given as a date means the end of that day."""
    return np.where(is_date(work, due), day_end(work, work.day(due), _LAW), due)


def due_after(
    work: WorkingTime, start: Instants, amounts: Numbers | float, unit: Unit = Unit.WORKING_DAY
) -> Instants:
    """Give the moment by which something must be done that may take so long from ``start`` on.

    The day of start does not count (民法典 第二百零一条). ``NONE`` where there is no start, no
    amount, or beyond the calendar.
    """
    allowed = np.broadcast_to(np.asarray(amounts, np.float64), start.shape)
    known = work.inside(start) & np.isfinite(allowed) & (allowed >= 0)
    scale = scale_for(unit, work, _LAW)
    begin = np.where(known, start, work.midnight[0])
    position = scale.advance(scale.origin(begin), np.where(known, allowed, 0.0))
    due = scale.end(np.maximum(position, scale.floor(begin)))
    return np.where(known & (due != NONE), np.maximum(due, start), NONE)


def overdue(view: View, due: Instants, done: Instants) -> tuple[NDArray[np.bool_], Instants]:
    """Tell what is late, done after its due moment or not done by now, and when it will be.

    As with limits, what is done at the due moment is in time, and what is open then is late.
    """
    there, open_ = due != NONE, done == NONE
    late = there & np.where(open_, view.now >= due, done > due)
    return late, np.where(there & open_ & ~late, due, NONE)


def has_parts(batch: Batch, *kinds: PartKind) -> NDArray[np.bool_]:
    """Tell which cases have any part of these kinds."""
    found = np.zeros(batch.size, dtype=bool)
    for kind in kinds:
        found |= np.diff(batch.parts(kind).offsets) > 0
    return found
