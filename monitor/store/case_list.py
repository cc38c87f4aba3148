"""Finding cases for people: by number, and in lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Select, or_, select

from monitor.store import tables
from monitor.store.parts import parts_of
from rules.cases import Case


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case with everything the store knows of it; moments are instants, ``clocks`` is JSON."""

    case: Case
    state: str | None
    level: str | None
    rank: int | None
    due_at: int | None
    clocks: Any
    fingerprint: str | None
    next_check_at: int | None
    first_seen_at: int
    changed_at: int
    vanished_at: int | None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which cases to list; ``None`` leaves a choice open.

    ``live`` leaves out those that are closed without an open alert or have vanished, ``due_by``
    those whose due moment is later than that instant or unknown, ``text`` those that have it
    neither in their number nor in their title.
    """

    source: str | None = None
    level: str | None = None
    state: str | None = None
    item_code: str | None = None
    department: str | None = None
    region: str | None = None
    handler: str | None = None
    live: bool = True
    due_by: int | None = None
    text: str | None = None


def find(connection: Connection, text: str) -> list[CaseRow]:
    """Give the cases with this key or this number (办件号), of whatever source."""
    c = tables.cases.c
    by_key = select(c.id).where(c.key == text)
    by_no = select(c.id).where(c.no == text)
    return _rows(connection, _columns().where(c.id.in_(by_key.union(by_no))).order_by(c.id))


def has(connection: Connection, place: Literal["department", "region"], ident: str) -> bool:
    """Tell whether any case is of this department or region."""
    query = select(tables.cases.c.id).where(tables.cases.c[place] == ident).limit(1)
    return connection.scalar(query) is not None


def by_id(connection: Connection, ident: int) -> CaseRow | None:
    """Give a case with its parts by the id of its row."""
    query = _columns().where(tables.cases.c.id == ident)
    return next(iter(_rows(connection, query)), None)


def listing(connection: Connection, chosen: Filter, limit: int) -> list[CaseRow]:
    """Give up to ``limit`` chosen cases without their parts, the earliest due moment first."""
    c = tables.cases.c
    query = _columns()
    for name in ("source", "level", "state", "item_code", "department", "region", "handler"):
        value = getattr(chosen, name)
        if value is not None:
            query = query.where(c[name] == value)
    if chosen.live:
        query = query.where(tables.live)
    if chosen.due_by is not None:
        query = query.where(c.due_at <= chosen.due_by)
    if chosen.text is not None:
        parts = (c[name].icontains(chosen.text, autoescape=True) for name in ("no", "title"))
        query = query.where(or_(*parts))
    return _rows(
        connection,
        query.order_by(c.due_at.asc().nulls_last(), c.id).limit(limit),
        with_parts=False,
    )


def _columns() -> Select[Any]:
    c = tables.cases.c
    return select(
        c.id,
        c.source,
        c.key,
        c.facts,
        c.state,
        c.level,
        c.rank,
        c.due_at,
        c.clocks,
        c.fingerprint,
        c.next_check_at,
        c.first_seen_at,
        c.changed_at,
        c.vanished_at,
    )


def _rows(connection: Connection, query: Select[Any], *, with_parts: bool = True) -> list[CaseRow]:
    rows = connection.execute(query).all()
    parts = parts_of(connection, [row.id for row in rows]) if with_parts else {}
    return [
        CaseRow(Case(source, key, facts, tuple(parts.get(ident, ())), ident), *rest)
        for ident, source, key, facts, *rest in rows
    ]
