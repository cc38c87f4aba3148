"""The audit log and links that are good for one act."""

from __future__ import annotations

import sqlalchemy as sa  # noqa: F401  # used once this revision is filled in
from alembic import op  # noqa: F401

revision = "0008"
down_revision = "0007"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    pass
