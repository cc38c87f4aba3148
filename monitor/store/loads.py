"""How much a person has in hand: a cause of lateness that the case itself does not show."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from monitor.store import tables


@dataclass(frozen=True, slots=True)
class Load:
    """How many open cases a handler has, and how many of them are past their due moment."""

    open: int
    late: int


def load_of(connection: Connection, handler: str, region: str | None, now: int) -> Load:
    """Give what a handler of a region has in hand at the instant ``now``."""
    c = tables.cases.c
    query = select(func.count(), func.count().filter(c.due_at <= now)).where(
        tables.is_open, c.handler == handler
    )
    if region is not None:
        query = query.where(c.region == region)
    return Load(*connection.execute(query).one())
