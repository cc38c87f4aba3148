"""What people do with supervision orders (督办单): issuing them, and every act on one.

Each function is one act, in the caller's transaction: it checks, changes, tells and records.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from monitor.acts.actor import Actor
from monitor.acts.order_doubts import require_certain
from monitor.pipeline import order_notices, order_wording
from monitor.pipeline.in_force import InForce
from monitor.pipeline.inquiring import inquire_into
from monitor.store import alert_list, alerts, audit_log, case_list, orders
from monitor.store.alert_list import Alert
from monitor.store.audit_log import Act
from monitor.store.orders import OrderRow, Parties
from rules.amounts import Amount
from rules.instants import moment
from rules.offsets import within
from rules.orders import Order, OrderState
from rules.orders_acts import Deed, OrderAct, OrderEvent, done
from rules.refusals import RefusedError
from rules.subjects import about

CONFIRMED = "closing_confirmed"
"""What an event and the audit log call the cases in doubt whose closing was confirmed."""


@dataclass(frozen=True, slots=True)
class Issue:
    """An order that is to be issued for cards.

    ``acknowledge_within`` and ``reply_within`` are the usual terms unless given. ``issuer``
    answers for the order (``None``: whoever issues it), in ``region`` (``None``: his, or that of
    the cards). ``via`` are the channels: the usual ones, or those of the card, unless given.
    ``inquire`` asks for what the data show as the cause.
    """

    alerts: tuple[int, ...]
    advice: str = ""
    acknowledge_within: Amount | None = None
    reply_within: Amount | None = None
    issuer: str | None = None
    region: str | None = None
    via: tuple[str, ...] = ()
    inquire: bool = True


def issue(
    connection: Connection, rules: InForce, actor: Actor, wanted: Issue, now: int
) -> OrderRow:
    """Issue an order for cards, with what the data show as the cause, and tell who is supervised.

    Raises:
        RefusedError: there are no such cards, they are not all of one unit, or one of them is
            revoked, on trial, about the system itself, or under an order already.
    """
    cards = _cards(connection, wanted.alerts)
    terms, card = rules.order_terms, cards[0]
    reply_due = within(wanted.reply_within or terms.reply_within, now, terms.work)
    acknowledge = within(wanted.acknowledge_within or terms.acknowledge_within, now, terms.work)
    row = None if card.case_id is None else case_list.by_id(connection, card.case_id)
    inquiry = inquire_into(connection, rules, card, now) if wanted.inquire else None
    person = rules.book.directory.people.get(wanted.issuer or actor.who)
    region = wanted.region or (person.region if person else None) or card.region
    parties = Parties(
        person.id if person else wanted.issuer or actor.who,
        region,
        card.region,
        card.department,
        card.handler,
        order_wording.about(rules, cards, row.case if row else None),
        wanted.advice,
        inquiry.to_json() if inquiry else None,
        wanted.via or rules.settings.orders.via or _channels_of(cards),
    )
    order = Order(
        _number(connection, rules, region, now),
        OrderState.ISSUED,
        now,
        actor.who,
        min(acknowledge, reply_due),
        reply_due,
    )
    event = OrderEvent(now, order_wording.ISSUED, actor.who, wanted.advice)
    stored = orders.add(connection, order, parties, wanted.alerts, event, now)
    order_notices.tell(connection, rules, stored, event, now)
    after = {"alerts": list(wanted.alerts), "reply_due": reply_due, "about": parties.about}
    act = Act(actor.who, actor.origin, "order.issue", f"order:{order.no}", None, after)
    audit_log.record(connection, act, now)
    return stored


def join(
    connection: Connection,
    rules: InForce,
    actor: Actor,
    row: OrderRow,
    alert_ids: Sequence[int],
    advice: str,
    now: int,
) -> OrderRow:
    """Put more alerts of its case under an open order, tell the supervised unit, and return it.

    Its terms stay as they are.

    Raises:
        RefusedError: as for :func:`issue`.
    """
    cards = [one.alert for one in alert_list.of_ids(connection, row.alerts)]
    cards += _cards(connection, alert_ids)
    case = case_list.by_id(connection, cards[0].case_id) if cards[0].case_id is not None else None
    about_all = order_wording.about(rules, cards, case.case if case else None)
    event = OrderEvent(
        now, order_wording.JOINED, actor.who, advice, {"alerts": ", ".join(map(str, alert_ids))}
    )
    joined = orders.add_alerts(connection, row, alert_ids, about_all, event)
    order_notices.tell(connection, rules, joined, event, now)
    before, after = {"alerts": list(row.alerts)}, {"alerts": list(joined.alerts)}
    what = f"order:{row.order.no}"
    act = Act(actor.who, actor.origin, "order.join", what, before, after, advice)
    audit_log.record(connection, act, now)
    return joined


def act_on(
    connection: Connection, rules: InForce, actor: Actor, no: str, deed: Deed, now: int
) -> OrderRow:
    """Do something to the order with that number, tell the other side, and give it as it stands.

    Raises:
        RefusedError: there is no such order, it is not in a state for it, or the deed lacks what
            it needs; a discharge too while a case of it is open and its card stands, or its closing
            is in doubt and not confirmed.
    """
    row = _order(connection, no)
    doubted: list[str] = []
    if deed.act is OrderAct.DISCHARGE:
        _require_done(connection, row)
        found = require_certain(connection, rules, row, confirmed=deed.confirmed)
        doubted = [one.no for one in found]
    order, event = done(row.order, deed, now, rules.order_terms)
    if doubted:
        event = replace(event, detail={**event.detail, CONFIRMED: ", ".join(doubted)})
    orders.change(connection, row.id, order, event, now)
    if deed.act is OrderAct.REPLY:
        orders.note_answered(connection, row.alerts, now)
    changed = OrderRow(row.id, order, row.parties, row.alerts, now)
    order_notices.tell(connection, rules, changed, event, now)
    before, after = _standing(row.order), _standing(order)
    act = Act(
        actor.who,
        actor.origin,
        f"order.{deed.act.value.replace(' ', '_')}",
        f"order:{no}",
        {name: before[name] for name in before if before[name] != after[name]},
        {name: after[name] for name in after if before[name] != after[name]}
        | ({CONFIRMED: doubted} if doubted else {}),
        deed.note,
    )
    audit_log.record(connection, act, now)
    return changed


def _order(connection: Connection, no: str) -> OrderRow:
    """Return an order, its cases, cards and itself locked, in this order (see ``alerts.hold``)."""
    seen = orders.by_no(connection, no)
    if seen is not None:
        alerts.hold(connection, seen.alerts)
    row = orders.by_no(connection, no, for_change=True)
    if row is None:
        raise RefusedError(f"没有督办单 {no}", f"there is no order {no}")
    return row


def _cards(connection: Connection, ids: Sequence[int]) -> list[Alert]:
    """Give the cards that an order can be issued for, as this transaction's alone."""
    if not ids:
        raise RefusedError("督办单至少要有一张牌", "an order is issued for one card at least")
    # Before a number is drawn, so that nobody waits for one of the two with the other in hand.
    alerts.hold(connection, ids)
    cards = {row.alert.id: row.alert for row in alert_list.of_ids(connection, ids)}
    unknown = [ident for ident in ids if ident not in cards]
    if unknown:
        listed = ", ".join(map(str, unknown))
        raise RefusedError(f"没有编号为 {listed} 的亮牌", f"no alert has the id {listed}")
    found = [cards[ident] for ident in ids]
    for card in found:
        if card.state == "revoked":
            raise RefusedError(f"亮牌 {card.id} 已撤销", f"alert {card.id} was revoked")
        if card.shadow:
            raise RefusedError(
                f"亮牌 {card.id} 的规则在试行，不作督办", f"alert {card.id} is of a rule on trial"
            )
        if about(card.subject) == "system":
            raise RefusedError(
                f"亮牌 {card.id} 说的是监察系统自身，没有被督办单位",
                f"alert {card.id} is about the supervision itself; no unit carries it",
            )
    if len({(card.region, card.department) for card in found}) > 1:
        raise RefusedError(
            "这些牌不属于同一单位，请分别签发",
            "these alerts are of several units; issue an order to each",
        )
    for ident, row in orders.open_of(connection, ids).items():
        raise RefusedError(
            f"亮牌 {ident} 已有督办单 {row.order.no}，未销号",
            f"order {row.order.no} for alert {ident} is open already",
        )
    return found


def _require_done(connection: Connection, row: OrderRow) -> None:
    standing = [
        one
        for one in alert_list.of_ids(connection, row.alerts)
        if one.alert.state == "open" and one.alert.case_id is not None
    ]
    for one in standing:
        known = case_list.by_id(connection, one.alert.case_id or 0)
        if known and known.vanished_at is None and known.case.facts.get("closed_at") is None:
            raise RefusedError(
                f"办件 {one.no or one.key} 未办结，亮牌 {one.alert.id} 还亮着，不能销号；"
                "确须了结的，可撤回本单",
                f"case {one.no or one.key} is open and its alert {one.alert.id} stands; "
                "the order can be withdrawn, but not discharged",
            )


def _channels_of(cards: Sequence[Alert]) -> tuple[str, ...]:
    """Give the channels over which cards were told."""
    told = [channel for card in cards for one in card.told or () for channel in one["via"]]
    return tuple(dict.fromkeys(told))


def _number(connection: Connection, rules: InForce, region: str | None, now: int) -> str:
    pattern, year = rules.settings.orders.number, moment(now, rules.zone).year
    return orders.draw(connection, pattern, year=year, region=region or "")


def _standing(order: Order) -> dict[str, object]:
    names = ("reply_due", "cause", "finish_due", "opinion", "asked_at", "wished_due")
    return {"state": order.state.value, **{name: getattr(order, name) for name in names}}
