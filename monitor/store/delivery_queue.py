"""Deliveries as a queue for each channel: what is due, who takes it up, what waits or is merged.

A claim is a lease: when its holder falls silent, the delivery is taken up again. So a delivery
may be sent twice, and none is lost.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
    union_all,
    update,
)

from monitor.store import tables
from monitor.store.deliveries import COLUMNS, Delivery
from monitor.store.statements import among, insert
from rules.grouping import Grouping

_d = tables.deliveries.c


@dataclass(frozen=True, slots=True)
class Queued:
    """A delivery that is due; ``address`` is the person it is for, ``case_id`` what it is about."""

    id: int
    address: str
    grouping: str
    case_id: int | None


def free(now: int) -> ColumnElement[bool]:
    """Give the condition that nobody holds a delivery at ``now``."""
    return or_(_d.claimed_until.is_(None), _d.claimed_until <= now)


def due_now(now: int) -> ColumnElement[bool]:
    """Give the condition that a delivery is to be sent at ``now``."""
    return and_(tables.pending, _d.not_before <= now, free(now))


def channels_due(connection: Connection, now: int) -> list[str]:
    """Give the channels over which something is to be sent at ``now``, in order.

    It steps from channel to channel in the index, however much waits in each.
    """
    found: list[str] = []
    after: str | None = None
    while True:
        following = select(func.min(_d.channel)).where(tables.pending)
        if after is not None:
            following = following.where(_d.channel > after)
        after = connection.scalar(following)
        if after is None:
            return found
        if connection.scalar(select(_d.id).where(_d.channel == after, due_now(now)).limit(1)):
            found.append(after)


def holds(connection: Connection, now: int) -> dict[str, int]:
    """Give the channels that asked to be left alone, and until when."""
    h = tables.channel_holds.c
    query = select(h.channel, h.until).where(h.until > now)
    return {row.channel: row.until for row in connection.execute(query)}


def hold(connection: Connection, channel: str, until: int, reason: str) -> None:
    """Leave a channel alone until an instant, or longer where it is already."""
    statement = insert(connection, tables.channel_holds).values(
        channel=channel, until=until, reason=reason
    )
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["channel"],
            set_={"until": statement.excluded.until, "reason": statement.excluded.reason},
            where=tables.channel_holds.c.until < statement.excluded.until,
        )
    )


def lock(connection: Connection, channel: str) -> None:
    """Let no other daemon plan what goes over a channel until this transaction ends.

    Two that do so at the same time would each take the whole of its rate.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"channel:{channel}"))))


def load(connection: Connection, channel: str, since: int, now: int) -> int:
    """Give how many messages went over a channel since an instant, with those being sent."""
    tried = select(func.count()).select_from(tables.deliveries)
    tried = tried.where(_d.channel == channel, _d.tried_at > since, tables.single)
    under_way = select(func.count()).select_from(tables.deliveries)
    under_way = under_way.where(tables.pending, _d.channel == channel, _d.claimed_until > now)
    return (connection.scalar(tried) or 0) + (connection.scalar(under_way) or 0)


def recent(
    connection: Connection,
    channel: str,
    receivers: Collection[str] | None,
    since: int,
    now: int,
) -> dict[str, list[int]]:
    """Give the instants of the messages of a channel since an instant, by receiver.

    Those being sent count as of ``now``. ``receivers`` are who is asked for; ``None``: all of them
    are one, "".
    """
    tried = select(_d.address, _d.tried_at.label("at")).where(
        _d.channel == channel, _d.tried_at > since, tables.single
    )
    sending = select(_d.address, bindparam("now", now, type_=_d.tried_at.type).label("at")).where(
        tables.pending, _d.channel == channel, _d.claimed_until > now
    )
    if receivers is not None:
        tried = tried.where(among(connection, _d.address, receivers))
        sending = sending.where(among(connection, _d.address, receivers))
    found: dict[str, list[int]] = {}
    for address, at in connection.execute(union_all(tried, sending)):
        found.setdefault("" if receivers is None else address, []).append(at)
    return found


def due(connection: Connection, channel: str, now: int, limit: int) -> list[Queued]:
    """Give up to ``limit`` deliveries of a channel that are due, the most urgent first.

    They are this transaction's: others pass over them until it ends.
    """
    n, a = tables.notices.c, tables.alerts.c
    query = (
        select(_d.id, _d.address, _d.grouping, a.case_id)
        .join_from(tables.deliveries, tables.notices, n.id == _d.notice_id)
        .outerjoin(tables.alerts, a.id == n.alert_id)
    )
    rows = connection.execute(_first(query, channel, now, limit))
    return [Queued(*row) for row in rows]


def claim(
    connection: Connection, channel: str, now: int, lease_until: int, who: str, limit: int
) -> list[int]:
    """Lease up to ``limit`` deliveries of a channel that are due to ``who``; give their ids.

    Commit before sending. Until ``lease_until`` nobody else is given them.
    """
    first = _first(select(_d.id), channel, now, limit).cte("due")  # else it may run for every row
    return list(
        connection.scalars(
            update(tables.deliveries)
            .where(_d.id.in_(select(first.c.id)))
            .values(claimed_until=lease_until, claimed_by=who)
            .returning(_d.id)
        )
    )


def lease(connection: Connection, ids: Collection[int], lease_until: int, who: str) -> None:
    """Lease deliveries that :func:`due` gave in this transaction to ``who``, to go by themselves.

    They are not merged any more: if they arrive and nobody learns of it, they come again under
    their own key, and a receiver can tell.
    """
    if ids:
        connection.execute(
            update(tables.deliveries)
            .where(among(connection, _d.id, ids))
            .values(claimed_until=lease_until, claimed_by=who, grouping=Grouping.ALONE.value)
        )


def renew(connection: Connection, ids: Collection[int], lease_until: int, who: str) -> None:
    """Extend the leases of deliveries that ``who`` still holds."""
    if ids:
        connection.execute(
            update(tables.deliveries)
            .where(tables.pending, among(connection, _d.id, ids), _d.claimed_by == who)
            .values(claimed_until=lease_until)
        )


def taken(connection: Connection, ids: Collection[int]) -> list[Delivery]:
    """Give deliveries by their ids with their notices, the most urgent first."""
    if not ids:
        return []
    rows = connection.execute(
        select(*COLUMNS)
        .join_from(tables.deliveries, tables.notices)
        .where(among(connection, _d.id, ids))
        .order_by(_d.turn, _d.not_before, _d.id)
    )
    return [Delivery(*row) for row in rows]


def _first(query: Select[Any], channel: str, now: int, limit: int) -> Select[Any]:
    return (
        query.where(_d.channel == channel, due_now(now))
        .order_by(_d.turn, _d.not_before, _d.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=tables.deliveries)
    )
