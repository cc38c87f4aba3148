"""Alerts as the store knows them, one by one and in lists."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, select

from monitor.store import tables
from rules.carriers import PLACES
from rules.cases import Fact


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert (亮牌): about the case ``case_id``, or else about ``subject``, part of the system.

    ``policy`` to ``next_step_at`` tell where it stands on its ladder, ``told`` who has been told
    over which channels (``person``, ``via`` and ``rank``); ``ladder`` to ``answered_at`` are as in
    the table. ``region`` to ``handler`` say who carries it.
    Moments are instants.
    """

    id: int
    case_id: int | None
    subject: str | None
    source: str | None
    rule: str
    version: str
    title: str
    law: str
    level: str
    rank: int
    state: str
    opened_at: int
    level_since_at: int
    due_at: int | None
    evidence: Mapping[str, Fact]
    acked_at: int | None
    acked_by: str | None
    ack_note: str | None
    resolved_at: int | None
    resolution: str | None
    policy: str | None
    policy_version: str | None
    step: int
    next_step_at: int | None
    told: list[dict[str, Any]] | None
    shadow: bool
    region: str | None = None
    department: str | None = None
    handler: str | None = None
    ladder: str | None = None
    climbed: list[int] | None = None
    holds: list[dict[str, Any]] | None = None
    answered_at: int | None = None
    revoke_why: str | None = None
    level_seen_at: int | None = None
    origin: str | None = None

    @property
    def carrier(self) -> dict[str, str | None]:
        """Who carries it: see :mod:`rules.carriers`."""
        return {name: getattr(self, name) for name in PLACES}


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert in a list, with what names its case (``None`` where it is about none)."""

    alert: Alert
    key: str | None
    no: str | None
    case_title: str | None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which alerts to list; ``None`` leaves a choice open.

    ``department`` and ``region`` are those of the carrier, ``case_id`` asks for the alerts of one
    case, ``about_system`` for those of the system or of cases, ``shadow`` for those of rules on
    trial or of rules in force, ``origin`` for those that lie so to the beginning of supervision.
    """

    open: bool | None = True
    level: str | None = None
    rule: str | None = None
    source: str | None = None
    department: str | None = None
    region: str | None = None
    case_id: int | None = None
    acknowledged: bool | None = None
    about_system: bool | None = None
    shadow: bool | None = False
    origin: str | None = None


COLUMNS = tuple(tables.alerts.c[name] for name in Alert.__dataclass_fields__)
"""The columns of an :class:`Alert`, in its order."""


def of_ids(connection: Connection, ids: Collection[int]) -> list[AlertRow]:
    """Give the alerts with these ids, in their order; ids that no alert has give none."""
    a = tables.alerts.c
    return _rows(connection, _columns().where(a.id.in_(ids)).order_by(a.id))


def standing_of_case(connection: Connection, case_id: int) -> list[Alert]:
    """Return the open alerts of a case of which people are told, the gravest first."""
    a = tables.alerts.c
    rows = connection.execute(
        select(*COLUMNS)
        .where(a.case_id == case_id, tables.standing, tables.notified)
        .order_by(a.rank.desc(), a.id)
    )
    return [Alert(*row) for row in rows]


def standing_ids(connection: Connection) -> list[int]:
    """Return the ids of the alerts that stand and of which people are told."""
    a = tables.alerts.c
    return list(connection.scalars(select(a.id).where(tables.standing, tables.notified)))


def listing(connection: Connection, chosen: Filter, limit: int) -> list[AlertRow]:
    """Give up to ``limit`` chosen alerts, the newest first."""
    a = tables.alerts.c
    query = _columns()
    wanted: dict[Any, Any] = {
        a.level: chosen.level,
        a.rule: chosen.rule,
        a.source: chosen.source,
        a.case_id: chosen.case_id,
        a.department: chosen.department,
        a.region: chosen.region,
        a.origin: chosen.origin,
    }
    for column, value in wanted.items():
        if value is not None:
            query = query.where(column == value)
    if chosen.open is not None:
        query = query.where(tables.standing if chosen.open else a.state != "open")
    if chosen.acknowledged is not None:
        query = query.where(a.acked_at.is_not(None) == chosen.acknowledged)
    if chosen.shadow is not None:
        query = query.where(a.shadow.is_(chosen.shadow))
    if chosen.about_system is not None:
        query = query.where(a.case_id.is_(None) == chosen.about_system)
    return _rows(connection, query.order_by(a.id.desc()).limit(limit))


def _columns() -> Select[Any]:
    c = tables.cases.c
    return select(*COLUMNS, c.key, c.no, c.title).select_from(tables.alerts.outerjoin(tables.cases))


def _rows(connection: Connection, query: Select[Any]) -> list[AlertRow]:
    size = len(COLUMNS)
    return [AlertRow(Alert(*row[:size]), *row[size:]) for row in connection.execute(query)]
