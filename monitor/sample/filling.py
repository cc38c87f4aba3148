"""Filling an empty database with the sample hall."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, Table, exists, select
from sqlalchemy.schema import CreateIndex, CreateTable

from monitor.printing import printable
from monitor.sample import schema
from monitor.sample.generator import Columns, chunks
from monitor.sample.people import ITEMS


def fill(
    engine: Engine,
    cases: int,
    seed: int,
    now: int,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Create the hall's tables and fill them with so many cases, all in one transaction.

    ``now`` is the instant the rows are relative to; ``progress`` is told after each chunk how many
    cases are in. The indexes are built at the end, which is several times faster.

    Raises:
        ValueError: the database already holds cases; they are not touched.
    """
    with engine.begin() as connection:
        for table in schema.metadata.sorted_tables:
            connection.execute(CreateTable(table, if_not_exists=True))
        if is_filled(connection):
            raise ValueError(
                f"{printable(engine.url)} already holds cases in {schema.cases.name}: "
                "the sample hall is only written to an empty database; name another one"
            )
        connection.execute(schema.items.delete())
        connection.execute(schema.items.insert(), catalogue())
        done = 0
        for chunk in chunks(cases, seed, now):
            for table, columns in chunk.items():
                _write(connection, table, columns)
            done += len(chunk[schema.cases]["id"])
            if progress:
                progress(done)
        for table in schema.metadata.sorted_tables:
            for index in sorted(table.indexes, key=lambda index: str(index.name)):
                connection.execute(CreateIndex(index, if_not_exists=True))
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:  # so that reading the hall never stops its life
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")


def is_filled(connection: Connection) -> bool:
    """Tell whether the hall's tables, which must exist, hold any case."""
    return bool(connection.scalar(select(exists().select_from(schema.cases))))


def catalogue() -> list[dict[str, object]]:
    """Give the rows of the catalogue of items; days are working days, the hotline has seconds."""
    return [
        {
            "task_code": item.code,
            "task_name": item.name,
            "dept_code": item.department,
            "project_type": item.kind,
            "anticipate_day": item.statutory_days,
            "anticipate_type": "1",
            "promise_day": item.days if item.seconds is None else item.seconds,
            "promise_type": "1" if item.seconds is None else "6",
            "fee_standard": item.fee,
        }
        for item in ITEMS
    ]


def _write(connection: Connection, table: Table, columns: Columns) -> None:
    """Insert columns with the driver's own placeholders: Core's per-row work is half the time."""
    dialect = connection.dialect
    quote = dialect.identifier_preparer.quote
    names = ", ".join(quote(name) for name in columns)
    mark = "?" if dialect.paramstyle == "qmark" else "%s"
    marks = ", ".join([mark] * len(columns))
    values = [_values(column, dialect.name == "sqlite") for column in columns.values()]
    rows = list(zip(*values, strict=True))
    if rows:
        connection.exec_driver_sql(
            f"INSERT INTO {quote(table.name)} ({names}) VALUES ({marks})",  # noqa: S608 - our names
            rows,
        )


def _values(column: NDArray[Any], as_text: bool) -> list[Any]:
    """Give a column as the values of a driver; SQLite keeps moments as text."""
    values = column
    if as_text and column.dtype.kind == "M":
        known = ~np.isnat(column)
        values = np.full(len(column), None, object)
        texts = np.datetime_as_string(column[known], "us").tolist()
        values[known] = [text.replace("T", " ") for text in texts]
    return list(values.tolist())
