"""Orders that rungs of ladders ask for, kept until they are issued: climbing waits for none.

To issue one, the whole case is explained; a ladder is climbed a hundred times as fast.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from monitor.store import tables
from monitor.store.statements import among
from monitor.store.waiting import NOTHING_HELD, issuable


@dataclass(frozen=True, slots=True)
class Request:
    """That a rung of ``policy`` asks for an order for the card ``alert_id``.

    ``acknowledge_within`` and ``reply_within`` are amounts as text, ``None``: the usual ones.
    ``issuer`` answers for it in ``region`` ("", ``None``: nobody was found on the rung); ``via``
    are the channels of the rung.
    """

    alert_id: int
    policy: str
    advice: str
    acknowledge_within: str | None
    reply_within: str | None
    issuer: str
    region: str | None
    via: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """A request that is to be seen to now: the ``id`` of its row, and how often that failed."""

    id: int
    request: Request
    attempts: int


def add(connection: Connection, requests: Sequence[Request], now: int) -> None:
    """Keep requests that were made at ``now``; they are due at once."""
    if requests:
        moments = {"at": now, "next_at": now}
        connection.execute(
            tables.order_requests.insert(),
            [
                {**{name: getattr(one, name) for name in _NAMES}, "via": list(one.via), **moments}
                for one in requests
            ],
        )


def claim(connection: Connection, now: int, held: Mapping[str, int] = NOTHING_HELD) -> Due | None:
    """Return the request that has been due longest at ``now``, for this transaction alone.

    ``None`` if none is due, those aside that have to wait (see ``waiting.issuable``, also for
    ``held``). It stays until :func:`remove` is committed.
    """
    c = tables.order_requests.c
    row = connection.execute(
        select(c.id, c.attempts, *(c[name] for name in _NAMES))
        .where(c.next_at <= now, issuable(now, held))
        .order_by(c.next_at, c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    return None if row is None else Due(row.id, _request(row), row.attempts)


def put_off(connection: Connection, ident: int, until: int, error: str) -> None:
    """Note that a request could not be seen to, and look at it again at the instant ``until``."""
    c = tables.order_requests.c
    connection.execute(
        update(tables.order_requests)
        .where(c.id == ident)
        .values(next_at=until, attempts=c.attempts + 1, error=error)
    )


def asked_for(connection: Connection, alert_ids: Collection[int]) -> set[int]:
    """Return those of some alerts for which an order is asked for."""
    c = tables.order_requests.c
    return set(
        connection.scalars(select(c.alert_id).where(among(connection, c.alert_id, alert_ids)))
    )


def _request(row: Row[Any]) -> Request:
    values = {name: getattr(row, name) for name in _NAMES}
    return Request(**{**values, "via": tuple(row.via)})


def remove(connection: Connection, ident: int) -> None:
    """Remove a request that has been seen to."""
    c = tables.order_requests.c
    connection.execute(delete(tables.order_requests).where(c.id == ident))


_NAMES = tuple(Request.__dataclass_fields__)
