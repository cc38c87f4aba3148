"""What rankings (排名) count: closed and late cases, cards, orders and calls by unit.

A unit is what a column of cases says: a region, a department, an item, a handler.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from monitor.store import closings, tables
from monitor.store.call_backs import REACHED, Result
from monitor.store.scope import Scope
from rules.instants import SECOND
from rules.orders import OrderState
from rules.punctuality import Closings

_a, _c, _o, _b = (
    table.c for table in (tables.alerts, tables.cases, tables.orders, tables.call_backs)
)
_DAY = 86_400 * SECOND


class By(StrEnum):
    """What is ranked."""

    REGION = "region"
    DEPARTMENT = "dept"
    ITEM = "item"
    HANDLER = "handler"


_CASES = {
    By.REGION: _c.region,
    By.DEPARTMENT: _c.department,
    By.ITEM: _c.item_code,
    By.HANDLER: _c.handler,
}
_CARDS = {By.REGION: _a.region, By.DEPARTMENT: _a.department, By.HANDLER: _a.handler}
_ORDERS = {By.REGION: _o.region, By.DEPARTMENT: _o.department, By.HANDLER: _o.handler}


@dataclass(frozen=True, slots=True)
class Within:
    """Of which cases: those of a scope, and of a region and a department (``None``: of all)."""

    scope: Scope
    region: str | None = None
    department: str | None = None

    def of(self, columns: Any) -> ColumnElement[bool]:
        """Give the condition for a table's ``columns``."""
        bounds = [self.scope.of(columns)]
        if self.region is not None:
            bounds.append(columns.region == self.region)
        if self.department is not None:
            bounds.append(columns.department == self.department)
        return and_(*bounds)


class ClosedBy(NamedTuple):
    """What a unit closed in a time."""

    unit: str | None
    closings: Closings


class StartedOn(NamedTuple):
    """How many of the cases that a unit closed, and whose acceptance is known, fall on a day.

    ``day`` is counted from 1970-01-01 in the zone that was asked for.
    """

    unit: str | None
    day: int
    number: int


class Cards(NamedTuple):
    """How many cases of a unit have a card of a level now."""

    unit: str | None
    level: str
    number: int


class Overdue(NamedTuple):
    """How many cases of a unit are overdue and open now."""

    unit: str | None
    number: int


class Share(NamedTuple):
    """Of so many of a unit so many were good."""

    unit: str | None
    number: int
    good: int


def closed(connection: Connection, by: By, within: Within, begin: int, end: int) -> list[ClosedBy]:
    """Count the cases closed from an instant up to another by unit."""
    found = closings.count(connection, (_CASES[by],), _closed(within, begin, end))
    return [ClosedBy(unit, counted) for (unit,), counted in found]


def closed_on(
    connection: Connection, by: By, within: Within, begin: int, end: int, offset: int
) -> list[StartedOn]:
    """Count those of the same cases whose acceptance is known by unit and day of closing.

    ``offset`` is that of the zone from UTC in microseconds.
    """
    return _by_day(connection, by, within, begin, end, _day(_c.closed_at, offset))


def accepted_on(
    connection: Connection, by: By, within: Within, begin: int, end: int, offset: int
) -> list[StartedOn]:
    """Count the same cases by unit and day of acceptance."""
    return _by_day(connection, by, within, begin, end, _day(_c.accepted_at, offset))


def _by_day(
    connection: Connection,
    by: By,
    within: Within,
    begin: int,
    end: int,
    day: ColumnElement[int],
) -> list[StartedOn]:
    of = (_CASES[by], day)
    rows = connection.execute(
        select(*of, func.count())
        .where(_closed(within, begin, end), _c.accepted_at.is_not(None))
        .group_by(*of)
    )
    return [StartedOn(*row) for row in rows]


def cards(connection: Connection, by: By, within: Within, levels: Sequence[str]) -> list[Cards]:
    """Count by unit and level the live cases with a card that the unit carries.

    A case counts for each unit by the gravest of these cards; for an item, by that of all.
    ``levels`` are all there are, the mildest first.
    """
    unit = _CARDS.get(by, _CASES[by])
    of = (unit.label("unit"), _a.case_id)
    gravest = (
        select(*of, func.max(_a.rank).label("rank"))
        .select_from(tables.alerts.join(tables.cases, _a.case_id == _c.id))
        .where(tables.standing, tables.notified, tables.live, within.of(_a))
        .group_by(*of)
        .subquery()
    )
    found = (gravest.c.unit, gravest.c.rank)
    rows = connection.execute(select(*found, func.count()).group_by(*found))
    return [Cards(one, levels[rank], number) for one, rank, number in rows if rank < len(levels)]


def overdue(connection: Connection, by: By, within: Within, now: int) -> list[Overdue]:
    """Count by unit the open cases that are overdue at ``now``."""
    rows = connection.execute(
        select(_CASES[by], func.count())
        .where(tables.is_open, _c.due_at <= now, within.of(_c))
        .group_by(_CASES[by])
    )
    return [Overdue(*row) for row in rows]


def orders(
    connection: Connection, by: By, within: Within, begin: int, end: int, now: int
) -> list[Share]:
    """Count the orders issued in a time on which a reply was due, and those replied to in time."""
    if by not in _ORDERS:
        return []
    good = and_(_o.replied_at.is_not(None), _o.replied_at <= _o.reply_due)
    rows = connection.execute(
        select(_ORDERS[by], func.count(), func.sum(case((good, 1), else_=0)))
        .where(
            *(_o.issued_at >= begin, _o.issued_at < end, within.of(_o)),
            _o.state != OrderState.WITHDRAWN.value,
            or_(_o.replied_at.is_not(None), _o.reply_due <= now),
        )
        .group_by(_ORDERS[by])
    )
    return [Share(*row) for row in rows]


def calls(connection: Connection, by: By, within: Within, begin: int, end: int) -> list[Share]:
    """Count the applicants that were reached in a time, and those of them who were content."""
    good = _b.result == Result.SATISFIED.value
    rows = connection.execute(
        select(_CASES[by], func.count(), func.sum(case((good, 1), else_=0)))
        .select_from(tables.call_backs.join(tables.cases))
        .where(
            *(_b.called_at >= begin, _b.called_at < end, within.of(_c)),
            _b.result.in_([one.value for one in REACHED]),
        )
        .group_by(_CASES[by])
    )
    return [Share(*row) for row in rows]


def _closed(within: Within, begin: int, end: int) -> ColumnElement[bool]:
    return and_(closings.closed_in(begin, end), within.of(_c))


def _day(at: Any, offset: int) -> ColumnElement[int]:
    day: ColumnElement[int] = (at + offset) // _DAY
    return day
