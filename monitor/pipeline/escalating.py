"""Escalate: due alerts → notices and their deliveries, and the moment of the next rung."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any

import structlog
from sqlalchemy import Connection

from monitor.pipeline import reasons, wording
from monitor.pipeline.gaps import open_gaps
from monitor.pipeline.in_force import InForce
from monitor.pipeline.order_wording import order_fields
from monitor.pipeline.ordering import ask_for_order
from monitor.pipeline.poison_rows import ASIDE, report, work_apart
from monitor.pipeline.silencing import silenced
from monitor.pipeline.unread import held, unread_sources
from monitor.store import (
    alert_events,
    climbs,
    deliveries,
    heard,
    ladders,
    order_requests,
    orders,
    people,
    silences,
    sources,
    waiting,
)
from monitor.store.alert_events import Event
from monitor.store.alert_list import Alert
from monitor.store.climbs import DueStep, Stepped
from monitor.store.deliveries import NewDelivery
from monitor.store.deliveries import Notice as StoredNotice
from monitor.store.order_requests import Request
from monitor.store.orders import OrderRow
from monitor.store.store import Store
from rules.carriers import carried
from rules.cases import Case
from rules.choosing import Chooser
from rules.climbing import climb
from rules.escalation import (
    CatchUp,
    Climb,
    Climber,
    Notice,
    Told,
    ahead_of,
)
from rules.going_live import Origin
from rules.instants import HOUR, SECOND
from rules.ladders import fingerprint
from rules.policies import Policy
from rules.rungs import Hold
from rules.subjects import about
from rules.worktime import WorkingTime

log = structlog.get_logger(__name__)

_LOOK_AGAIN = 5 * SECOND  # while a source is read for the first time
_MORE_COMES = 30 * SECOND


@dataclass
class EscalationTally:
    """What a round of escalation did; ``orders`` counts those that rungs have asked for.

    ``unreachable`` counts the gaps that were found: roles for which nobody can be reached.
    ``unassigned`` counts alerts that no policy is for, ``set_aside`` those on which no work could
    be done, and ``revoked`` by level the revoked ones whose end was told. ``stale`` tells that it
    did nothing, for the store has another directory than the rules.
    """

    stale: bool = False
    alerts: int = 0
    deliveries: int = 0
    orders: int = 0
    unreachable: int = 0
    unassigned: int = 0
    set_aside: int = 0
    revoked: Counter[str] = field(default_factory=Counter)


def escalate(
    store: Store, rules: InForce, now: int, limit: int = 500, started_at: int = 0
) -> EscalationTally:
    """Climb the ladders of up to ``limit`` alerts whose next step is due, in one transaction.

    Steps of alerts whose case has not been read since ``started_at``, when this process began, or
    has not been checked since it was read, stay due: it may be over. See
    :mod:`monitor.pipeline.unread`.
    """
    tally = EscalationTally()
    with store.read() as connection:
        waits = held(unread_sources(connection, rules, started_at, now))
        if not waiting.steps(connection, now, waits):
            return tally
    with store.write() as connection:
        due = climbs.claim_due_steps(connection, now, limit, waits)
        if due and people.version(connection) != rules.book.directory.version:
            connection.rollback()
            return EscalationTally(stale=True)

        def climb_all(some: Sequence[DueStep]) -> None:
            work = _Round(connection, rules, some, now, more=len(due) >= limit)
            for one in some:
                work.add(one)
            work.record(connection, tally)

        def set_aside(one: DueStep, error: Exception) -> None:
            climbs.put_off(connection, one.alert.id, now + ASIDE)
            report(connection, rules, "escalate", f"alert {one.alert.id}", error, now)
            tally.set_aside += 1

        work_apart(connection, due, climb_all, set_aside)
    tally.alerts = len(due)
    return tally


class _Round:
    """Collects what a batch of climbs changes, and writes it with one statement a kind."""

    def __init__(
        self,
        connection: Connection,
        rules: InForce,
        due: Sequence[DueStep],
        now: int,
        *,
        more: bool,
    ) -> None:
        self._rules = rules
        self._now = now
        self._more = more
        backlog = {one.alert.source or "" for one in due if _in_backlog(one.alert)}
        self._being_read = waiting.being_read(connection, backlog, now) if backlog else frozenset()
        self._resolver = rules.resolver(now)
        self._chooser = Chooser(rules.book.policies, rules.book.levels, now)
        over = [one.alert.id for one in due if one.alert.state != "open"]
        self._heard = heard.settle(connection, over, now)
        self._silences = silences.standing(connection)
        self._read_at = {state.id: state.last_ok_at for state in sources.states(connection)}
        begun = {one.alert.ladder for one in due if one.alert.ladder is not None}
        kept = ladders.load(connection, begun - rules.ladders.keys())
        self._ladders: dict[str, Policy] = {**rules.ladders, **kept}
        self._marks = {id(policy): mark for mark, policy in self._ladders.items()}
        self._new: dict[str, Policy] = {}
        self._stored: list[StoredNotice] = []
        self._stepped: list[Stepped] = []
        self._events: list[Event] = []
        self._climbs: list[tuple[DueStep, Climb]] = []
        self._orders: list[Request] = []
        self._under = orders.open_of(connection, [one.alert.id for one in due])
        self._unassigned = 0
        self._revoked: Counter[str] = Counter()

    def add(self, due: DueStep) -> None:
        """Climb the ladder of one alert."""
        rules, now, alert = self._rules, self._now, due.alert
        if due.case is not None:
            case = carried(rules.book.catalogue.enrich(due.case, now), alert.carrier)
            due = DueStep(alert, case)
        told = climber_of(due)
        climber = self._heard_of(told)
        policy = self._ladders.get(alert.ladder or "")
        gentler: tuple[Policy, ...] = ()
        try:
            if policy is None and not climber.resolved:
                policy = self._chooser.choose(climber)
                if policy and policy.with_milder and climber.rank and not climber.told:
                    gentler = self._chooser.milder(climber)
            wait_until = self._heard.wait_until.get(alert.id)
            if _in_backlog(alert) and alert.source in self._being_read and not climber.resolved:
                wait_until = now + _LOOK_AGAIN
            if wait_until is not None:  # what belongs to it is not known before
                result = Climb(alert.id, (), told.climbed, wait_until, told.told)
            else:
                result = climb(
                    climber,
                    policy,
                    self._work(policy, climber),
                    self._resolver,
                    now,
                    rules.catch_up,
                    gentler,
                )
        except ValueError:  # a policy's condition that does not fit this case
            log.exception("escalation_failed", alert=alert.id, rule=alert.rule)
            result = Climb(alert.id, (), told.climbed, now + HOUR, told.told)
        if alert.state == "revoked" and result.next_step_at is None:
            self._revoked[alert.level] += 1
        if policy is None and not climber.resolved and result.next_step_at is None:
            self._unassigned += 1
            log.warning("no_policy", alert=alert.id, rule=alert.rule, card=alert.level)
        self._climbs.append((due, result))
        if policy is not None:
            for one in result.orders:
                request = ask_for_order(alert, policy.id, one, policy.steps[one.step].via)
                self._orders += [request] if request is not None else []
        self._keep(alert, policy, result)
        as_of = self._read_at.get(alert.source or "")
        for notice in result.notices:
            # What stood when supervision began goes as one: the rest of it is not worked out yet.
            later = now + _MORE_COMES if self._more and _in_backlog(alert) else now
            under = self._under.get(alert.id)
            stored = _stored(rules, due, notice, as_of, now, under, later)
            self._stored.append(silenced(rules, self._silences, alert, due.case, stored, now))

    def record(self, connection: Connection, tally: EscalationTally) -> None:
        """Write what the climbs have changed."""
        now = self._now
        ladders.keep(connection, self._new, now)
        climbs.record_steps(connection, self._stepped)
        alert_events.add(connection, self._events)
        made = deliveries.add_notices(connection, self._stored, now)
        gaps = [gap for _, result in self._climbs for gap in result.gaps]
        order_requests.add(connection, self._orders, now)
        open_gaps(connection, self._rules, gaps, now)
        tally.deliveries += made
        tally.orders += len(self._orders)
        tally.unreachable += len(gaps)
        tally.unassigned += self._unassigned
        tally.revoked += self._revoked

    def _heard_of(self, climber: Climber) -> Climber:
        """Leave out those who were to be told of an alert that is over and did not hear of it."""
        if not climber.resolved:
            return climber
        heard = self._heard.told.get(climber.alert, set())
        told = (
            replace(one, via=tuple(way for way in one.via if (one.person, way) in heard))
            for one in climber.told
        )
        return replace(climber, told=tuple(one for one in told if one.via))

    def _work(self, policy: Policy | None, climber: Climber) -> WorkingTime:
        region = climber.case.facts.get("region")
        return self._rules.calendars[self._rules.book.calendar_of_policy(policy, region)]

    def _keep(self, alert: Alert, policy: Policy | None, result: Climb) -> None:
        mark = alert.ladder
        if policy is not None:
            mark = self._marks.get(id(policy)) or fingerprint(policy)
            if alert.ladder is None:
                self._new[mark] = policy
        holds = alert.holds
        if result.lapsed is not None:
            holds = [*(holds or ()), _hold_record(result.lapsed)]
            detail = {"by": result.lapsed.by, "acked_at": result.lapsed.from_at}
            self._events.append(
                Event(alert.id, self._now, climbs.LAPSED, "unanswered", alert.level, detail)
            )
        climbed = result.climbed
        self._stepped.append(
            Stepped(
                alert.id,
                policy.id if policy else alert.policy,
                policy.version if policy else alert.policy_version,
                mark,
                max((i + 1 for i, times in enumerate(climbed) if times), default=0),
                climbed,
                result.next_step_at,
                [{"person": t.person, "via": list(t.via), "rank": t.rank} for t in result.told],
                holds,
                result.lapsed is not None,
            )
        )


def climber_of(due: DueStep) -> Climber:
    """Give an alert on its ladder."""
    alert = due.alert
    # What stood long before it was seen climbs from when it was seen.
    since = max(alert.opened_at, alert.level_since_at, alert.level_seen_at or 0)
    return Climber(
        alert.id,
        alert.rule,
        alert.level,
        alert.rank,
        since,
        due.case or carried(Case(alert.source or "", "", {}), alert.carrier),
        alert.subject or "",
        about(alert.subject),
        ahead_of(alert.due_at, alert.evidence, since),
        tuple(alert.climbed or ()),
        alert.state != "open",
        alert.acked_at,
        alert.acked_by or "",
        # Nothing can follow the acknowledgement of what is about a closed case.
        alert.answered_at is not None or (alert.acked_at is not None and _is_closed(due.case)),
        tuple(
            Told(one["person"], tuple(one["via"]), one.get("rank", 0)) for one in alert.told or ()
        ),
        tuple(
            Hold(one["from_at"], one["until_at"], one["why"], one.get("by", ""))
            for one in alert.holds or ()
        ),
    )


def _is_closed(case: Case | None) -> bool:
    return case is not None and case.facts.get("closed_at") is not None


def _hold_record(hold: Hold) -> dict[str, Any]:
    return {"from_at": hold.from_at, "until_at": hold.until_at, "why": hold.why, "by": hold.by}


def _stored(
    rules: InForce,
    due: DueStep,
    notice: Notice,
    as_of: int | None,
    now: int,
    under: OrderRow | None,
    not_before: int,
) -> StoredNotice:
    alert = due.alert
    context = wording.context(rules, alert, due.case, notice, as_of, now)
    if under is not None:
        context["pending_order"] = order_fields(rules, under, None, now)
    context["route"] = {
        "step": notice.step,
        "times": notice.times,
        "missed": notice.missed,
        "reason": reasons.why(rules, notice, now, rules.language),
    }
    return StoredNotice(
        alert.id,
        now,
        notice.kind.value,
        notice.role,
        context,
        tuple(
            NewDelivery(delivery_key(alert, notice, channel), channel, "", not_before)
            for channel in notice.via
        ),
        notice.step,
        alert.level,
        notice.person.id,
        alert.rank,
        merged=_in_backlog(alert) or (notice.missed > 0 and rules.catch_up is CatchUp.DIGEST),
    )


def _in_backlog(alert: Alert) -> bool:
    """Whether nobody was told yet of an alert that stood when supervision began."""
    return alert.origin == Origin.BACKLOG and not alert.climbed


def delivery_key(alert: Alert, notice: Notice, channel: str) -> str:
    """Give the idempotency key of a delivery: the same however often it is worked out.

    It is made of what the message says: which alert, from when on at which level, which rung and
    how often before, to whom and over which channel.
    """
    says: tuple[Any, ...] = (
        *(alert.id, alert.opened_at, alert.level, alert.level_since_at),
        *(notice.kind.value, notice.step, notice.person.id, channel),
    )
    if notice.times or notice.lapsed:
        says = (*says, notice.times, notice.lapsed and notice.lapsed.from_at)
    return f"duban-{alert.id}-{blake2b(repr(says).encode(), digest_size=12).hexdigest()}"
