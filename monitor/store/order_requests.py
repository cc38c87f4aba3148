"""Orders that rungs of ladders ask for, kept until they are issued: climbing waits for none.

To issue one, the whole case is explained; a ladder is climbed a hundred times as fast.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from monitor.store import tables
from monitor.store.statements import among


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


def add(connection: Connection, requests: Sequence[Request], now: int) -> None:
    """Keep requests that were made at ``now``."""
    if requests:
        connection.execute(
            tables.order_requests.insert(),
            [
                {**{name: getattr(one, name) for name in _NAMES}, "via": list(one.via), "at": now}
                for one in requests
            ],
        )


def take(connection: Connection, limit: int) -> list[Request]:
    """Take up to ``limit`` requests off, the oldest first: they are this transaction's to issue.

    When it is rolled back, they are there again.
    """
    c = tables.order_requests.c
    rows = connection.execute(
        select(c.id, *(c[name] for name in _NAMES))
        .order_by(c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    _remove(connection, [row.id for row in rows])
    return [_request(row) for row in rows]


def _request(row: Row[Any]) -> Request:
    values = {name: getattr(row, name) for name in _NAMES}
    return Request(**{**values, "via": tuple(row.via)})


def _remove(connection: Connection, ids: Collection[int]) -> None:
    if ids:
        c = tables.order_requests.c
        connection.execute(delete(tables.order_requests).where(among(connection, c.id, ids)))


_NAMES = tuple(Request.__dataclass_fields__)
