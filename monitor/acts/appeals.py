"""Appeals (申诉) against cards, and taking cards back (撤牌): each act in one function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection

from monitor.acts.actor import Actor
from monitor.acts.orders import act_on
from monitor.pipeline.in_force import InForce
from monitor.store import alert_list, alerts, appeals, audit_log, orders, system_alerts
from monitor.store.alert_list import Alert
from monitor.store.appeals import AppealRow
from monitor.store.audit_log import Act
from rules.appeals import NOT_DECIDED, Appeal, AppealState, Decision, decided, filed
from rules.orders_acts import Deed, OrderAct
from rules.refusals import RefusedError
from rules.subjects import APPEAL, about


def subject(ident: int) -> str:
    """Give what an alert about an appeal is about."""
    return f"{APPEAL}:{ident}"


def file_appeal(
    connection: Connection,
    rules: InForce,
    actor: Actor,
    alert_id: int,
    reason: str,
    evidence: str,
    now: int,
) -> AppealRow:
    """File an appeal against a card, whose ladder stands still until it is decided.

    Raises:
        RefusedError: there is no such card, it was revoked, is about the system itself or on
            trial, an appeal is pending against it, or no reason is given.
    """
    alert = _card(connection, alert_id)
    pending = appeals.pending_of(connection, alert_id)
    if pending is not None:
        raise RefusedError(
            f"亮牌 {alert_id} 已有申诉 {pending.id}，待裁定",
            f"appeal {pending.id} against alert {alert_id} is pending",
        )
    within, work = rules.settings.appeals.decide_within, rules.order_terms.work
    appeal = filed(actor.who, reason, evidence, alert.region, now, within, work)
    ident = appeals.add(connection, alert_id, alert.level, appeal)
    after = {"appeal": ident, "decide_due": appeal.decide_due, "evidence": evidence}
    act = Act(actor.who, actor.origin, "appeal.file", f"alert:{alert_id}", None, after, reason)
    audit_log.record(connection, act, now)
    return AppealRow(ident, alert_id, appeal)


def decide_appeal(
    connection: Connection,
    rules: InForce,
    actor: Actor,
    ident: int,
    decision: Decision,
    opinion: str,
    now: int,
    require: Callable[[Appeal, Alert], None] = lambda _appeal, _alert: None,
) -> AppealRow:
    """Revoke the card of an appeal, send the appeal back, or pass it up to the region above.

    With its card an order goes that has no other ground. ``require`` raises an error of its own
    where whoever decides has no right to. It is given the locked appeal, since a colleague may have
    passed the appeal up since it was shown.

    Raises:
        RefusedError: there is no such appeal, it is decided already, by its own author or by
            whoever carries the card, without an opinion, or there is nobody above.
    """
    row = _appeal(connection, ident)
    [card] = alert_list.of_ids(connection, [row.alert_id])
    if row.appeal.state is AppealState.PENDING:
        require(row.appeal, card.alert)
    region = rules.book.directory.regions.get(row.appeal.region or "")
    above = region.parent if region else None
    within, work = rules.settings.appeals.decide_within, rules.order_terms.work
    after = decided(row.appeal, decision, actor.who, opinion, now, above, within, work)
    changed = replace(row, appeal=after)
    if actor.who in _carriers(rules, card.alert):
        raise RefusedError(
            f"{actor.who} 是亮牌 {row.alert_id} 的承办人，不能裁定对自己的牌的申诉",
            f"{actor.who} carries alert {row.alert_id} and cannot decide an appeal against it",
        )
    appeals.change(connection, changed, card.alert.level, actor.who, now)
    if after.state is AppealState.GRANTED:
        _take_back(connection, rules, actor, row.alert_id, opinion, now)
    system_alerts.resolve_system(connection, subject(ident), NOT_DECIDED, "decided", now)
    act = Act(
        actor.who,
        actor.origin,
        f"appeal.{decision.value.replace(' ', '_')}",
        f"alert:{row.alert_id}",
        {"state": row.appeal.state.value, "region": row.appeal.region},
        {"state": after.state.value, "region": after.region, "appeal": ident},
        opinion,
    )
    audit_log.record(connection, act, now)
    return changed


def revoke(
    connection: Connection, rules: InForce, actor: Actor, alert_id: int, why: str, now: int
) -> Alert:
    """Take a card back without an appeal, and give it as it was.

    It says why, and does not come back while its facts are the same.

    Raises:
        RefusedError: there is no such card, it was revoked before, is about the system itself or
            on trial, no ground is given, or an appeal against it is pending: decide that.
    """
    alert = _card(connection, alert_id)
    if not why.strip():
        raise RefusedError("撤牌须写明理由", "say why the card is taken back")
    pending = appeals.pending_of(connection, alert_id)
    if pending is not None:
        raise RefusedError(
            f"亮牌 {alert_id} 有申诉 {pending.id} 待裁定，请裁定该申诉",
            f"appeal {pending.id} against alert {alert_id} is pending; decide that",
        )
    if actor.who in _carriers(rules, alert):
        raise RefusedError(
            f"{actor.who} 是亮牌 {alert_id} 的承办人，不能撤自己的牌，可以申诉",
            f"{actor.who} carries alert {alert_id} and cannot take it back, but can appeal",
        )
    _take_back(connection, rules, actor, alert_id, why, now)
    state, level = alert.state, alert.level
    act = Act(
        actor.who,
        actor.origin,
        "revoke",
        f"alert:{alert_id}",
        {"state": state, "level": level},
        {"state": "revoked"},
        why,
    )
    audit_log.record(connection, act, now)
    return alert


def _take_back(
    connection: Connection, rules: InForce, actor: Actor, alert_id: int, why: str, now: int
) -> None:
    """Revoke a card, and withdraw the order that has no other ground."""
    appeals.revoke(connection, alert_id, actor.who, why, now)
    under = orders.open_of(connection, [alert_id]).get(alert_id)
    if under is None:
        return
    cards = alert_list.of_ids(connection, under.alerts)
    if all(one.alert.state == "revoked" for one in cards):
        note = f"亮牌 {alert_id} 已撤销：{why}"
        if rules.language == "en":
            note = f"alert {alert_id} was taken back: {why}"
        deed = Deed(OrderAct.WITHDRAW, actor.who, note)
        act_on(connection, rules, actor, under.order.no, deed, now)


def _carriers(rules: InForce, alert: Alert) -> set[str]:
    """Give what the handler who carries a card may be called."""
    if not alert.handler:
        return set()
    people = rules.book.directory.people.values()
    same = {one.id for one in people if alert.handler in (one.id, one.name)}
    return {alert.handler, *same}


def _appeal(connection: Connection, ident: int) -> AppealRow:
    """Return an appeal, its case, card and itself locked, in this order (see ``alerts.hold``)."""
    seen = appeals.by_id(connection, ident)
    if seen is not None:
        alerts.hold(connection, [seen.alert_id])
    row = appeals.by_id(connection, ident, for_change=True)
    if row is None:
        raise RefusedError(f"没有申诉 {ident}", f"there is no appeal {ident}")
    return row


def _card(connection: Connection, alert_id: int) -> Alert:
    """Give a card that can be appealed against or taken back, as this transaction's alone."""
    alerts.hold(connection, [alert_id])
    rows = alert_list.of_ids(connection, [alert_id])
    if not rows:
        raise RefusedError(f"没有编号为 {alert_id} 的亮牌", f"no alert has the id {alert_id}")
    alert = rows[0].alert
    if alert.state == "revoked":
        raise RefusedError(f"亮牌 {alert_id} 已撤销", f"alert {alert_id} was revoked before")
    if about(alert.subject) == "system":
        raise RefusedError(
            f"亮牌 {alert_id} 说的是监察系统自身：解决了就会自己解除",
            f"alert {alert_id} is about the supervision itself; it ends once the cause is mended",
        )
    if alert.shadow:
        raise RefusedError(
            f"亮牌 {alert_id} 的规则在试行，不计入，无须撤销",
            f"alert {alert_id} is of a rule on trial and counts nowhere",
        )
    return alert
