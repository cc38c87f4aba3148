"""Who owes what on a supervision order by when, who is reminded, and what is overdue.

An order that has not ended always has somebody who owes something: the supervised unit while it is
to acknowledge and to reply, the issuer while it is to review, to answer and to discharge. So
nothing rests with nobody (谁督办谁负责).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from rules.compliance.check import Text
from rules.offsets import moment_before
from rules.orders import AWAITING_REPLY, Order, OrderState, Terms


class Side(StrEnum):
    """The sides of an order."""

    SUPERVISED = "supervised"
    ISSUER = "issuer"


NOT_ACKNOWLEDGED = "order-not-acknowledged"
NOT_REPLIED = "order-not-replied"
NOT_REVIEWED = "order-not-reviewed"
NOT_CLOSED = "order-not-closed"

RULES: Mapping[str, Text] = {
    NOT_ACKNOWLEDGED: Text("督办单未按时签收", "Order not acknowledged in time"),
    NOT_REPLIED: Text("督办单未按时反馈", "Order not replied to in time"),
    NOT_REVIEWED: Text("督办单反馈未按时审核", "Reply to an order not reviewed in time"),
    NOT_CLOSED: Text("督办单未按时销号", "Order not discharged in time"),
}
"""The rules by which alerts about an order stand, and how people call them."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """What one side owes: ``rule`` is that of the alert if it does not do so by ``due_at``.

    ``begun_at`` is the instant from which it owes it.
    """

    rule: str
    side: Side
    begun_at: int
    due_at: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """How an order stands by the clock.

    ``overdue`` is what should have been done by now, ``remind`` what whoever owes it is to be
    reminded of now, ``next_at`` the instant at which to look again, ``None``: no more by itself.
    """

    overdue: tuple[Obligation, ...]
    remind: tuple[Obligation, ...]
    next_at: int | None


def obligations(order: Order) -> tuple[Obligation, ...]:
    """Give what is owed on an order as it stands; nothing once it has ended."""
    owed = []
    if order.state is OrderState.ISSUED:
        owed.append(
            Obligation(NOT_ACKNOWLEDGED, Side.SUPERVISED, order.issued_at, order.acknowledge_due)
        )
    if order.state in AWAITING_REPLY:
        # Whoever asked in time is not late while the issuer has not answered.
        due = max(order.reply_due, order.answer_due or order.reply_due)
        owed.append(Obligation(NOT_REPLIED, Side.SUPERVISED, order.issued_at, due))
        if order.asked_at is not None and order.answer_due is not None:
            owed.append(Obligation(NOT_REVIEWED, Side.ISSUER, order.asked_at, order.answer_due))
    if order.state is OrderState.REPLIED and order.review_due is not None:
        begun = order.issued_at if order.replied_at is None else order.replied_at
        owed.append(Obligation(NOT_REVIEWED, Side.ISSUER, begun, order.review_due))
    if order.state is OrderState.ACCEPTED and order.close_due is not None:
        begun = order.issued_at if order.accepted_at is None else order.accepted_at
        owed.append(Obligation(NOT_CLOSED, Side.ISSUER, begun, order.close_due))
    return tuple(owed)


def outlook(order: Order, now: int, terms: Terms) -> Outlook:
    """Return what is overdue on an order at ``now``, of what to remind, and when to look again.

    A reply that is overdue stands for the acknowledgement that is missing as well: one matter of
    one unit is one alert.
    """
    overdue, remind, ahead = [], [], []
    for owed in obligations(order):
        if owed.due_at <= now:
            overdue.append(owed)
            continue
        ahead.append(owed.due_at)
        if terms.remind_before is None or order.reminded.get(owed.rule) == owed.due_at:
            continue
        at = moment_before(terms.remind_before, owed.due_at, terms.work)
        if at <= owed.begun_at:  # it has just been told
            continue
        if at <= now:
            remind.append(owed)
        else:
            ahead.append(at)
    if any(owed.rule == NOT_REPLIED for owed in overdue):
        overdue = [owed for owed in overdue if owed.rule != NOT_ACKNOWLEDGED]
    return Outlook(tuple(overdue), tuple(remind), min(ahead, default=None))
