"""Every call of the API."""

from __future__ import annotations

from config import Words
from monitor.web.api import (
    alerts,
    appeals,
    audit,
    calendars,
    call_backs,
    cases,
    deliveries,
    figures,
    items,
    orders,
    orders_calls,
    people,
    silences,
    sources,
)
from monitor.web.api.calls import Call

CALLS: tuple[Call, ...] = (
    *cases.CALLS,
    *alerts.CALLS,
    *orders_calls.CALLS,
    *appeals.CALLS,
    *call_backs.CALLS,
    *deliveries.CALLS,
    *silences.CALLS,
    *people.CALLS,
    *items.CALLS,
    *calendars.CALLS,
    *figures.CALLS,
    *sources.CALLS,
    *audit.CALLS,
)

TAGS = {
    cases.TAG: Words("办件", "Cases"),
    alerts.TAG: Words("亮牌", "Cards"),
    orders.TAG: Words("督办单", "Supervision orders"),
    appeals.TAG: Words("申诉", "Appeals"),
    call_backs.TAG: Words("回访", "Call-backs"),
    deliveries.TAG: Words("投递记录", "Deliveries"),
    silences.TAG: Words("静默", "Silences"),
    people.TAG: Words("人员", "People"),
    items.TAG: Words("事项", "Items"),
    calendars.TAG: Words("工作时间", "Working time"),
    figures.TAG: Words("统计", "Figures"),
    sources.TAG: Words("来源", "Sources"),
    audit.TAG: Words("操作留痕", "Audit log"),
}
"""The parts of the manual, in order, and what people call them."""
