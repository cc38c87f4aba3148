"""Checks across cases with due rows of their own, and who carries a card."""

from __future__ import annotations

import sqlalchemy as sa  # noqa: F401  # used once this revision is filled in
from alembic import op  # noqa: F401

revision = "0004"
down_revision = "0003"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    pass
