"""What SQLite and PostgreSQL both have and SQLAlchemy offers only for each of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Table,
    TableValuedAlias,
    bindparam,
    cast,
    column,
    func,
    select,
    update,
)
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


def update_rows(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *only: ColumnElement[bool],
    **same: Any,
) -> None:
    """Write some columns of some rows of a table by their ``id``; each row has the same columns.

    PostgreSQL is given all of them in one statement, which takes a third of the time.

    Args:
        connection: where to write.
        table: the table.
        rows: the values, with the ``id``.
        only: conditions that a row must fulfil as well, on columns of the table.
        same: values that all of them are given, by column.
    """
    if not rows:
        return
    names = [name for name in rows[0] if name != "id"]
    if connection.dialect.name == "sqlite":
        statement = update(table).where(table.c.id == bindparam("of_id"), *only).values(same)
        values = [{"of_id": row["id"], **{name: row[name] for name in names}} for row in rows]
        connection.execute(statement, values)
        return
    given = _given(table, ("id", *names))
    connection.execute(
        update(table)
        .where(table.c.id == given.c.id, *only)
        .values({**{name: given.c[name] for name in names}, **same}),
        {"rows": [dict(row) for row in rows]},
    )


def insert_unknown(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], key: str
) -> None:
    """Insert rows, all with the same columns, but for those whose ``key`` is in the table already.

    PostgreSQL is given all of them in one value, as in :func:`insert_numbered`.
    """
    if not rows:
        return
    statement = insert(connection, table)
    if connection.dialect.name == "sqlite":
        given: Any = [dict(row) for row in rows]
    else:
        names = tuple(rows[0])
        columns = _given(table, names).c
        statement = statement.from_select(names, select(*(columns[name] for name in names)))
        given = {"rows": [dict(row) for row in rows]}
    connection.execute(statement.on_conflict_do_nothing(index_elements=[key]), given)


def insert_numbered(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]
) -> list[int]:
    """Insert rows, all with the same columns but ``id``, and give their ids in the same order.

    PostgreSQL is given all of them in one value: a statement of some thousand parameters takes its
    driver longer to read than the server to do.
    """
    if not rows:
        return []
    if connection.dialect.name == "sqlite":
        returning = table.insert().returning(table.c.id, sort_by_parameter_order=True)
        return list(connection.scalars(returning, [dict(row) for row in rows]))
    sequence = func.pg_get_serial_sequence(table.name, "id")
    numbers = func.generate_series(1, len(rows)).table_valued("n")
    ids = list(connection.scalars(select(func.nextval(sequence)).select_from(numbers)))
    names = ("id", *rows[0])
    given = _given(table, names)
    connection.execute(
        table.insert().from_select(names, select(*(given.c[name] for name in names))),
        {"rows": [{"id": ident, **row} for ident, row in zip(ids, rows, strict=True)]},
    )
    return ids


def _given(table: Table, names: Sequence[str]) -> TableValuedAlias:
    """Give the rows of the parameter ``rows`` with columns of a table (PostgreSQL)."""
    return (
        func.json_to_recordset(bindparam("rows", type_=JSON))
        .table_valued(*(column(name, table.c[name].type) for name in names))
        .render_derived(name="given", with_types=True)
    )
