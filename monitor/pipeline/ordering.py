"""Order: due orders and appeals → reminders, and alerts about whoever does not do his part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import structlog
from sqlalchemy import Connection

from config import Words
from monitor.acts.actor import machine
from monitor.acts.appeals import subject as appeal_subject
from monitor.acts.orders import Issue, issue, join
from monitor.pipeline import order_notices
from monitor.pipeline.in_force import InForce
from monitor.pipeline.order_wording import REMINDER, unit_name
from monitor.pipeline.poison_rows import ASIDE, report, work_apart
from monitor.pipeline.raising import raise_alert
from monitor.pipeline.unread import held, unread_sources
from monitor.store import alert_list, appeals, order_requests, orders, system_alerts, waiting
from monitor.store.alert_list import Alert
from monitor.store.order_requests import Due, Request
from monitor.store.orders import OrderRow
from monitor.store.statements import short
from monitor.store.store import Store
from notifiers import words
from notifiers.retry import LONGEST_PAUSE, next_attempt
from rules.amounts import Amount, parse_amount
from rules.appeals import NOT_DECIDED
from rules.escalation import OrderDue
from rules.instants import SECOND
from rules.orders import OrderState
from rules.orders_acts import OrderEvent
from rules.orders_deadlines import NOT_ACKNOWLEDGED, NOT_REPLIED, RULES, Obligation, Side, outlook
from rules.refusals import RefusedError
from rules.subjects import ORDER, about

log = structlog.get_logger(__name__)

_YELLOW, _RED = 1, 2  # the ranks of the usual levels


_TRIES = 2
"""How often an order is tried with its cause analysis; what fails then is no passing error."""


@dataclass
class OrderTally:
    """What a round did: orders issued and looked at, appeals, deliveries, and alerts by rule.

    ``requests`` counts the requests for orders that were seen to or put off, ``set_aside`` the
    orders that could not be looked at.
    """

    issued: int = 0
    requests: int = 0
    orders: int = 0
    appeals: int = 0
    deliveries: int = 0
    set_aside: int = 0
    overdue: Counter[str] = field(default_factory=Counter)


def subject(no: str) -> str:
    """Give what an alert about an order is about."""
    return f"{ORDER}:{no}"


def follow_up(
    store: Store, rules: InForce, now: int, limit: int = 50, started_at: int = 0
) -> OrderTally:
    """Issue what steps of policies ask for, and look at the orders and appeals that are due.

    Each order is issued in a transaction of its own, up to ``limit`` of them; then up to as many
    orders and appeals are looked at. Whoever owes something soon is reminded. What is overdue
    stands as an alert that climbs its ladder like any other; once it is done the alert is resolved.

    No order is issued for a case that has not been read since ``started_at``, when this process
    began: see :mod:`monitor.pipeline.unread`. What is owed on an order goes on when its case is
    over, and waits for nothing.
    """
    tally = OrderTally()
    with store.read() as connection:
        waits = held(unread_sources(connection, rules, started_at, now))
        if not waiting.orders(connection, now, waits):
            return tally
    for _ in range(limit):
        if not _see_to_request(store, rules, waits, now, tally):
            break
    with store.write() as connection:

        def look_at(rows: Sequence[OrderRow]) -> None:
            for row in rows:
                _look_at(connection, rules, row, now, tally)

        def set_aside(row: OrderRow, error: Exception) -> None:
            orders.put_off(connection, row.id, now + ASIDE)
            report(connection, rules, "order", row.order.no, error, now)
            tally.set_aside += 1

        for row in orders.claim_due(connection, now, limit):
            work_apart(connection, [row], look_at, set_aside)
        late = appeals.claim_due(connection, now, limit)
        for appeal in late:
            _not_decided(connection, rules, appeal, now)
        appeals.noted(connection, [appeal.id for appeal in late])
        tally.appeals = len(late)
        tally.overdue[NOT_DECIDED] += len(late)
    return tally


def _see_to_request(
    store: Store, rules: InForce, waits: Mapping[str, int], now: int, tally: OrderTally
) -> bool:
    """See to the request that has been due longest; ``False`` if there is none."""
    due = None
    try:
        with store.write() as connection:
            due = order_requests.claim(connection, now, waits)
            if due is None:
                return False
            issued = _issue(connection, rules, due, now)
            order_requests.remove(connection, due.id)
    except Exception as error:  # a fault of one must not hold up the others; it is tried again
        if due is None:
            raise
        _put_off(store, rules, due, error, now)
    else:
        tally.issued += issued
    tally.requests += 1
    return True


def _put_off(store: Store, rules: InForce, due: Due, error: Exception, now: int) -> None:
    """Try again later, at growing intervals for as long as the alert stands."""
    log.warning("order_not_issued", alert=due.request.alert_id, reason=str(error))
    attempts = due.attempts + 1
    key = f"order:{due.request.alert_id}"
    pause = next_attempt(attempts, key) or LONGEST_PAUSE
    with store.write() as connection:
        why = f"{type(error).__name__}: {error}"
        order_requests.put_off(connection, due.id, now + int(pause * SECOND), short(why) or "")
        if attempts >= _TRIES:
            row = f"alert {due.request.alert_id}"
            report(connection, rules, "order", row, error, now)


def ask_for_order(alert: Alert, policy: str, due: OrderDue, via: tuple[str, ...]) -> Request | None:
    """Give the request for the order that a rung of a policy issues; ``via`` are its channels.

    The first person whom the rung tells answers for it, and his region is the issuing one. Alerts
    about the supervision itself are under no order.
    """
    if about(alert.subject) == "system":
        return None
    terms, first = due.terms, next(iter(due.people), None)
    return Request(
        alert.id,
        policy,
        terms.advice,
        _text(terms.acknowledge_within),
        _text(terms.reply_within),
        first.id if first else "",
        first.region if first else None,
        via,
    )


def _issue(connection: Connection, rules: InForce, due: Due, now: int) -> bool:
    """Issue the order that a step asked for, or put its alert under the open order of the case.

    ``False`` if the alert needs none any more. What fails again and again is issued without an
    analysis of the cause: that is most of the work, and what is most likely to fail.
    """
    request = due.request
    [row] = alert_list.of_ids(connection, [request.alert_id])
    alert = row.alert
    if alert.state != "open" or orders.open_of(connection, [alert.id]):
        return False
    by = machine(f"policy:{request.policy}")
    try:
        ids = [alert.id, *_others(connection, rules, alert)]
        under = _open_order(connection, alert)
        if under is not None:
            join(connection, rules, by, under, ids, request.advice, now)
            return True
        asked = Issue(
            tuple(ids),
            request.advice,
            _amount(request.acknowledge_within),
            _amount(request.reply_within),
            request.issuer,
            request.region,
            rules.settings.orders.via or request.via,
            inquire=due.attempts < _TRIES,
        )
        issue(connection, rules, by, asked, now)
    except RefusedError as error:
        log.warning("order_not_issued", alert=request.alert_id, reason=error.en)
        return False
    return True


def _open_order(connection: Connection, alert: Alert) -> OrderRow | None:
    """Return the open order to the unit of an alert that is for its case, if there is one."""
    if alert.case_id is None:
        return None
    unit = (alert.region, alert.department)
    return next(
        (
            row
            for row in orders.open_of_case(connection, alert.case_id)
            if (row.parties.region, row.parties.department) == unit
        ),
        None,
    )


def _others(connection: Connection, rules: InForce, alert: Alert) -> list[int]:
    """Return the other alerts of the case that the same order is for.

    They are those against the same unit whose limit is broken too, or for which an order is asked.
    """
    if alert.case_id is None:
        return []
    unit = (alert.region, alert.department)
    others = [
        one
        for one in alert_list.standing_of_case(connection, alert.case_id)
        if one.id != alert.id and (one.region, one.department) == unit
    ]
    asked = order_requests.asked_for(connection, [one.id for one in others])
    under = orders.open_of(connection, [one.id for one in others])
    return [
        one.id
        for one in others
        if one.id not in under and (one.id in asked or (one.rank and one.rule in rules.limits))
    ]


def _text(amount: Amount | None) -> str | None:
    return None if amount is None else str(amount)


def _amount(text: str | None) -> Amount | None:
    return None if text is None else parse_amount(text)


def _look_at(
    connection: Connection, rules: InForce, row: OrderRow, now: int, tally: OrderTally
) -> None:
    found = outlook(row.order, now, rules.order_terms)
    overdue = {owed.rule: owed for owed in found.overdue}
    for rule in RULES:
        if rule in overdue:
            _raise(connection, rules, row, overdue[rule], now)
            tally.overdue[rule] += 1
        else:
            graver = rule == NOT_ACKNOWLEDGED and row.order.state is OrderState.ISSUED
            why = "graver" if graver else "done"
            system_alerts.resolve_system(connection, subject(row.order.no), rule, why, now)
    event = None
    for owed in found.remind:
        event = OrderEvent(now, REMINDER, "duban", "", {"rule": owed.rule, "due_at": owed.due_at})
        tally.deliveries += order_notices.tell(connection, rules, row, event, now, owed.side)
    reminded = {**row.order.reminded, **{owed.rule: owed.due_at for owed in found.remind}}
    order = replace(row.order, reminded=reminded)
    orders.change(connection, row.id, order, event, found.next_at)
    tally.orders += 1


def _raise(
    connection: Connection, rules: InForce, row: OrderRow, owed: Obligation, now: int
) -> None:
    parties, order = row.parties, row.order
    due = words.when(owed.due_at, rules.zone, rules.language, now)
    name = RULES[owed.rule]
    supervised = owed.side is Side.SUPERVISED
    place = (
        unit_name(rules, parties.region, parties.department)
        if supervised
        else unit_name(rules, parties.issuing_region, None)
    )
    title = Words(
        f"{name.zh}：{order.no}（{place}，应于 {due} 前），{parties.about}",
        f"{name.en}: {order.no} ({place}, due {due}), {parties.about}",
    )
    carrier = {
        "region": parties.region if supervised else parties.issuing_region,
        "department": parties.department if supervised else None,
        "handler": parties.handler if supervised else None,
    }
    evidence = {"order": order.no, "state": order.state.value, "due_at": owed.due_at}
    raise_alert(
        connection,
        rules,
        subject(order.no),
        owed.rule,
        title,
        evidence,
        now,
        most=_RED if owed.rule == NOT_REPLIED else _YELLOW,
        carrier=carrier,
    )


def _not_decided(connection: Connection, rules: InForce, row: appeals.AppealRow, now: int) -> None:
    due = words.when(row.appeal.decide_due, rules.zone, rules.language, now)
    place = unit_name(rules, row.appeal.region, None)
    title = Words(
        f"申诉未按时裁定：申诉 {row.id}（{place}，应于 {due} 前），亮牌 {row.alert_id}",
        f"Appeal not decided in time: {row.id} ({place}, due {due}), alert {row.alert_id}",
    )
    evidence = {"appeal": row.id, "alert": row.alert_id, "due_at": row.appeal.decide_due}
    carrier = {"region": row.appeal.region, "department": None, "handler": None}
    where = appeal_subject(row.id)
    raise_alert(
        connection, rules, where, NOT_DECIDED, title, evidence, now, most=_YELLOW, carrier=carrier
    )
