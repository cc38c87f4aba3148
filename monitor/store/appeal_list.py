"""Appeals (申诉) as people list them: by state and pages, within a bound."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, func, select

from monitor.store import tables
from monitor.store.appeals import AppealRow, row_of
from rules.appeals import AppealState


def counts(connection: Connection, bound: ColumnElement[bool]) -> dict[AppealState, int]:
    """Give how many appeals are in each state, of those within a bound.

    It is a condition on the tables of appeals and of alerts.
    """
    c = tables.appeals.c
    rows = connection.execute(
        select(c.state, func.count().label("number"))
        .select_from(tables.appeals.join(tables.alerts))
        .where(bound)
        .group_by(c.state)
    )
    found = {row.state: row.number for row in rows}
    return {state: found.get(state.value, 0) for state in AppealState}


def listing(
    connection: Connection,
    bound: ColumnElement[bool],
    state: AppealState,
    *,
    offset: int,
    limit: int,
) -> list[AppealRow]:
    """Give appeals of a state: the pending that are due first, of the decided the latest."""
    c = tables.appeals.c
    pending = state is AppealState.PENDING
    order = (c.decide_due, c.id) if pending else (c.decided_at.desc(), c.id.desc())
    query = (
        select(tables.appeals)
        .select_from(tables.appeals.join(tables.alerts))
        .where(bound, c.state == state.value)
        .order_by(*order)
        .offset(offset)
        .limit(limit)
    )
    return [row_of(row) for row in connection.execute(query).mappings()]
