"""What people were told about the cards of one case, and the orders that were issued for them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from monitor.store import tables
from monitor.store.alert_events import Event
from monitor.store.orders import OrderRow, rows_of
from monitor.store.statements import among

_d, _n = tables.deliveries.c, tables.notices.c


@dataclass(frozen=True, slots=True)
class Told:
    """A delivery: of which card, on which rung, to whom, and what became of it."""

    id: int
    alert_id: int
    at: int
    kind: str
    level: str | None
    step: int | None
    person: str | None
    channel: str
    state: str
    sent_at: int | None
    tried_at: int | None
    not_before: int
    attempts: int
    last_error: str | None


_COLUMNS = tuple(
    _n[name] if name in ("alert_id", "at", "kind", "level", "step", "person") else _d[name]
    for name in Told.__dataclass_fields__
)


def told(connection: Connection, alert_ids: Collection[int], limit: int) -> list[Told]:
    """Give up to ``limit`` deliveries about these cards, the newest first."""
    rows = connection.execute(
        select(*_COLUMNS)
        .select_from(tables.deliveries.join(tables.notices))
        .where(among(connection, _n.alert_id, alert_ids))
        .order_by(_d.id.desc())
        .limit(limit)
    )
    return [Told(*row) for row in rows]


def count(connection: Connection, alert_ids: Collection[int]) -> int:
    """Give the number of deliveries about these cards."""
    query = (
        select(func.count())
        .select_from(tables.deliveries.join(tables.notices))
        .where(among(connection, _n.alert_id, alert_ids))
    )
    return connection.scalar(query) or 0


def orders_of(connection: Connection, alert_ids: Collection[int]) -> list[OrderRow]:
    """Give the orders that were issued for these cards, the newest first."""
    j = tables.order_alerts.c
    ids = select(j.order_id).where(among(connection, j.alert_id, alert_ids))
    query = select(tables.orders).where(tables.orders.c.id.in_(ids))
    return rows_of(connection, query.order_by(tables.orders.c.id.desc()))


def events_of(connection: Connection, alert_ids: Collection[int]) -> list[Event]:
    """Give what happened to these cards in the order in which it was recorded."""
    c = tables.alert_events.c
    rows = connection.execute(
        select(*(c[name] for name in Event.__dataclass_fields__))
        .where(among(connection, c.alert_id, alert_ids))
        .order_by(c.id)
    )
    return [Event(*row) for row in rows]
