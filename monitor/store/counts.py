"""The numbers behind metrics, summaries and the daemon's watch over itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, or_, select

from monitor.store import tables


@dataclass(frozen=True, slots=True)
class OpenCases:
    """How many live cases of a source stand at a level (``None``: none) in a state."""

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
    ``oldest_due_at`` is the earliest moment at which any of them was due.
    """

    cases: int
    steps: int
    sources: int
    deliveries: int
    unsent: int
    oldest_due_at: int | None


def open_cases(connection: Connection) -> list[OpenCases]:
    """Count the live cases (see ``tables.live``) by source, level and state."""
    c = tables.cases.c
    rows = connection.execute(
        select(c.source, c.level, c.state, func.count())
        .where(tables.live)
        .group_by(c.source, c.level, c.state)
        .order_by(c.source, c.level, c.state)
    )
    return [OpenCases(*row) for row in rows]


def open_alerts(connection: Connection) -> list[OpenAlerts]:
    """Count the alerts that stand by level, the gravest first, and by acknowledgement.

    Those of rules on trial are left out.
    """
    a = tables.alerts.c
    acknowledged = a.acked_at.is_not(None)
    rows = connection.execute(
        select(a.level, acknowledged, func.count())
        .where(tables.standing, a.shadow.is_(False))
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


def rejects(connection: Connection) -> dict[str, int]:
    """Count the rows that cannot be understood, by source."""
    r = tables.rejects.c
    rows = connection.execute(
        select(r.source, func.count()).where(r.gone_at.is_(None)).group_by(r.source)
    )
    return {row.source: row[1] for row in rows}


def lag(connection: Connection, now: int, grace: int) -> Lag:
    """Recount what was due more than ``grace`` microseconds before ``now`` and is not done."""
    late = now - grace
    c, a, s, d = (
        table.c for table in (tables.cases, tables.alerts, tables.sources, tables.deliveries)
    )
    due_sources = or_(s.next_poll_at < late, s.next_reconcile_at < late)
    free_sources = or_(s.claimed_until.is_(None), s.claimed_until < late)
    unclaimed = d.claimed_until.is_(None)
    oldest = [
        # "IS NOT NULL" is what the indexes hold: without it SQLite reads every case there is.
        connection.scalar(select(func.min(c.next_check_at)).where(c.next_check_at.is_not(None))),
        connection.scalar(select(func.min(a.next_step_at)).where(a.next_step_at.is_not(None))),
        connection.scalar(select(func.min(d.not_before)).where(tables.pending)),
        connection.scalar(select(func.min(s.next_poll_at))),
    ]
    overdue = [at for at in oldest if at is not None and at < late]
    return Lag(
        cases=_count(connection, tables.cases, c.next_check_at < late),
        steps=_count(connection, tables.alerts, a.next_step_at < late),
        sources=_count(connection, tables.sources, due_sources, free_sources),
        deliveries=_count(
            connection, tables.deliveries, tables.pending, d.not_before < late, unclaimed
        ),
        unsent=_count(connection, tables.deliveries, tables.pending, d.claimed_until < late),
        oldest_due_at=min(overdue, default=None),
    )


def _count(connection: Connection, table: Table, *where: ColumnElement[Any]) -> int:
    return connection.scalar(select(func.count()).select_from(table).where(*where)) or 0
