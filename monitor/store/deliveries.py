"""Notices and their deliveries: recorded before anything is sent, and what became of each.

How they are taken up meanwhile is told by :mod:`monitor.store.delivery_queue`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from monitor.store import tables
from monitor.store.statements import among, insert_numbered, insert_unknown, update_rows
from monitor.store.store import count_notices
from rules.grouping import Grouping

_ALONE = frozenset(("order", "digest", "test"))  # kinds that are never merged with others
_FIRST = -100  # the turn of what is about no alert: an order, a test


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """One way of bringing a notice; ``key`` is the same whenever it is worked out again.

    ``silence_id`` is the silence that holds it back from the start.
    """

    key: str
    channel: str
    address: str
    not_before: int
    silence_id: int | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """What one person is to be told, why, and on which ways; ``context`` is kept as JSON.

    Without a delivery it records that there was no way. The higher the ``rank`` of its level the
    sooner it goes where many wait, and without one it goes first. ``merged`` asks that it goes in a
    digest with the others that wait for its receiver.
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
    rank: int | None = None
    merged: bool = False

    @property
    def grouping(self) -> Grouping:
        """Whether its deliveries may be merged with others."""
        if self.kind in _ALONE:
            return Grouping.ALONE
        return Grouping.HELD if self.merged else Grouping.MAY


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


COLUMNS = tuple(
    tables.deliveries.c[name] if name in tables.deliveries.c else tables.notices.c[name]
    for name in Delivery.__dataclass_fields__
)
"""The columns of a :class:`Delivery`, in its order."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The delivery ``id`` was taken by its channel at the instant ``at``; ``receipt`` is JSON.

    ``digest`` tells that it brought others.
    """

    id: int
    at: int
    receipt: Any
    digest: bool = False


@dataclass(frozen=True, slots=True)
class Postponed:
    """The delivery ``id`` is to be tried at ``not_before``.

    ``error`` says how the attempt at the instant ``at`` failed; ``None`` when none was made.
    """

    id: int
    not_before: int
    error: str | None = None
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """The delivery ``id`` is given up after the attempt at the instant ``at``; ``error`` says why.

    ``digest`` tells that it was to bring others.
    """

    id: int
    error: str
    at: int | None = None
    digest: bool = False


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
    ids = insert_numbered(
        connection,
        tables.notices,
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
    )
    count_notices(connection, (notice.kind for notice in fresh))
    rows = {
        one.key: {
            "notice_id": ident,
            "key": one.key,
            "channel": one.channel,
            "address": one.address or notice.person or "",
            "not_before": one.not_before,
            "state": "pending" if one.silence_id is None else "silenced",
            "silence_id": one.silence_id,
            "created_at": now,
            "turn": _FIRST if notice.rank is None else -notice.rank,
            "grouping": notice.grouping.value,
        }
        for ident, notice in zip(ids, fresh, strict=True)
        for one in notice.deliveries
        if one.key not in known
    }
    insert_unknown(connection, tables.deliveries, list(rows.values()), "key")
    return len(rows)


def sent(connection: Connection, rows: Sequence[Sent]) -> None:
    """Note deliveries as sent, whoever holds them by now: what is sent is sent.

    What a digest brought is sent with it, under the receipt of the digest.
    """
    _end(
        connection,
        None,
        [
            {
                "id": one.id,
                "state": "sent",
                "sent_at": one.at,
                "tried_at": one.at,
                "receipt": one.receipt,
            }
            for one in rows
        ],
        attempted=True,
    )
    _end_members(
        connection,
        [
            {
                "of_id": one.id,
                "ended": "sent",
                "state": "sent",
                "sent_at": one.at,
                "receipt": one.receipt,
            }
            for one in rows
            if one.digest
        ],
    )


def postpone(connection: Connection, who: str, rows: Sequence[Postponed]) -> None:
    """Put deliveries that ``who`` still holds off until later, and give them up to anyone."""
    tried = [one for one in rows if one.error is not None]
    untried = [one for one in rows if one.error is None]
    _end(
        connection,
        who,
        [
            {
                "id": one.id,
                "not_before": one.not_before,
                "last_error": one.error,
                "tried_at": one.at,
            }
            for one in tried
        ],
        attempted=True,
    )
    _end(
        connection,
        who,
        [{"id": one.id, "not_before": one.not_before} for one in untried],
        attempted=False,
    )


def failed(connection: Connection, who: str, rows: Sequence[Failed]) -> None:
    """Give up deliveries that ``who`` still holds, and with a digest what it was to bring."""
    _end(
        connection,
        who,
        [
            {"id": one.id, "state": "failed", "last_error": one.error, "tried_at": one.at}
            for one in rows
        ],
        attempted=True,
    )
    _end_members(
        connection,
        [
            {"of_id": one.id, "ended": "failed", "state": "failed", "last_error": one.error}
            for one in rows
            if one.digest
        ],
    )


def release(connection: Connection, now: int) -> int:
    """End every lease at ``now`` and return how many. Only for the one daemon that a store has.

    The leases stay on record: what was on its way may have arrived.
    """
    d = tables.deliveries.c
    return connection.execute(
        update(tables.deliveries)
        .where(tables.pending, d.claimed_until > now)
        .values(claimed_until=now)
    ).rowcount


def _end(
    connection: Connection, who: str | None, rows: list[dict[str, Any]], *, attempted: bool
) -> None:
    d = tables.deliveries.c
    only = [d.state != "sent"]
    same: dict[str, Any] = {"claimed_until": None, "claimed_by": None}
    if who is not None:
        only += [tables.pending, d.claimed_by == who]
    if attempted:
        same["attempts"] = d.attempts + 1
    update_rows(connection, tables.deliveries, rows, *only, **same)


def _end_members(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """End what digests bring as the digests themselves have ended."""
    if not rows:
        return
    d = tables.deliveries.c
    digest = tables.deliveries.alias().c
    ended = select(digest.state).where(digest.id == bindparam("of_id")).scalar_subquery()
    connection.execute(
        update(tables.deliveries).where(
            d.digest_id == bindparam("of_id"),
            d.state != "sent",
            ended == bindparam("ended"),  # unless another holds it by now
        ),
        rows,
    )
