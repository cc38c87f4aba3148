"""Digests, silences and rates of channels."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    for column in (
        sa.Column("turn", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("grouping", sa.Text(), nullable=False, server_default="may"),
        sa.Column("tried_at", sa.BigInteger()),
        sa.Column("digest_id", ID),
        sa.Column("silence_id", ID),
        sa.Column("read_at", sa.BigInteger()),
    ):
        op.add_column("deliveries", column)
    op.execute("UPDATE deliveries SET tried_at = sent_at WHERE sent_at IS NOT NULL")
    op.drop_index("ix_deliveries_sent", "deliveries")
    _index("ix_deliveries_queue", ["channel", "turn", "not_before"], "state = 'pending'")
    tried = "tried_at IS NOT NULL AND digest_id IS NULL"
    _index("ix_deliveries_tried", ["channel", "tried_at"], tried)
    _index("ix_deliveries_address", ["channel", "address", "tried_at"], tried)
    _index("ix_deliveries_digest_id", ["digest_id"], "digest_id IS NOT NULL")
    _index("ix_deliveries_silence_id", ["silence_id"], "silence_id IS NOT NULL")
    _index("ix_cases_closed_at", ["closed_at"], "closed_at IS NOT NULL", table="cases")
    _index("ix_alerts_resolved_at", ["resolved_at"], "resolved_at IS NOT NULL", table="alerts")
    op.create_table(
        "channel_holds",
        sa.Column("channel", sa.Text(), primary_key=True),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
    )
    op.create_table(
        "silences",
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", sa.Text()),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("matching", JSON, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("ended_by", sa.Text()),
        sa.Column("next_at", sa.BigInteger()),
        sa.UniqueConstraint("name"),
    )
    _index("ix_silences_due", ["next_at"], "next_at IS NOT NULL", table="silences")
    op.create_table(
        "digests",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger()),
    )


def _index(name: str, columns: list[str], where: str, table: str = "deliveries") -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
