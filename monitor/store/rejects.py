"""Source rows that could not be understood, kept until they can or are no more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from sqlalchemy import ColumnElement, Connection, and_, case, func, not_, select, update

from monitor.store import tables
from monitor.store.statements import among, insert, short

_KEY = 500
_TEXT = 4_000


class Rejected(Protocol):
    """A row as a source reader sets it aside: ``reason`` is a code, ``row`` an excerpt."""

    @property
    def key(self) -> str | None:
        """The key of the row, if it has one."""

    @property
    def reason(self) -> str:
        """The code of what is wrong."""

    @property
    def detail(self) -> str:
        """What was found and what was expected."""

    @property
    def row(self) -> str:
        """An excerpt of the row."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A row set aside, when it was first and last seen, and how many times it was found anew.

    ``key`` is empty where the row has none.
    """

    source: str
    key: str
    reason: str
    detail: str
    row: str
    first_seen_at: int
    seen_at: int
    times: int


_COLUMNS = tuple(tables.rejects.c[name] for name in Reject.__dataclass_fields__)


_Row = TypeVar("_Row", bound=Rejected)


def put_rejects(
    connection: Connection, source: str, rejected: Sequence[_Row], now: int
) -> list[_Row]:
    """Set rows aside; give those that were not yet, or that have changed since they were.

    One that is read again as it was, as each poll does with what it reaches back to, is noted as
    seen and neither counted nor given.
    """
    standing = _standing(connection, source, {_key(one.key) for one in rejected})
    news = [one for one in rejected if standing.get((_key(one.key), one.reason)) != _told(one)]
    rows = [
        {
            "source": source,
            "key": _key(one.key),
            "reason": one.reason,
            **dict(zip(("detail", "row"), _told(one), strict=True)),
            "first_seen_at": now,
            "seen_at": now,
            "times": 1,
        }
        for one in rejected
    ]
    if not rows:
        return []
    statement = insert(connection, tables.rejects)
    excluded, r = statement.excluded, tables.rejects.c
    as_before = and_(r.gone_at.is_(None), r.detail == excluded.detail, r.row == excluded.row)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["source", "key", "reason"],
            set_={
                "detail": excluded.detail,
                "row": excluded.row,
                "seen_at": excluded.seen_at,
                "times": r.times + case((as_before, 0), else_=1),
                "gone_at": None,
            },
        ),
        rows,
    )
    return news


def _standing(
    connection: Connection, source: str, keys: Collection[str]
) -> dict[tuple[str, str], tuple[str | None, str | None]]:
    """Give what stands set aside of these keys: detail and row by key and reason."""
    r = tables.rejects.c
    query = select(r.key, r.reason, r.detail, r.row).where(
        r.source == source, r.gone_at.is_(None), among(connection, r.key, keys)
    )
    return {(key, reason): (detail, row) for key, reason, detail, row in connection.execute(query)}


def _told(one: Rejected) -> tuple[str | None, str | None]:
    return short(one.detail, _TEXT), short(one.row, _TEXT)


def clear(
    connection: Connection,
    source: str,
    readable: Collection[str],
    now: int,
    *,
    but: Iterable[tuple[str, str]] = (),
) -> int:
    """Note that the rows of these keys can be read now; return how many rejects that ends.

    ``but`` are those, by key and reason, that stand although their row can be read: of one fact.
    """
    r = tables.rejects.c
    keys = {_key(key) for key in readable}
    standing: dict[str, set[str]] = {}
    for key, reason in but:
        if _key(key) in keys:
            standing.setdefault(reason, set()).add(_key(key))
    kept = [
        not_(and_(r.reason == reason, among(connection, r.key, some)))
        for reason, some in standing.items()
    ]
    return _gone(connection, source, now, and_(among(connection, r.key, keys), *kept))


def clear_unseen(connection: Connection, source: str, since: int, now: int) -> int:
    """Note that rejects not seen since an instant are no more, after all of a source was read."""
    return _gone(connection, source, now, tables.rejects.c.seen_at < since)


def listing(connection: Connection, source: str | None, limit: int) -> list[Reject]:
    """Give up to ``limit`` standing rejects, of one source or of all, the newest first."""
    r = tables.rejects.c
    query = select(*_COLUMNS).where(r.gone_at.is_(None))
    if source is not None:
        query = query.where(r.source == source)
    rows = connection.execute(query.order_by(r.seen_at.desc(), r.id.desc()).limit(limit))
    return [Reject(*row) for row in rows]


def count(connection: Connection, source: str) -> int:
    """Give the number of rows of a source that stand rejected."""
    r = tables.rejects.c
    standing = select(func.count()).where(r.source == source, r.gone_at.is_(None))
    return connection.scalar(standing) or 0


def _gone(connection: Connection, source: str, now: int, which: ColumnElement[bool]) -> int:
    r = tables.rejects.c
    return connection.execute(
        update(tables.rejects)
        .where(r.source == source, r.gone_at.is_(None), which)
        .values(gone_at=now)
    ).rowcount


def _key(key: str | None) -> str:
    return short(key, _KEY) or ""
