"""Going live: since when a source is supervised, and which cases were read while open."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    # Sources, cases and alerts that are there already are as they always were: supervised.
    op.add_column("sources", sa.Column("since_at", sa.BigInteger()))
    op.add_column("alerts", sa.Column("origin", sa.Text()))
    op.add_column(
        "cases", sa.Column("seen_open", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.execute(
        "UPDATE cases SET seen_open = TRUE WHERE closed_at IS NULL OR first_seen_at < closed_at"
    )
    history = sa.text("state = 'open' AND origin = 'history'")
    op.create_index(
        "ix_alerts_history",
        "alerts",
        ["case_id"],
        sqlite_where=history,
        postgresql_where=history,
    )
