"""Calling applicants (电话回访): looking up whom to call, and recording what it came to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import Connection

from monitor.acts.actor import Actor
from monitor.store import audit_log, call_back_list, call_backs
from monitor.store.audit_log import Act
from monitor.store.call_backs import REACHED, CallBack, Result
from rules.instants import MINUTE
from rules.refusals import RefusedError

SHOWN_FOR = 30 * MINUTE
"""So long somebody sees whom he is to call after having looked him up."""

SHOWN = "call_back.reveal"
"""The act of having a look at how an applicant is reached; it stands in the audit log."""


def reveal(connection: Connection, actor: Actor, row: CallBack, now: int) -> None:
    """Put on record that somebody looks up the name and number of whom he is to call."""
    act = Act(actor.who, actor.origin, SHOWN, call_back_list.named(row.id), None, {"no": row.no})
    audit_log.record(connection, act, now)


def shown_to(connection: Connection, who: str, ids: Collection[int], now: int) -> set[int]:
    """Give which rows of the list somebody has looked up of late: he need not do it again."""
    return call_back_list.acted_on(connection, who, SHOWN, ids, now - SHOWN_FOR)


def record_call(
    connection: Connection, actor: Actor, ident: int, result: Result, note: str, now: int
) -> CallBack:
    """Record a call and give the row of the list after it.

    Raises:
        RefusedError: there is no such row, its applicant was reached before, or somebody complains
            and what about is not said.
    """
    row = call_backs.by_id(connection, ident)
    if row is None:
        raise RefusedError(f"回访名单里没有 {ident}", f"the list has no row {ident}")
    if row.called_at is not None:
        raise RefusedError(
            f"回访 {ident} 已由 {row.called_by} 完成", f"{row.called_by} has made call {ident}"
        )
    if result is Result.COMPLAINS and not note.strip():
        raise RefusedError("申请人不满意的，须写明事由", "say what the applicant complains of")
    call_backs.record(connection, ident, result, actor.who, note, now)
    act = Act(
        actor.who,
        actor.origin,
        "call_back.record",
        f"call_back:{ident}",
        {"result": row.result, "attempts": row.attempts},
        {"result": result.value, "attempts": row.attempts + 1},
        note,
    )
    audit_log.record(connection, act, now)
    return replace(
        row,
        attempts=row.attempts + 1,
        result=result.value,
        note=note,
        called_by=actor.who,
        called_at=now if result in REACHED else None,
    )
