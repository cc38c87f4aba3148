"""Who may silence whom, accounts bound to their provider, failed sign-ins, tokens of a maker."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    for name in ("regions", "departments"):
        op.add_column("silences", sa.Column(name, JSON))
    no = sa.false()
    must_change: sa.Column[bool] = sa.Column(
        "must_change", sa.Boolean(), nullable=False, server_default=no
    )
    for column in (sa.Column("issuer", sa.Text()), sa.Column("subject", sa.Text()), must_change):
        op.add_column("accounts", column)
    op.create_index("uq_accounts_subject", "accounts", ["issuer", "subject"], unique=True)
    op.create_table(
        "sign_in_addresses",
        sa.Column("account_id", sa.Text(), sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column("address", sa.Text(), primary_key=True),
        sa.Column("failures", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("locked_until", sa.BigInteger()),
        sa.Column("tried_at", sa.BigInteger(), nullable=False),
        sa.Column("known_at", sa.BigInteger()),
    )
    op.add_column("tokens", sa.Column("owner", sa.Text()))
    # Whoever made a token is on it by the id of their person, or else of their account.
    op.execute(
        "UPDATE tokens SET owner = (SELECT min(accounts.id) FROM accounts"
        " WHERE accounts.id = tokens.created_by OR accounts.person = tokens.created_by)"
    )
