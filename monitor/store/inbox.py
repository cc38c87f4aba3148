"""The inboxes of people: deliveries over a channel that leaves them in the store."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Connection, and_, func, select, update

from monitor.store import tables
from monitor.store.deliveries import COLUMNS, Delivery
from monitor.store.statements import among

_d, _n = tables.deliveries.c, tables.notices.c


def listed(
    connection: Connection,
    channels: Collection[str],
    person: str,
    limit: int,
    *,
    read_too: bool = False,
) -> list[tuple[Delivery, int | None]]:
    """Give up to ``limit`` messages in a person's inbox, the newest first, and when each was read.

    ``channels`` are the ids of the channels that are inboxes. Those he has read are left out
    unless ``read_too``.
    """
    query = (
        select(*COLUMNS, _d.read_at)
        .join_from(tables.deliveries, tables.notices)
        .where(_of(channels, person))
        .order_by(_d.id.desc())
        .limit(limit)
    )
    if not read_too:
        query = query.where(_d.read_at.is_(None))
    return [(Delivery(*row[:-1]), row.read_at) for row in connection.execute(query)]


def unread(connection: Connection, channels: Collection[str], person: str) -> int:
    """Give how many messages in a person's inbox he has not read."""
    query = select(func.count()).select_from(tables.deliveries).join(tables.notices)
    return connection.scalar(query.where(_of(channels, person), _d.read_at.is_(None))) or 0


def mark_read(
    connection: Connection,
    channels: Collection[str],
    person: str,
    deliveries: Sequence[int] | None,
    now: int,
) -> int:
    """Note that a person has read some of his messages (``None``: all); give how many were new."""
    mine = select(_d.id).join(tables.notices).where(_of(channels, person), _d.read_at.is_(None))
    if deliveries is not None:
        mine = mine.where(among(connection, _d.id, deliveries))
    changed = update(tables.deliveries).where(_d.id.in_(mine)).values(read_at=now)
    return connection.execute(changed).rowcount


def _of(channels: Collection[str], person: str) -> ColumnElement[bool]:
    return and_(_d.channel.in_(channels), _d.state == "sent", _n.person == person)
