"""Single values the daemon remembers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from monitor.store import tables
from monitor.store.statements import insert


def get(connection: Connection, key: str) -> Any:
    """Give the JSON value kept under ``key``, ``None`` where there is none."""
    m = tables.meta.c
    return connection.scalar(select(m.value).where(m.key == key))


def put(connection: Connection, key: str, value: Any) -> None:
    """Keep a JSON value under ``key``, in place of the one before."""
    statement = insert(connection, tables.meta).values(key=key, value=value)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["key"], set_={"value": statement.excluded.value}
        )
    )


def keep(connection: Connection, key: str, value: Any) -> Any:
    """Keep a JSON value under ``key`` unless there is one, and give the one that is there."""
    statement = insert(connection, tables.meta).values(key=key, value=value)
    connection.execute(statement.on_conflict_do_nothing(index_elements=["key"]))
    return get(connection, key)
