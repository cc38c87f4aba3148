"""The sweep: what was last checked by other rules than those in force is to be checked again."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Connection, func, or_, select, update

from monitor.store import tables
from monitor.store.waiting import NOTHING_HELD, judgeable


def make_due(
    connection: Connection,
    fingerprint: str,
    now: int,
    limit: int,
    held: Mapping[str, int] = NOTHING_HELD,
) -> int:
    """Make live cases last checked by other rules due at ``now``, until ``limit`` are due in all.

    Gives how many it made due. Those being checked are passed over. That no more are made due than
    can soon be checked keeps what falls due by itself from waiting behind a whole sweep, and the
    sweep from passing over the same rows again and again. Those that are ``held`` (see
    ``waiting.judgeable``) are not waited for, and no more of their sources are made due.
    """
    c = tables.cases.c
    waiting = select(c.id).where(c.next_check_at <= now, *judgeable(held)).limit(limit).subquery()
    room = limit - (connection.scalar(select(func.count()).select_from(waiting)) or 0)
    made = 0
    for others in _others(fingerprint):
        if made >= room:
            break
        chosen = (
            select(c.id)
            .where(
                others,
                or_(c.next_check_at.is_(None), c.next_check_at > now),
                tables.live,
                *judgeable(held),
            )
            .limit(room - made)
            .with_for_update(skip_locked=True)
            .cte("others")  # a plain subquery PostgreSQL may run again for every row
        )
        made += len(  # counted by hand: sqlite3 counts no UPDATE that begins with WITH
            connection.scalars(
                update(tables.cases)
                .where(c.id.in_(select(chosen.c.id)))
                .values(next_check_at=now)
                .returning(c.id)
            ).all()
        )
    return made


def left(connection: Connection, fingerprint: str) -> int:
    """Count the live cases that were last checked by other rules than those of this fingerprint."""
    count = select(func.count()).select_from(tables.cases)
    return sum(
        connection.scalar(count.where(others, tables.live)) or 0 for others in _others(fingerprint)
    )


def _others(fingerprint: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    # "<>" would be read as a scan of the whole index, and so would both ranges in one statement.
    column = tables.cases.c.fingerprint
    return column < fingerprint, column > fingerprint
