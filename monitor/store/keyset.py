"""Lists by keyset: the rows behind (or before) one, whatever was added since it was read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, select, tuple_

from monitor.store import alert_list, case_list, orders, tables
from monitor.store.alert_list import AlertRow
from monitor.store.appeals import AppealRow, row_of
from monitor.store.audit_log import Act, Recorded
from monitor.store.call_back_list import NAME, PHONE, Caller
from monitor.store.call_backs import CallBack, selected
from monitor.store.case_choice import Choice
from monitor.store.case_list import CaseRow
from monitor.store.orders import OrderRow
from monitor.store.scope import Scope

Bounds = Sequence[ColumnElement[bool]]


def newest_cases(
    connection: Connection, chosen: Choice, scope: Scope, before: int | None, size: int
) -> list[CaseRow]:
    """Give chosen cases in a scope, the newest first, those alone that came before one."""
    c = tables.cases.c
    bounded = chosen.within(connection, scope)
    query = select(c.id).where(bounded.where(narrow=bool(bounded.added)))
    return case_list.of_ids(connection, _newest(connection, query, c.id, before, size))


def cases_by_due(
    connection: Connection,
    chosen: Choice,
    scope: Scope,
    after: tuple[int | None, int] | None,
    size: int,
) -> list[CaseRow]:
    """Give chosen cases in a scope, the earliest due first and those without last, behind one."""
    c = tables.cases.c
    dated: list[ColumnElement[bool]] = [c.due_at.is_not(None)]
    undated: list[ColumnElement[bool]] = [c.due_at.is_(None)]
    if after is not None:
        due, ident = after
        if due is None:
            dated = []
            undated.append(c.id > ident)
        else:
            dated.append(tuple_(c.due_at, c.id) > tuple_(due, ident))
    bounded = chosen.within(connection, scope)
    query = select(c.id).where(bounded.where(narrow=bool(bounded.added)))
    ids: list[int] = []
    if dated:
        some = query.where(and_(*dated)).order_by(c.due_at, c.id).limit(size)
        ids += connection.scalars(some)
    if len(ids) < size:
        ids += connection.scalars(query.where(and_(*undated)).order_by(c.id).limit(size - len(ids)))
    return case_list.of_ids(connection, ids)


def alerts(connection: Connection, bounds: Bounds, before: int | None, size: int) -> list[AlertRow]:
    """Give alerts, the newest first, those alone before one; bounds are on their table."""
    a = tables.alerts.c
    ids = _newest(connection, select(a.id).where(*bounds), a.id, before, size)
    return alert_list.of_ids(connection, ids)[::-1]


def order_rows(
    connection: Connection, bounds: Bounds, before: int | None, size: int
) -> list[OrderRow]:
    """Give orders, the newest first, those alone before one; bounds are on their table."""
    c = tables.orders.c
    query = select(tables.orders).where(*bounds)
    return orders.rows_of(connection, _page(query, c.id, before, size))


def appeal_rows(
    connection: Connection, bounds: Bounds, before: int | None, size: int
) -> list[AppealRow]:
    """Give appeals, the newest first; bounds are on their table and that of alerts."""
    joined = tables.appeals.join(tables.alerts)
    query = select(tables.appeals).select_from(joined).where(*bounds)
    rows = connection.execute(_page(query, tables.appeals.c.id, before, size)).mappings()
    return [row_of(row) for row in rows]


def callers(connection: Connection, bounds: Bounds, before: int | None, size: int) -> list[Caller]:
    """Give whom to call, the newest first; bounds are on the tables of call-backs and cases."""
    facts = tables.cases.c.facts
    query = selected().add_columns(facts[NAME].as_string(), facts[PHONE].as_string())
    query = query.where(*bounds)
    rows = connection.execute(_page(query, tables.call_backs.c.id, before, size))
    return [Caller(CallBack(*row[:-2]), row[-2] or "", row[-1] or "") for row in rows]


def acts(connection: Connection, bounds: Bounds, before: int | None, size: int) -> list[Recorded]:
    """Give what people did, the newest first; bounds are on the audit log."""
    c = tables.audit_log.c
    columns = (c.id, c.at, c.who, c.origin, c.act, c.object, c.before, c.after, c.note)
    query = select(*columns).where(*bounds)
    rows = connection.execute(_page(query, c.id, before, size))
    return [Recorded(ident, at, Act(*act)) for ident, at, *act in rows]


def equal(table: Table, **wanted: object) -> list[ColumnElement[bool]]:
    """Give the conditions that columns of a table are as wanted; ``None`` leaves one open."""
    return [table.c[name] == value for name, value in wanted.items() if value is not None]


def _newest(
    connection: Connection, query: Select[Any], ident: Any, before: int | None, size: int
) -> list[int]:
    return list(connection.scalars(_page(query, ident, before, size)))


def _page(query: Select[Any], ident: Any, before: int | None, size: int) -> Select[Any]:
    query = query if before is None else query.where(ident < before)
    return query.order_by(ident.desc()).limit(size)
