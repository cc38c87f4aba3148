"""What the demonstration shows of a daemon at work: its events as they happen, and a summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, case, func, select

from monitor.store import alerts, tables
from rules.instants import SECOND

INSPECTORS = ("王敏", "钱程", "邓洁")
"""Who acknowledges in the demonstration."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to an alert: when, what, at which level, to which case, to whom.

    ``event`` is an event of ``alert_events``; for a message that arrived it is the kind of notice.
    """

    at: int
    event: str
    level: str
    rule: str
    no: str
    title: str
    region: str | None
    person: str | None
    channel: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """How far the record was read: the last event, and the instant of the last receipt."""

    event: int = 0
    sent_at: int = 0


def happenings(
    connection: Connection, after: Place, limit: int
) -> tuple[list[Happening], Place, int]:
    """Give what happened after a place in the record, in order, at most ``limit`` of it.

    Returns:
        The happenings, the place to go on from, and how many were left out.
    """
    e, a, c = tables.alert_events.c, tables.alerts.c, tables.cases.c
    n, d = tables.notices.c, tables.deliveries.c
    about = tables.alerts.outerjoin(tables.cases)
    item = func.coalesce(c.facts["item_name"].as_string(), a.title).label("item")
    about_case = (a.rule, c.no, item, c.region)
    events = connection.execute(
        select(e.id, e.at, e.event, e.level, e.detail, *about_case)
        .select_from(tables.alert_events.join(about))
        .where(e.id > after.event)
        .order_by(e.id)
    ).all()
    sent = connection.execute(
        select(d.sent_at, n.level, n.kind, d.channel, n.person, *about_case)
        .select_from(tables.deliveries.join(tables.notices).join(about))
        .where(d.sent_at > after.sent_at)
        .order_by(d.sent_at, d.id)
    ).all()
    found = [
        Happening(
            row.at,
            row.event,
            row.level,
            row.rule,
            row.no or "",
            row.item,
            row.region,
            (row.detail or {}).get("by"),
            None,
        )
        for row in events
    ]
    found += [
        Happening(
            row.sent_at,
            row.kind,
            row.level,
            row.rule,
            row.no or "",
            row.item,
            row.region,
            row.person,
            row.channel,
        )
        for row in sent
    ]
    found.sort(key=lambda one: one.at)
    place = Place(
        events[-1].id if events else after.event, sent[-1].sent_at if sent else after.sent_at
    )
    return found[-limit:], place, max(len(found) - limit, 0)


def acknowledge_one(connection: Connection, rng: np.random.Generator, now: int) -> None:
    """Let an inspector acknowledge one of the newest cards that nobody has answered for."""
    a = tables.alerts.c
    open_now = connection.scalars(
        select(a.id)
        .where(tables.standing, a.acked_at.is_(None), a.rank > 0, a.case_id.is_not(None))
        .order_by(a.id.desc())
        .limit(20)
    ).all()
    if open_now:
        chosen = int(rng.choice(open_now))
        by = str(rng.choice(INSPECTORS))
        alerts.acknowledge(connection, chosen, by, "已联系承办人", now)


def summary(connection: Connection, started_at: int, now: int) -> dict[str, Any]:
    """Sum up what a store holds since the instant ``started_at``, as JSON values."""
    e, n, d = tables.alert_events.c, tables.notices.c, tables.deliveries.c
    events = connection.execute(
        select(e.event, e.level, func.count()).group_by(e.event, e.level)
    ).all()
    counted: dict[str, int] = {}
    for event, _, count in events:
        counted[event] = counted.get(event, 0) + count
    found: dict[str, int] = {}
    for event, level, count in events:
        if event in ("alert_opened", "alert_raised"):
            found[level] = found.get(level, 0) + count
    deliveries = {
        row.state: row[1]
        for row in connection.execute(select(d.state, func.count()).group_by(d.state))
    }
    kinds = connection.execute(select(n.kind, func.count()).group_by(n.kind)).all()
    seconds = _latencies(connection, started_at)
    return {
        "duration_seconds": round((now - started_at) / SECOND, 3),
        "cases_read": connection.scalar(select(func.count()).select_from(tables.cases)),
        "rows_read": int(connection.scalar(select(func.sum(tables.sources.c.rows_read))) or 0),
        "findings_by_level": found,
        "alerts": {
            name: counted.get(f"alert_{name}", 0)
            for name in ("opened", "raised", "lowered", "resolved", "acknowledged")
        },
        "notices": {row.kind: row[1] for row in kinds},
        "deliveries": {name: deliveries.get(name, 0) for name in ("sent", "failed", "pending")},
        "seconds_from_commit_to_receipt": {
            "count": len(seconds),
            "p50": _percentile(seconds, 50),
            "p99": _percentile(seconds, 99),
        },
    }


def _latencies(connection: Connection, started_at: int) -> list[float]:
    """Give the seconds from the source's commit, or the moment a level was due, to the receipt.

    What was in the source before the start is left out: it waited for the daemon, not the other
    way round. For a case that the source has changed again since, the moment of the level counts.
    """
    a, c, n, d = tables.alerts.c, tables.cases.c, tables.notices.c, tables.deliveries.c
    # What a check finds stands from when it was looked for: there the source's commit counts.
    due = case((a.due_at.is_(None), 0), else_=a.level_since_at)
    rows = connection.execute(
        select(d.sent_at, n.at, due, c.facts["recorded_at"].as_integer())
        .select_from(tables.deliveries.join(tables.notices).join(tables.alerts).join(tables.cases))
        .where(d.sent_at.is_not(None), n.step == 0, a.level == n.level)
    )
    begun = [
        (sent_at, since if recorded is None or recorded > noticed_at else max(since, recorded))
        for sent_at, noticed_at, since, recorded in rows
    ]
    return [(sent_at - at) / SECOND for sent_at, at in begun if at >= started_at]


def _percentile(values: Sequence[float], part: float) -> float | None:
    return round(float(np.percentile(values, part)), 3) if values else None
