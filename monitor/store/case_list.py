"""Finding cases for people: by number, and in lists."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select, true

from monitor.store import tables
from monitor.store.case_choice import Choice
from monitor.store.parts import parts_of
from monitor.store.scope import Scope
from monitor.store.statements import among
from rules.cases import Case

_AT_ONCE = 5_000  # SQLite binds at most 32,766 values to a statement

_Stretch = tuple[ColumnElement[bool], list[Any]]
"""Which of the chosen cases a stretch of a list holds, and in which order."""

_CARDS = tables.cases.c.level.is_not(None)


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
    punctuality: str | None


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
        query = query.where(tables.is_open)
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


class Sort(StrEnum):
    """In which order cases are listed; a minus turns it round. What has none of it comes last."""

    DUE = "due"
    DUE_LAST = "-due"
    GRAVEST = "lamp"
    MILDEST = "-lamp"
    CLOSED = "closed"
    CLOSED_LAST = "-closed"
    NEWEST = "new"


def count(connection: Connection, chosen: Choice, scope: Scope, most: int) -> int:
    """Count the chosen cases in a scope, but no further than ``most``."""
    bounded = chosen.within(connection, scope)
    some = select(tables.cases.c.id).where(bounded.where()).limit(most).subquery()
    return connection.scalar(select(func.count()).select_from(some)) or 0


def page(
    connection: Connection, chosen: Choice, scope: Scope, sort: Sort, first: int, size: int
) -> list[CaseRow]:
    """Give ``size`` chosen cases in a scope without their parts, from the ``first`` (0) on."""
    bounded = chosen.within(connection, scope)
    ids: list[int] = []
    skip = first
    for stretch, order in _stretches(chosen, sort):
        cards = stretch is _CARDS
        query = select(tables.cases.c.id).where(
            bounded.where(narrow=cards or bool(bounded.added)), stretch
        )
        wanted = size - len(ids)
        found = list(connection.scalars(query.order_by(*order).offset(skip).limit(wanted)))
        ids += found
        if len(ids) == size:
            break
        if skip and not found:  # how far this stretch goes
            some = query.limit(skip).subquery()
            skip -= connection.scalar(select(func.count()).select_from(some)) or 0
        else:
            skip = 0
    return of_ids(connection, ids)


def of_ids(connection: Connection, ids: list[int]) -> list[CaseRow]:
    """Give cases by the ids of their rows, in that order, without their parts."""
    found: dict[int, CaseRow] = {}
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        query = _columns().where(among(connection, tables.cases.c.id, some))
        rows = _rows(connection, query, with_parts=False)
        found.update((row.case.id or 0, row) for row in rows)
    return [found[ident] for ident in ids if ident in found]


@dataclass(frozen=True, slots=True)
class Handling:
    """The cards of a case, and what is done about them.

    Attributes:
        acknowledged: whether all of them are.
        order_no: the number of the last order about them.
        order_state: the state of that order.
        gravest: the titles of those of the gravest level, by rule.
        alerts: their ids.
    """

    acknowledged: bool
    order_no: str | None
    order_state: str | None
    gravest: Mapping[str, str]
    alerts: tuple[int, ...] = ()


def handling(connection: Connection, ids: Sequence[int]) -> dict[int, Handling]:
    """Give what is done about the cards of some cases; those without a card are left out."""
    a, j, o = tables.alerts.c, tables.order_alerts.c, tables.orders.c
    joined = tables.alerts.outerjoin(tables.order_alerts, j.alert_id == a.id)
    found: dict[int, Handling] = {}
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        query = (
            select(a.id, a.case_id, a.rank, a.rule, a.title, a.acked_at, o.no, o.state)
            .select_from(joined.outerjoin(tables.orders, j.order_id == o.id))
            .where(tables.standing, tables.notified, among(connection, a.case_id, some))
            .order_by(a.case_id, o.id, a.id)
        )
        for case_id, of_case in groupby(connection.execute(query), key=lambda row: row.case_id):
            cards = list(of_case)
            gravest = max(card.rank for card in cards)
            ordered = [card for card in cards if card.no]
            found[case_id] = Handling(
                all(card.acked_at is not None for card in cards),
                ordered[-1].no if ordered else None,
                ordered[-1].state if ordered else None,
                {card.rule: card.title for card in cards if card.rank == gravest},
                tuple(dict.fromkeys(card.id for card in cards)),
            )
    return found


def _stretches(chosen: Choice, sort: Sort) -> list[_Stretch]:
    """Give the stretches of a list one after the other, each as an index orders it."""
    c = tables.cases.c
    if sort is Sort.NEWEST:
        return [(true(), [c.id.desc()])]
    if chosen.paused and sort in (Sort.DUE, Sort.DUE_LAST):
        return [(true(), [c.id])]
    by_due: list[_Stretch] = [
        (c.due_at.is_not(None), [c.due_at, c.id]),
        (c.due_at.is_(None), [c.id]),
    ]
    match sort:
        case Sort.DUE:
            return by_due
        case Sort.DUE_LAST:
            return [(c.due_at.is_not(None), [c.due_at.desc(), c.id.desc()]), by_due[1]]
        case Sort.CLOSED | Sort.CLOSED_LAST:
            closed: list[Any] = [c.closed_at, c.id]
            if sort is Sort.CLOSED_LAST:
                closed = [c.closed_at.desc(), c.id.desc()]
            return [(c.closed_at.is_not(None), closed), (c.closed_at.is_(None), [c.id])]
    rank = c.rank.desc() if sort is Sort.GRAVEST else c.rank
    cards: _Stretch = (_CARDS, [rank, c.due_at.is_(None), c.due_at, c.id])
    return [cards, *((and_(c.level.is_(None), where), order) for where, order in by_due)]


def counts_by_item(connection: Connection, chosen: Choice, scope: Scope) -> dict[str, int]:
    """Count the chosen cases of a scope by the code of their item; those without one are left."""
    c = tables.cases.c
    rows = connection.execute(
        select(c.item_code, func.count())
        .where(chosen.within(connection, scope).where(), c.item_code.is_not(None))
        .group_by(c.item_code)
    )
    return {row[0]: row[1] for row in rows}


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
        c.punctuality,
    )


def _rows(connection: Connection, query: Select[Any], *, with_parts: bool = True) -> list[CaseRow]:
    rows = connection.execute(query).all()
    parts = parts_of(connection, [row.id for row in rows]) if with_parts else {}
    return [
        CaseRow(Case(source, key, facts, tuple(parts.get(ident, ())), ident), *rest)
        for ident, source, key, facts, *rest in rows
    ]


def with_history(connection: Connection, ids: Collection[int]) -> frozenset[int]:
    """Return those of some cases that have an alert about what was over before supervision."""
    case_id = tables.alerts.c.case_id
    query = select(case_id).where(tables.history, among(connection, case_id, ids))
    return frozenset(connection.scalars(query))
