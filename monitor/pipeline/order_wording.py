"""What the message about a supervision order (督办单) is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from monitor.pipeline import inquiring, wording
from monitor.pipeline.in_force import InForce
from monitor.store.alert_list import Alert
from monitor.store.orders import OrderRow
from notifiers import words
from rules.cases import Case
from rules.causes import Inquiry
from rules.orders import AWAITING_REPLY, STATE_NAMES, OrderState
from rules.orders_acts import OrderAct, OrderEvent
from rules.subjects import Place, name_of, place_name

REMINDER = "reminder"
"""The event of a reminder, beside the acts."""

ISSUED = "issued"
"""The event with which an order begins."""

JOINED = "joined"
"""The event of more alerts of its case that an open order covers from then on."""

_EVENTS: Mapping[str, str] = {
    OrderAct.ACKNOWLEDGE: "acknowledged",
    OrderAct.REPLY: "replied",
    OrderAct.ACCEPT: "accepted",
    OrderAct.SEND_BACK: "sent_back",
    OrderAct.ASK: "extension_asked",
    OrderAct.EXTEND: "extended",
    OrderAct.REFUSE: "extension_refused",
    OrderAct.DISCHARGE: "discharged",
    OrderAct.WITHDRAW: "withdrawn",
}
"""How the templates of messages call what happens to an order."""


def order_fields(
    rules: InForce, row: OrderRow, event: OrderEvent | None, now: int
) -> dict[str, Any]:
    """Give the fields of an order, and of what has just happened to it, as plain JSON values."""
    order, parties, language = row.order, row.parties, rules.language
    awaits = order.state in AWAITING_REPLY
    issued = order.state is OrderState.ISSUED

    def when(at: int | None) -> str:
        return words.when(at, rules.zone, language, now) if at is not None else ""

    fields: dict[str, Any] = {
        "no": order.no,
        "state": order.state.value,
        "state_text": STATE_NAMES[order.state].of(language),
        "subject": parties.about,
        "several": len(row.alerts) > 1,
        "issuer": person_name(rules, parties.issuer or ""),
        "issuing_unit": unit_name(rules, parties.issuing_region, None),
        "supervised": unit_name(rules, parties.region, parties.department),
        "advice": parties.advice,
        "found": found_text(rules, row),
        "issued_text": when(order.issued_at),
        "ack_by_text": when(order.acknowledge_due) if issued else "",
        "reply_by_text": when(order.reply_due) if awaits else "",
        "cause": cause_name(rules, order.cause),
        "done_by_text": when(order.finish_due),
    }
    if event is not None:
        fields |= {
            "event": _EVENTS.get(event.event, event.event),
            "by": person_name(rules, event.by),
            "at_text": when(event.at),
            "note": event.note,
        }
    return fields


def found_text(rules: InForce, row: OrderRow) -> str:
    """Say in short what the data show as the cause, with handlers masked; "" where nothing."""
    if row.parties.found is None:
        return ""
    said = inquiring.said(rules, Inquiry.from_json(row.parties.found), masked=True)
    return ("" if rules.language == "zh_CN" else " ").join(said[1:3] or said)


def cause_name(rules: InForce, code: str | None) -> str:
    """Give what people call a cause."""
    known = rules.settings.orders.cause_names().get(code or "")
    return known.of(rules.language) if known else code or ""


def person_name(rules: InForce, ident: str) -> str:
    """Give the name of a person by id; a policy that issued an order is called as such."""
    known = rules.book.directory.people.get(ident)
    return known.name if known else ident


def unit_name(rules: InForce, region: str | None, department: str | None) -> str:
    """Give the name of a unit: its region and department as the directory calls them."""
    return place_name(Place(region or "", department or ""), rules.book.directory)


def about(rules: InForce, alerts: Sequence[Alert], case: Case | None) -> str:
    """Say what an order is about, without the applicant and with no more than a number's tail.

    ``alerts`` are those it is issued for, ``case`` is that of the first. Where all are of one case
    each is named.
    """
    chinese = rules.language == "zh_CN"
    alert, count = alerts[0], len(alerts)
    if case is None:
        named = name_of(alert.subject or "", rules.book.directory, rules.zone, rules.language)
        text = f"{alert.title} {named}".strip()
    else:
        fields = wording.case_fields(rules, case)
        text = (
            f"{fields['item']}（尾号 {fields['tail']}）"
            if chinese
            else f"{fields['item']} (…{fields['tail']})"
        )
    if count == 1:
        return text
    if case is not None and len({one.case_id for one in alerts}) == 1:
        titles = dict.fromkeys(one.title for one in alerts)
        return f"{text}：{'、'.join(titles)}" if chinese else f"{text}: {', '.join(titles)}"
    return f"{text}等 {count} 张牌" if chinese else f"{text} and {count - 1} more"
