"""The first tables."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True)
LIVE = "vanished_at IS NULL AND (closed_at IS NULL OR level IS NOT NULL)"


def upgrade() -> None:
    _sources_and_cases()
    _alerts()
    _notices_and_deliveries()
    op.create_table(
        "meta",
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("value", JSON),
    )


def _sources_and_cases() -> None:
    op.create_table(
        "sources",
        sa.Column("id", sa.Text(), primary_key=True),
        _text("cursor"),
        _at("next_poll_at", required=True),
        _at("next_reconcile_at", required=True),
        _at("claimed_until"),
        _text("claimed_by"),
        sa.Column("failures", sa.Integer(), nullable=False, server_default="0"),
        _at("last_ok_at"),
        _text("last_error"),
        sa.Column("rows_read", sa.BigInteger(), nullable=False, server_default="0"),
        _text("state", required=True),
    )
    op.create_table(
        "cases",
        sa.Column("id", ID, primary_key=True),
        _text("source", required=True),
        _text("key", required=True),
        sa.Column("facts", JSON, nullable=False),
        _text("digest", required=True),
        _text("fingerprint"),
        _text("no"),
        _text("title"),
        _text("item_code"),
        _text("department"),
        _text("region"),
        _text("handler"),
        _at("accepted_at"),
        _at("closed_at"),
        _text("level"),
        sa.Column("rank", sa.Integer()),
        _text("state"),
        _at("due_at"),
        sa.Column("clocks", JSON),
        _at("next_check_at"),
        _at("first_seen_at", required=True),
        _at("changed_at", required=True),
        _at("vanished_at"),
        sa.UniqueConstraint("key", "source"),
    )
    _index("ix_cases_due", "cases", ["next_check_at"], where="next_check_at IS NOT NULL")
    _index("ix_cases_no", "cases", ["no"], where="no IS NOT NULL")
    _index("ix_cases_live", "cases", ["source", "key"], where=LIVE)
    _index("ix_cases_live_fingerprint", "cases", ["fingerprint"], where=LIVE)
    _index("ix_cases_live_due_at", "cases", ["due_at"], where=LIVE)
    op.create_table(
        "parts",
        sa.Column("id", ID, primary_key=True),
        sa.Column("case_id", ID, sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
        _text("kind", required=True),
        _text("key", required=True),
        _at("started_at"),
        _at("ended_at"),
        sa.Column("facts", JSON, nullable=False),
    )
    _index("ix_parts_case_id", "parts", ["case_id"])
    op.create_table(
        "rejects",
        sa.Column("id", ID, primary_key=True),
        _text("source", required=True),
        _text("key", required=True),
        _text("reason", required=True),
        _text("detail", required=True),
        _text("row", required=True),
        _at("first_seen_at", required=True),
        _at("seen_at", required=True),
        sa.Column("times", sa.Integer(), nullable=False),
        _at("gone_at"),
        sa.UniqueConstraint("source", "key", "reason"),
    )
    _index("ix_rejects_standing", "rejects", ["source"], where="gone_at IS NULL")


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", ID, primary_key=True),
        sa.Column("case_id", ID, sa.ForeignKey("cases.id")),
        _text("subject"),
        _text("source"),
        _text("rule", required=True),
        _text("version", required=True),
        _text("title", required=True),
        _text("law", required=True),
        _text("level", required=True),
        sa.Column("rank", sa.Integer(), nullable=False),
        _text("state", required=True),
        sa.Column("shadow", sa.Boolean(), nullable=False, server_default=sa.false()),
        _at("opened_at", required=True),
        _at("level_since_at", required=True),
        _at("due_at"),
        sa.Column("evidence", JSON, nullable=False),
        _at("acked_at"),
        _text("acked_by"),
        _text("ack_note"),
        _at("resolved_at"),
        _text("resolution"),
        _text("policy"),
        _text("policy_version"),
        sa.Column("step", sa.Integer(), nullable=False, server_default="0"),
        _at("next_step_at"),
        sa.Column("told", JSON),
        sa.CheckConstraint("(case_id IS NULL) <> (subject IS NULL)", name="case_or_subject"),
    )
    _index(
        "uq_alerts_open_case", "alerts", ["case_id", "rule"], where="state = 'open'", unique=True
    )
    _index(
        "uq_alerts_open_subject", "alerts", ["subject", "rule"], where="state = 'open'", unique=True
    )
    _index("ix_alerts_case_id", "alerts", ["case_id"])
    _index("ix_alerts_due", "alerts", ["next_step_at"], where="next_step_at IS NOT NULL")
    op.create_table(
        "alert_events",
        sa.Column("id", ID, primary_key=True),
        sa.Column("alert_id", ID, sa.ForeignKey("alerts.id"), nullable=False),
        _at("at", required=True),
        _text("event", required=True),
        _text("reason", required=True),
        _text("level", required=True),
        sa.Column("detail", JSON),
    )
    _index("ix_alert_events_alert_id", "alert_events", ["alert_id"])


def _notices_and_deliveries() -> None:
    op.create_table(
        "notices",
        sa.Column("id", ID, primary_key=True),
        sa.Column("alert_id", ID, sa.ForeignKey("alerts.id")),
        _at("at", required=True),
        _text("kind", required=True),
        sa.Column("step", sa.Integer()),
        _text("level"),
        _text("person"),
        _text("reason", required=True),
        sa.Column("context", JSON, nullable=False),
    )
    _index("ix_notices_alert_id", "notices", ["alert_id"])
    op.create_table(
        "deliveries",
        sa.Column("id", ID, primary_key=True),
        sa.Column("notice_id", ID, sa.ForeignKey("notices.id"), nullable=False),
        _text("key", required=True),
        _text("channel", required=True),
        _text("address", required=True),
        _at("not_before", required=True),
        _text("state", required=True),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        _at("claimed_until"),
        _text("claimed_by"),
        _text("last_error"),
        _at("sent_at"),
        sa.Column("receipt", JSON),
        _at("created_at", required=True),
        sa.UniqueConstraint("key"),
    )
    _index("ix_deliveries_notice_id", "deliveries", ["notice_id"])
    _index("ix_deliveries_due", "deliveries", ["not_before"], where="state = 'pending'")
    _index("ix_deliveries_failed", "deliveries", ["channel"], where="state = 'failed'")
    _index("ix_deliveries_sent", "deliveries", ["channel", "sent_at"], where="sent_at IS NOT NULL")


def _at(name: str, *, required: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=not required)


def _text(name: str, *, required: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=not required)


def _index(
    name: str, table: str, columns: list[str], *, where: str = "", unique: bool = False
) -> None:
    condition: dict[str, Any] = {}
    if where:
        condition = {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}
    op.create_index(name, table, columns, unique=unique, **condition)
