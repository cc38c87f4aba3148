"""Appeals (申诉) against cards: filed, decided, and the ladder that stands still meanwhile."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, case, func, null, select, update

from monitor.store import alert_events, tables
from monitor.store.alert_events import Event
from monitor.store.statements import among
from rules.appeals import Appeal, AppealState, Revoked

REVOKED = "alert_revoked"
"""The event of a card having been revoked (撤牌)."""

FILED = "appeal_filed"
"""The event of an appeal against a card."""

DECIDED = "appeal_decided"
"""The event of an appeal having been refused or passed up."""

_OWN = tuple(Appeal.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class AppealRow:
    """An appeal of the store, against the card ``alert_id``."""

    id: int
    alert_id: int
    appeal: Appeal


def add(connection: Connection, alert_id: int, level: str, appeal: Appeal) -> int:
    """Store an appeal against a card, let its ladder stand still, and give the appeal's id.

    Raises:
        sqlalchemy.exc.IntegrityError: one is pending against it already.
    """
    values = {**_values(appeal), "alert_id": alert_id, "next_at": appeal.decide_due}
    ident: int = connection.execute(
        tables.appeals.insert().returning(tables.appeals.c.id), [values]
    ).scalar_one()
    _hold(connection, alert_id, appeal.filed_at, appeal.filed_by)
    detail = {"by": appeal.filed_by, "note": appeal.reason, "appeal": ident}
    alert_events.add(connection, [Event(alert_id, appeal.filed_at, FILED, FILED, level, detail)])
    return ident


def change(connection: Connection, row: AppealRow, level: str, by: str, now: int) -> None:
    """Write a decision on an appeal; once that is its end, the ladder of its card goes on."""
    appeal = row.appeal
    pending = appeal.state is AppealState.PENDING
    connection.execute(
        update(tables.appeals)
        .where(tables.appeals.c.id == row.id)
        .values(**_values(appeal), next_at=appeal.decide_due if pending else None)
    )
    if not pending:
        _release(connection, row.alert_id, now)
    detail = {"by": by, "note": appeal.opinion, "state": appeal.state.value, "appeal": row.id}
    alert_events.add(connection, [Event(row.alert_id, now, DECIDED, DECIDED, level, detail)])


def revoke(connection: Connection, alert_id: int, by: str, why: str, now: int) -> bool:
    """Take a card back, whether it stands or was resolved; ``False`` where it was revoked before.

    Its case is checked anew, and those who were told hear of it.
    """
    c = tables.alerts.c
    row = connection.execute(
        update(tables.alerts)
        .where(c.id == alert_id, c.state != "revoked")
        .values(
            state="revoked",
            resolved_at=func.coalesce(c.resolved_at, now),
            resolution="revoked",
            revoke_why=why,
            next_step_at=now,
        )
        .returning(c.level, c.case_id)
    ).one_or_none()
    if row is None:
        return False
    if row.case_id is not None:
        connection.execute(
            update(tables.cases).where(tables.cases.c.id == row.case_id).values(next_check_at=now)
        )
    detail = {"by": by, "note": why}
    alert_events.add(connection, [Event(alert_id, now, REVOKED, REVOKED, row.level, detail)])
    return True


def revoked_of(connection: Connection, case_ids: Collection[int]) -> dict[int, list[Revoked]]:
    """Give the cards that were revoked of each of these cases, by the case's id."""
    c = tables.alerts.c
    rows = connection.execute(
        select(c.case_id, c.rule, c.rank, c.evidence, c.part).where(
            among(connection, c.case_id, case_ids), c.state == "revoked"
        )
    )
    found: dict[int, list[Revoked]] = {}
    for row in rows:
        one = Revoked(row.rule, row.rank, row.evidence, row.part)
        found.setdefault(row.case_id, []).append(one)
    return found


def by_id(connection: Connection, ident: int, *, for_change: bool = False) -> AppealRow | None:
    """Give an appeal, with ``for_change`` as this transaction's alone."""
    query = select(tables.appeals).where(tables.appeals.c.id == ident)
    if for_change:
        query = query.with_for_update()
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else row_of(row)


def pending_of(connection: Connection, alert_id: int) -> AppealRow | None:
    """Give the appeal that is pending against a card."""
    c = tables.appeals.c
    query = select(tables.appeals).where(c.alert_id == alert_id, c.state == "pending")
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else row_of(row)


def claim_due(connection: Connection, now: int, limit: int) -> list[AppealRow]:
    """Give up to ``limit`` appeals that are not decided in time, as this transaction's alone."""
    c = tables.appeals.c
    query = select(tables.appeals).where(c.next_at <= now).order_by(c.next_at, c.id).limit(limit)
    rows = connection.execute(query.with_for_update(skip_locked=True)).mappings()
    return [row_of(row) for row in rows]


def noted(connection: Connection, ids: Collection[int]) -> None:
    """Note of appeals that their not being decided in time has become an alert."""
    c = tables.appeals.c
    connection.execute(
        update(tables.appeals).where(among(connection, c.id, ids)).values(next_at=None)
    )


def listing(
    connection: Connection, state: AppealState | None, region: str | None, limit: int
) -> list[AppealRow]:
    """Give up to ``limit`` appeals in a state and of a region (``None``: any), the newest first."""
    c = tables.appeals.c
    query = select(tables.appeals)
    if state is not None:
        query = query.where(c.state == state.value)
    if region is not None:
        query = query.where(c.region == region)
    rows = connection.execute(query.order_by(c.id.desc()).limit(limit)).mappings()
    return [row_of(row) for row in rows]


def pending(connection: Connection) -> int:
    """Give how many appeals are pending."""
    query = select(func.count()).where(tables.appeals.c.state == "pending")
    return connection.scalar(query) or 0


def _hold(connection: Connection, alert_id: int, at: int, by: str) -> None:
    c = tables.alerts.c
    holds = connection.execute(
        select(c.holds).where(c.id == alert_id).with_for_update()
    ).scalar_one()
    held = {"from_at": at, "until_at": None, "why": "appeal", "by": by}
    connection.execute(
        update(tables.alerts)
        .where(c.id == alert_id)
        .values(holds=[*(holds or ()), held], answered_at=at)
    )
    # One that is resolved still has to tell those who were told.
    connection.execute(
        update(tables.alerts).where(c.id == alert_id, tables.standing).values(next_step_at=None)
    )


def _release(connection: Connection, alert_id: int, now: int) -> None:
    c = tables.alerts.c
    holds = connection.execute(
        select(c.holds).where(c.id == alert_id).with_for_update()
    ).scalar_one()
    ended = [
        {**one, "until_at": now} if one["why"] == "appeal" and one["until_at"] is None else one
        for one in holds or ()
    ]
    connection.execute(
        update(tables.alerts).where(c.id == alert_id).values(holds=ended, answered_at=None)
    )
    at_once = case((tables.notified, now), else_=null())
    connection.execute(
        update(tables.alerts).where(c.id == alert_id, tables.standing).values(next_step_at=at_once)
    )


def _values(appeal: Appeal) -> dict[str, Any]:
    return {name: getattr(appeal, name) for name in _OWN} | {"state": appeal.state.value}


def row_of(row: RowMapping) -> AppealRow:
    """Give the appeal that a row of the table is."""
    own = {name: row[name] for name in _OWN} | {"state": AppealState(row["state"])}
    return AppealRow(row["id"], row["alert_id"], Appeal(**own))
