"""The numbers behind metrics, summaries and the daemon's watch over itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, or_, select

from monitor.store import surveys, tables
from monitor.store.waiting import NOTHING_HELD, climbable, issuable, judgeable
from rules.instants import MINUTE

SURVEY_GRACE = 30 * MINUTE
"""How long a survey may be due before its not being made is told."""


@dataclass(frozen=True, slots=True)
class OpenCases:
    """How many open cases of a source stand at a level (``None``: none) in a state."""

    source: str
    level: str | None
    state: str | None
    count: int


@dataclass(frozen=True, slots=True)
class OpenAlerts:
    """How many alerts of a level stand, with or without anybody having acknowledged."""

    level: str
    acknowledged: bool
    count: int


@dataclass(frozen=True, slots=True)
class Lag:
    """What should have been done by now: an independent recount, all 0 when all is well.

    ``cases``, ``steps``, ``sources`` and ``deliveries`` are due for longer than the grace without
    having been taken up; ``unsent`` are deliveries whose claim ran out that long ago.
    ``oldest_due_at`` is the earliest moment at which any of them was due. ``surveys`` are those due
    for longer than :data:`SURVEY_GRACE`: they are made one after the other. ``orders`` are to be
    issued or, with appeals, looked at.
    """

    cases: int
    steps: int
    sources: int
    deliveries: int
    unsent: int
    oldest_due_at: int | None
    surveys: int = 0
    orders: int = 0


def open_cases(connection: Connection) -> list[OpenCases]:
    """Count the open cases (see ``tables.is_open``) by source, level and state."""
    c = tables.cases.c
    rows = connection.execute(
        select(c.source, c.level, c.state, func.count())
        .where(tables.is_open)
        .group_by(c.source, c.level, c.state)
        .order_by(c.source, c.level, c.state)
    )
    return [OpenCases(*row) for row in rows]


def open_alerts(connection: Connection) -> list[OpenAlerts]:
    """Count the alerts that stand by level, the gravest first, and by acknowledgement.

    Those of which nobody is told are left out.
    """
    a = tables.alerts.c
    acknowledged = a.acked_at.is_not(None)
    rows = connection.execute(
        select(a.level, acknowledged, func.count())
        .where(tables.standing, tables.notified)
        .group_by(a.level, acknowledged)
        .order_by(func.max(a.rank).desc(), acknowledged)
    )
    return [OpenAlerts(level, bool(acked), count) for level, acked, count in rows]


def deliveries(connection: Connection, state: str) -> dict[str, int]:
    """Count the deliveries in a state, ``pending`` or ``failed``, by channel."""
    d = tables.deliveries.c
    rows = connection.execute(
        select(d.channel, func.count()).where(d.state == state).group_by(d.channel)
    )
    return {row.channel: row[1] for row in rows}


def waiting(connection: Connection) -> dict[str, tuple[int, int]]:
    """Count the deliveries that are still to be sent by channel, with when the oldest was made."""
    d = tables.deliveries.c
    rows = connection.execute(
        select(d.channel, func.count(), func.min(d.created_at))
        .where(tables.pending)
        .group_by(d.channel)
    )
    return {channel: (count, oldest) for channel, count, oldest in rows}


def silenced(connection: Connection) -> dict[str, int]:
    """Count the deliveries that silences hold back, by channel."""
    d = tables.deliveries.c
    rows = connection.execute(
        select(d.channel, func.count())
        .where(d.silence_id.is_not(None), d.state == "silenced")
        .group_by(d.channel)
    )
    return {row.channel: row[1] for row in rows}


def silences(connection: Connection) -> int:
    """Count the silences that hold notices back now; see ``tables.silences``."""
    s = tables.silences.c
    begun = (s.next_at.is_not(None), s.next_at == s.until_at)
    return connection.scalar(select(func.count()).select_from(tables.silences).where(*begun)) or 0


def rejects(connection: Connection) -> dict[str, int]:
    """Count the rows that cannot be understood, by source."""
    r = tables.rejects.c
    rows = connection.execute(
        select(r.source, func.count()).where(r.gone_at.is_(None)).group_by(r.source)
    )
    return {row.source: row[1] for row in rows}


def lag(
    connection: Connection,
    now: int,
    grace: int,
    rated: Collection[str] = (),
    held: Mapping[str, int] = NOTHING_HELD,
) -> Lag:
    """Recount what was due more than ``grace`` microseconds before ``now`` and is not done.

    ``rated`` are the channels that take so many messages a minute: what waits for one of them is
    no lag as long as it has been sent something lately. Nor is what waits for a channel that asked
    to be left alone. Nor are cases that are ``held`` (see ``waiting.judgeable``), whose source's
    own alert counts them, nor steps and orders that wait for their case (``waiting.climbable``).
    """
    late = now - grace
    c, a, s, d = (
        table.c for table in (tables.cases, tables.alerts, tables.sources, tables.deliveries)
    )
    due_sources = or_(s.next_poll_at < late, s.next_reconcile_at < late)
    free_sources = or_(s.claimed_until.is_(None), s.claimed_until < late)
    unclaimed = d.claimed_until.is_(None)
    waiting = _waiting_for(connection, late, rated)
    oldest = [
        # "IS NOT NULL" is what the indexes hold: without it SQLite reads every case there is.
        connection.scalar(
            select(func.min(c.next_check_at)).where(c.next_check_at.is_not(None), *judgeable(held))
        ),
        connection.scalar(
            select(func.min(a.next_step_at)).where(a.next_step_at < late, climbable(now, held))
        ),
        connection.scalar(select(func.min(d.not_before)).where(tables.pending)),
        connection.scalar(select(func.min(s.next_poll_at))),
    ]
    overdue = [at for at in oldest if at is not None and at < late]
    return Lag(
        cases=_count(connection, tables.cases, c.next_check_at < late, *judgeable(held)),
        steps=_count(connection, tables.alerts, a.next_step_at < late, climbable(now, held)),
        sources=_count(connection, tables.sources, due_sources, free_sources),
        deliveries=_count(
            connection,
            tables.deliveries,
            tables.pending,
            d.not_before < late,
            unclaimed,
            d.channel.not_in(waiting),
        ),
        unsent=_count(connection, tables.deliveries, tables.pending, d.claimed_until < late),
        oldest_due_at=min(overdue, default=None),
        surveys=surveys.late(connection, now - SURVEY_GRACE),
        orders=sum(
            _count(connection, table, table.c.next_at < late, *where)
            for table, where in (
                (tables.orders, ()),
                (tables.appeals, ()),
                (tables.order_requests, (issuable(now, held),)),
            )
        ),
    )


def _waiting_for(connection: Connection, late: int, rated: Collection[str]) -> list[str]:
    """Give the channels that take no more at present than they are sent."""
    h, d = tables.channel_holds.c, tables.deliveries.c
    resting = list(connection.scalars(select(h.channel).where(h.until > late)))
    busy = [
        channel
        for channel in rated
        if connection.scalar(
            select(d.id).where(d.channel == channel, d.tried_at > late, tables.single).limit(1)
        )
    ]
    return [*resting, *busy]


def _count(connection: Connection, table: Table, *where: ColumnElement[Any]) -> int:
    return connection.scalar(select(func.count()).select_from(table).where(*where)) or 0
