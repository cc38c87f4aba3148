"""People read from elsewhere, who is away, and what a ladder remembers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    op.add_column("alerts", sa.Column("ladder", sa.Text()))
    op.add_column("alerts", sa.Column("climbed", JSON))
    op.add_column("alerts", sa.Column("holds", JSON))
    op.add_column("alerts", sa.Column("answered_at", sa.BigInteger()))
    op.create_table(
        "ladders",
        sa.Column("fingerprint", sa.Text(), primary_key=True),
        sa.Column("policy", JSON, nullable=False),
        sa.Column("first_used_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "directory_entries",
        sa.Column("id", ID, primary_key=True),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
    )
    op.create_index("ix_directory_entries_list", "directory_entries", ["list"])
    op.create_table(
        "absences",
        sa.Column("id", ID, primary_key=True),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("deputy", sa.Text()),
        sa.Column("from_at", sa.BigInteger()),
        sa.Column("until_at", sa.BigInteger()),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_by", sa.Text()),
        sa.Column("ended_at", sa.BigInteger()),
    )
