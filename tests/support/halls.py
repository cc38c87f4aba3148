"""Sample halls for tests: moments to fill them at, and their rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Table, select

from rules.instants import instant

WORKDAY = instant(datetime(2026, 10, 20, 6, 32, 0, 123456, tzinfo=UTC))
"""A Tuesday afternoon in Shanghai, 14:32."""

EVENING = instant(datetime(2026, 10, 20, 14, 0, tzinfo=UTC))
SATURDAY = instant(datetime(2026, 10, 17, 6, 0, tzinfo=UTC))
MAKE_UP_DAY = instant(datetime(2026, 10, 10, 2, 0, tzinfo=UTC))
"""A Saturday on which work is done."""

BEFORE_OPENING = instant(datetime(2026, 10, 8, 0, 30, tzinfo=UTC))
"""The first working morning after the National Day holiday, 08:30."""


def shanghai(now: int) -> datetime:
    """Give the local time without a zone of an instant."""
    return datetime.fromtimestamp(0, UTC).replace(tzinfo=None) + timedelta(
        microseconds=now, hours=8
    )


def rows(engine: Engine, table: Table) -> list[Mapping[str, Any]]:
    """Read a table in the order of its key."""
    with engine.connect() as connection:
        query = select(table).order_by(*table.primary_key.columns)
        return [dict(row) for row in connection.execute(query).mappings()]
