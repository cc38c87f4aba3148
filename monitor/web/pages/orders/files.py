"""The list of supervision orders as a file."""

from __future__ import annotations

from litestar import Response

from config import Words
from monitor.pipeline.order_wording import cause_name, person_name, unit_name
from monitor.store import order_list
from monitor.store.order_list import Wanted
from monitor.store.orders import OrderRow
from monitor.web.downloads import LIMIT, Column, Value, download
from monitor.web.looking import Look
from monitor.web.pages.orders.words import owed
from rules.instants import moment
from rules.orders import STATE_NAMES

_COLUMNS = (
    Column("no", Words("编号", "Number"), 16),
    Column("state", Words("状态", "State"), 12),
    Column("about", Words("事由", "About"), 40),
    Column("region", Words("被督办区划", "Supervised region"), 12),
    Column("department", Words("被督办部门", "Supervised department"), 20),
    Column("handler", Words("承办人", "Handler"), 10),
    Column("issuing_region", Words("签发单位", "Issuing region"), 12),
    Column("issuer", Words("签发人", "Issuer"), 10),
    Column("issued_at", Words("签发时间", "Issued"), 17),
    Column("acknowledge_by", Words("签收期限", "Acknowledge by"), 17),
    Column("reply_by", Words("反馈期限", "Reply by"), 17),
    Column("owed_by", Words("当前期限", "Due"), 17),
    Column("overdue", Words("已逾期", "Overdue"), 8),
    Column("cause", Words("反馈原因", "Cause"), 16),
    Column("done_by", Words("承诺办结", "Done by"), 17),
    Column("ended_at", Words("了结时间", "Ended"), 17),
)


def show(look: Look, wanted: Wanted, tab: str, kind: str) -> Response[bytes]:
    """Give the orders of a tab as a file of a kind."""
    rows = order_list.listing(look.connection, wanted, tab, look.now, offset=0, limit=LIMIT)
    told = (_values(look, row) for row in rows)
    return download(kind, look.say("督办单", "orders"), _COLUMNS, told, look.language)


def _values(look: Look, row: OrderRow) -> tuple[Value, ...]:
    rules, order, parties = look.rules, row.order, row.parties
    due = owed(order)

    def at(instant: int | None) -> Value:
        return None if instant is None else moment(instant, rules.zone)

    return (
        order.no,
        STATE_NAMES[order.state].of(look.language),
        parties.about,
        unit_name(rules, parties.region, None),
        unit_name(rules, None, parties.department),
        person_name(rules, parties.handler or ""),
        unit_name(rules, parties.issuing_region, None),
        person_name(rules, parties.issuer or ""),
        at(order.issued_at),
        at(order.acknowledge_due),
        at(order.reply_due),
        at(due),
        due is not None and due <= look.now,
        cause_name(rules, order.cause),
        at(order.finish_due),
        at(order.ended_at),
    )
