"""Closed cases (办结) of a time, counted by how they ended: see :mod:`rules.punctuality`.

Rankings, the board, digests, surveys, lists and the API all count what the check wrote into
``cases.punctuality``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, literal_column, select

from monitor.store import tables
from rules.punctuality import Closings, Punctuality

_c = tables.cases.c

CLOSED: ColumnElement[bool] = and_(_c.vanished_at.is_(None), _c.closed_at.is_not(None))
"""A closed case that is in its source."""

_COUNTS = (
    func.count(),
    *(
        func.sum(case((_c.punctuality == one.value, 1), else_=0))
        for one in (Punctuality.ON_TIME, Punctuality.LATE, Punctuality.IN_DOUBT)
    ),
)


@dataclass(frozen=True, slots=True)
class ClosedIn:
    """What a place closed in a time."""

    region: str | None
    department: str | None
    closings: Closings


def ended(how: Punctuality) -> ColumnElement[bool]:
    """Return the condition for closed cases that ended so."""
    # Written out, or SQLite does not know that a partial index has them all.
    return and_(CLOSED, _c.punctuality == literal_column(f"'{how.value}'"))


def closed_in(begin: int, end: int) -> ColumnElement[bool]:
    """Return the condition for cases closed from an instant up to another."""
    return and_(CLOSED, _c.closed_at >= begin, _c.closed_at < end)


def count(
    connection: Connection, by: Sequence[ColumnElement[Any]], where: ColumnElement[bool]
) -> list[tuple[tuple[Any, ...], Closings]]:
    """Count closed cases by the values of some columns."""
    rows = connection.execute(select(*by, *_COUNTS).where(where).group_by(*by))
    size = len(by)
    return [(tuple(row[:size]), Closings(*row[size:])) for row in rows]


def by_place(connection: Connection, begin: int, end: int) -> list[ClosedIn]:
    """Count what each region and department closed from the instant ``begin`` up to ``end``."""
    found = count(connection, (_c.region, _c.department), closed_in(begin, end))
    return [ClosedIn(region, department, done) for (region, department), done in found]
