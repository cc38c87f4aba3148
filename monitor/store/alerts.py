"""Alerts (亮牌) of cases as they open, change, are answered and resolved.

Whatever happens to an alert is added to ``alert_events`` in the same call.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, null, select, update

from monitor.store import alert_events, tables
from monitor.store.alert_events import ACKNOWLEDGED, Event
from monitor.store.statements import among
from rules.carriers import PLACES
from rules.cases import Fact
from rules.findings import Finding, Outcome, Reason
from rules.going_live import Origin


@dataclass(frozen=True, slots=True)
class Ladder:
    """Where an alert begins on its policy's ladder: the next step to take and when.

    ``next_step_at`` is ``None`` when no step is left.
    """

    policy: str | None = None
    policy_version: str | None = None
    step: int = 0
    next_step_at: int | None = None


@dataclass(frozen=True, slots=True)
class NewAlert:
    """An alert to be opened for the case ``case_id``, or else about ``subject``.

    ``carrier`` says who carries the card: see :mod:`rules.carriers`; ``elsewhere`` whether that is
    another place than the case's own; ``part`` which part of the case it is about, as in
    :class:`rules.findings.Card`; ``origin`` how it lies to the beginning of supervision.
    """

    case_id: int | None
    source: str | None
    rule: str
    version: str
    title: str
    law: str
    level: str
    rank: int
    opened_at: int
    level_since_at: int
    reason: Reason
    due_at: int | None = None
    evidence: Mapping[str, Fact] = field(default_factory=lambda: MappingProxyType({}))
    ladder: Ladder = Ladder()
    shadow: bool = False
    carrier: Mapping[str, str | None] = field(default_factory=lambda: MappingProxyType({}))
    part: str = ""
    subject: str | None = None
    origin: Origin | None = None
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class NewLevel:
    """Another level of the alert ``id`` that stays open: raised or lowered.

    ``at`` is when it was found, ``level_since_at`` from when the level stands.
    """

    id: int
    outcome: Outcome
    reason: Reason
    at: int
    version: str
    level: str
    rank: int
    level_since_at: int
    due_at: int | None = None
    evidence: Mapping[str, Fact] = field(default_factory=lambda: MappingProxyType({}))
    ladder: Ladder = Ladder()
    carrier: Mapping[str, str | None] = field(default_factory=lambda: MappingProxyType({}))
    origin: Origin | None = None
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """What the alert ``id`` rests on now that its level stays as it is, and who carries it."""

    id: int
    finding: Finding
    carrier: Mapping[str, str | None]
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Resolved:
    """The end of the alert ``id``: at which instant, why, and in words for people."""

    id: int
    at: int
    reason: Reason
    level: str
    resolution: str = ""


def open_alerts(connection: Connection, new: Sequence[NewAlert]) -> list[int]:
    """Open alerts and give their ids in the same order.

    Raises:
        sqlalchemy.exc.IntegrityError: one of that rule and part is open for it already.
    """
    if not new:
        return []
    ids = list(
        connection.scalars(
            tables.alerts.insert().returning(tables.alerts.c.id, sort_by_parameter_order=True),
            [
                {
                    "case_id": alert.case_id,
                    "subject": alert.subject,
                    "source": alert.source,
                    "rule": alert.rule,
                    "part": alert.part,
                    "version": alert.version,
                    "title": alert.title,
                    "law": alert.law,
                    "level": alert.level,
                    "rank": alert.rank,
                    "state": "open",
                    "shadow": alert.shadow,
                    "opened_at": alert.opened_at,
                    "level_since_at": alert.level_since_at,
                    "due_at": alert.due_at,
                    "evidence": dict(alert.evidence),
                    "origin": alert.origin,
                    **ladder_values(alert.ladder),
                    **_places(alert),
                }
                for alert in new
            ],
        )
    )
    alert_events.add(
        connection,
        [
            Event(ident, alert.opened_at, Outcome.OPENED, alert.reason, alert.level, _found(alert))
            for ident, alert in zip(ids, new, strict=True)
        ],
    )
    return ids


def hold(connection: Connection, ids: Sequence[int]) -> None:
    """Lock alerts, and the cases that they are about, until this transaction ends.

    Cases are locked before alerts, as a check does, and each kind in the order of its ids, so that
    no two transactions wait for each other. A deleted or unknown id locks nothing.
    """
    a, c = tables.alerts.c, tables.cases.c
    about = select(a.case_id).where(a.id.in_(ids), a.case_id.is_not(None))
    cases = select(c.id).where(c.id.in_(about)).order_by(c.id)
    connection.execute(cases.with_for_update(of=tables.cases, key_share=True))
    connection.execute(select(a.id).where(a.id.in_(ids)).order_by(a.id).with_for_update())


def _hold_open(connection: Connection, ids: Collection[int]) -> set[int]:
    """Lock those of some alerts that are still open, and return their ids.

    Between reading an alert and writing it somebody may have revoked it.
    """
    a = tables.alerts.c
    query = select(a.id).where(among(connection, a.id, ids), tables.standing).order_by(a.id)
    return set(connection.scalars(query.with_for_update()))


def change_levels(connection: Connection, changes: Sequence[NewLevel]) -> set[int]:
    """Raise and lower open alerts; each begins its policy's ladder where ``ladder`` says.

    An answer was given to the level before: whoever is told of a graver one must answer anew.
    Alerts that are no longer open stay as they are; return the ids of the changed ones.
    """
    if not changes:
        return set()
    still = _hold_open(connection, [one.id for one in changes])
    changes = [one for one in changes if one.id in still]
    if not changes:
        return still
    raised = [one.id for one in changes if one.outcome is Outcome.RAISED]
    connection.execute(
        update(tables.alerts)
        .where(among(connection, tables.alerts.c.id, raised), tables.standing)
        .values(acked_at=None, acked_by=None, ack_note=None, answered_at=None)
    )
    connection.execute(
        update(tables.alerts).where(tables.alerts.c.id == bindparam("of_id"), tables.standing),
        [
            {
                "of_id": change.id,
                "version": change.version,
                "level": change.level,
                "rank": change.rank,
                "level_since_at": change.level_since_at,
                "level_seen_at": change.at,
                "due_at": change.due_at,
                "evidence": dict(change.evidence),
                "origin": change.origin,
                **ladder_values(change.ladder),
                **_places(change),
            }
            for change in changes
        ],
    )
    alert_events.add(
        connection,
        [Event(one.id, one.at, one.outcome, one.reason, one.level, _found(one)) for one in changes],
    )
    return still


def renew(connection: Connection, kept: Sequence[Kept], now: int) -> None:
    """Let open alerts say what they rest on now where their level stays as it is.

    Where that is another due moment, the ladder is looked at again at ``now``: some of its steps
    may come before it. Alerts that are no longer open stay as they are.
    """
    if kept:
        still = _hold_open(connection, [one.id for one in kept])
        kept = [one for one in kept if one.id in still]
    if kept:
        c = tables.alerts.c
        moved = and_(c.next_step_at > now, c.due_at.is_distinct_from(bindparam("new_due_at")))
        connection.execute(
            update(tables.alerts)
            .where(c.id == bindparam("of_id"), tables.standing)
            .values(next_step_at=case((moved, now), else_=c.next_step_at)),
            [
                {
                    "of_id": one.id,
                    "version": one.finding.version,
                    "law": one.finding.law,
                    "due_at": one.finding.due_at,
                    "new_due_at": one.finding.due_at,
                    "evidence": dict(one.finding.evidence),
                    **_places(one),
                }
                for one in kept
            ],
        )


def resolve(connection: Connection, resolved: Sequence[Resolved]) -> set[int]:
    """Resolve open alerts; one more step is due for each: telling those who were told.

    Alerts that are no longer open stay as they are; return the ids of the resolved ones.
    """
    if not resolved:
        return set()
    still = _hold_open(connection, [one.id for one in resolved])
    resolved = [one for one in resolved if one.id in still]
    if not resolved:
        return still
    connection.execute(
        update(tables.alerts)
        .where(tables.alerts.c.id == bindparam("of_id"), tables.standing)
        .values(state="resolved"),
        [
            {
                "of_id": one.id,
                "resolved_at": one.at,
                "resolution": one.resolution,
                # What is settled (结案) was answered long ago: nobody waits to hear of its end.
                "next_step_at": None if one.reason is Reason.SETTLED else one.at,
            }
            for one in resolved
        ],
    )
    alert_events.add(
        connection,
        [Event(one.id, one.at, Outcome.RESOLVED, one.reason, one.level) for one in resolved],
    )
    return still


def acknowledge(connection: Connection, alert_id: int, by: str, note: str, now: int) -> bool:
    """Note that somebody answers for an open alert; ``False`` where one does or it is not open."""
    c = tables.alerts.c
    level = connection.scalar(
        update(tables.alerts)
        .where(c.id == alert_id, tables.standing, c.acked_at.is_(None))
        .values(
            acked_at=now,
            acked_by=by,
            ack_note=note,
            # Its ladder is looked at again at once: to see when the answer lapses.
            next_step_at=case((tables.notified, now), else_=null()),
        )
        .returning(c.level)
    )
    if level is None:
        return False
    answered = Event(alert_id, now, ACKNOWLEDGED, ACKNOWLEDGED, level, {"by": by, "note": note})
    alert_events.add(connection, [answered])
    return True


def ladder_values(ladder: Ladder) -> dict[str, Any]:
    """Give the columns of ``alerts`` that a ladder fills."""
    return {
        "policy": ladder.policy,
        "policy_version": ladder.policy_version,
        "step": ladder.step,
        "next_step_at": ladder.next_step_at,
        "ladder": None,
        "climbed": None,
    }


def _places(one: NewAlert | NewLevel | Kept) -> dict[str, Any]:
    # Each of them: rows of one statement must have the same columns.
    places = {name: one.carrier.get(name) for name in PLACES}
    return {**places, "elsewhere": one.elsewhere}


def _found(one: NewAlert | NewLevel) -> dict[str, Any]:
    # An alert shows what it is based on now; its events keep what it was based on then.
    return {"version": one.version, "due_at": one.due_at, "evidence": dict(one.evidence)}
