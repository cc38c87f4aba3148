"""The desk: lists of cases, saved views, idempotency keys, days of calendars entered by hand."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True)

LIVE = "vanished_at IS NULL AND (closed_at IS NULL OR level IS NOT NULL)"
LISTS = {
    "due_at": (["due_at", "id"], LIVE),
    "region": (["region", "due_at", "id"], LIVE),
    "department": (["department", "due_at", "id"], LIVE),
    "place": (["region", "department", "due_at", "id"], LIVE),
    "item_code": (["item_code", "due_at", "id"], LIVE),
    "handler": (["handler", "due_at", "id"], LIVE),
    "level": (["level", "due_at", "id"], f"{LIVE} AND level IS NOT NULL"),
}


def upgrade() -> None:
    _lists()
    op.create_table(
        "views",
        sa.Column("id", ID, primary_key=True),
        sa.Column("account_id", sa.Text(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("account_id", "name"),
    )
    op.create_table(
        "request_keys",
        sa.Column("who", sa.Text(), primary_key=True),
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", JSON),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_request_keys_at", "request_keys", ["at"])
    op.create_table(
        "calendar_days",
        sa.Column("id", ID, primary_key=True),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_by", sa.Text()),
        sa.Column("ended_at", sa.BigInteger()),
    )
    op.create_index(
        "uq_calendar_days_standing",
        "calendar_days",
        ["calendar", "day"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_alerts_gravest",
        "alerts",
        [sa.text("rank DESC"), "due_at", "id"],
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def _lists() -> None:
    for name in ("no", "live_due_at", "live_item_code", "live_handler"):
        op.drop_index(f"ix_cases_{name}", "cases")
    for name, (columns, where) in LISTS.items():
        _index(f"ix_cases_live_{name}", columns, where)
    paused = "vanished_at IS NULL AND closed_at IS NULL AND state = 'paused'"
    _index("ix_cases_paused", ["state", "region", "department", "id"], paused)
    _index("ix_cases_no", ["no"], "no IS NOT NULL", postgresql_ops={"no": "text_pattern_ops"})
    _index("ix_cases_tail", [sa.text("substr(no, length(no) - 3)")], "no IS NOT NULL")


def _index(name: str, columns: list[Any], where: str, **options: Any) -> None:
    held = sa.text(where)
    op.create_index(name, "cases", columns, sqlite_where=held, postgresql_where=held, **options)
