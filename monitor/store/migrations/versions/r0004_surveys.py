"""Checks across cases with due rows of their own, and who carries a card."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

PLACES = ("region", "department", "handler")


def upgrade() -> None:
    for name in PLACES:
        op.add_column("alerts", sa.Column(name, sa.Text()))
    cases = sa.table("cases", sa.column("id"), *map(sa.column, PLACES))
    alerts = sa.table("alerts", sa.column("case_id"), *map(sa.column, PLACES))
    op.execute(
        alerts.update()
        .where(alerts.c.case_id.is_not(None))
        .values(
            {
                name: sa.select(cases.c[name])
                .where(cases.c.id == alerts.c.case_id)
                .scalar_subquery()
                for name in PLACES
            }
        )
    )
    standing = sa.text("state = 'open'")
    op.add_column(
        "alerts", sa.Column("part", sa.Text(), nullable=False, server_default=sa.text("''"))
    )
    op.drop_index("uq_alerts_open_case", "alerts")
    op.create_index(
        "uq_alerts_open_case",
        "alerts",
        ["case_id", "rule", "part"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )
    op.create_index(
        "ix_alerts_open_place",
        "alerts",
        ["region", "department"],
        sqlite_where=standing,
        postgresql_where=standing,
    )
    live = sa.text("vanished_at IS NULL AND (closed_at IS NULL OR level IS NOT NULL)")
    op.create_index(
        "ix_cases_live_standing",
        "cases",
        ["source", "level", "state", "closed_at", "vanished_at"],
        sqlite_where=live,
        postgresql_where=live,
    )
    op.create_table(
        "surveys",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("claimed_until", sa.BigInteger()),
        sa.Column("claimed_by", sa.Text()),
        sa.Column("last_run_at", sa.BigInteger()),
        sa.Column("fingerprint", sa.Text()),
        sa.Column("last_error", sa.Text()),
        sa.Column("found", sa.Integer(), nullable=False, server_default="0"),
    )
