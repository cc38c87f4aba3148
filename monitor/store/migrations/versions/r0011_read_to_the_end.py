"""As of when each source was last read to its end, which decides what may be judged."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("sources", sa.Column("complete_at", sa.BigInteger()))
