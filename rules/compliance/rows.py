"""The rows of parts a check found something in: the first one of each case, with its source row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rules.cases import Fact
from rules.compliance.check import Hits
from rules.instants import NEVER, NONE, Instants
from rules.parts import Parts


def first_rows(parts: Parts, wrong: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Give the first row of each case among those of a mask (bool, m)."""
    rows = np.flatnonzero(wrong)
    if not len(rows):
        return rows
    return rows[np.unique(parts.owners[rows], return_index=True)[1]]


def row_hits(
    parts: Parts,
    rows: NDArray[np.int64],
    next_at: Instants | None = None,
    **evidence: Sequence[Fact] | NDArray[np.generic],
) -> Hits:
    """Give the hits of rows (k), one of each case, with ``k`` values of each fact of evidence."""
    return Hits(parts.owners[rows], {**evidence, "rows": parts.keys(rows)}, next_at)


def ended(parts: Parts) -> Instants:
    """Give when each row ended (m), ``NONE`` while it is open."""
    return np.where(parts.ended == NEVER, NONE, parts.ended)


def of_kinds(parts: Parts, kinds: tuple[str, ...]) -> NDArray[np.bool_]:
    """Tell which rows (bool, m) are of one of the kinds; of any where there are none."""
    if not kinds:
        return np.ones(len(parts.started), dtype=bool)
    return parts.coded("kind").among(kinds)


def moments(parts: Parts, name: str) -> Instants:
    """Give a moment of each row (m) besides its beginning and end, ``NONE`` where it has none."""
    told = parts.coded(name)
    at = [value if isinstance(value, int) else NONE for value in told.values]
    return np.array(at, np.int64)[told.codes]


def named(parts: Parts, rows: NDArray[np.int64], fact: str) -> list[Fact]:
    """Give a fact of rows (k) as text, "" where there is none."""
    return ["" if value is None else str(value) for value in parts.facts(fact, rows)]


def earliest_of_each(parts: Parts, moments: Instants) -> Instants:
    """Give the earliest of the moments (m) of each case's rows (n), ``NONE`` where it has none."""
    return earliest_of(parts.owners, moments, len(parts.offsets) - 1)


def earliest_of(owners: NDArray[np.int64], moments: Instants, size: int) -> Instants:
    """Give the earliest of the moments (k) of each owner (``size``), ``NONE`` where there is none.

    A moment that is ``NONE`` does not count.
    """
    earliest = np.full(size, NEVER, np.int64)
    there = np.flatnonzero(moments != NONE)
    np.minimum.at(earliest, owners[there], moments[there])
    return np.where(earliest == NEVER, NONE, earliest)
