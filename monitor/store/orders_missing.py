"""Cards that stand without the order (督办单) that they should have."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, exists, func, select

from monitor.store import tables


@dataclass(frozen=True, slots=True)
class Missing:
    """How many cards of a region stand without an order, and the id and age of the oldest."""

    region: str | None
    count: int
    oldest: int
    since_at: int


def without_order(connection: Connection, levels: Collection[str], since: int) -> list[Missing]:
    """Give the cards of these levels that have stood since that instant without an order.

    Cards about the system itself, of rules on trial, and those with an appeal pending need none;
    an order that was withdrawn is none.
    """
    a, o, link = tables.alerts.c, tables.orders.c, tables.order_alerts
    ordered = exists().where(
        link.c.alert_id == a.id, o.id == link.c.order_id, o.state != "withdrawn"
    )
    appealed = exists().where(
        tables.appeals.c.alert_id == a.id, tables.appeals.c.state == "pending"
    )
    e = tables.alert_events.c
    # Raised from one of the levels to another, it has stood since the first.
    reached = (
        select(func.min(e.at))
        .where(e.alert_id == a.id, e.level.in_(levels))
        .correlate(tables.alerts)
        .scalar_subquery()
    )
    standing = (
        select(a.id, a.region, reached.label("since_at"))
        .where(
            tables.standing,
            a.case_id.is_not(None),
            tables.notified,
            a.level.in_(levels),
            a.opened_at <= since,
            ~ordered,
            ~appealed,
        )
        .subquery()
    )
    s = standing.c
    rows = connection.execute(
        select(s.region, func.count(), func.min(s.id), func.min(s.since_at))
        .where(s.since_at <= since)
        .group_by(s.region)
        .order_by(s.region)
    )
    return [Missing(*row) for row in rows]
