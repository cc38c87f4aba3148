"""What happened to alerts, in order: only ever added to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from monitor.store import tables

ACKNOWLEDGED = "alert_acknowledged"
"""The event of somebody having answered (签收); the others are ``rules.findings.Outcome``."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the alert ``alert_id``: at which instant, what, why, the level from then on.

    ``detail`` is kept as JSON: what it was found on, or who did it.
    """

    alert_id: int
    at: int
    event: str
    reason: str
    level: str
    detail: Any = None


def add(connection: Connection, events: Sequence[Event]) -> None:
    """Add events to the record."""
    if events:
        connection.execute(
            tables.alert_events.insert(),
            [
                {
                    "alert_id": one.alert_id,
                    "at": one.at,
                    "event": str(one.event),
                    "reason": str(one.reason),
                    "level": one.level,
                    "detail": one.detail,
                }
                for one in events
            ],
        )


def of_alert(connection: Connection, alert_id: int) -> list[Event]:
    """Give the events of an alert in the order in which they were recorded."""
    c = tables.alert_events.c
    rows = connection.execute(
        select(c.alert_id, c.at, c.event, c.reason, c.level, c.detail)
        .where(c.alert_id == alert_id)
        .order_by(c.id)
    )
    return [Event(*row) for row in rows]
