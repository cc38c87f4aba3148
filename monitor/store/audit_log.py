"""The audit log (操作留痕): who did what, when, from where, and what it changed.

It is only ever added to. A row is recorded in the transaction of the act, so that there is neither
an act without its row nor a row without its act; it is sealed soon after: see
:mod:`monitor.store.seals`. What the machine does to alerts is in ``alert_events`` already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from monitor.store import tables
from monitor.store.statements import short

_MOST = 2000  # characters of a text; a reply may be long, a note is not


@dataclass(frozen=True, slots=True)
class Act:
    """One act of a person or of the machine.

    Attributes:
        who: the id of a person of the directory, the user of a command, or ``duban``.
        origin: from where: ``cli:USER@HOST``, ``web:ADDRESS``, ``daemon:HOST``.
        act: what was done, one or two words: ``acknowledge``, ``reply``, ``silence.end``.
        object: what it was done to, as ``KIND:ID``: ``alert:17``, ``order:DB-2026-0413``.
        before: what the act has changed, as it was, as plain JSON values; ``None`` where nothing
            was before.
        after: the same as it is now; ``None`` where nothing is any more.
        note: what the person said about it.
    """

    who: str
    origin: str
    act: str
    object: str
    before: Any = None
    after: Any = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An act as it is on record: ``at`` is the instant at which it was done."""

    id: int
    at: int
    act: Act


def record(connection: Connection, act: Act, now: int) -> None:
    """Add an act that was done at ``now`` to the record, in the caller's transaction."""
    record_many(connection, (act,), now)


def record_many(connection: Connection, acts: Sequence[Act], now: int) -> None:
    """Add acts that were done at ``now`` to the record, in the caller's transaction.

    Texts are cut to 2,000 characters.
    """
    if acts:
        connection.execute(
            tables.audit_log.insert(),
            [
                {
                    "at": now,
                    "who": short(one.who, _MOST),
                    "origin": short(one.origin, _MOST),
                    "act": one.act,
                    "object": short(one.object),
                    "before": one.before,
                    "after": one.after,
                    "note": short(one.note, _MOST),
                }
                for one in acts
            ],
        )


def of_object(connection: Connection, name: str) -> list[Recorded]:
    """Give what was done to an object, as ``KIND:ID``, in the order in which it was recorded."""
    c = tables.audit_log.c
    rows = connection.execute(
        select(c.id, c.at, c.who, c.origin, c.act, c.object, c.before, c.after, c.note)
        .where(c.object == name)
        .order_by(c.id)
    )
    return [Recorded(ident, at, Act(*act)) for ident, at, *act in rows]
