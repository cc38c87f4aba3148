"""Acknowledging (签收): somebody answers for an alert, which is then told no further up."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Connection

from monitor.acts.actor import Actor
from monitor.store import alert_list, alerts, audit_log
from monitor.store.audit_log import Act


class Answer(StrEnum):
    """What came of somebody acknowledging an alert."""

    DONE = "done"
    ALREADY = "already"  # somebody has acknowledged it before
    RESOLVED = "resolved"  # it no longer stands and needs no answer
    UNKNOWN = "unknown"  # there is no such alert


def acknowledge(connection: Connection, alert_id: int, actor: Actor, note: str, now: int) -> Answer:
    """Acknowledge an alert and put that on record; change nothing where it cannot be.

    Args:
        connection: the transaction of the act.
        alert_id: the alert.
        actor: who answers for it, by the id of a person or a name, and from where.
        note: what the person says about it.
        now: the instant of the act.
    """
    if not alerts.acknowledge(connection, alert_id, actor.who, note, now):
        return standing(connection, alert_id)
    [row] = alert_list.of_ids(connection, [alert_id])
    done = {"acked_by": actor.who, "level": row.alert.level}
    of, before = f"alert:{alert_id}", {"acked_by": None}
    act = Act(actor.who, actor.origin, "acknowledge", of, before, done, note)
    audit_log.record(connection, act, now)
    return Answer.DONE


def standing(connection: Connection, alert_id: int) -> Answer:
    """Tell why an alert cannot be acknowledged; ``DONE`` where it still can."""
    rows = alert_list.of_ids(connection, [alert_id])
    if not rows:
        return Answer.UNKNOWN
    if rows[0].alert.state != "open":
        return Answer.RESOLVED
    return Answer.DONE if rows[0].alert.acked_at is None else Answer.ALREADY
