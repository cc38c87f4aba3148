"""Whether anything is due: asked while only reading, so that a step with nothing to do writes not.

A writing transaction makes others wait on SQLite, and on PostgreSQL is work for the server; each
step looks here before it claims. What somebody else has claimed still counts as due.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Table,
    and_,
    exists,
    func,
    not_,
    or_,
    select,
)

from monitor.store import sources, tables
from rules.instants import HOUR

NOTHING_HELD: Mapping[str, int] = MappingProxyType({})


def cases(connection: Connection, now: int, held: Mapping[str, int] = NOTHING_HELD) -> bool:
    """Return whether a case that is not held (see :func:`judgeable`) is due at ``now``."""
    due = tables.cases.c.next_check_at <= now
    return _any(connection, tables.cases, due, *judgeable(held))


def judgeable(held: Mapping[str, int], of: FromClause = tables.cases) -> list[ColumnElement[bool]]:
    """Return the conditions that a case may be judged.

    ``held`` are the sources that have not been read lately enough, each with an instant: their
    cases are judged only if they were read by themselves since then. ``of`` is the table of cases
    or an alias of it.
    """
    c = of.c
    return [not_(and_(c.source == source, c.changed_at < since)) for source, since in held.items()]


def held_cases(connection: Connection, source: str, since: int, now: int) -> int:
    """Count the cases of a source that are due at ``now`` and were not read since an instant."""
    c = tables.cases.c
    waiting = (c.source == source, c.next_check_at <= now, c.changed_at < since)
    return connection.scalar(select(func.count()).select_from(tables.cases).where(*waiting)) or 0


def steps(connection: Connection, now: int, held: Mapping[str, int] = NOTHING_HELD) -> bool:
    """Return whether an alert is to climb at ``now`` that need not wait (see :func:`climbable`)."""
    due = tables.alerts.c.next_step_at <= now
    return _any(connection, tables.alerts, due, climbable(now, held))


def climbable(now: int, held: Mapping[str, int] = NOTHING_HELD) -> ColumnElement[bool]:
    """Return the condition that an alert may climb, and an order may be issued for it.

    A standing alert about a case waits until the case has been judged on what is known of it: while
    the case may not be judged (see :func:`judgeable`, also for ``held``), and while it is due to be
    checked at ``now``. It might be over. What is resolved goes on: its end is to be sent.
    """
    a, of = tables.alerts.c, tables.cases.alias("of_alert")
    unjudged = or_(of.c.next_check_at <= now, *(not_(one) for one in judgeable(held, of)))
    return or_(not_(tables.standing), not_(exists().where(of.c.id == a.case_id, unjudged)))


def issuable(now: int, held: Mapping[str, int] = NOTHING_HELD) -> ColumnElement[bool]:
    """Return the condition that a request for an order may be seen to (see :func:`climbable`)."""
    of = tables.order_requests.c.alert_id
    return exists().where(tables.alerts.c.id == of, climbable(now, held))


def orders(connection: Connection, now: int, held: Mapping[str, int] = NOTHING_HELD) -> bool:
    """Return whether an order is to be issued, or one or an appeal to be looked at, at ``now``.

    Requests for orders that have to wait (see :func:`issuable`) do not count.
    """
    asked = tables.order_requests
    return _any(connection, asked, asked.c.next_at <= now, issuable(now, held)) or any(
        _any(connection, table, table.c.next_at <= now) for table in (tables.orders, tables.appeals)
    )


def source(connection: Connection, ident: str, now: int, lease_until: int, who: str) -> bool:
    """Return whether ``who`` may read a source at ``now``: it is due, and nobody else is at it."""
    s = tables.sources.c
    return _any(
        connection,
        tables.sources,
        s.id == ident,
        or_(s.next_poll_at <= now, s.next_reconcile_at <= now),
        sources.free(now, lease_until, who),
    )


def being_read(connection: Connection, ids: Collection[str], now: int) -> frozenset[str]:
    """Return which of these sources are being read for the first time, or checked, at ``now``.

    An hour after its supervision began, a source is taken as it is.
    """
    s, c = tables.sources.c, tables.cases.c
    unchecked = exists().where(c.source == s.id, c.next_check_at <= now, c.fingerprint.is_(None))
    under_way = or_(s.complete_at.is_(None), unchecked)
    query = select(s.id).where(s.id.in_(ids), s.since_at > now - HOUR, under_way)
    return frozenset(connection.scalars(query))


def _any(connection: Connection, table: Table, *where: ColumnElement[bool]) -> bool:
    return connection.scalar(select(1).select_from(table).where(*where).limit(1)) is not None
