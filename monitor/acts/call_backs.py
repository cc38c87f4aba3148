"""Recording what a call to an applicant (电话回访) came to."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from monitor.acts.actor import Actor
from monitor.store import audit_log, call_backs
from monitor.store.audit_log import Act
from monitor.store.call_backs import REACHED, CallBack, Result
from rules.refusals import RefusedError


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
