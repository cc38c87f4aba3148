"""Alerts about the system itself: a source that is down, a channel that refuses, a calendar's end.

Opening one that stands and resolving one that does not change nothing, so callers need not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sqlalchemy import Connection, select, text, update

from monitor.store import alert_events, tables
from monitor.store.alert_events import Event
from monitor.store.alerts import Ladder, ladder_values
from monitor.store.statements import insert
from rules.cases import Fact
from rules.findings import Outcome


@dataclass(frozen=True, slots=True)
class SystemAlert:
    """An alert about ``subject``, such as ``source:county-hall``, by ``rule``: ``source-down``.

    ``carrier`` says who carries it, where anybody does: see :mod:`rules.carriers`.
    """

    subject: str
    rule: str
    title: str
    level: str
    rank: int
    reason: str
    source: str | None = None
    evidence: Mapping[str, Fact] = field(default_factory=lambda: MappingProxyType({}))
    ladder: Ladder = field(default_factory=Ladder)
    carrier: Mapping[str, str | None] = field(default_factory=lambda: MappingProxyType({}))


def open_system(connection: Connection, alert: SystemAlert, now: int) -> int | None:
    """Open an alert about the system and give its id; ``None`` where one of its rule stands.

    One that stands takes over the title and the evidence, and keeps everything else.
    """
    c = tables.alerts.c
    ident: int | None = connection.scalar(
        insert(connection, tables.alerts)
        .values(
            subject=alert.subject,
            source=alert.source,
            rule=alert.rule,
            version="1",
            title=alert.title,
            law="",
            level=alert.level,
            rank=alert.rank,
            state="open",
            opened_at=now,
            level_since_at=now,
            evidence=dict(alert.evidence),
            **ladder_values(alert.ladder),
            **alert.carrier,
        )
        # Written out: PostgreSQL finds no index by a parameter once it plans for any value of it.
        .on_conflict_do_nothing(
            index_elements=["subject", "rule"], index_where=text("state = 'open'")
        )
        .returning(c.id)
    )
    if ident is None:
        connection.execute(
            update(tables.alerts)
            .where(c.subject == alert.subject, c.rule == alert.rule, tables.standing)
            .values(title=alert.title, evidence=dict(alert.evidence))
        )
        return None
    opened = Event(
        ident, now, Outcome.OPENED, alert.reason, alert.level, {"evidence": dict(alert.evidence)}
    )
    alert_events.add(connection, [opened])
    return ident


def tell_anew(
    connection: Connection, subject: str, rule: str, name: str, now: int, *, pause: int
) -> bool:
    """Have the steps of a standing alert begin anew once what it counts has grown.

    Args:
        connection: a transaction that writes.
        subject: what the alert is about.
        rule: its rule.
        name: the number among its evidence that counts.
        now: the instant.
        pause: for how long (microseconds) after it was last told of nothing is told anew.

    Returns:
        ``False`` if it has not grown since it was last told of, or no alert stands.
    """
    c, e = tables.alerts.c, tables.alert_events.c
    row = connection.execute(
        select(c.id, c.level, c.evidence).where(
            c.subject == subject, c.rule == rule, tables.standing
        )
    ).one_or_none()
    if row is None:
        return False
    last = connection.execute(
        select(e.at, e.detail)
        .where(e.alert_id == row.id, e.event.in_([Outcome.OPENED, Outcome.RAISED]))
        .order_by(e.id.desc())
        .limit(1)
    ).one()
    if row.evidence[name] <= last.detail["evidence"][name] or now < last.at + pause:
        return False
    connection.execute(
        update(tables.alerts)
        .where(c.id == row.id)
        .values(
            acked_at=None,
            acked_by=None,
            ack_note=None,
            level_since_at=now,
            **ladder_values(Ladder(next_step_at=now)),
        )
    )
    evidence = {"evidence": dict(row.evidence)}
    raised = Event(row.id, now, Outcome.RAISED, rule, row.level, evidence)
    alert_events.add(connection, [raised])
    return True


def subjects(connection: Connection, rule: str) -> list[str]:
    """Give the subjects about which an alert of a rule stands."""
    c = tables.alerts.c
    query = select(c.subject).where(c.rule == rule, c.case_id.is_(None), tables.standing)
    return [subject for subject in connection.scalars(query) if subject is not None]


def evidence(connection: Connection, rule: str) -> dict[str, Mapping[str, Fact]]:
    """Give the subjects about which an alert of a rule stands, each with what it is based on."""
    c = tables.alerts.c
    query = select(c.subject, c.evidence).where(
        c.rule == rule, c.case_id.is_(None), tables.standing
    )
    return {row.subject: row.evidence for row in connection.execute(query)}


def resolve_system(
    connection: Connection, subject: str, rule: str, reason: str, now: int
) -> int | None:
    """Resolve the alert of a rule about a subject and give its id; ``None`` where none stands.

    One more step is due for it: telling those who were told.
    """
    c = tables.alerts.c
    row = connection.execute(
        update(tables.alerts)
        .where(c.subject == subject, c.rule == rule, tables.standing)
        .values(state="resolved", resolved_at=now, resolution=reason, next_step_at=now)
        .returning(c.id, c.level)
    ).one_or_none()
    if row is None:
        return None
    alert_events.add(connection, [Event(row.id, now, Outcome.RESOLVED, reason, row.level)])
    return int(row.id)
