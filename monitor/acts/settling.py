"""Settling (结案): ending many alerts about closed cases at once, without taking them back."""

from __future__ import annotations

from sqlalchemy import Connection

from monitor.acts.actor import Actor
from monitor.store import audit_log, settlements
from monitor.store.audit_log import Act
from monitor.store.settlements import Choice, Settled
from rules.refusals import RefusedError

MOST = 10_000
"""How many alerts one act settles at most: it is one transaction."""


def settle(
    connection: Connection, actor: Actor, choice: Choice, why: str, now: int
) -> list[Settled]:
    """Settle the chosen alerts about closed cases, up to :data:`MOST`, and return them.

    They stay on record and count as they did, nobody is told of their end, and they are not opened
    again while they rest on the same facts.

    Raises:
        RefusedError: no ground is given.
    """
    if not why.strip():
        raise RefusedError("结案须写明理由", "settling states its ground")
    found = settlements.chosen(connection, choice, MOST)
    if not found:
        return []
    settled = settlements.settle(connection, found, now)
    done = [one for one in found if one.id in settled]
    for one in done:
        before, after = {"state": "open", "level": one.level}, {"state": "resolved"}
        act = Act(actor.who, actor.origin, "settle", f"alert:{one.id}", before, after, why)
        audit_log.record(connection, act, now)
    return done
