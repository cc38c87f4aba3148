"""When each survey is to be made again, and who is making it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, or_, select, update

from monitor.store import tables
from monitor.store.statements import insert, short
from monitor.store.waiting import NOTHING_HELD, judgeable


@dataclass(frozen=True, slots=True)
class SurveyState:
    """How a survey last went: when, by which rules, how much it found, and why it failed.

    ``last_error`` is ``None`` where it did not, ``last_run_at`` where it was never made.
    """

    id: str
    next_at: int
    claimed_until: int | None
    claimed_by: str | None
    last_run_at: int | None
    fingerprint: str | None
    last_error: str | None
    found: int


_COLUMNS = tuple(tables.surveys.c[name] for name in SurveyState.__dataclass_fields__)


def ensure(connection: Connection, fingerprints: Mapping[str, str], now: int) -> None:
    """Keep a row for each survey in force, by id; what is new or changed is due at ``now``.

    So is what is no longer in force: it has alerts to resolve.
    """
    s = tables.surveys.c
    known = {row.id: row.fingerprint for row in connection.execute(select(s.id, s.fingerprint))}
    new = [ident for ident in fingerprints if ident not in known]
    if new:
        connection.execute(
            insert(connection, tables.surveys).on_conflict_do_nothing(index_elements=["id"]),
            [{"id": ident, "next_at": now} for ident in new],
        )
    changed = [
        ident for ident, last in known.items() if last not in (None, fingerprints.get(ident))
    ]
    others = [ident for ident in known if ident not in fingerprints]
    connection.execute(
        update(tables.surveys)
        .where(s.id.in_({*changed, *others}), s.next_at > now)
        .values(next_at=now)
    )


def states(connection: Connection) -> list[SurveyState]:
    """Give the state of every survey by id."""
    rows = connection.execute(select(*_COLUMNS).order_by(tables.surveys.c.id))
    return [SurveyState(*row) for row in rows]


def claim(connection: Connection, now: int, lease_until: int, who: str) -> SurveyState | None:
    """Lease the survey that is longest due to ``who``; ``None`` where none is due and free.

    Commit before making it.
    """
    s = tables.surveys.c
    due = (
        select(s.id)
        .where(s.next_at <= now, or_(s.claimed_until.is_(None), s.claimed_until <= now))
        .order_by(s.next_at, s.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    row = connection.execute(
        update(tables.surveys)
        .where(s.id == due)
        .values(claimed_until=lease_until, claimed_by=who)
        .returning(*_COLUMNS)
    ).one_or_none()
    return None if row is None else SurveyState(*row)


def made(
    connection: Connection,
    ident: str,
    who: str,
    *,
    now: int,
    next_at: int,
    fingerprint: str,
    found: int,
) -> bool:
    """Note that a survey was made and let it go; ``False`` where ``who`` no longer holds it."""
    return _let_go(
        connection,
        ident,
        who,
        next_at=next_at,
        last_run_at=now,
        fingerprint=fingerprint,
        last_error=None,
        found=found,
    )


def put_off(
    connection: Connection,
    ident: str,
    who: str,
    *,
    next_at: int,
    fingerprint: str,
    error: str | None = None,
) -> bool:
    """Let a survey go that could not be made, until ``next_at``; ``False`` as for :func:`made`."""
    return _let_go(
        connection, ident, who, next_at=next_at, fingerprint=fingerprint, last_error=short(error)
    )


def forget(connection: Connection, ident: str) -> None:
    """Take out the row of a survey that is no longer in force."""
    connection.execute(delete(tables.surveys).where(tables.surveys.c.id == ident))


def release(connection: Connection) -> int:
    """Let go of every survey; give how many. Only for the one daemon that a store belongs to."""
    s = tables.surveys.c
    return connection.execute(
        update(tables.surveys)
        .where(s.claimed_by.is_not(None))
        .values(claimed_until=None, claimed_by=None)
    ).rowcount


def late(connection: Connection, before: int) -> int:
    """Count the surveys that were due before an instant and that nobody is making."""
    s = tables.surveys.c
    free = or_(s.claimed_until.is_(None), s.claimed_until < before)
    query = select(func.count()).select_from(tables.surveys).where(s.next_at < before, free)
    return connection.scalar(query) or 0


def unchecked(connection: Connection, before: int, held: Mapping[str, int] = NOTHING_HELD) -> bool:
    """Return whether a case that was due before an instant has never been checked.

    Those that are ``held`` (see ``waiting.judgeable``) are not waited for.
    """
    c = tables.cases.c
    never = (c.next_check_at < before, c.fingerprint.is_(None))
    waiting = select(c.id).where(*never, *judgeable(held)).limit(1)
    return connection.scalar(waiting) is not None


def _let_go(connection: Connection, ident: str, who: str, **values: object) -> bool:
    s = tables.surveys.c
    return (
        connection.execute(
            update(tables.surveys)
            .where(s.id == ident, s.claimed_by == who)
            .values(claimed_until=None, claimed_by=None, **values)
        ).rowcount
        == 1
    )
