"""The texts of limits, checks and surveys, by version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    op.create_table(
        "rule_versions",
        sa.Column("rule", sa.Text(), primary_key=True),
        sa.Column("version", sa.Text(), primary_key=True),
        sa.Column("written", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("said", JSON, nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("rule", "written", "mark"),
    )
