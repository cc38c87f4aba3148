"""What surveys ask for, read from the store: rows and counts of many cases, as columns.

Every reading is one statement (finding out where to begin is another) that filters and counts in
the database; facts that the table of cases has no column for are taken out of its JSON there.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    cast,
    exists,
    func,
    or_,
    select,
)

from monitor.store import tables
from rules.cases import PartKind
from rules.findings import Reason
from rules.instants import HOUR, NONE, SECOND, is_moment
from rules.surveys.readings import (
    Carded,
    Columns,
    Counts,
    Pauses,
    Reading,
    Rows,
    Scope,
    SetAside,
    Sharing,
    Unmatched,
    Vanished,
    Within,
)

_AT_ONCE = 20_000
_OWN = {column.name for column in tables.cases.columns} - {"facts", "clocks", "digest"}
_REPEATED = {"source", "region", "department", "window", "handler", "item_code"}
_SKEW = HOUR  # by how much clocks may differ, or cases be stored out of order


def read(
    connection: Connection,
    reading: Reading,
    scope: Scope,
    surveys: Collection[str] = (),
    columns: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
) -> Columns:
    """Give what a reading asks for, of the cases that are in ``scope``.

    Cases that are no longer in their source are left out, unless it asks for them. ``surveys`` are
    the ids of the surveys in force, ``columns`` the columns of each source by the facts they are.
    """
    match reading:
        case Rows():
            return _rows(connection, reading, scope)
        case Sharing():
            return _sharing(connection, reading, scope)
        case Counts():
            by = [_expression(name, reading.within).label(name) for name in reading.by]
            query = _cases(connection, reading.within, scope, *by, func.count().label("count"))
            return _columns(connection, query.group_by(*by), (*reading.by, "count"))
        case Pauses():
            return _pauses(connection, reading, scope)
        case Carded():
            return _carded(connection, reading, scope, surveys)
        case Vanished():
            return _vanished(connection, reading, scope, surveys)
        case Unmatched():
            return _unmatched(connection, reading, scope)
        case SetAside():
            return _set_aside(connection, reading, scope, columns)


def _rows(connection: Connection, reading: Rows, scope: Scope) -> Columns:
    within = reading.within
    asked = [_expression(name, within).label(name) for name in reading.names]
    query = _cases(connection, within, scope, *asked)
    for name in reading.there:
        query = query.where(_expression(name, within).is_not(None))
    return _columns(connection, query, reading.names)


def _sharing(connection: Connection, reading: Sharing, scope: Scope) -> Columns:
    within = reading.within
    by = [_expression(name, within) for name in reading.by]
    groups = _cases(connection, within, scope, *(one.label(f"by_{i}") for i, one in enumerate(by)))
    differs = []
    for name in reading.differing:
        value = func.coalesce(_expression(name, within), "")
        differs.append(func.min(value) < func.max(value))
    shared = (
        groups.where(*(one.is_not(None) for one in by))
        .group_by(*by)
        .having(func.count() >= reading.least, *([or_(*differs)] if differs else ()))
        .cte("shared")
    )
    same = and_(*(one == shared.c[f"by_{i}"] for i, one in enumerate(by)))
    asked = [_expression(name, within).label(name) for name in reading.names]
    query = _cases(connection, within, scope, *asked).join(shared, same)
    return _columns(connection, query, reading.names)


def _pauses(connection: Connection, reading: Pauses, scope: Scope) -> Columns:
    p = tables.parts.c
    query = (
        _cases(connection, reading.within, scope, p.case_id, p.started_at, p.ended_at)
        .join(tables.parts, p.case_id == tables.cases.c.id)
        .where(p.kind == PartKind.PAUSE.value, p.started_at.is_not(None))
    )
    return _columns(connection, query, ("id", "started_at", "ended_at"))


def _carded(
    connection: Connection, reading: Carded, scope: Scope, surveys: Collection[str]
) -> Columns:
    a, c = tables.alerts.c, tables.cases.c
    query = (
        select(a.region, a.department, func.count(a.case_id.distinct()))
        .select_from(tables.alerts.join(tables.cases))
        .where(
            a.opened_at >= reading.since,
            a.opened_at < reading.until,
            tables.notified,
            a.rule.not_in(surveys),
            *_chosen(a.source, a.region, a.department, c.item_code, scope),
        )
        .group_by(a.region, a.department)
    )
    if reading.levels:
        query = query.where(a.level.in_(reading.levels))
    return _columns(connection, query, ("region", "department", "count"))


def _vanished(
    connection: Connection, reading: Vanished, scope: Scope, surveys: Collection[str]
) -> Columns:
    a, c = tables.alerts.c, tables.cases.c
    query = (
        select(c.id, c.key, c.no, c.vanished_at, a.opened_at, a.title)
        .select_from(tables.alerts.join(tables.cases))
        .where(
            c.vanished_at >= reading.since,
            a.opened_at <= c.vanished_at,
            a.resolved_at >= c.vanished_at,
            a.resolution == Reason.VANISHED.value,
            a.shadow.is_(False),
            a.rule.not_in(surveys),
            *_chosen(c.source, c.region, c.department, c.item_code, scope),
        )
        .order_by(a.id.desc())
    )
    # Of those of one case the last one stays: the first card.
    first: dict[int, Any] = {row.id: row for row in connection.execute(query)}
    names = ("id", "key", "no", "vanished_at", "carded_at", "card")
    return _made([tuple(first.values())] if first else (), names)


def _unmatched(connection: Connection, reading: Unmatched, scope: Scope) -> Columns:
    within = reading.within
    fact = _expression(reading.fact, within)
    asked = [_expression(name, within).label(name) for name in reading.names]
    query = _cases(connection, within, scope, *asked).where(fact.is_not(None), fact != "")
    for column in ("no", "key"):
        other = tables.cases.alias()
        there = other.c.vanished_at.is_(None)
        query = query.where(~exists().where(other.c[column] == fact, there))
    return _columns(connection, query, reading.names)


def _set_aside(
    connection: Connection,
    reading: SetAside,
    scope: Scope,
    columns: Mapping[str, Mapping[str, str]],
) -> Columns:
    r = tables.rejects.c
    query = select(r.source, r.key, r.first_seen_at, r.row).where(r.gone_at.is_(None))
    if scope.sources:
        query = query.where(r.source.in_(scope.sources))
    found = []
    for row in connection.execute(query):
        column = columns.get(row.source, {}).get(reading.fact)
        told = row.key if reading.fact == "key" else json.loads(row.row).get(column)
        if told is not None:
            # An excerpt has values as Python writes them.
            found.append((row.source, row.key, row.first_seen_at, str(told).strip("'")))
    names = ("source", "key", "seen_at", reading.fact)
    return (
        {
            name: _column(name, values, {})
            for name, values in zip(names, zip(*found, strict=True), strict=True)
        }
        if found
        else {name: _empty(name) for name in names}
    )


def _cases(
    connection: Connection, within: Within, scope: Scope, *asked: ColumnElement[Any]
) -> Select[Any]:
    """Select something of the cases within."""
    c = tables.cases.c
    at = _expression("seen_at" if within.or_seen else within.moment, within)
    query = (
        select(*asked)
        .select_from(tables.cases)
        .where(
            at >= within.since,
            c.vanished_at.is_(None),
            *_chosen(c.source, c.region, c.department, c.item_code, scope),
        )
    )
    if within.until is not None:
        query = query.where(at < within.until)
    if within.lately:
        query = query.where(c.id >= _first_seen_from(connection, within.since - _SKEW))
    return query


def _chosen(
    source: ColumnElement[Any],
    region: ColumnElement[Any],
    department: ColumnElement[Any],
    item: ColumnElement[Any],
    scope: Scope,
) -> Iterator[ColumnElement[bool]]:
    for column, values in (
        (source, scope.sources),
        (region, scope.regions),
        (department, scope.departments),
        (item, scope.items),
    ):
        if values:
            yield column.in_(values)


def _expression(name: str, within: Within) -> ColumnElement[Any]:
    """Give what a name of :mod:`rules.surveys.readings` means."""
    c = tables.cases.c
    first, or_else, other = name.partition("|")
    if or_else:
        return func.coalesce(_expression(first, within), _expression(other, within))
    clocks: ColumnElement[Any] = c.clocks
    kind, colon, rest = name.partition(":")
    if colon and kind == "second":
        second: ColumnElement[Any] = _expression(rest, within) // SECOND
        return second
    if colon and kind == "state":
        state: ColumnElement[Any] = c.clocks[rest, "state"].as_string()
        return state
    if colon and kind == "due_at":
        if not rest:
            return clocks
        return cast(c.clocks[rest, "due_at"].as_string(), BigInteger)
    if name == "seen_at":
        return func.coalesce(_expression(within.moment, within), c.first_seen_at)
    if name in _OWN:
        own: ColumnElement[Any] = c[name]
        return own
    fact: ColumnElement[Any] = c.facts[name].as_string()
    return cast(fact, BigInteger) if is_moment(name) else fact


def _first_seen_from(connection: Connection, since: int) -> int:
    """Give the id of the first case first seen from ``since`` on, by halving.

    Cases are numbered in the order in which they are first seen, so that no index is needed.
    """
    c = tables.cases.c
    low, high = 0, (connection.scalar(select(func.max(c.id))) or 0) + 1
    while low < high:
        middle = (low + high) // 2
        row = connection.execute(
            select(c.id, c.first_seen_at).where(c.id >= middle).order_by(c.id).limit(1)
        ).one_or_none()
        if row is None or row.first_seen_at >= since:
            high = middle
        else:
            low = row.id + 1
    return low


def _columns(connection: Connection, query: Select[Any], names: Sequence[str]) -> Columns:
    streamed = connection.execution_options(stream_results=True, max_row_buffer=_AT_ONCE)
    return _made(streamed.execute(query).partitions(_AT_ONCE), names)


def _made(pages: Iterable[Sequence[Row[Any]]], names: Sequence[str]) -> Columns:
    """Turn pages of rows into columns."""
    parts: dict[str, list[NDArray[Any]]] = {name: [] for name in names}
    same: dict[object, object] = {}
    for page in pages:
        for name, values in zip(names, zip(*page, strict=True), strict=False):
            parts[name].append(_column(name, values, same))
    return {name: np.concatenate(part) if part else _empty(name) for name, part in parts.items()}


def _column(name: str, values: tuple[Any, ...], same: dict[object, object]) -> NDArray[Any]:
    if name == "due_at:":
        values = tuple(map(_earliest, values))
    if _is_number(name):
        numbers = (NONE if value is None else value for value in values)
        return np.fromiter(numbers, np.int64, len(values))
    column = np.empty(len(values), dtype=object)
    # The driver makes a text for every row: what repeats is kept once.
    column[:] = [same.setdefault(one, one) for one in values] if name in _REPEATED else values
    return column


def _empty(name: str) -> NDArray[Any]:
    return np.empty(0, np.int64 if _is_number(name) else object)


def _is_number(name: str) -> bool:
    kind = name.partition(":")[0]
    return is_moment(kind) or kind in ("id", "count", "second")


def _earliest(clocks: Any) -> int | None:
    """Return the earliest due moment of a limit that the closing ends; without such, of any."""
    found = [one for one in (clocks or {}).values() if isinstance(one, dict) and one.get("due_at")]
    by_closing = [one for one in found if one.get("until") == "closed_at"]
    return min((one["due_at"] for one in by_closing or found), default=None)
