"""Finding where a table is at an instant, where its rows are added in the order of their moments.

Such a table has no index of its moments, and needs none: its ids are in their order.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select


def first_since(connection: Connection, ident: Any, at: Any, since: int) -> int:
    """Give the id of the first row whose moment is ``since`` or later.

    Args:
        connection: to the store.
        ident: the column of the ids.
        at: the column of the moments, which no row that follows another has earlier.
        since: an instant.

    Returns:
        An id; behind the last one, where all rows are earlier.
    """
    low = connection.scalar(select(func.min(ident))) or 0
    high = (connection.scalar(select(func.max(ident))) or 0) + 1
    while low < high:  # the wanted id is in low..high
        middle = (low + high) // 2
        row = connection.execute(
            select(ident, at).where(ident >= middle).order_by(ident).limit(1)
        ).one_or_none()
        if row is not None and row[1] < since:
            low = row[0] + 1
        else:
            high = middle
    return low
