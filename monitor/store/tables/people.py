"""People: the lists of the directory, who is away, and who may sign in."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from monitor.store.tables import columns as col

directory_entries = Table(
    "directory_entries",
    col.metadata,
    col.row_id(),
    col.text("list", required=True),
    col.text("kind", required=True),
    col.json("facts", required=True),
)
"""The last good state of the lists of the directory that are kept elsewhere; replaced by list."""
col.index("ix_directory_entries_list", directory_entries.c.list)

absences = Table(
    "absences",
    col.metadata,
    col.row_id(),
    col.text("person", required=True),
    col.text("deputy"),
    col.at("from_at"),
    col.at("until_at"),
    col.text("note", required=True),
    col.text("entered_by", required=True),
    col.at("entered_at", required=True),
    col.text("ended_by"),
    col.at("ended_at"),
)
"""Leave and deputies entered by hand; a leave has no ``deputy``. One that was ended is kept."""

accounts = Table(
    "accounts",
    col.metadata,
    Column("id", Text, primary_key=True),
    col.text("name", required=True),
    col.text("password"),
    col.text("role", required=True),
    col.json("regions"),
    col.json("departments"),
    col.text("person"),
    col.count("failures"),
    col.at("locked_until"),
    col.at("created_at", required=True),
    col.at("disabled_at"),
    col.text("issuer"),
    col.text("subject"),
    Column("must_change", Boolean, nullable=False, server_default=false()),
)
"""Who may sign in to the pages: see :class:`monitor.store.accounts.Account`.

``password`` is an Argon2 hash, ``NULL`` for those whom somebody else vouches for: the provider
``issuer`` for whoever it calls ``subject``. ``failures`` are the attempts with a wrong password,
from addresses that the account has not signed in from, since the last good one.
"""
col.index("uq_accounts_subject", accounts.c.issuer, accounts.c.subject, unique=True)

sign_in_addresses = Table(
    "sign_in_addresses",
    col.metadata,
    Column("account_id", Text, ForeignKey("accounts.id"), primary_key=True),
    Column("address", Text, primary_key=True),
    col.count("failures"),
    col.at("locked_until"),
    col.at("tried_at", required=True),
    col.at("known_at"),
)
"""Addresses from which a password of an account was tried.

``failures`` are wrong ones in a row, ``locked_until`` is until when the account is not heard there,
``known_at`` when a right one came from there.
"""

sessions = Table(
    "sessions",
    col.metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    col.text("origin", required=True),
    col.at("created_at", required=True),
    col.at("seen_at", required=True),
    col.at("ended_at"),
)
"""Browsers that are signed in; ``id`` is the SHA-256 of what their cookie holds."""
col.index("ix_sessions_account_id", sessions.c.account_id)

tokens = Table(
    "tokens",
    col.metadata,
    col.row_id(),
    col.text("hash", required=True),
    col.text("kind", required=True),
    col.text("name", required=True),
    col.text("role", required=True),
    col.json("regions"),
    col.json("departments"),
    col.text("created_by", required=True),
    col.at("created_at", required=True),
    col.at("expires_at"),
    col.at("revoked_at"),
    col.at("used_at"),
    col.text("owner"),
    UniqueConstraint("hash"),
)
"""Keys of programs (``api``) and wall boards (``board``); ``hash`` is the SHA-256 of a key.

``owner`` is the account of whoever made it, ``NULL`` where that was done on the command line.
"""

views = Table(
    "views",
    col.metadata,
    col.row_id(),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    col.text("name", required=True),
    col.text("address", required=True),
    col.at("created_at", required=True),
    UniqueConstraint("account_id", "name"),
)
"""Views of the list of cases that somebody has saved: what stands after the ``?``."""

request_keys = Table(
    "request_keys",
    col.metadata,
    Column("who", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    col.text("request", required=True),
    Column("status", Integer, nullable=False),
    col.json("answer"),
    col.at("at", required=True),
)
"""What was answered to requests with an idempotency key; ``request`` is a digest of what was asked.

A request that comes again with its key is answered with ``answer`` and not done twice.
"""
col.index("ix_request_keys_at", request_keys.c.at)
