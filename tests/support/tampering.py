"""What somebody could do to the record who owns the database: around every guard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, create_engine, text

from monitor.store import seals, tables
from monitor.store.seals import Row, Seal
from monitor.store.store import Store


@contextmanager
def unguarded(store: Store) -> Iterator[Connection]:
    """Give a connection for which the guards of append-only tables are not there."""
    if store.engine.dialect.name == "postgresql":
        with store.write() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            yield connection
        return
    # An engine of its own has no foreign keys either.
    engine = create_engine(store.engine.url)
    with engine.begin() as connection:
        triggers = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        ).all()
        for name, _ in triggers:
            connection.execute(text(f"DROP TRIGGER {name}"))
        yield connection
        for _, definition in triggers:
            connection.execute(text(definition))
    engine.dispose()


def change(connection: Connection, table: str, ident: int, **values: Any) -> None:
    """Write other values into a row."""
    found = seals.SEALED[table]
    connection.execute(found.update().where(found.c.id == ident).values(values))


def remove(connection: Connection, table: str, ident: int) -> None:
    """Remove a row."""
    found = seals.SEALED[table]
    connection.execute(found.delete().where(found.c.id == ident))


def rewrite(connection: Connection) -> None:
    """Write the whole chain anew over the rows as they are now, in one seal a table."""
    connection.execute(tables.audit_seals.delete())
    before: Seal | None = None
    for table in seals.SEALED:
        rows: list[Row] = list(seals.rows_between(connection, table, None, 2**62))
        if rows:
            before = seals.seal(before, table, rows, 0)
            assert seals.add(connection, before)
