"""Alerts on their ladders: whose next step is due, where each goes on, and when a climb is held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, case, null, select, update

from monitor.store import alert_events, tables
from monitor.store.alert_events import Event
from monitor.store.alert_list import COLUMNS, Alert
from monitor.store.statements import update_rows
from monitor.store.waiting import NOTHING_HELD, climbable
from rules.cases import Case

LAPSED = "ack_lapsed"
"""The event of an acknowledgement that ended because nothing had followed."""

HELD = "climb_held"
RELEASED = "climb_released"


@dataclass(frozen=True, slots=True)
class DueStep:
    """An alert whose next step is due, with its case (without parts), if it is about one."""

    alert: Alert
    case: Case | None


@dataclass(frozen=True, slots=True)
class Stepped:
    """Where the alert ``id`` goes on: the columns of ``alerts`` that a round of climbing fills.

    ``told`` and ``holds`` are kept as JSON, one object a person and a hold. ``lapsed`` tells that
    its acknowledgement has ended: it is taken from the alert and kept among its events.
    """

    id: int
    policy: str | None
    policy_version: str | None
    ladder: str | None
    step: int
    climbed: Sequence[int]
    next_step_at: int | None
    told: Sequence[Mapping[str, Any]]
    holds: Sequence[Mapping[str, Any]] | None
    lapsed: bool = False


def claim_due_steps(
    connection: Connection, now: int, limit: int, held: Mapping[str, int] = NOTHING_HELD
) -> list[DueStep]:
    """Give up to ``limit`` alerts whose next step is due at ``now``, the longest due first.

    Those that have to wait (see ``waiting.climbable``, also for ``held``) stay due. The others are
    this transaction's: others pass over them until it ends. When it is rolled back, they are still
    due.
    """
    c, of = tables.alerts.c, tables.cases.c
    rows = connection.execute(
        select(*COLUMNS, of.key, of.facts)
        .select_from(tables.alerts.outerjoin(tables.cases))
        .where(c.next_step_at <= now, climbable(now, held))
        .order_by(c.next_step_at, c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=tables.alerts)
    )
    steps = []
    for *columns, key, facts in rows:
        alert = Alert(*columns)
        found = None
        if alert.case_id is not None:
            found = Case(alert.source or "", key, facts, id=alert.case_id)
        steps.append(DueStep(alert, found))
    return steps


def record_steps(connection: Connection, stepped: Sequence[Stepped]) -> None:
    """Move alerts on to the next step of their ladder."""
    if not stepped:
        return
    rows = [
        {
            "id": one.id,
            "policy": one.policy,
            "policy_version": one.policy_version,
            "ladder": one.ladder,
            "step": one.step,
            "climbed": list(one.climbed),
            "next_step_at": one.next_step_at,
            "told": [dict(person) for person in one.told],
            "holds": None if one.holds is None else [dict(hold) for hold in one.holds],
        }
        for one in stepped
    ]
    update_rows(connection, tables.alerts, rows)
    lapsed = [{"of_id": one.id} for one in stepped if one.lapsed]
    if lapsed:
        connection.execute(
            update(tables.alerts)
            .where(tables.alerts.c.id == bindparam("of_id"))
            .values(acked_at=None, acked_by=None, ack_note=None),
            lapsed,
        )


def put_off(connection: Connection, alert_id: int, until: int) -> None:
    """Look at the ladder of an alert again at the instant ``until``."""
    connection.execute(
        update(tables.alerts).where(tables.alerts.c.id == alert_id).values(next_step_at=until)
    )


def answer(connection: Connection, alert_ids: Sequence[int], now: int) -> None:
    """Note that open alerts were answered: an order was replied to, or an appeal was filed."""
    c = tables.alerts.c
    connection.execute(
        update(tables.alerts)
        .where(c.id.in_(alert_ids), tables.standing, c.answered_at.is_(None))
        .values(answered_at=now, next_step_at=_at_once(now))
    )


def hold(connection: Connection, alert_id: int, why: str, by: str, now: int) -> bool:
    """Let the climb of an open alert stand still, as while an appeal is decided on.

    ``False``: it is not open, or is held already.
    """
    row = _held(connection, alert_id)
    if row is None or any(one["until_at"] is None for one in row.holds or ()):
        return False
    holds = [*(row.holds or ()), {"from_at": now, "until_at": None, "why": why, "by": by}]
    _put(connection, alert_id, holds, now)
    detail = {"by": by, "why": why}
    alert_events.add(connection, [Event(alert_id, now, HELD, why, row.level, detail)])
    return True


def release(connection: Connection, alert_id: int, by: str, now: int) -> bool:
    """Let a climb that was held go on, later by the time it stood still; ``False``: it was not."""
    row = _held(connection, alert_id)
    if row is None or all(one["until_at"] is not None for one in row.holds or ()):
        return False
    why = next(one["why"] for one in row.holds if one["until_at"] is None)
    holds = [{**one, "until_at": one["until_at"] or now} for one in row.holds]
    _put(connection, alert_id, holds, now)
    alert_events.add(connection, [Event(alert_id, now, RELEASED, why, row.level, {"by": by})])
    return True


def _held(connection: Connection, alert_id: int) -> Any:
    c = tables.alerts.c
    return connection.execute(
        select(c.holds, c.level).where(c.id == alert_id, tables.standing).with_for_update()
    ).one_or_none()


def _put(connection: Connection, alert_id: int, holds: Sequence[Any], now: int) -> None:
    connection.execute(
        update(tables.alerts)
        .where(tables.alerts.c.id == alert_id)
        .values(holds=list(holds), next_step_at=_at_once(now))
    )


def _at_once(now: int) -> Any:
    """Look at the ladder again at once, of an alert that people are told of."""
    return case((tables.notified, now), else_=null())
