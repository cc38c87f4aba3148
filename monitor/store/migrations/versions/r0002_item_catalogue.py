"""The item catalogue, and the live cases of an item."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True)
LIVE = "vanished_at IS NULL AND (closed_at IS NULL OR level IS NOT NULL)"


def upgrade() -> None:
    op.create_table(
        "items",
        sa.Column("id", ID, primary_key=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("code", "valid_from"),
    )
    op.create_index(
        "ix_cases_live_item_code",
        "cases",
        ["item_code"],
        sqlite_where=sa.text(LIVE),
        postgresql_where=sa.text(LIVE),
    )
