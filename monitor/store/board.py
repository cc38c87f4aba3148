"""What the board counts: cases and cards by place, by level and by day.

Cases are counted by their gravest card (``cases.level``), so that each is counted once and the
numbers add up to the list behind them. Days are given as the instants at which they begin, one
more than there are days; a row tells the number of its day.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, case, exists, func, or_, select

from monitor.store import tables
from monitor.store.scope import Scope
from monitor.store.sharing import SHARED
from rules.findings import Outcome

_a = tables.alerts.c
_c = tables.cases.c
_e = tables.alert_events.c

OUTSIDE = -1
"""The number of a day for what falls on none of them."""

TOLD = (tables.notified, or_(_a.case_id.is_not(None), _a.region.is_not(None)))
"""That people are told of an alert, and that it is not about the system."""


class Cases(NamedTuple):
    """So many live cases (see ``tables.live``) of a place stand alike; ``level`` of a card."""

    region: str | None
    department: str | None
    level: str | None
    paused: bool
    closed: bool
    day: int
    number: int


class Waiting(NamedTuple):
    """So many cases of a place and a level have a card that nobody acknowledged."""

    region: str | None
    department: str | None
    level: str
    number: int


class Opened(NamedTuple):
    """So many cards that a place carries came to a level on a day."""

    region: str | None
    department: str | None
    level: str
    day: int
    number: int


class Urgent(NamedTuple):
    """A card of those that are to be dealt with first, and the order that was issued for it."""

    id: int
    order_state: str | None
    order_since: int | None
    acknowledge_due: int | None


def cases(connection: Connection, days: Sequence[int]) -> list[Cases]:
    """Count the live cases of one place; the day is that on which one is due.

    Cases that several places answer for are left out: see :mod:`monitor.store.sharing`.
    """
    paused = case((_c.state == "paused", 1), else_=0)
    closed = case((_c.closed_at.is_not(None), 1), else_=0)
    of = (_c.region, _c.department, _c.level, paused, closed, _day(_c.due_at, days))
    rows = connection.execute(
        select(*of, func.count()).where(tables.live, _c.id.not_in(SHARED)).group_by(*of)
    )
    return [
        Cases(region, department, level, bool(waits), bool(done), day, number)
        for region, department, level, waits, done, day, number in rows
    ]


def waiting(connection: Connection) -> list[Waiting]:
    """Count the cases of one place with a card that nobody has acknowledged, by their level."""
    of = (_c.region, _c.department, _c.level)
    rows = connection.execute(
        select(*of, func.count(_a.case_id.distinct()))
        .select_from(tables.alerts.join(tables.cases, _a.case_id == _c.id))
        .where(
            *(tables.standing, tables.notified, _a.acked_at.is_(None)),
            *(_c.level.is_not(None), tables.live, _c.id.not_in(SHARED)),
        )
        .group_by(*of)
    )
    return [Waiting(*row) for row in rows]


def of_no_case(connection: Connection) -> list[Waiting]:
    """Count the cards that stand about no case, but about a department or a window, say."""
    of = (_a.region, _a.department, _a.level)
    rows = connection.execute(
        select(*of, func.count()).where(tables.standing, _a.case_id.is_(None), *TOLD).group_by(*of)
    )
    return [Waiting(*row) for row in rows]


def opened(connection: Connection, days: Sequence[int]) -> list[Opened]:
    """Count the cards that were opened at, or raised to, a level; the day is when."""
    of = (_a.region, _a.department, _e.level, _day(_e.at, days))
    rows = connection.execute(
        select(*of, func.count())
        .select_from(tables.alert_events.join(tables.alerts, _e.alert_id == _a.id))
        .where(
            _e.event.in_([Outcome.OPENED, Outcome.RAISED]),
            *(_e.at >= days[0], _e.at < days[-1], *TOLD),
        )
        .group_by(*of)
    )
    return [Opened(*row) for row in rows]


def most_urgent(
    connection: Connection, seen: Scope, levels: Collection[str], limit: int
) -> list[Urgent]:
    """Return the gravest cards in a scope, the longest due first, one a case; none of closed cases.

    ``levels`` are those to choose among; none: all.
    """
    order = (_a.rank.desc(), _a.due_at.asc().nulls_last(), _a.id)  # as their index has it
    done = exists().where(_c.id == _a.case_id, ~tables.is_open)
    query = select(_a.id, _a.case_id).where(tables.standing, *TOLD, seen.of(_a), ~done)
    if levels:
        query = query.where(_a.level.in_(sorted(levels)))
    chosen: dict[int, int] = {}
    # A case with ten cards still leaves room for others: nobody has so many as this.
    for ident, case_id in connection.execute(query.order_by(*order).limit(limit * 8)):
        chosen.setdefault(-ident if case_id is None else case_id, ident)
    ids = list(chosen.values())[:limit]
    found = {}
    o, j = tables.orders.c, tables.order_alerts.c
    orders = connection.execute(
        select(j.alert_id, o.state, o.issued_at, o.acknowledge_due)
        .select_from(tables.order_alerts.join(tables.orders, j.order_id == o.id))
        .where(j.alert_id.in_(ids))
        .order_by(o.id)
    )
    for ident, *standing in orders:
        found[ident] = standing
    return [Urgent(ident, *found.get(ident, (None, None, None))) for ident in ids]


def _day(at: Any, days: Sequence[int]) -> ColumnElement[int]:
    """Give the number of the day on which an instant falls."""
    begin, *ends = days
    return case(
        (or_(at.is_(None), at < begin, at >= ends[-1]), OUTSIDE),
        *((at < end, number) for number, end in enumerate(ends)),
        else_=OUTSIDE,
    )
