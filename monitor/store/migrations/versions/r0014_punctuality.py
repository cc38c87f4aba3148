"""How closed cases ended, as a column; alerts that another place than the case's carries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("cases", sa.Column("punctuality", sa.Text()))
    # A case without an open alert is never checked again, so it is told from its clocks here.
    cases = sa.table(
        "cases",
        sa.column("clocks", sa.JSON()),
        sa.column("closed_at", sa.BigInteger()),
        sa.column("punctuality", sa.Text()),
    )
    clocks = sa.cast(cases.c.clocks, sa.Text)  # compact JSON
    missed, met = (clocks.like(f'%"state":"{state}"%') for state in ("missed", "met"))
    op.execute(
        sa.update(cases)
        .where(cases.c.closed_at.is_not(None), sa.or_(missed, met))
        .values(punctuality=sa.case((missed, "late"), else_="on time"))
    )
    # The others are checked anew: a finding may put their closing in doubt.
    op.execute(
        "UPDATE cases SET fingerprint = 'before-0014' WHERE closed_at IS NOT NULL"
        " AND level IS NOT NULL AND vanished_at IS NULL AND fingerprint IS NOT NULL"
    )
    for name in ("late", "in doubt"):
        held = sa.text(f"punctuality = '{name}'")
        op.create_index(
            f"ix_cases_{name.replace(' ', '_')}",
            "cases",
            ["closed_at", "id"],
            sqlite_where=held,
            postgresql_where=held,
        )
    op.add_column(
        "alerts",
        sa.Column("elsewhere", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.execute(
        "UPDATE alerts SET elsewhere = true WHERE case_id IS NOT NULL AND EXISTS ("
        "SELECT 1 FROM cases WHERE cases.id = alerts.case_id"
        " AND (coalesce(cases.region, '') <> coalesce(alerts.region, '')"
        " OR coalesce(cases.department, '') <> coalesce(alerts.department, '')))"
    )
    op.create_index(
        "ix_alerts_elsewhere",
        "alerts",
        ["region", "department", "case_id"],
        sqlite_where=sa.text("state = 'open' AND elsewhere = 1 AND shadow = 0"),
        postgresql_where=sa.text("state = 'open' AND elsewhere AND NOT shadow"),
    )
