"""What SQLite and PostgreSQL both have and SQLAlchemy offers only for each of them."""

from __future__ import annotations

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Insert = sqlite.Insert | postgresql.Insert


def insert(connection: Connection, table: Table) -> Insert:
    """Begin an INSERT that can be given an ON CONFLICT clause."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def short(value: object, limit: int = 500) -> str | None:
    """Give a value as text that every store can hold and index; ``None`` stays ``None``.

    PostgreSQL holds no NUL character, and indexes no text beyond 2,700 bytes.
    """
    return None if value is None else str(value).replace("\0", "")[:limit]
