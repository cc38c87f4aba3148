"""What SQLite and PostgreSQL both have and SQLAlchemy offers only for each of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, cast, func, select
from sqlalchemy.dialects import postgresql, sqlite

Insert = sqlite.Insert | postgresql.Insert


def insert(connection: Connection, table: Table) -> Insert:
    """Begin an INSERT that can be given an ON CONFLICT clause."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def among(
    connection: Connection, column: ColumnElement[Any], values: Collection[Any]
) -> ColumnElement[bool]:
    """Give the condition that a column is one of some thousand values.

    PostgreSQL compares each row with every member of an IN list once it has kept the plan, but
    joins the rows of an array.
    """
    if connection.dialect.name == "sqlite":
        return column.in_(values)
    array = cast(list(values), postgresql.ARRAY(column.type))
    return column.in_(select(func.unnest(array)))


def short(value: object, limit: int = 500) -> str | None:
    """Give a value as text that every store can hold and index; ``None`` stays ``None``.

    PostgreSQL holds no NUL character, and indexes no text beyond 2,700 bytes.
    """
    return None if value is None else str(value).replace("\0", "")[:limit]
