"""The last seal as it is remembered outside of the chain, so that a chain that was cut shows.

Whoever owns the database can delete seals and rows from the end, or all of them, and what is left
is a whole chain. So the last seal is remembered in a row of ``meta``, by the running daemon, and in
a file beside the store: each has to be deceived as well. Only a hash that is kept on another
machine is out of reach of whoever owns this one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from monitor.store import audit_log, meta, seals, tables
from monitor.store.audit_log import Act
from monitor.store.seals import BEGINNING, Seal

ACCEPT = "record.accept"
"""The act of going on from a chain that has lost what is remembered of it."""

RECORD = "record:seals"
"""The object of acts on the chain."""

_KEY = "audit_head"


@dataclass(frozen=True, slots=True)
class Head:
    """A seal that was the last one at some time: its number, its hash, and when it was made.

    With ``accepted`` somebody has put on record that the chain goes on from here, as after a
    backup was restored; ``at`` is then the instant of that.
    """

    seal: int
    hash: str
    at: int
    accepted: bool = False

    @classmethod
    def of(cls, seal: Seal | None, accepted_at: int | None = None) -> Head:
        """Return the head that a seal is; ``None`` stands for a chain without seals."""
        at = accepted_at if accepted_at is not None else (seal.at if seal else 0)
        no, found = (seal.no, seal.hash) if seal else (0, BEGINNING)
        return cls(no, found, at, accepted_at is not None)


def in_chain(connection: Connection, head: Head) -> bool:
    """Return whether the chain still has a head."""
    c = tables.audit_seals.c
    if head.seal == 0:
        return True
    return connection.scalar(select(c.hash).where(c.no == head.seal)) == head.hash


def lost(connection: Connection, heads: Iterable[Head]) -> list[Head]:
    """Return those heads that the chain no longer has."""
    return [one for one in heads if not in_chain(connection, one)]


def remembered(connection: Connection) -> Head | None:
    """Return the head that is remembered in the store; ``None`` where nothing was sealed yet."""
    return _head(meta.get(connection, _KEY))


def remember(connection: Connection, new: Seal) -> None:
    """Remember a new seal in the store, unless the chain has lost the head remembered so far."""
    before = remembered(connection)
    if before is None or in_chain(connection, before):
        meta.put(connection, _KEY, asdict(Head.of(new)))


def accept(connection: Connection, act: Act, now: int) -> Head:
    """Go on from the chain as it is now, whatever is remembered, and return its head.

    It is put on record as ``act`` says, which names who does so and why.
    """
    head, before = Head.of(seals.last(connection), now), remembered(connection)
    meta.put(connection, _KEY, asdict(head))
    told = _told(before) if before else None
    done = replace(act, act=ACCEPT, object=RECORD, before=told, after=_told(head))
    audit_log.record(connection, done, now)
    return head


def accepted(connection: Connection) -> Head | None:
    """Return the head that was last accepted, by what is on record; ``None`` where none was."""
    c = tables.audit_log.c
    query = select(c.at, c.after).where(c.object == RECORD, c.act == ACCEPT)
    row = connection.execute(query.order_by(c.id.desc()).limit(1)).one_or_none()
    return _head({**row.after, "at": row.at, "accepted": True}) if row else None


class HeadFile:
    """The file in which heads are kept, a line of JSON each; only ever added to."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def heads(self) -> list[Head]:
        """Return the heads on file from the last accepted one on; those before no longer count.

        A line that cannot be understood, as after a crash, is passed over.

        Raises:
            OSError: the file is there and cannot be read.
        """
        found: list[Head] = []
        try:
            lines = self.path.read_text("utf-8", "replace").splitlines()
        except FileNotFoundError:
            return found
        for line in lines:
            try:
                head = _head(json.loads(line))
            except ValueError:
                continue
            if head is not None:
                found = [head] if head.accepted else [*found, head]
        return found

    def keep(self, head: Head) -> None:
        """Add a head; whoever runs the daemon alone can read it.

        Raises:
            OSError: it cannot be written.
        """
        file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(file, "w", encoding="utf-8") as out:
            out.write(json.dumps(asdict(head)) + "\n")


def _told(head: Head) -> dict[str, Any]:
    return {"seal": head.seal, "hash": head.hash}


def _head(told: Any) -> Head | None:
    try:
        return Head(int(told["seal"]), str(told["hash"]), int(told["at"]), bool(told["accepted"]))
    except (TypeError, KeyError, ValueError):
        return None
