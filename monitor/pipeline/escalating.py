"""Escalate: due alerts → notices and their deliveries, and the moment of the next rung."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any

import structlog

from monitor.pipeline import wording
from monitor.pipeline.in_force import InForce
from monitor.store import alerts, deliveries, sources
from monitor.store.alert_list import Alert
from monitor.store.alerts import DueStep, Stepped
from monitor.store.deliveries import NewDelivery
from monitor.store.deliveries import Notice as StoredNotice
from monitor.store.store import Store
from rules.carriers import carried
from rules.cases import Case
from rules.escalation import Climb, Climber, Notice, NoticeKind, Told, climb
from rules.instants import HOUR

log = structlog.get_logger(__name__)


@dataclass
class EscalationTally:
    """What a round of escalation did; ``unreachable`` counts roles for which nobody was found."""

    alerts: int = 0
    notices: Counter[NoticeKind] = field(default_factory=Counter)
    deliveries: int = 0
    unreachable: int = 0
    unassigned: int = 0


def escalate(store: Store, rules: InForce, now: int, limit: int = 500) -> EscalationTally:
    """Climb the ladders of up to ``limit`` alerts whose next step is due, in one transaction."""
    tally = EscalationTally()
    with store.write() as connection:
        due = alerts.claim_due_steps(connection, now, limit)
        if not due:
            return tally
        read_at = {state.id: state.last_ok_at for state in sources.states(connection)}
        stored: list[StoredNotice] = []
        stepped: list[Stepped] = []
        for one in due:
            if one.case is not None:
                case = rules.book.catalogue.enrich(one.case, now)
                one = replace(one, case=carried(case, one.alert.carrier))
            result = _climb(rules, one, now, tally)
            stepped.append(_stepped(rules, one.alert, result))
            as_of = read_at.get(one.alert.source or "")
            for notice in result.notices:
                stored.append(_stored(rules, one, notice, as_of, now))
                tally.notices[notice.kind] += 1
        alerts.record_steps(connection, stepped)
        tally.deliveries = deliveries.add_notices(connection, stored, now)
    tally.alerts = len(due)
    return tally


def _climb(rules: InForce, due: DueStep, now: int, tally: EscalationTally) -> Climb:
    alert = due.alert
    climber = Climber(
        alert.id,
        alert.rule,
        alert.level,
        alert.rank,
        # What stood long before it was first seen climbs from when it was seen.
        max(alert.opened_at, alert.level_since_at),
        due.case or carried(Case(alert.source or "", "", {}), alert.carrier),
        alert.subject or "",
        alert.policy,
        alert.step,
        alert.state == "resolved",
        alert.acked_at is not None,
        tuple(Told(one["person"], tuple(one["via"])) for one in alert.told or ()),
    )
    try:
        result = climb(
            climber,
            rules.book.policies,
            rules.calendars,
            rules.book.directory,
            now,
            rules.catch_up,
        )
    except ValueError:  # a policy's condition that does not fit this case
        log.exception("escalation_failed", alert=alert.id, rule=alert.rule)
        return Climb(alert.id, alert.policy, (), alert.step, now + HOUR, climber.told)
    for role in result.unreachable:
        tally.unreachable += 1
        log.warning("nobody_reachable", alert=alert.id, rule=alert.rule, role=role)
    if result.policy is None and not climber.resolved:
        tally.unassigned += 1
        log.warning("no_policy", alert=alert.id, rule=alert.rule, card=alert.level)
    return result


def _stepped(rules: InForce, alert: Alert, result: Climb) -> Stepped:
    version = next((p.version for p in rules.book.policies if p.id == result.policy), None)
    told = [{"person": one.person, "via": list(one.via)} for one in result.told]
    return Stepped(alert.id, result.policy, version, result.step, result.next_step_at, told)


def _stored(
    rules: InForce, due: DueStep, notice: Notice, as_of: int | None, now: int
) -> StoredNotice:
    alert = due.alert
    return StoredNotice(
        alert.id,
        now,
        notice.kind.value,
        notice.role,
        wording.context(rules, alert, due.case, notice, as_of, now),
        tuple(
            NewDelivery(delivery_key(alert, notice, channel), channel, "", now)
            for channel in notice.via
        ),
        notice.step,
        alert.level,
        notice.person.id,
    )


def delivery_key(alert: Alert, notice: Notice, channel: str) -> str:
    """Give the idempotency key of a delivery: the same however often it is worked out.

    It is made of what the message says: which alert, from when on at which level, which rung, to
    whom and over which channel.
    """
    says: tuple[Any, ...] = (
        *(alert.id, alert.opened_at, alert.level, alert.level_since_at),
        *(notice.kind.value, notice.step, notice.person.id, channel),
    )
    return f"duban-{alert.id}-{blake2b(repr(says).encode(), digest_size=12).hexdigest()}"
