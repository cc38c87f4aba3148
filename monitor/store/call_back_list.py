"""The applicants to be called (电话回访) as people list them, within a bound."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, select

from monitor.store import tables
from monitor.store.call_backs import CallBack, selected
from monitor.store.statements import among

NAME, PHONE = "applicant", "applicant_phone"
"""The facts of a case that say whom to call, and his number if its source is mapped to tell it."""

WAITING, LATE, DONE = "waiting", "late", "done"
TABS = (WAITING, LATE, DONE)
"""The tabs of the list; those that are late wait too."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A row of the list, and whom to call under which number; "" where the source does not say."""

    row: CallBack
    name: str
    phone: str


def counts(connection: Connection, bound: ColumnElement[bool], now: int) -> dict[str, int]:
    """Give how many rows are in each tab, of the cases within a bound on their table."""
    columns = [func.count().filter(_of(tab, now)).label(tab) for tab in TABS]
    joined = tables.call_backs.join(tables.cases)
    row = connection.execute(select(*columns).select_from(joined).where(bound)).one()
    return dict(zip(TABS, row, strict=True))


def listing(
    connection: Connection,
    bound: ColumnElement[bool],
    tab: str,
    now: int,
    *,
    offset: int,
    limit: int,
) -> list[Caller]:
    """Give rows of a tab: those that wait the first due first, the made ones the latest first."""
    c, facts = tables.call_backs.c, tables.cases.c.facts
    order = (c.called_at.desc(), c.id.desc()) if tab == DONE else (c.call_due, c.id)
    query = (
        selected()
        .add_columns(facts[NAME].as_string(), facts[PHONE].as_string())
        .where(bound, _of(tab, now))
        .order_by(*order)
        .offset(offset)
        .limit(limit)
    )
    return [
        Caller(CallBack(*row[:-2]), row[-2] or "", row[-1] or "")
        for row in connection.execute(query)
    ]


def acted_on(
    connection: Connection, who: str, act: str, ids: Collection[int], since: int
) -> set[int]:
    """Give those of some rows to which somebody has done something since an instant."""
    c = tables.audit_log.c
    objects = {named(ident): ident for ident in ids}
    done = connection.scalars(
        select(c.object).where(
            among(connection, c.object, objects), c.act == act, c.who == who, c.at > since
        )
    )
    return {objects[one] for one in done}


def named(ident: int) -> str:
    """Give how the audit log calls a row of the list."""
    return f"call_back:{ident}"


def _of(tab: str, now: int) -> ColumnElement[bool]:
    c = tables.call_backs.c
    if tab == DONE:
        return c.called_at.is_not(None)
    waits = c.called_at.is_(None)
    return waits & (c.call_due <= now) if tab == LATE else waits
