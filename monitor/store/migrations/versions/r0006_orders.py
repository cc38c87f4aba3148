"""Supervision orders, appeals and call-backs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    op.create_table(
        "number_series",
        sa.Column("series", sa.Text(), primary_key=True),
        sa.Column("last", sa.BigInteger(), nullable=False),
    )
    live = sa.text("vanished_at IS NULL AND (closed_at IS NULL OR level IS NOT NULL)")
    op.create_index(
        "ix_cases_live_handler", "cases", ["handler"], sqlite_where=live, postgresql_where=live
    )
    _orders()
    _appeals()
    _call_backs()
    op.add_column("alerts", sa.Column("revoke_why", sa.Text()))
    op.create_index(
        "ix_alerts_revoked",
        "alerts",
        ["case_id"],
        sqlite_where=sa.text("state = 'revoked'"),
        postgresql_where=sa.text("state = 'revoked'"),
    )


def _orders() -> None:
    op.create_table(
        "orders",
        sa.Column("id", ID, primary_key=True),
        sa.Column("no", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("issued_by", sa.Text(), nullable=False),
        sa.Column("acknowledge_due", sa.BigInteger(), nullable=False),
        sa.Column("reply_due", sa.BigInteger(), nullable=False),
        sa.Column("acknowledged_at", sa.BigInteger()),
        sa.Column("replied_at", sa.BigInteger()),
        sa.Column("replied_by", sa.Text()),
        sa.Column("cause", sa.Text()),
        sa.Column("reply", sa.Text()),
        sa.Column("finish_due", sa.BigInteger()),
        sa.Column("review_due", sa.BigInteger()),
        sa.Column("accepted_at", sa.BigInteger()),
        sa.Column("close_due", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("opinion", sa.Text()),
        sa.Column("asked_at", sa.BigInteger()),
        sa.Column("asked_by", sa.Text()),
        sa.Column("wished_due", sa.BigInteger()),
        sa.Column("answer_due", sa.BigInteger()),
        sa.Column("returns", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("extensions", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("reminded", JSON, nullable=False),
        sa.Column("issuer", sa.Text()),
        sa.Column("issuing_region", sa.Text()),
        sa.Column("region", sa.Text()),
        sa.Column("department", sa.Text()),
        sa.Column("handler", sa.Text()),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.Column("found", JSON),
        sa.Column("via", JSON, nullable=False),
        sa.Column("next_at", sa.BigInteger()),
        sa.UniqueConstraint("no", name="uq_orders_no"),
    )
    due = sa.text("next_at IS NOT NULL")
    op.create_index("ix_orders_due", "orders", ["next_at"], sqlite_where=due, postgresql_where=due)
    op.create_table(
        "order_requests",
        sa.Column("id", ID, primary_key=True),
        sa.Column("alert_id", ID, sa.ForeignKey("alerts.id"), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.Column("acknowledge_within", sa.Text()),
        sa.Column("reply_within", sa.Text()),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("region", sa.Text()),
        sa.Column("via", JSON, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "order_alerts",
        sa.Column("order_id", ID, sa.ForeignKey("orders.id"), nullable=False),
        sa.Column("alert_id", ID, sa.ForeignKey("alerts.id"), nullable=False),
        sa.PrimaryKeyConstraint("order_id", "alert_id", name="pk_order_alerts"),
    )
    op.create_index("ix_order_alerts_alert_id", "order_alerts", ["alert_id"])
    op.create_table(
        "order_events",
        sa.Column("id", ID, primary_key=True),
        sa.Column("order_id", ID, sa.ForeignKey("orders.id"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("detail", JSON),
    )
    op.create_index("ix_order_events_order_id", "order_events", ["order_id"])


def _appeals() -> None:
    op.create_table(
        "appeals",
        sa.Column("id", ID, primary_key=True),
        sa.Column("alert_id", ID, sa.ForeignKey("alerts.id"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("filed_at", sa.BigInteger(), nullable=False),
        sa.Column("filed_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("region", sa.Text()),
        sa.Column("decide_due", sa.BigInteger(), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("decided_at", sa.BigInteger()),
        sa.Column("decided_by", sa.Text()),
        sa.Column("opinion", sa.Text()),
        sa.Column("next_at", sa.BigInteger()),
    )
    pending = sa.text("state = 'pending'")
    due = sa.text("next_at IS NOT NULL")
    op.create_index(
        "uq_appeals_pending",
        "appeals",
        ["alert_id"],
        unique=True,
        sqlite_where=pending,
        postgresql_where=pending,
    )
    op.create_index(
        "ix_appeals_due", "appeals", ["next_at"], sqlite_where=due, postgresql_where=due
    )


def _call_backs() -> None:
    op.create_table(
        "call_backs",
        sa.Column("id", ID, primary_key=True),
        sa.Column("case_id", ID, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("call_due", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("called_at", sa.BigInteger()),
        sa.Column("called_by", sa.Text()),
        sa.Column("result", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.UniqueConstraint("case_id", name="uq_call_backs_case_id"),
    )
    waiting = sa.text("called_at IS NULL")
    op.create_index(
        "ix_call_backs_waiting",
        "call_backs",
        ["call_due"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
