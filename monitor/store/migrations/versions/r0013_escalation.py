"""Escalation: when a level was seen, and when an order that could not be issued is tried again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("alerts", sa.Column("level_seen_at", sa.BigInteger()))
    zero = "0"
    op.add_column(
        "order_requests", sa.Column("next_at", sa.BigInteger(), nullable=False, server_default=zero)
    )
    op.add_column(
        "order_requests", sa.Column("attempts", sa.Integer(), nullable=False, server_default=zero)
    )
    op.add_column("order_requests", sa.Column("error", sa.Text()))
