"""What the columns of all tables are made of: kinds, names of constraints, indexes of due rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    Index,
    Integer,
    MetaData,
    Text,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)
"""Every table of the store."""

Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows only where it is INTEGER
"""The number of a row."""

Json = JSON(none_as_null=True)
"""A JSON value; ``None`` is SQL's NULL."""


def row_id() -> Column[int]:
    """Give the column ``id`` that numbers the rows of a table."""
    return Column("id", Id, primary_key=True)


def at(name: str, *, required: bool = False) -> Column[int]:
    """Give a column of instants."""
    return Column(name, BigInteger, nullable=not required)


def text(name: str, *, required: bool = False) -> Column[str]:
    """Give a column of texts."""
    return Column(name, Text, nullable=not required)


def json(name: str, *, required: bool = False) -> Column[Any]:
    """Give a column of JSON values."""
    return Column(name, Json, nullable=not required)


def count(name: str) -> Column[int]:
    """Give a column that counts from 0."""
    return Column(name, Integer, nullable=False, server_default="0")


def index(
    name: str,
    *columns: ColumnElement[Any],
    where: ColumnElement[bool] | None = None,
    unique: bool = False,
) -> None:
    """Index columns of a table, for the rows alone of which ``where`` holds."""
    Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)
