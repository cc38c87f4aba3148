"""The SELECT statements over a source's tables, views and queries."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    FromClause,
    Select,
    String,
    any_,
    bindparam,
    cast,
    column,
    func,
    literal,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.types import NullType

from config.catalogue import CatalogueSettings
from config.people_lists import ListSettings
from config.sources import PartTable, Table
from monitor.sources.cursor import Value

_UNTYPED = NullType()
"""Values are sent as their driver writes them: a cast by SQLAlchemy could keep the server from
using its index, or from comparing a key kept as a number with one kept as text."""


def place_of(
    mapped: Table | PartTable | CatalogueSettings | ListSettings, columns: Sequence[str]
) -> FromClause:
    """Give what is selected from: a table or view, ``schema.name`` or ``name``, or a subquery."""
    named: list[ColumnClause[Any]] = [column(name) for name in columns]
    if mapped.table is not None:
        schema, _, name = mapped.table.rpartition(".")
        return table(name, *named, schema=schema or None)
    query = (mapped.query or "").strip().rstrip(";").replace(":", r"\:")
    return text(query).columns(*named).subquery("source")


def page_of_changes(
    place: FromClause,
    changed: str,
    key: str,
    start: Value | None,
    after: tuple[Value, Value] | None,
    limit: int,
) -> Select[Any]:
    """Select the next rows by (changed, key): from ``start`` on, or those after ``after``.

    The predicate is ``c >= :c AND (c > :c OR k > :k)``: the one form that PostgreSQL, MariaDB and
    SQLite all answer from an index on (changed, key).
    """
    c, k = place.c[changed], place.c[key]
    statement = select(place).where(c.is_not(None), k.is_not(None)).order_by(c, k).limit(limit)
    if after is not None:
        value = _bound(after[0])
        return statement.where(c >= value, or_(c > value, k > _bound(after[1])))
    return statement if start is None else statement.where(c >= _bound(start))


def page_of_keys(place: FromClause, key: str, after: Value | None, limit: int) -> Select[Any]:
    """Select the next rows in the order of their keys."""
    k = place.c[key]
    wanted = k.is_not(None) if after is None else k > _bound(after)
    return select(place).where(wanted).order_by(k).limit(limit)


def end_of_keys(place: FromClause, key: str, after: Value | None, limit: int) -> Select[Any, int]:
    """Select the highest of the next keys, in their order, and how many these are."""
    k = place.c[key]
    wanted = k.is_not(None) if after is None else k > _bound(after)
    page = select(k.label("k")).where(wanted).order_by(k).limit(limit).subquery("page")
    return select(func.max(page.c.k), func.count())


def rows_between(place: FromClause, key: str, after: Value | None, last: Value) -> Select[Any]:
    """Select the rows whose keys lie after one (from the first on: ``None``) and up to another."""
    k = place.c[key]
    statement = select(place).where(k <= _bound(last))
    return statement if after is None else statement.where(k > _bound(after))


def newest_rows(place: FromClause, column_name: str, limit: int) -> Select[Any]:
    """Select the rows with the highest values of a column."""
    ordered = place.c[column_name]
    return select(place).where(ordered.is_not(None)).order_by(ordered.desc()).limit(limit)


def rows_without_key(
    place: FromClause, key: str, changed: str | None, start: Value | None, limit: int
) -> Select[Any]:
    """Select rows whose key is NULL, those changed since ``start`` where it is given."""
    statement = select(place).where(place.c[key].is_(None)).limit(limit)
    if changed is None or start is None:
        return statement
    return statement.where(place.c[changed] >= _bound(start))


def rows_of(
    place: FromClause, key: str, keys: Collection[str], *, as_text: bool = False
) -> Select[Any]:
    """Select the rows with one of some keys, which are given as text.

    ``as_text`` compares text with text: slow, but no key is refused as not being a number.
    """
    k: ColumnElement[Any] = place.c[key]
    wanted = bindparam("keys", list(keys), type_=_UNTYPED, expanding=True)
    return select(place).where((cast(k, String(255)) if as_text else k).in_(wanted))


def rows_of_any(place: FromClause, key: str, keys: Sequence[Any]) -> Select[Any]:
    """Select the rows with one of some keys, sent to PostgreSQL as one array."""
    wanted = bindparam("keys", list(keys), type_=_UNTYPED)
    return select(place).where(place.c[key] == any_(wanted))


def _bound(value: Value) -> ColumnElement[Any]:
    return literal(value, _UNTYPED)
