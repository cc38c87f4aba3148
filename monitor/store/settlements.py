"""Settled alerts (结案): those about closed cases, which would otherwise stand for ever.

What a rule finds in a closed case stays true, so that no check ends it. It is settled: the alert is
resolved, stays on record, and is not opened again as long as it rests on the same facts.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select, update

from monitor.store import tables
from monitor.store.alerts import Resolved, resolve
from monitor.store.statements import among
from rules.appeals import Revoked
from rules.findings import Card, ClockState, Reason
from rules.going_live import Origin
from rules.late_ends import Before
from rules.orders import ENDED

_a = tables.alerts.c
_c = tables.cases.c


@dataclass(frozen=True, slots=True)
class Waiting:
    """An alert that stands about a closed case.

    ``answered``: it was acknowledged or answered, or nobody was told of it, and neither an order
    nor an appeal over it is open.
    """

    id: int
    opened_at: int
    answered: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """An alert about a closed case that is to be settled."""

    id: int
    case_id: int
    rule: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which alerts about closed cases to settle at once; ``None`` leaves a choice open."""

    rule: str | None = None
    region: str | None = None
    department: str | None = None
    closed_before: int | None = None
    history: bool = False


def before(connection: Connection, case_ids: Collection[int]) -> dict[int, list[Before]]:
    """Return the alerts that each of these cases has and had."""
    found: dict[int, list[Before]] = {}
    if not case_ids:
        return found
    state = _a.evidence["state"].as_string()
    query = select(_a.case_id, _a.rule, _a.part, _a.rank, state.label("state"))
    for row in connection.execute(query.where(among(connection, _a.case_id, case_ids))):
        one = Before(Card(row.rule, row.part), row.rank, row.state == ClockState.MISSED.value)
        found.setdefault(row.case_id, []).append(one)
    return found


def settled_of(connection: Connection, case_ids: Collection[int]) -> dict[int, list[Revoked]]:
    """Return what was settled of each of these cases: it does not come back on the same facts."""
    found: dict[int, list[Revoked]] = {}
    if not case_ids:
        return found
    rows = connection.execute(
        select(_a.case_id, _a.rule, _a.rank, _a.evidence, _a.part).where(
            among(connection, _a.case_id, case_ids), _a.resolution == Reason.SETTLED.value
        )
    )
    for case_id, *card in rows:
        found.setdefault(case_id, []).append(Revoked(*card))
    return found


def waiting(connection: Connection, case_ids: Collection[int]) -> dict[int, list[Waiting]]:
    """Return the alerts that stand of each of these closed cases."""
    found: dict[int, list[Waiting]] = {}
    if not case_ids:
        return found
    heard = or_(
        _a.acked_at.is_not(None),
        _a.answered_at.is_not(None),
        _a.shadow,
        _a.origin == Origin.HISTORY,
    )
    answered = and_(heard, ~_under_order(), ~_under_appeal())
    query = select(_a.case_id, _a.id, _a.opened_at, answered.label("answered"))
    rows = connection.execute(query.where(among(connection, _a.case_id, case_ids), tables.standing))
    for case_id, ident, opened_at, is_answered in rows:
        one = Waiting(ident, opened_at, bool(is_answered))
        found.setdefault(case_id, []).append(one)
    return found


def chosen(connection: Connection, choice: Choice, limit: int) -> list[Settled]:
    """Return up to ``limit`` alerts about closed cases that may be settled, the oldest first.

    What an order or an appeal is open over is left out.
    """
    query = (
        select(_a.id, _a.case_id, _a.rule, _a.level)
        .select_from(tables.alerts.join(tables.cases, _a.case_id == _c.id))
        .where(tables.standing, _c.closed_at.is_not(None), ~_under_order(), ~_under_appeal())
        .order_by(_a.id)
        .limit(limit)
    )
    for column, value in (
        (_a.rule, choice.rule),
        (_a.region, choice.region),
        (_a.department, choice.department),
    ):
        if value is not None:
            query = query.where(column == value)
    if choice.closed_before is not None:
        query = query.where(_c.closed_at < choice.closed_before)
    if choice.history:
        query = query.where(_a.origin == Origin.HISTORY)
    return [Settled(*row) for row in connection.execute(query)]


def settle(connection: Connection, some: Sequence[Settled], now: int) -> set[int]:
    """Settle alerts that :func:`chosen` returned; their cases are checked anew at ``now``.

    Return the ids of those that were still open.
    """
    cases = {one.case_id for one in some}
    # Locks are taken in this order: case, alert.
    connection.execute(
        update(tables.cases).where(among(connection, _c.id, cases)).values(next_check_at=now)
    )
    return resolve(
        connection,
        [Resolved(one.id, now, Reason.SETTLED, one.level, Reason.SETTLED.value) for one in some],
    )


def _under_order() -> ColumnElement[bool]:
    j, o = tables.order_alerts.c, tables.orders.c
    return exists().where(
        j.alert_id == _a.id, o.id == j.order_id, o.state.not_in([one.value for one in ENDED])
    )


def _under_appeal() -> ColumnElement[bool]:
    p = tables.appeals.c
    return exists().where(p.alert_id == _a.id, p.state == "pending")
