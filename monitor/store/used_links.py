"""Links that have done the one act they were good for."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from monitor.store import tables
from monitor.store.statements import insert


def use(connection: Connection, key: str, now: int, expires_at: int) -> bool:
    """Note that a link does its act at ``now``; ``False`` where it has done it before.

    Those that have expired by now are forgotten: they are refused for that.
    """
    c = tables.used_links.c
    connection.execute(delete(tables.used_links).where(c.expires_at <= now))
    statement = insert(connection, tables.used_links).values(
        id=key, used_at=now, expires_at=expires_at
    )
    statement = statement.on_conflict_do_nothing(index_elements=["id"])
    return connection.scalar(statement.returning(c.id)) is not None


def used_at(connection: Connection, key: str) -> int | None:
    """Give the instant at which a link did its act; ``None`` where it has not."""
    c = tables.used_links.c
    return connection.scalar(select(c.used_at).where(c.id == key))
