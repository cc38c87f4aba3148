"""What the pages about supervision orders say: addresses, moments, names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self
from urllib.parse import quote, unquote

from config import Words
from monitor.acts import order_rights
from monitor.pipeline.in_force import InForce
from monitor.store import orders
from monitor.store.orders import OrderRow
from monitor.web.looking import Doing, Fields, Look, NoRightError, UnknownError
from notifiers import words
from rules.amounts import Unit
from rules.instants import SECOND, moment
from rules.margins import margin
from rules.orders import Order
from rules.orders_acts import ACT_NAMES, OrderAct, OrderEvent
from rules.orders_deadlines import obligations

ACTS: Mapping[str, OrderAct] = {
    "ack": OrderAct.ACKNOWLEDGE,
    "reply": OrderAct.REPLY,
    "ask": OrderAct.ASK,
    "accept": OrderAct.ACCEPT,
    "return": OrderAct.SEND_BACK,
    "extend": OrderAct.EXTEND,
    "refuse": OrderAct.REFUSE,
    "discharge": OrderAct.DISCHARGE,
    "withdraw": OrderAct.WITHDRAW,
}
"""Each act by the last part of the address to which its form is sent."""

_EVENTS = {
    "issued": Words("签发", "issued"),
    "joined": Words("并入亮牌", "extended to more alerts"),
    "reminder": Words("到期前提醒", "reminded"),
}


class Filled(dict[str, str]):
    """What a form was filled in with, the last value of each field; "" where it says nothing."""

    def __missing__(self, name: str) -> str:
        return ""

    @classmethod
    def of(cls, form: Fields) -> Self:
        """Take it from the fields of a form."""
        return cls({name: values[-1] for name, values in form.items() if values})


def path(no: str, act: str = "") -> str:
    """Give the address of an order, or of an act on it; its number may have any characters."""
    # A slash parts paths even where it is quoted, so that it is quoted twice.
    part = quote(no.replace("%", "%25").replace("/", "%2F"), safe="")
    return f"/orders/{part}" + (f"/{act}" if act else "")


def found(at: Look | Doing, *, for_change: bool = False) -> OrderRow:
    """Give the order that the address names.

    Raises:
        UnknownError: there is none.
        NoRightError: whoever asks does not see it.
    """
    no = unquote(at.path["no"])
    row = orders.by_no(at.connection, no, for_change=for_change)
    if row is None:
        raise UnknownError
    if not order_rights.may_see(at.visitor, at.rules.book.directory, row.parties):
        raise NoRightError
    return row


def row_id(text: str) -> int:
    """Read the id of a row from an address.

    Raises:
        UnknownError: no row has such an id.
    """
    if not text.isdecimal() or len(text) > 18:
        raise UnknownError
    return int(text)


def owed(order: Order) -> int | None:
    """Give the instant by which the next thing is owed on an order; ``None``: nothing is."""
    return min((one.due_at for one in obligations(order)), default=None)


def due_text(rules: InForce, due: int, now: int, language: str) -> str:
    """Say how long is left until an instant, or since: 剩 3 小时, 已逾期 1 个工作日.

    On one and the same day it is said in hours and minutes.
    """
    zh, late = language != "en", due <= now
    same_day = moment(due, rules.zone).date() == moment(now, rules.zone).date()
    told = margin(Unit.WORKING_DAY, due, now, rules.order_terms.work)
    if same_day or (late and not told.amount.value):
        text = words.duration(abs(due - now) / SECOND, language)
    else:
        text = words.amount(told.amount, language)
    if late:
        return f"已逾期 {text}" if zh else f"{text} overdue"
    return f"剩 {text}" if zh else f"{text} left"


def event_name(event: OrderEvent, language: str) -> str:
    """Give what people call something that happened to an order."""
    known = _EVENTS.get(event.event)
    return known.text(language) if known else ACT_NAMES[OrderAct(event.event)].of(language)
