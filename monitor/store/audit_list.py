"""The record as people read it: acts of people, and on request those of the machine beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, select

from monitor.store import tables
from monitor.store.alert_events import ACKNOWLEDGED
from monitor.store.audit_log import Act, Recorded
from monitor.store.scope import Scope

EVERYTHING = Scope()
"""Every place."""

MACHINE = "duban"
"""Who acts where the machine does."""

DELIVER = "deliver"
"""The act of handing messages to channels: one for many of them."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which acts: from one instant on and before another, by whom, which, and on what.

    ``machine`` adds what the machine did to alerts, whom it told, and what channels took. ``scope``
    bounds it to what concerns some places, for acts by the condition ``only`` on their table.
    """

    since: int | None = None
    until: int | None = None
    who: str | None = None
    act: str | None = None
    object: str | None = None
    machine: bool = False
    scope: Scope = EVERYTHING
    only: ColumnElement[bool] | None = None


def newest(connection: Connection, chosen: Chosen, limit: int) -> list[tuple[str, Recorded]]:
    """Give up to ``limit`` acts, the newest first, each with the table that has it."""
    found = [("audit_log", one) for one in _acts(connection, chosen, limit)]
    if chosen.machine and chosen.who in (None, MACHINE):
        found += [("alert_events", one) for one in _events(connection, chosen, limit)]
        if chosen.act in (None, "notice"):
            found += [("notices", one) for one in _notices(connection, chosen, limit)]
    found.sort(key=lambda pair: (pair[1].at, pair[0] == "audit_log", pair[1].id), reverse=True)
    return found[:limit]


def _acts(connection: Connection, chosen: Chosen, limit: int) -> Iterator[Recorded]:
    c = tables.audit_log.c
    query = _within(
        select(c.id, c.at, c.who, c.origin, c.act, c.object, c.before, c.after, c.note),
        c.at,
        chosen,
    )
    if not chosen.machine:
        query = query.where(c.act != DELIVER)
    if chosen.only is not None:
        query = query.where(chosen.only)
    for name in ("who", "act", "object"):
        value = getattr(chosen, name)
        if value is not None:
            query = query.where(c[name] == value)
    for ident, at, *act in connection.execute(query.order_by(c.id.desc()).limit(limit)):
        yield Recorded(ident, at, Act(*act))


def _events(connection: Connection, chosen: Chosen, limit: int) -> Iterator[Recorded]:
    c = tables.alert_events.c
    # Who acknowledged stands in the audit log.
    query = _within(select(c.id, c.at, c.alert_id, c.event, c.level, c.reason), c.at, chosen)
    query = _of_alert(query.where(c.event != ACKNOWLEDGED), c.alert_id, chosen)
    if chosen.act is not None:
        query = query.where(c.event == chosen.act)
    for row in connection.execute(query.order_by(c.id.desc()).limit(limit)):
        after = {"level": row.level, "reason": row.reason}
        yield Recorded(row.id, row.at, _done(row.event, row.alert_id, after))


def _notices(connection: Connection, chosen: Chosen, limit: int) -> Iterator[Recorded]:
    c = tables.notices.c
    query = _within(select(c.id, c.at, c.alert_id, c.kind, c.person, c.reason), c.at, chosen)
    query = _of_alert(query, c.alert_id, chosen)
    for row in connection.execute(query.order_by(c.id.desc()).limit(limit)):
        after = {"kind": row.kind, "person": row.person, "reason": row.reason}
        yield Recorded(row.id, row.at, _done("notice", row.alert_id, after))


def _done(act: str, alert_id: int | None, after: dict[str, Any]) -> Act:
    return Act(MACHINE, "", act, f"alert:{alert_id}" if alert_id else "", None, after)


def _within(query: Select[Any], at: Any, chosen: Chosen) -> Select[Any]:
    if chosen.since is not None:
        query = query.where(at >= chosen.since)
    return query if chosen.until is None else query.where(at < chosen.until)


def _of_alert(query: Select[Any], alert_id: Any, chosen: Chosen) -> Select[Any]:
    if chosen.scope != EVERYTHING:
        a = tables.alerts.c
        query = query.where(exists().where(a.id == alert_id, chosen.scope.of(a)))
    if chosen.object is None:
        return query
    kind, _, ident = chosen.object.partition(":")
    known = kind == "alert" and ident.isdecimal()
    return query.where(alert_id == (int(ident) if known else -1))
