"""Whether anything is due: asked while only reading, so that a step with nothing to do writes not.

A writing transaction makes others wait on SQLite, and on PostgreSQL is work for the server; each
step looks here before it claims. What somebody else has claimed still counts as due.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Table, or_, select

from monitor.store import tables


def cases(connection: Connection, now: int) -> bool:
    """Tell whether a case is to be checked at ``now``."""
    return _any(connection, tables.cases, tables.cases.c.next_check_at <= now)


def steps(connection: Connection, now: int) -> bool:
    """Tell whether an alert is to climb at ``now``."""
    return _any(connection, tables.alerts, tables.alerts.c.next_step_at <= now)


def orders(connection: Connection, now: int) -> bool:
    """Tell whether an order is to be issued, or one or an appeal to be looked at, at ``now``."""
    return _any(connection, tables.order_requests) or any(
        _any(connection, table, table.c.next_at <= now) for table in (tables.orders, tables.appeals)
    )


def source(connection: Connection, ident: str, now: int) -> bool:
    """Tell whether a source is to be polled or reconciled at ``now``, and nobody is at it."""
    s = tables.sources.c
    return _any(
        connection,
        tables.sources,
        s.id == ident,
        or_(s.next_poll_at <= now, s.next_reconcile_at <= now),
        or_(s.claimed_until.is_(None), s.claimed_until <= now),
    )


def _any(connection: Connection, table: Table, *where: ColumnElement[bool]) -> bool:
    return connection.scalar(select(1).select_from(table).where(*where).limit(1)) is not None
