"""Daily digests: when each is due, and the numbers that they tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    Select,
    and_,
    case,
    delete,
    func,
    or_,
    select,
    update,
)

from monitor.store import tables
from monitor.store.scope import Scope
from monitor.store.statements import insert

_g = tables.digests.c
_a = tables.alerts.c
_c = tables.cases.c


class Planned(NamedTuple):
    """A digest of the settings: what says when it is due, and when it is due first."""

    id: str
    schedule: str
    next_at: int


@dataclass(frozen=True, slots=True)
class Cards:
    """How many cards of a level stand, or stood, in a place."""

    region: str | None
    department: str | None
    level: str
    count: int
    unacknowledged: int


@dataclass(frozen=True, slots=True)
class Open:
    """How many cases are open in a place, and how many of them are due in a day."""

    region: str | None
    department: str | None
    count: int
    due: int


def ensure(connection: Connection, digests: Iterable[Planned]) -> None:
    """Keep a row for each digest of the settings, anew where it is due at another time."""
    planned = list(digests)
    ids = [one.id for one in planned]
    connection.execute(delete(tables.digests).where(_g.id.not_in(ids)))
    for one in planned:
        statement = insert(connection, tables.digests).values(**one._asdict())
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["id"],
                set_={"schedule": one.schedule, "next_at": one.next_at},
                where=_g.schedule != one.schedule,
            )
        )


def any_due(connection: Connection, now: int) -> bool:
    """Tell whether a digest is due."""
    return connection.scalar(select(_g.id).where(_g.next_at <= now).limit(1)) is not None


def claim_due(connection: Connection, now: int) -> list[str]:
    """Give the ids of the digests that are due; they are this transaction's."""
    query = select(_g.id).where(_g.next_at <= now).order_by(_g.id)
    return list(connection.scalars(query.with_for_update(skip_locked=True)))


def due(connection: Connection) -> list[tuple[str, int, int | None]]:
    """Give each digest with when it is due next and when it was last made, the next one first."""
    rows = connection.execute(select(_g.id, _g.next_at, _g.last_at).order_by(_g.next_at, _g.id))
    return [(row.id, row.next_at, row.last_at) for row in rows]


def done(connection: Connection, ident: str, next_at: int, made_at: int | None) -> None:
    """Note when a digest is due next, and when it was made if it was."""
    values: dict[str, Any] = {"next_at": next_at}
    if made_at is not None:
        values["last_at"] = made_at
    connection.execute(update(tables.digests).where(_g.id == ident).values(values))


def cards(connection: Connection) -> list[Cards]:
    """Count the cards that stand by place and level; those of the system itself are left out."""
    unacknowledged = func.sum(case((_a.acked_at.is_(None), 1), else_=0))
    return _cards(
        connection,
        select(_a.region, _a.department, _a.level, func.count(), unacknowledged)
        .where(tables.standing, *_told())
        .group_by(_a.region, _a.department, _a.level),
    )


def cards_at(connection: Connection, at: int) -> list[Cards]:
    """Count the cards that stood at the instant ``at``, at the level at which each then was."""
    e = tables.alert_events.c
    then = (
        select(e.level)
        .where(e.alert_id == _a.id, e.at <= at)
        .order_by(e.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    stood = (
        select(_a.region, _a.department, func.coalesce(then, _a.level).label("level"))
        .where(
            _a.opened_at <= at,
            # Written as two, so that each finds its index.
            or_(tables.standing, and_(_a.resolved_at.is_not(None), _a.resolved_at > at)),
            *_told(),
        )
        .subquery()
    )
    s = stood.c
    return _cards(
        connection,
        select(s.region, s.department, s.level, func.count(), func.count()).group_by(
            s.region, s.department, s.level
        ),
    )


def open_cases(connection: Connection, begin: int, end: int) -> list[Open]:
    """Count the open cases by place, and those of them that are due from ``begin`` to ``end``."""
    due = func.sum(case((and_(_c.due_at >= begin, _c.due_at < end), 1), else_=0))
    rows = connection.execute(
        select(_c.region, _c.department, func.count(), due)
        .where(tables.is_open)
        .group_by(_c.region, _c.department)
    )
    return [Open(*row) for row in rows]


def most_urgent(connection: Connection, seen: Scope, limit: int) -> list[int]:
    """Give the ids of the gravest cards in a scope, the longest due first."""
    query = select(_a.id).where(tables.standing, *_told(), seen.of(_a))
    order = (_a.rank.desc(), _a.due_at.is_(None), _a.due_at, _a.id)
    return list(connection.scalars(query.order_by(*order).limit(limit)))


def gravest(connection: Connection, seen: Scope) -> str | None:
    """Give the level of the gravest card in a scope; ``None`` where no card stands."""
    query = select(_a.level).where(tables.standing, *_told(), seen.of(_a))
    return connection.scalar(query.order_by(_a.rank.desc()).limit(1))


def _told() -> tuple[Any, ...]:
    """Give the conditions that an alert is a card that people are told of."""
    return (tables.notified, or_(_a.case_id.is_not(None), _a.region.is_not(None)))


def _cards(connection: Connection, query: Select[Any]) -> list[Cards]:
    return [Cards(*row) for row in connection.execute(query)]
