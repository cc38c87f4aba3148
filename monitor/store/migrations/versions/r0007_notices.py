"""Digests, silences and the inbox."""

from __future__ import annotations

import sqlalchemy as sa  # noqa: F401  # used once this revision is filled in
from alembic import op  # noqa: F401

revision = "0007"
down_revision = "0006"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    pass
