"""Checking on the desk that the record was not changed since it was sealed."""

from __future__ import annotations

from itertools import chain
from typing import Any

from sqlalchemy import Connection

from monitor.acts.actor import Actor
from monitor.store import audit_log, seals
from monitor.store.audit_log import Act
from monitor.store.heads import RECORD
from monitor.store.seal_check import Progress, faults, outside
from rules.refusals import RefusedError

VERIFY = "record.verify"
"""The act."""

MOST = 100_000
"""Of so many rows at most: it takes a second or two, too long a wait for whoever pressed a key."""

Verified = dict[str, Any]
"""What the record says of a verification: ``whole``, how far it went, and the first fault."""


def verify(connection: Connection, most: int = MOST) -> Verified:
    """Go along the chain of seals, only reading, and return what came of it.

    Raises:
        RefusedError: there are too many rows for a request.
    """
    rows = sum(seals.sealed_up_to(connection, table) for table in seals.SEALED)
    if rows > most:
        raise RefusedError(
            f"留痕约有 {rows:,} 行，网页上核对太久；在服务器上运行 duban audit-log verify",
            f"the record has about {rows:,} rows, too many for a page; on the server run: "
            "duban audit-log verify",
        )
    progress = Progress()
    found = chain(outside(connection), faults(connection, progress))
    first = next(found, None)
    more = sum(1 for _ in found)  # and goes on to the end of the chain
    fault = None
    if first is not None:
        fault = {
            "wrong": first.wrong.value,
            "seal": first.seal,
            "table": first.table,
            "id": first.id,
            "sealed_at": first.sealed_at,
        }
    return {
        "whole": first is None,
        "seals": progress.seals,
        "rows": progress.rows,
        "first_fault": fault,
        "more_faults": more,
        "head": progress.head,
    }


def record(connection: Connection, actor: Actor, verified: Verified, now: int) -> None:
    """Put on record that somebody verified the record, and what came of it."""
    act = Act(actor.who, actor.origin, VERIFY, RECORD, None, verified)
    audit_log.record(connection, act, now)
