"""Notices and their deliveries: recorded before anything is sent, claimed, sent, put off.

A claim is a lease: when its holder falls silent, the delivery is taken up again. So a delivery
may be sent twice, and none is lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, or_, select, update

from monitor.store import tables
from monitor.store.statements import among, insert


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """One way of bringing a notice; ``key`` is the same whenever it is worked out again."""

    key: str
    channel: str
    address: str
    not_before: int


@dataclass(frozen=True, slots=True)
class Notice:
    """What one person is to be told, why, and on which ways; ``context`` is kept as JSON.

    Without a delivery it records that there was no way.
    """

    alert_id: int | None
    at: int
    kind: str
    reason: str
    context: Mapping[str, Any]
    deliveries: tuple[NewDelivery, ...]
    step: int | None = None
    level: str | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A claimed delivery with its notice; ``attempts`` were made before this one."""

    id: int
    key: str
    channel: str
    address: str
    not_before: int
    attempts: int
    created_at: int
    notice_id: int
    alert_id: int | None
    at: int
    kind: str
    step: int | None
    level: str | None
    person: str | None
    reason: str
    context: Mapping[str, Any]


_COLUMNS = tuple(
    tables.deliveries.c[name] if name in tables.deliveries.c else tables.notices.c[name]
    for name in Delivery.__dataclass_fields__
)


@dataclass(frozen=True, slots=True)
class Sent:
    """The delivery ``id`` was taken by its channel at the instant ``at``; ``receipt`` is JSON."""

    id: int
    at: int
    receipt: Any


@dataclass(frozen=True, slots=True)
class Postponed:
    """The delivery ``id`` is to be tried at ``not_before``.

    ``error`` says how the attempt failed; ``None`` when none was made, as with a rate limit.
    """

    id: int
    not_before: int
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """The delivery ``id`` is given up; ``error`` says why."""

    id: int
    error: str


def add_notices(connection: Connection, notices: Sequence[Notice], now: int) -> int:
    """Record notices with their deliveries and give the number of deliveries that are new.

    A delivery whose key is known is left as it is, and a notice all of whose deliveries are.
    """
    c = tables.deliveries.c
    keys = [delivery.key for notice in notices for delivery in notice.deliveries]
    known = set(connection.scalars(select(c.key).where(among(connection, c.key, keys))))
    fresh = [
        notice
        for notice in notices
        if not notice.deliveries or any(one.key not in known for one in notice.deliveries)
    ]
    if not fresh:
        return 0
    ids = connection.scalars(
        tables.notices.insert().returning(tables.notices.c.id, sort_by_parameter_order=True),
        [
            {
                "alert_id": notice.alert_id,
                "at": notice.at,
                "kind": notice.kind,
                "step": notice.step,
                "level": notice.level,
                "person": notice.person,
                "reason": notice.reason,
                "context": dict(notice.context),
            }
            for notice in fresh
        ],
    ).all()
    rows = {
        one.key: {
            "notice_id": ident,
            "key": one.key,
            "channel": one.channel,
            "address": one.address,
            "not_before": one.not_before,
            "state": "pending",
            "created_at": now,
        }
        for ident, notice in zip(ids, fresh, strict=True)
        for one in notice.deliveries
        if one.key not in known
    }
    if rows:
        connection.execute(
            insert(connection, tables.deliveries).on_conflict_do_nothing(index_elements=["key"]),
            list(rows.values()),
        )
    return len(rows)


def claim(
    connection: Connection, now: int, lease_until: int, who: str, limit: int
) -> list[Delivery]:
    """Lease up to ``limit`` deliveries that are due at ``now`` to ``who``, the longest due first.

    Commit before sending. Until ``lease_until`` nobody else is given them.
    """
    d = tables.deliveries.c
    due = (
        select(d.id)
        .where(
            tables.pending,
            d.not_before <= now,
            or_(d.claimed_until.is_(None), d.claimed_until <= now),
        )
        .order_by(d.not_before, d.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")  # a plain subquery PostgreSQL may run again for every row
    )
    claimed = connection.scalars(
        update(tables.deliveries)
        .where(d.id.in_(select(due.c.id)))
        .values(claimed_until=lease_until, claimed_by=who)
        .returning(d.id)
    ).all()
    rows = connection.execute(
        select(*_COLUMNS)
        .join_from(tables.deliveries, tables.notices)
        .where(among(connection, d.id, claimed))
        .order_by(d.not_before, d.id)
    )
    return [Delivery(*row) for row in rows]


def sent(connection: Connection, rows: Sequence[Sent]) -> None:
    """Note deliveries as sent, whoever holds them by now: what is sent is sent."""
    _end(
        connection,
        None,
        [
            {"of_id": one.id, "state": "sent", "sent_at": one.at, "receipt": one.receipt}
            for one in rows
        ],
        attempted=True,
    )


def postpone(connection: Connection, who: str, rows: Sequence[Postponed]) -> None:
    """Put deliveries that ``who`` still holds off until later, and give them up to anyone."""
    tried = [one for one in rows if one.error is not None]
    untried = [one for one in rows if one.error is None]
    _end(
        connection,
        who,
        [{"of_id": one.id, "not_before": one.not_before, "last_error": one.error} for one in tried],
        attempted=True,
    )
    _end(
        connection,
        who,
        [{"of_id": one.id, "not_before": one.not_before} for one in untried],
        attempted=False,
    )


def failed(connection: Connection, who: str, rows: Sequence[Failed]) -> None:
    """Give up deliveries that ``who`` still holds."""
    _end(
        connection,
        who,
        [{"of_id": one.id, "state": "failed", "last_error": one.error} for one in rows],
        attempted=True,
    )


def recent_sends(connection: Connection, channel: str, since: int) -> list[int]:
    """Give the instants from ``since`` on at which a channel sent, in order."""
    d = tables.deliveries.c
    return list(
        connection.scalars(
            select(d.sent_at).where(d.channel == channel, d.sent_at >= since).order_by(d.sent_at)
        )
    )


def under_way(connection: Connection, channel: str, who: str, now: int) -> int:
    """Give how many deliveries of a channel others than ``who`` are sending at ``now``.

    Until this transaction ends, no other is told that of this channel: two daemons that claim at
    the same time would each take the whole of its rate.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"channel:{channel}"))))
    d = tables.deliveries.c
    count = select(func.count()).select_from(tables.deliveries)
    others = (d.channel == channel, d.claimed_until > now, d.claimed_by != who)
    return connection.scalar(count.where(tables.pending, *others)) or 0


def release(connection: Connection) -> int:
    """Give up every claim; give how many. Only for the one daemon that a store belongs to."""
    d = tables.deliveries.c
    return connection.execute(
        update(tables.deliveries)
        .where(tables.pending, d.claimed_by.is_not(None))
        .values(claimed_until=None, claimed_by=None)
    ).rowcount


def _end(
    connection: Connection, who: str | None, rows: list[dict[str, Any]], *, attempted: bool
) -> None:
    if not rows:
        return
    d = tables.deliveries.c
    statement = (
        update(tables.deliveries)
        .where(d.id == bindparam("of_id"), d.state != "sent")
        .values(claimed_until=None, claimed_by=None)
    )
    if who is not None:
        statement = statement.where(tables.pending, d.claimed_by == who)
    if attempted:
        statement = statement.values(attempts=d.attempts + 1)
    connection.execute(statement, rows)
