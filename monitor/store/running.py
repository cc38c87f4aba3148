"""How the daemon fares, as far as the store knows: its start, its size, its channels, its seals."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select, text

from monitor.store import seals, tables

_d, _r, _a = (table.c for table in (tables.deliveries, tables.rejects, tables.audit_log))


@dataclass(frozen=True, slots=True)
class Started:
    """When the daemon was last started, from where, and its version."""

    at: int
    origin: str
    version: str


@dataclass(frozen=True, slots=True)
class Kind:
    """What the store is kept in, its size in bytes, and the revision of its tables."""

    name: str
    size: int
    revision: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """How many rows of a source stand rejected for a reason, and when one was last seen."""

    source: str
    reason: str
    number: int
    seen_at: int


def started(connection: Connection) -> Started | None:
    """Give when the daemon was last started; ``None`` where that is not on record."""
    row = connection.execute(
        select(_a.at, _a.origin, _a.after)
        .where(_a.object == "daemon", _a.act == "daemon.start")
        .order_by(_a.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return Started(row.at, row.origin, str((row.after or {}).get("version", "")))


def kind(connection: Connection) -> Kind:
    """Tell what the store is kept in."""
    if connection.dialect.name == "sqlite":
        name, size = (
            "SQLite",
            (
                (connection.scalar(text("SELECT page_count FROM pragma_page_count")) or 0)
                * (connection.scalar(text("SELECT page_size FROM pragma_page_size")) or 0)
            ),
        )
    else:
        name = "PostgreSQL"
        size = connection.scalar(text("SELECT pg_database_size(current_database())")) or 0
    revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return Kind(name, int(size), str(revision or ""))


def rejected(connection: Connection) -> list[Rejected]:
    """Count the rows that stand rejected by source and reason, the most first."""
    rows = connection.execute(
        select(_r.source, _r.reason, func.count(), func.max(_r.seen_at))
        .where(_r.gone_at.is_(None))
        .group_by(_r.source, _r.reason)
        .order_by(func.count().desc(), _r.source, _r.reason)
    )
    return [Rejected(*row) for row in rows]


def last_sent(connection: Connection, channels: Collection[str]) -> dict[str, int]:
    """Give when each channel last took a message."""
    found = {}
    for channel in channels:
        at = connection.scalar(
            select(_d.tried_at)
            .where(
                *(_d.channel == channel, _d.tried_at.is_not(None), tables.single),
                _d.state == "sent",
            )
            .order_by(_d.tried_at.desc())
            .limit(1)
        )
        if at is not None:
            found[channel] = at
    return found


def oldest_unsealed(connection: Connection) -> int | None:
    """Give the moment of the oldest row that is not sealed yet; ``None`` where all are."""
    found = []
    for name, table in seals.SEALED.items():
        c: Any = table.c
        at = c.seen_at if "seen_at" in c else c.at
        query = select(at).where(c.id > seals.sealed_up_to(connection, name))
        oldest = connection.scalar(query.order_by(c.id).limit(1))
        if oldest is not None:
            found.append(oldest)
    return min(found, default=None)
