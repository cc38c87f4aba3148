"""Orders and terms for tests: those of a county hall in the autumn of 2026."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from rules.amounts import parse_amount
from rules.calendars import Calendar, parse_span
from rules.offsets import within
from rules.orders import Order, OrderState, Terms
from rules.worktime import WorkingTime
from tests.support.moments import SHANGHAI, at

HOURS = (parse_span("09:00-12:00"), parse_span("13:30-17:30"))
ISSUED = at("2026-10-19 09:00")
"""A Monday morning."""


@cache
def autumn() -> WorkingTime:
    """The autumn of 2026 in China, with National Day and its make-up Saturday."""
    holidays = {date(2026, 10, day): "国庆节" for day in range(1, 8)}
    calendar = Calendar(
        "cn",
        SHANGHAI,
        (HOURS,) * 5 + ((), ()),
        holidays=holidays,
        workdays={date(2026, 10, 10): None},
        published_through=date(2026, 12, 31),
    )
    return WorkingTime(calendar, date(2026, 1, 1), date(2027, 12, 31))


def terms(**given: Any) -> Terms:
    """One day to acknowledge, two to reply, three to review, two to close, a day's notice."""
    amounts = {
        "acknowledge_within": "1 working day",
        "reply_within": "2 working days",
        "review_within": "3 working days",
        "close_within": "2 working days",
        "remind_before": "3 working hours",
    } | given
    return Terms(autumn(), **{k: v and parse_amount(v) for k, v in amounts.items()})


def issued(now: int = ISSUED) -> Order:
    """An order that has just been issued."""
    one = terms()
    return Order(
        "DB-2026-0001",
        OrderState.ISSUED,
        now,
        "王敏",
        within(one.acknowledge_within, now, one.work),
        within(one.reply_within, now, one.work),
    )
