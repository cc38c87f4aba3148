"""Supervision orders (督办单) as people list them: by tabs, filters and pages, within a bound."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select, true

from monitor.store import tables
from monitor.store.orders import OrderRow, owed_by, rows_of
from rules.orders import ENDED, OrderState

_STATES: Mapping[str, tuple[OrderState, ...]] = {
    "issued": (OrderState.ISSUED,),
    "reply": (OrderState.ACKNOWLEDGED, OrderState.SENT_BACK),
    "review": (OrderState.REPLIED,),
    "close": (OrderState.ACCEPTED,),
    "discharged": (OrderState.DISCHARGED,),
    "withdrawn": (OrderState.WITHDRAWN,),
}

OPEN = "open"
"""The tab of every order that has not ended."""

LATE = "late"
"""The tab of those on which something is overdue."""

TABS = (OPEN, "issued", "reply", "review", "close", LATE, "discharged", "withdrawn")
"""The tabs of the list; each order is in one of those of a state, and in no two of them."""


@dataclass(frozen=True)
class Wanted:
    """Which orders: those within ``bound``, of a place, and with ``text`` in number or subject.

    ``mine`` are the ids and names of a person: the orders that name or were issued by one of
    them. ``None`` leaves a choice open.
    """

    bound: ColumnElement[bool]
    region: str | None = None
    department: str | None = None
    mine: Collection[str] | None = None
    text: str | None = None


def counts(connection: Connection, wanted: Wanted, now: int) -> dict[str, int]:
    """Give how many of the orders are in each tab."""
    columns = [func.count().filter(_of(tab, now)).label(tab) for tab in TABS]
    row = connection.execute(
        select(*columns).select_from(tables.orders).where(*_conditions(wanted))
    ).one()
    return dict(zip(TABS, row, strict=True))


def listing(
    connection: Connection, wanted: Wanted, tab: str, now: int, *, offset: int, limit: int
) -> list[OrderRow]:
    """Give the orders of a tab: the open ones that are due first, of the ended the latest."""
    c = tables.orders.c
    query: Select[Any] = select(tables.orders).where(*_conditions(wanted), _of(tab, now))
    ended = tab in ("discharged", "withdrawn")
    order = (c.ended_at.desc(), c.id.desc()) if ended else (owed_by(), c.id)
    return rows_of(connection, query.order_by(*order).offset(offset).limit(limit))


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    c = tables.orders.c
    found = [wanted.bound]
    for column, value in ((c.region, wanted.region), (c.department, wanted.department)):
        if value is not None:
            found.append(column == value)
    if wanted.mine is not None:
        mine = sorted(wanted.mine)
        found.append(or_(*(one.in_(mine) for one in (c.handler, c.issuer, c.issued_by))))
    if wanted.text is not None:
        parts = (one.icontains(wanted.text, autoescape=True) for one in (c.no, c.about))
        found.append(or_(*parts))
    return found


def _of(tab: str, now: int) -> ColumnElement[bool]:
    c = tables.orders.c
    if tab in _STATES:
        return c.state.in_([state.value for state in _STATES[tab]])
    still_open = c.state.not_in([state.value for state in ENDED])
    return and_(still_open, owed_by() <= now if tab == LATE else true())
