"""The record of what was done, its seals, and single values."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, Table, Text

from monitor.store.tables import columns as col

audit_log = Table(
    "audit_log",
    col.metadata,
    col.row_id(),
    col.at("at", required=True),
    col.text("who", required=True),
    col.text("origin", required=True),
    col.text("act", required=True),
    col.text("object", required=True),
    col.json("before"),
    col.json("after"),
    col.text("note", required=True),
)
"""Acts of people and of the machine: see :class:`monitor.store.audit_log.Act`."""
col.index("ix_audit_log_object", audit_log.c.object)

audit_seals = Table(
    "audit_seals",
    col.metadata,
    Column("no", col.Id, primary_key=True, autoincrement=False),
    col.at("at", required=True),
    col.text("sealed", required=True),
    Column("last_id", BigInteger, nullable=False),
    Column("rows", LargeBinary, nullable=False),
    col.text("previous", required=True),
    col.text("hash", required=True),
)
"""The chain of seals over the tables that are only ever added to: see :mod:`monitor.store.seals`.

``no`` counts from 1 without gaps; ``sealed`` is the name of the table whose rows it seals.
"""
col.index("ix_audit_seals_sealed", audit_seals.c.sealed, audit_seals.c.last_id)

used_links = Table(
    "used_links",
    col.metadata,
    Column("id", Text, primary_key=True),
    col.at("used_at", required=True),
    col.at("expires_at", required=True),
)
"""Links that have done the one act they were good for; kept until they would have expired."""

meta = Table(
    "meta",
    col.metadata,
    Column("key", Text, primary_key=True),
    col.json("value"),
)
"""Single values the daemon remembers: the fingerprint of the rules, the progress of a sweep."""
