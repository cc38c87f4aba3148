"""Idempotency keys: what was answered to a request, so that it is done once however often sent.

https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select, update

from monitor.store import tables
from monitor.store.statements import insert
from rules.instants import DAY, MINUTE

KEPT_FOR = DAY
"""So long an answer is kept."""

_STUCK = MINUTE  # after so long whoever began has ended without an answer
_k = tables.request_keys.c


@dataclass(frozen=True, slots=True)
class Kept:
    """A request with a key that came before: its digest, and the answer; ``status`` 0: none yet."""

    request: str
    status: int
    answer: Any


def claim(connection: Connection, who: str, key: str, request: str, now: int) -> Kept | None:
    """Begin a request with a key; give what is kept of it, where it came before.

    Commit before doing it. What is older than :data:`KEPT_FOR` is forgotten.
    """
    connection.execute(delete(tables.request_keys).where(_k.at < now - KEPT_FOR))
    stuck = (_k.who == who, _k.key == key, _k.status == 0, _k.at < now - _STUCK)
    connection.execute(delete(tables.request_keys).where(*stuck))
    added = connection.scalar(
        insert(connection, tables.request_keys)
        .values(who=who, key=key, request=request, status=0, at=now)
        .on_conflict_do_nothing(index_elements=["who", "key"])
        .returning(_k.key)  # how many rows it is, not every driver tells
    )
    if added is not None:
        return None
    query = select(_k.request, _k.status, _k.answer).where(_k.who == who, _k.key == key)
    return Kept(*connection.execute(query).one())


def finish(
    connection: Connection, who: str, key: str, status: int, answer: Any, begun: int
) -> bool:
    """Keep the answer, in the transaction of what was done.

    ``False`` where somebody else has begun it anew: then roll back.
    """
    mine = (_k.who == who, _k.key == key, _k.status == 0, _k.at == begun)
    kept = update(tables.request_keys).where(*mine).values(status=status, answer=answer)
    return connection.execute(kept).rowcount == 1


def forget(connection: Connection, who: str, key: str, begun: int) -> None:
    """Forget a request that was not done, so that it can be sent again."""
    mine = (_k.who == who, _k.key == key, _k.status == 0, _k.at == begun)
    connection.execute(delete(tables.request_keys).where(*mine))
