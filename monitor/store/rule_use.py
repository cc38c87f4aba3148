"""What the store knows of rules: the cards they stand for, and the versions they were in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from monitor.store import tables
from monitor.store.scope import Scope
from rules.cases import Facts
from rules.ladders import restored
from rules.policies import Policy

_a = tables.alerts.c

OF_HALL: ColumnElement[bool] = or_(_a.case_id.is_not(None), _a.region.is_not(None))
"""That an alert is about the hall, and not about the supervision itself."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a rule as its alerts tell it: its words, when it first and last opened one.

    Both are instants; ``opened`` counts the alerts that were opened under it, ``standing`` those
    that stand, both within the scope that was asked for.
    """

    version: str
    title: str
    law: str
    first_at: int
    last_at: int
    opened: int
    standing: int


@dataclass(frozen=True, slots=True)
class CardRow:
    """A card that stands, with what is told of its case (``None`` where it is about none)."""

    id: int
    level: str
    version: str
    part: str
    since_at: int
    due_at: int | None
    subject: str | None
    region: str | None
    department: str | None
    acked: bool
    key: str | None
    no: str | None
    facts: Facts | None


@dataclass(frozen=True, slots=True)
class Ladder:
    """A policy as it was kept when an alert first climbed it, at an instant."""

    fingerprint: str
    policy: Policy
    first_at: int


def standing(connection: Connection, scope: Scope) -> dict[str, int]:
    """Count the cards that stand under each rule, by its id, those on trial as well."""
    rows = connection.execute(
        select(_a.rule, func.count())
        .where(tables.standing, OF_HALL, scope.of(_a))
        .group_by(_a.rule)
    )
    return {row[0]: row[1] for row in rows}


def climbing(connection: Connection, scope: Scope) -> dict[str, int]:
    """Count the cards that stand and climb each policy, by its id."""
    rows = connection.execute(
        select(_a.policy, func.count())
        .where(tables.standing, OF_HALL, scope.of(_a), _a.policy.is_not(None))
        .group_by(_a.policy)
    )
    return {row[0]: row[1] for row in rows}


def versions(connection: Connection, rule: str, scope: Scope) -> list[Version]:
    """Give the versions under which a rule has opened cards, the latest first."""
    rows = connection.execute(
        select(
            _a.version,
            func.max(_a.title),
            func.max(_a.law),
            func.min(_a.opened_at),
            func.max(_a.opened_at),
            func.count().filter(scope.of(_a)),
            func.count().filter(and_(tables.standing, scope.of(_a))),
        )
        .where(_a.rule == rule, OF_HALL)
        .group_by(_a.version)
        .order_by(func.max(_a.opened_at).desc())
    )
    return [Version(*row) for row in rows]


def cards(
    connection: Connection,
    scope: Scope,
    first: int,
    size: int,
    *,
    rule: str | None = None,
    version: str | None = None,
    policy: str | None = None,
) -> list[CardRow]:
    """Give ``size`` cards that stand under a rule or on a policy, the gravest and oldest first."""
    c = tables.cases.c
    query: Any = (
        select(
            *(_a.id, _a.level, _a.version, _a.part, _a.level_since_at, _a.due_at, _a.subject),
            *(_a.region, _a.department, _a.acked_at.is_not(None), c.key, c.no, c.facts),
        )
        .select_from(tables.alerts.outerjoin(tables.cases))
        .where(_which(scope, rule, version, policy))
        .order_by(_a.rank.desc(), _a.level_since_at, _a.id)
        .offset(first)
        .limit(size)
    )
    return [CardRow(*row) for row in connection.execute(query)]


def count(
    connection: Connection,
    scope: Scope,
    *,
    rule: str | None = None,
    version: str | None = None,
    policy: str | None = None,
) -> int:
    """Count what :func:`cards` gives."""
    query = select(func.count()).where(_which(scope, rule, version, policy))
    return connection.scalar(query) or 0


def ladders(connection: Connection, policy: str) -> list[Ladder]:
    """Give what was kept of a policy, the latest first."""
    lad = tables.ladders.c
    rows = connection.execute(
        select(lad.fingerprint, lad.policy, lad.first_used_at).order_by(lad.first_used_at.desc())
    )
    return [
        Ladder(row.fingerprint, restored(row.policy), row.first_used_at)
        for row in rows
        if row.policy["id"] == policy
    ]


def taken_up_at(connection: Connection, fingerprints: tuple[str, ...]) -> int | None:
    """Give since when rules of these fingerprints are in force without a break, as on record.

    ``None`` where the record says nothing of it: the start or reload that took them up.
    """
    log = tables.audit_log.c
    rows = connection.execute(
        select(log.at, log.after)
        .where(log.act.in_(("daemon.start", "settings.reload")))
        .order_by(log.id.desc())
        .limit(1000)
    )
    since = None
    for row in rows:
        if (row.after or {}).get("rules") not in fingerprints:
            break
        since = row.at
    return since


def _which(
    scope: Scope, rule: str | None, version: str | None, policy: str | None
) -> ColumnElement[bool]:
    bounds = [tables.standing, OF_HALL, scope.of(_a)]
    for column, value in ((_a.rule, rule), (_a.version, version), (_a.policy, policy)):
        if value is not None:
            bounds.append(column == value)
    return and_(*bounds)
