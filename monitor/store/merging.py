"""Deliveries that wait for a digest, and the digests (汇总) that bring them.

A digest is a delivery of its own; each of those it brings names it, and is sent when it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, or_, select, update

from monitor.store import tables
from monitor.store.delivery_queue import due_now, free
from monitor.store.statements import among
from monitor.store.store import count_notices
from rules.grouping import Grouping

_d = tables.deliveries.c


@dataclass(frozen=True, slots=True)
class Member:
    """A delivery that is to be merged into a digest, with what its notice is about.

    ``silence_id`` is the silence that held it back until now. ``created_at`` is when it was made,
    ``not_before`` until when it had to wait. ``origin`` is that of its alert.
    """

    id: int
    address: str
    turn: int
    grouping: str
    silence_id: int | None
    created_at: int
    not_before: int
    notice_id: int
    alert_id: int | None
    at: int
    kind: str
    level: str | None
    origin: str | None


_MEMBER: tuple[Any, ...] = (
    *(_d.id, _d.address, _d.turn, _d.grouping, _d.silence_id, _d.created_at, _d.not_before),
    *(_d.notice_id, tables.notices.c.alert_id, tables.notices.c.at),
    *(tables.notices.c.kind, tables.notices.c.level, tables.alerts.c.origin),
)


@dataclass(frozen=True, slots=True)
class NewDigest:
    """A digest to be made of deliveries of one channel; ``address`` is "" for a room."""

    key: str
    channel: str
    address: str
    person: str | None
    turn: int
    context: Mapping[str, object]
    members: tuple[int, ...]


def keep_waiting(
    connection: Connection,
    channel: str,
    until: Iterable[tuple[str | None, int]],
    now: int,
) -> int:
    """Let all that may be merged wait for a digest until an instant, by address; give how many.

    The address ``None`` stands for everybody. Some of one address that wait already go on so.
    """
    count = 0
    by_instant: dict[int, list[str]] = {}
    for address, at in until:
        by_instant.setdefault(at, []).extend(() if address is None else (address,))
    for at, addresses in by_instant.items():
        statement = update(tables.deliveries).where(
            _d.channel == channel, due_now(now), _d.grouping == Grouping.MAY
        )
        if addresses:
            statement = statement.where(among(connection, _d.address, addresses))
        count += connection.execute(
            statement.values(not_before=at, grouping=Grouping.HELD.value)
        ).rowcount
    return count


def to_be_merged(
    connection: Connection, channel: str, addresses: Collection[str] | None, now: int
) -> list[Member]:
    """Give what waits over a channel for these addresses (``None``: all) and may be merged.

    What already waits for a digest goes with it, due or not.
    """
    query = (
        _members()
        .where(
            tables.pending,
            _d.channel == channel,
            free(now),
            or_(
                _d.grouping == Grouping.HELD,
                and_(_d.grouping == Grouping.MAY, _d.not_before <= now),
            ),
        )
        .order_by(_d.turn, _d.id)
        .with_for_update(of=tables.deliveries)
    )
    if addresses is not None:
        query = query.where(among(connection, _d.address, addresses))
    return [Member(*row) for row in connection.execute(query)]


def members(connection: Connection, ids: Collection[int]) -> list[Member]:
    """Return deliveries of this transaction by id, the most urgent first."""
    query = _members().where(among(connection, _d.id, ids)).order_by(_d.turn, _d.id)
    return [Member(*row) for row in connection.execute(query)]


def _members() -> Select[Any]:
    return (
        select(*_MEMBER)
        .join_from(tables.deliveries, tables.notices)
        .outerjoin(tables.alerts, tables.alerts.c.id == tables.notices.c.alert_id)
    )


def merge(
    connection: Connection, digests: Sequence[NewDigest], now: int, lease_until: int, who: str
) -> list[int]:
    """Put deliveries into digests that are leased to ``who``; give the ids of the digests."""
    if not digests:
        return []
    notices = connection.scalars(
        tables.notices.insert().returning(tables.notices.c.id, sort_by_parameter_order=True),
        [
            {
                "at": now,
                "kind": "digest",
                "person": one.person,
                "reason": "merged",
                "context": dict(one.context),
            }
            for one in digests
        ],
    ).all()
    count_notices(connection, ("digest" for _ in digests))
    ids = connection.scalars(
        tables.deliveries.insert().returning(_d.id, sort_by_parameter_order=True),
        [
            {
                "notice_id": notice,
                "key": one.key,
                "channel": one.channel,
                "address": one.address,
                "not_before": now,
                "state": "pending",
                "created_at": now,
                "turn": one.turn,
                "grouping": Grouping.ALONE.value,
                "claimed_until": lease_until,
                "claimed_by": who,
            }
            for one, notice in zip(digests, notices, strict=True)
        ],
    ).all()
    for ident, one in zip(ids, digests, strict=True):
        connection.execute(
            update(tables.deliveries)
            .where(among(connection, _d.id, one.members))
            .values(state="grouped", digest_id=ident)
        )
    return list(ids)


def contexts(connection: Connection, ids: Collection[int]) -> dict[int, Mapping[str, object]]:
    """Give the contexts of notices by id."""
    n = tables.notices.c
    query = select(n.id, n.context).where(among(connection, n.id, ids))
    return {row.id: row.context for row in connection.execute(query)}
