"""How far each source has been read, and who is reading it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Update, case, or_, select, update

from monitor.store import tables
from monitor.store.statements import insert


@dataclass(frozen=True, slots=True)
class SourceState:
    """The state of a source: ``new``, ``ok``, or why it was last not read: ``down``, ``fault``.

    ``cursor`` is the reader's own text, ``failures`` the attempts that failed since ``last_ok_at``,
    ``complete_at`` the instant as of which the source was last read to its end.
    """

    id: str
    cursor: str | None
    next_poll_at: int
    next_reconcile_at: int
    claimed_until: int | None
    claimed_by: str | None
    failures: int
    last_ok_at: int | None
    last_error: str | None
    rows_read: int
    state: str
    complete_at: int | None = None


_COLUMNS = tuple(tables.sources.c[name] for name in SourceState.__dataclass_fields__)


def ensure(connection: Connection, ids: Iterable[str], now: int) -> None:
    """Make sure that these sources have a state.

    A new one is to be read at ``now``, and its supervision begins then unless the settings say
    otherwise.
    """
    rows = [
        {
            "id": ident,
            "next_poll_at": now,
            "next_reconcile_at": now,
            "state": "new",
            "since_at": now,
        }
        for ident in ids
    ]
    if rows:
        connection.execute(
            insert(connection, tables.sources).on_conflict_do_nothing(index_elements=["id"]), rows
        )


def states(connection: Connection) -> list[SourceState]:
    """Give the state of every source by id, those no longer in the settings too."""
    rows = connection.execute(select(*_COLUMNS).order_by(tables.sources.c.id))
    return [SourceState(*row) for row in rows]


def state(connection: Connection, ident: str) -> SourceState | None:
    """Return the state of a source, ``None`` if the store does not know it."""
    query = select(*_COLUMNS).where(tables.sources.c.id == ident)
    row = connection.execute(query).one_or_none()
    return None if row is None else SourceState(*row)


def begun(connection: Connection) -> dict[str, int | None]:
    """Return when the supervision of each source began, by id; ``None``: it always was."""
    s = tables.sources.c
    return {row.id: row.since_at for row in connection.execute(select(s.id, s.since_at))}


def claim(
    connection: Connection, ident: str, now: int, lease_until: int, who: str
) -> SourceState | None:
    """Lease a source that is to be polled or reconciled to ``who``.

    A source that ``who`` holds already is leased anew: nobody reads one source twice at a time,
    so the lease is what a failed attempt left. ``None`` if neither is due or somebody else holds
    it. Commit before reading.
    """
    s = tables.sources.c
    row = connection.execute(
        update(tables.sources)
        .where(
            s.id == ident,
            or_(s.next_poll_at <= now, s.next_reconcile_at <= now),
            free(now, lease_until, who),
        )
        .values(claimed_until=lease_until, claimed_by=who)
        .returning(*_COLUMNS)
    ).one_or_none()
    return None if row is None else SourceState(*row)


def free(now: int, lease_until: int, who: str) -> ColumnElement[bool]:
    """Return the condition that ``who`` may lease a source until ``lease_until``.

    Nobody leases for twice as long, so a lease that ends later was given by a wrong clock.
    """
    s = tables.sources.c
    return or_(
        s.claimed_until.is_(None),
        s.claimed_until <= now,
        s.claimed_until > lease_until + (lease_until - now),
        s.claimed_by == who,
    )


def commit_page(
    connection: Connection,
    ident: str,
    who: str,
    *,
    cursor: str,
    rows: int,
    now: int,
    next_poll_at: int,
    lease_until: int | None,
    complete_at: int | None = None,
) -> bool:
    """Note that ``rows`` more rows were read, up to ``cursor``; ``lease_until=None`` lets it go.

    ``complete_at`` is given with the last page of a round: the instant at which the round began.
    ``False`` where ``who`` no longer holds the source: then roll the page back.
    """
    complete = {} if complete_at is None else {"complete_at": complete_at}
    return _update(
        connection,
        _held(ident, who).values(
            cursor=cursor,
            rows_read=tables.sources.c.rows_read + rows,
            next_poll_at=next_poll_at,
            **complete,
            **_read(now, lease_until, who),
        ),
    )


def commit_reconcile(
    connection: Connection,
    ident: str,
    who: str,
    *,
    began_at: int,
    now: int,
    next_reconcile_at: int,
    next_poll_at: int | None = None,
) -> bool:
    """Note that the whole source, read from ``began_at`` on, is in the store, and let it go.

    ``next_poll_at`` stays as it is unless given. ``False`` where ``who`` no longer holds the
    source: then roll back.
    """
    s = tables.sources.c
    later = case((s.complete_at > began_at, s.complete_at), else_=began_at)
    complete = case((s.complete_at > now, began_at), else_=later)  # a wrong clock wrote the former
    values: dict[str, Any] = {"next_reconcile_at": next_reconcile_at, "complete_at": complete}
    if next_poll_at is not None:
        values["next_poll_at"] = next_poll_at
    return _update(connection, _held(ident, who).values(**values, **_read(now, None, who)))


def extend(connection: Connection, ident: str, who: str, now: int, lease_until: int) -> bool:
    """Hold a source that was just read for longer; ``False`` if ``who`` no longer holds it."""
    return _update(connection, _held(ident, who).values(claimed_until=lease_until, last_ok_at=now))


def let_go(connection: Connection, ident: str, who: str) -> bool:
    """Let go of a source as it is; ``False`` if ``who`` no longer holds it."""
    return _update(connection, _held(ident, who).values(claimed_until=None, claimed_by=None))


def failed(
    connection: Connection, ident: str, who: str, *, state: str, error: str, next_poll_at: int
) -> bool:
    """Note that a source could not be read, put everything off until ``next_poll_at``, let it go.

    ``state`` is ``down`` or ``fault``. ``False`` where ``who`` no longer holds the source.
    """
    s = tables.sources.c
    return _update(
        connection,
        _held(ident, who).values(
            state=state,
            failures=s.failures + 1,
            last_error=error,
            next_poll_at=next_poll_at,
            next_reconcile_at=case(
                (s.next_reconcile_at < next_poll_at, next_poll_at), else_=s.next_reconcile_at
            ),
            claimed_until=None,
            claimed_by=None,
        ),
    )


def retry(connection: Connection, ids: Collection[str], now: int) -> int:
    """Let those of these sources that wait after a failure be tried at ``now``; give how many."""
    s = tables.sources.c
    return connection.execute(
        update(tables.sources)
        .where(s.id.in_(ids), s.failures > 0, s.next_poll_at > now)
        .values(next_poll_at=now)
    ).rowcount


def read_anew(connection: Connection, ids: Collection[str], now: int) -> None:
    """Have these sources read at ``now``, whatever they wait for: a daemon has just started."""
    s = tables.sources.c
    connection.execute(
        update(tables.sources).where(s.id.in_(ids), s.next_poll_at > now).values(next_poll_at=now)
    )


def whole_by(connection: Connection, ident: str, latest: int) -> None:
    """Have a source read whole at ``latest`` if that would be later."""
    s = tables.sources.c
    connection.execute(
        update(tables.sources)
        .where(s.id == ident, s.next_reconcile_at > latest)
        .values(next_reconcile_at=latest)
    )


def poll_by(connection: Connection, ident: str, latest: int, now: int) -> None:
    """Have a source polled at ``now`` if it would be later than ``latest``: a clock was wrong."""
    s = tables.sources.c
    connection.execute(
        update(tables.sources)
        .where(s.id == ident, s.next_poll_at > latest)
        .values(next_poll_at=now)
    )


def nudge(connection: Connection, ident: str, now: int, *, whole: bool) -> None:
    """Have a source polled at ``now``, with ``whole`` read whole, whatever it waits for."""
    s = tables.sources.c
    due = s.next_reconcile_at if whole else s.next_poll_at
    connection.execute(
        update(tables.sources).where(s.id == ident, due > now).values({due.name: now})
    )


def release(connection: Connection, ended: Callable[[str], bool] = lambda _name: True) -> int:
    """Let go of every source that is held by somebody who has ended; return how many.

    Without ``ended`` that is everybody: only for the one daemon that a store belongs to.
    """
    s = tables.sources.c
    names = connection.scalars(select(s.claimed_by).where(s.claimed_by.is_not(None)).distinct())
    gone = [name for name in names if ended(name)]
    return connection.execute(
        update(tables.sources)
        .where(s.claimed_by.in_(gone))
        .values(claimed_until=None, claimed_by=None)
    ).rowcount


def _held(ident: str, who: str) -> Update:
    s = tables.sources.c
    return update(tables.sources).where(s.id == ident, s.claimed_by == who)


def _read(now: int, lease_until: int | None, who: str) -> dict[str, Any]:
    return {
        "state": "ok",
        "failures": 0,
        "last_ok_at": now,
        "last_error": None,
        "claimed_until": lease_until,
        "claimed_by": None if lease_until is None else who,
    }


def _update(connection: Connection, statement: Update) -> bool:
    return connection.execute(statement).rowcount == 1
