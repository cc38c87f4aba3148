"""Which allowance of a limit each case of a batch has: by column, by unit, or the same for all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rules.amounts import Unit, parse_unit
from rules.batches import Batch
from rules.cases import PartKind
from rules.columns import Coded
from rules.instants import NONE
from rules.limits import Allowance, Limit

STEP_FACT = "step."
"""``step.NAME`` as a column means the fact of that name of the step a limit runs over."""

_UNKNOWN = Allowance(column="", unit=Unit.WORKING_DAY)
"""The allowance of a case that has an amount in a unit that nobody can read: never known."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """A limit with a single allowance in a known unit, and which cases (bool, n) have it.

    ``fault`` says why the allowance of these cases is not known, "" where it is.
    """

    limit: Limit
    cases: NDArray[np.bool_]
    fault: str = ""


def by_allowance(
    limit: Limit, batch: Batch, rows: NDArray[np.int64] | None = None
) -> Iterator[Allowed]:
    """Split a limit by the allowance and the unit that each case of a batch has.

    Every case is in exactly one of what is given. The first allowance of which a case has the
    column holds, the last one for all others. A case with an amount whose unit is missing
    everywhere, or is none, gets a limit that is unknown: it is never counted in another unit.

    Args:
        limit: the limit.
        batch: the cases.
        rows: the steps it runs over (n), as :func:`rules.courses.steps_of` gives them.
    """
    left = np.ones(batch.size, dtype=bool)
    ways = limit.allow.ways
    for way in ways:
        mine = left if way is ways[-1] else left & _says(way, batch, rows)
        left = left & ~mine
        one = replace(limit, allow=way)
        if way.unit_columns:
            yield from _by_unit(one, mine, batch, rows)
        elif len(ways) == 1 or mine.any():
            yield Allowed(one, mine)


def _by_unit(
    limit: Limit, mine: NDArray[np.bool_], batch: Batch, rows: NDArray[np.int64] | None
) -> Iterator[Allowed]:
    allow = limit.allow
    for name in allow.unit_columns:
        named = _column(name, batch, rows)
        for code, value in enumerate(named.values):
            some = mine & (named.codes == code)
            if value is None or not some.any():
                continue
            fault, counted = "", _UNKNOWN
            try:
                counted = replace(allow, unit=parse_unit(str(value)), unit_columns=())
            except ValueError:
                fault = f"{name}: {value!r} is not a unit of time"
            yield Allowed(replace(limit, allow=counted), some, fault)
            mine = mine & ~some
    if allow.unit is not None:
        yield Allowed(replace(limit, allow=replace(allow, unit_columns=())), mine)
    elif mine.any():
        yield Allowed(replace(limit, allow=_UNKNOWN), mine, f"{allow.unit_columns[-1]}: missing")


def _says(way: Allowance, batch: Batch, rows: NDArray[np.int64] | None) -> NDArray[np.bool_]:
    """Return which cases (bool, n) have what an allowance goes by."""
    if way.due is not None:
        there: NDArray[np.bool_] = batch.moments(way.due) != NONE
        return there
    if way.column is None or way.otherwise is not None:
        return np.ones(batch.size, dtype=bool)
    named = _column(way.column, batch, rows)
    return np.array([value is not None for value in named.values], dtype=bool)[named.codes]


def _column(name: str, batch: Batch, rows: NDArray[np.int64] | None) -> Coded:
    """Return a fact of each case, or of the step of each that a limit runs over (n)."""
    if not name.startswith(STEP_FACT):
        return batch.coded(name)
    facts = np.full(batch.size, None, dtype=object)
    if rows is not None:
        there = rows >= 0
        facts[there] = batch.parts(PartKind.STEP).facts(name.removeprefix(STEP_FACT), rows[there])
    return Coded.of(facts)
