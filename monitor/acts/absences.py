"""Entering that somebody is away, or that another stands in for him, and ending it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from monitor.acts.actor import Actor
from monitor.store import audit_log, people
from monitor.store.audit_log import Act
from monitor.store.people import Absence
from rules.directory import Directory
from rules.instants import NEVER
from rules.refusals import RefusedError
from rules.standing_in import Delegation, loop_through


def enter(
    connection: Connection,
    directory: Directory,
    actor: Actor,
    person: str,
    deputy: str | None,
    from_at: int | None,
    until_at: int | None,
    note: str,
    now: int,
) -> Absence:
    """Enter that a person is on leave or, with a ``deputy``, that this one stands in for him.

    ``from_at`` and ``until_at`` are instants; a leave without a beginning begins ``now``.

    Raises:
        RefusedError: a person is unknown, it ends no later than it begins, or the deputies would
            form a loop.
    """
    for ident in filter(None, (person, deputy)):
        if ident not in directory.people:
            raise RefusedError(
                f"名录里没有 {ident}；编号见 duban people list",
                f"nobody of the directory has the id {ident}; for the ids see: duban people list",
            )
    if deputy is None and from_at is None:
        from_at = now
    if until_at is not None and until_at <= (from_at if from_at is not None else -NEVER):
        raise RefusedError("结束须晚于开始", "it must end later than it begins")
    if until_at is not None and until_at <= now:
        raise RefusedError("已经结束，不必登记", "it has ended already and need not be entered")
    if deputy is not None:
        link = Delegation(person, deputy, from_at, until_at)
        if loop := loop_through(link, directory.delegations):
            listed = " → ".join(loop)
            raise RefusedError(f"代理成环：{listed}", f"deputies in a loop: {listed}")
    new = Absence(0, person, deputy, from_at, until_at, note, actor.who, now)
    entered = people.enter(connection, new)
    after = _told(entered)
    audit_log.record(
        connection,
        Act(actor.who, actor.origin, _act(entered), f"person:{person}", None, after, note),
        now,
    )
    return entered


def end(connection: Connection, actor: Actor, ident: int, now: int) -> Absence:
    """End a leave or a delegation that was entered, from ``now`` on.

    Raises:
        RefusedError: there is none of this id that has not ended.
    """
    ended = people.end(connection, ident, actor.who, now)
    if ended is None:
        raise RefusedError(f"没有编号为 {ident} 的登记", f"there is no entry of the id {ident}")
    act = f"{_act(ended)}.end"
    audit_log.record(
        connection,
        Act(actor.who, actor.origin, act, f"person:{ended.person}", _told(ended), None),
        now,
    )
    return ended


def _act(absence: Absence) -> str:
    return "leave" if absence.deputy is None else "delegate"


def _told(absence: Absence) -> dict[str, Any]:
    return {
        "id": absence.id,
        "deputy": absence.deputy,
        "from_at": absence.from_at,
        "until_at": absence.until_at,
    }
