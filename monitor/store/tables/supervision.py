"""Supervision orders, appeals and call-backs."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Table, Text, UniqueConstraint

from monitor.store.tables import columns as col

number_series = Table(
    "number_series",
    col.metadata,
    Column("series", Text, primary_key=True),
    Column("last", BigInteger, nullable=False),
)
"""Series of numbers without gaps: the last one that was drawn, by all that comes before it."""

orders = Table(
    "orders",
    col.metadata,
    col.row_id(),
    col.text("no", required=True),
    col.text("state", required=True),
    col.at("issued_at", required=True),
    col.text("issued_by", required=True),
    col.at("acknowledge_due", required=True),
    col.at("reply_due", required=True),
    col.at("acknowledged_at"),
    col.at("replied_at"),
    col.text("replied_by"),
    col.text("cause"),
    col.text("reply"),
    col.at("finish_due"),
    col.at("review_due"),
    col.at("accepted_at"),
    col.at("close_due"),
    col.at("ended_at"),
    col.text("opinion"),
    col.at("asked_at"),
    col.text("asked_by"),
    col.at("wished_due"),
    col.at("answer_due"),
    col.count("returns"),
    col.count("extensions"),
    col.json("reminded", required=True),
    col.text("issuer"),
    col.text("issuing_region"),
    col.text("region"),
    col.text("department"),
    col.text("handler"),
    col.text("about", required=True),
    col.text("advice", required=True),
    col.json("found"),
    col.json("via", required=True),
    col.at("next_at"),
    UniqueConstraint("no"),
)
"""Supervision orders (督办单); ``no`` to ``reminded`` are those of :class:`rules.orders.Order`.

``issuer`` answers for it, in the region ``issuing_region``; ``region`` to ``handler`` say who is
supervised. ``about`` names what it is about, ``found`` is what the data show as the cause, ``via``
are the channels over which both sides are told. ``next_at`` is the moment at which something is to
be reminded of or becomes overdue.
"""
col.index("ix_orders_due", orders.c.next_at, where=orders.c.next_at.is_not(None))

order_requests = Table(
    "order_requests",
    col.metadata,
    col.row_id(),
    Column("alert_id", col.Id, ForeignKey("alerts.id"), nullable=False),
    col.text("policy", required=True),
    col.text("advice", required=True),
    col.text("acknowledge_within"),
    col.text("reply_within"),
    col.text("issuer", required=True),
    col.text("region"),
    col.json("via", required=True),
    col.at("at", required=True),
    Column("next_at", BigInteger, nullable=False, server_default="0"),
    col.count("attempts"),
    col.text("error"),
)
"""Orders that rungs ask for and that are still to be issued.

``next_at`` is the moment at which to issue one; ``attempts`` have failed before, the last of them
with ``error``.
"""

order_alerts = Table(
    "order_alerts",
    col.metadata,
    Column("order_id", col.Id, ForeignKey("orders.id"), nullable=False, primary_key=True),
    Column("alert_id", col.Id, ForeignKey("alerts.id"), nullable=False, primary_key=True),
)
"""The cards for which an order was issued."""
col.index("ix_order_alerts_alert_id", order_alerts.c.alert_id)

order_events = Table(
    "order_events",
    col.metadata,
    col.row_id(),
    Column("order_id", col.Id, ForeignKey("orders.id"), nullable=False),
    col.at("at", required=True),
    col.text("event", required=True),
    col.text("by", required=True),
    col.text("note", required=True),
    col.json("detail"),
)
"""What happened to an order, one row an event, only ever added to."""
col.index("ix_order_events_order_id", order_events.c.order_id)

appeals = Table(
    "appeals",
    col.metadata,
    col.row_id(),
    Column("alert_id", col.Id, ForeignKey("alerts.id"), nullable=False),
    col.text("state", required=True),
    col.at("filed_at", required=True),
    col.text("filed_by", required=True),
    col.text("reason", required=True),
    col.text("evidence", required=True),
    col.text("region"),
    col.at("decide_due", required=True),
    col.count("passed"),
    col.at("decided_at"),
    col.text("decided_by"),
    col.text("opinion"),
    col.at("next_at"),
)
"""Appeals (申诉) against cards; the columns are those of :class:`rules.appeals.Appeal`.

Of one card only one is pending; ``next_at`` is the moment from which it is not decided in time.
"""
col.index("uq_appeals_pending", appeals.c.alert_id, where=appeals.c.state == "pending", unique=True)
col.index("ix_appeals_due", appeals.c.next_at, where=appeals.c.next_at.is_not(None))

call_backs = Table(
    "call_backs",
    col.metadata,
    col.row_id(),
    Column("case_id", col.Id, ForeignKey("cases.id"), nullable=False),
    col.text("reason", required=True),
    col.text("level", required=True),
    col.at("created_at", required=True),
    col.at("call_due", required=True),
    col.count("attempts"),
    col.at("called_at"),
    col.text("called_by"),
    col.text("result"),
    col.text("note"),
    UniqueConstraint("case_id"),
)
"""Applicants of late and unfinished cases who are to be telephoned (回访), one row a case.

``reason`` is ``unfinished``, ``late`` or ``bad rating``; ``call_due`` is the instant by which to
call.
"""
col.index("ix_call_backs_waiting", call_backs.c.call_due, where=call_backs.c.called_at.is_(None))
