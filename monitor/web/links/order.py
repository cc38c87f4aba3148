"""The page behind a link that acknowledges a supervision order (督办单)."""

from __future__ import annotations

from sqlalchemy import Connection

from monitor.links import Bad, Link
from monitor.pipeline.in_force import InForce
from monitor.store import orders
from monitor.web.links.page import Page, Speech, State, bad_page
from rules.orders import AWAITING_REPLY, ENDED, STATE_NAMES, Order, OrderState
from rules.orders_acts import OrderAct, OrderEvent


def order_page(
    connection: Connection, rules: InForce, link: Link, language: str, now: int, used: int | None
) -> Page:
    """Give the page as the order stands; ``used`` is the instant at which the link was used."""
    row = orders.by_no(connection, link.order_no or "")
    if row is None:
        return bad_page(Bad.UNKNOWN, language)
    speak, order, told = Speech(rules, language, now), row.order, link.context.get("order") or {}
    events = orders.events(connection, row.id)
    acked = next((one for one in events if one.event == OrderAct.ACKNOWLEDGE), None)
    state = _state(order, acked, link.person, used)
    ready = state is State.READY
    title, text = _said(order, state, acked, speak)
    by = speak.when(order.reply_due) if order.state in AWAITING_REPLY else ""
    done = state in (State.DONE, State.OVER)
    return Page(
        state,
        title,
        text,
        "closed" if done else "order",
        "✓" if done else speak("督", "S"),
        row.parties.about,
        facts=speak.facts(
            (speak("督办单", "Order"), "" if ready else order.no),
            (speak("进展", "State"), "" if ready else STATE_NAMES[order.state].of(language)),
            (speak("签收期限", "Acknowledge by"), speak.when(order.acknowledge_due) * ready),
            (speak("反馈期限", "Reply by"), by),
            (speak("意见", "Advice"), row.parties.advice),
            (
                speak("签发", "Issued by"),
                f"{told.get('issuing_unit', '')} {told.get('issuer', '')}".strip(),
            ),
            (speak("签收人", "You are"), speak.name(link.person) if ready else ""),
        ),
        button=speak("签收", "Acknowledge") if ready else "",
    )


def _state(order: Order, acked: OrderEvent | None, person: str, used: int | None) -> State:
    if order.state in ENDED:
        return State.OVER
    if order.state is OrderState.ISSUED:
        return State.READY if used is None else State.USED
    mine = used is not None or (acked is not None and acked.by == person)
    return State.DONE if mine else State.TAKEN


def _said(order: Order, state: State, acked: OrderEvent | None, speak: Speech) -> tuple[str, str]:
    """Give the conclusion and what it means."""
    at = speak.when(acked.at if acked else order.acknowledged_at)
    if state is State.OVER:
        return speak("本单已了结，不用处理", "It is over: nothing to do"), speak(
            f"督办单 {order.no} 已于 {speak.when(order.ended_at)} 了结。",
            f"Order {order.no} ended on {speak.when(order.ended_at)}.",
        )
    if state is State.DONE:
        due = speak.when(order.reply_due)
        reply = order.state in AWAITING_REPLY
        return speak("已签收", "Acknowledged"), speak(
            f"你于 {at} 签收。"
            + (f"请于 {due} 前反馈原因和办结时间；反馈须登录或由监察员代录。" if reply else ""),
            f"You acknowledged it on {at}."
            + (f" Please reply by {due}, with the cause and a date; not by this link." * reply),
        )
    if state is State.TAKEN:
        name = speak.name(acked.by if acked else order.replied_by)
        return speak("已有人签收", "Somebody has acknowledged it"), speak(
            f"{name} 于 {at} 签收，你不用再签收。", f"{name} acknowledged it on {at}. You need not."
        )
    if state is State.USED:
        return speak("链接已用过", "This link was used before"), speak(
            "请用新消息里的链接。", "Please use the link in the newer message."
        )
    return speak(f"督办单 {order.no}", f"Supervision order {order.no}"), speak(
        "点下面的按钮签收本单。签收不等于反馈。",
        "Press the button to acknowledge this order. That is not a reply yet.",
    )
