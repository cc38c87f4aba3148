"""Gathering rows of parts, as they come, into the columns of the cases they belong to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from rules.columns import Coded, Numbers, Texts, taken
from rules.instants import NEVER, NONE, Instants
from rules.parts import Parts


def gather(
    size: int,
    owners: NDArray[np.int64],
    started: Instants,
    ended: Instants,
    keys: Sequence[str],
    facts: Mapping[str, Texts | Coded],
    amounts: Numbers | None = None,
) -> Parts:
    """Give rows (m) as the parts of ``size`` cases, those of each in the order of their beginnings.

    Args:
        size: the number of cases.
        owners: the index of each row's case (m); -1: of none of them, and the row is left out.
        started: when each began (m), ``NONE`` where it does not say.
        ended: when it ended (m), ``NONE`` while it is open.
        keys: what names each row (m); none: each is known by its place among its like.
        facts: the other facts (m each), ``kind`` and ``unit`` among them where they are told.
        amounts: the amounts (m) of extensions.
    """
    order = _in_order(owners, started, ended, keys)
    order = order[owners[order] >= 0]
    offsets = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(owners[order], minlength=size), out=offsets[1:])
    if keys:
        named = np.empty(len(keys), dtype=object)
        named[:] = keys
        named = named[order]
    else:
        place = np.arange(len(order)) - offsets[owners[order]] + 1
        named = place.astype(str).astype(object)
    columns = {name: taken(column, order) for name, column in facts.items()}
    nothing = np.full(len(order), None, dtype=object)
    ended = ended[order]
    return Parts(
        offsets,
        started[order],
        np.where(ended == NONE, NEVER, ended),
        _plain(columns.get("kind", nothing)),
        np.full(len(order), np.nan) if amounts is None else amounts[order],
        _plain(columns.pop("unit", nothing)),
        (),
        {**columns, "key": named},
    )


def _plain(column: Texts | Coded) -> Texts:
    return column.facts() if isinstance(column, Coded) else column


def _in_order(
    owners: NDArray[np.int64], started: Instants, ended: Instants, keys: Sequence[str]
) -> NDArray[np.int64]:
    """Order rows by case and beginning, those of one moment by their keys and ends."""
    order = np.lexsort((ended, started, owners))
    one, other = order[:-1], order[1:]
    tied = (owners[one] == owners[other]) & (started[one] == started[other])
    if not keys or not tied.any():
        return order
    # Sorting by text is dear: only the rows that need it are sorted, and stay where they are.
    places = np.flatnonzero(np.append(tied, False) | np.append(False, tied))
    rows = order[places]
    named = [keys[row] for row in rows.tolist()]
    columns = (owners[rows].tolist(), started[rows].tolist(), named, ended[rows].tolist())
    ranked = sorted(zip(*columns, rows.tolist(), strict=True))
    order[places] = [row for *_, row in ranked]
    return order
