"""The list of applicants to be telephoned (电话回访) because their case is late or unfinished."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, and_, case, func, or_, select, update

from monitor.store import tables
from monitor.store.statements import among, insert


class Reason(StrEnum):
    """Why an applicant is called."""

    UNFINISHED = "unfinished"  # the case is overdue and open
    LATE = "late"  # it was closed late
    BAD_RATING = "bad rating"  # the applicant rated it badly (差评)


class Result(StrEnum):
    """What a call came to; all but the first two leave the call to be made again."""

    SATISFIED = "satisfied"  # reached, and content
    COMPLAINS = "complains"  # reached, and not content
    UNREACHED = "unreached"  # nobody answered
    WRONG_NUMBER = "wrong number"


REACHED = (Result.SATISFIED, Result.COMPLAINS)
"""The results with which a call-back is done."""


@dataclass(frozen=True, slots=True)
class NewCallBack:
    """That the applicant of a case is to be called by the instant ``call_due``."""

    case_id: int
    reason: Reason
    level: str
    call_due: int


@dataclass(frozen=True, slots=True)
class CallBack:
    """A row of the list, with what names its case; ``called_at`` is ``None`` while it waits."""

    id: int
    case_id: int
    reason: str
    level: str
    created_at: int
    call_due: int
    attempts: int
    called_at: int | None
    called_by: str | None
    result: str | None
    note: str | None
    key: str
    no: str | None
    item: str | None
    region: str | None
    department: str | None


def add(connection: Connection, new: Sequence[NewCallBack], now: int) -> None:
    """Put cases on the list; one that is on it, called or not, stays as it is.

    One that waits since it was unfinished, and is closed late now, is called for that. A bad rating
    goes before either, and whoever was called before giving one is called again, once.
    """
    if not new:
        return
    c = tables.call_backs.c
    statement = insert(connection, tables.call_backs)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["case_id"],
            set_={
                "reason": statement.excluded.reason,
                "level": statement.excluded.level,
                "call_due": case(
                    (c.called_at.is_(None), c.call_due), else_=statement.excluded.call_due
                ),
                "called_at": None,
            },
            where=and_(
                c.reason != Reason.BAD_RATING.value,
                or_(
                    c.called_at.is_(None),
                    statement.excluded.reason == Reason.BAD_RATING.value,
                ),
            ),
        ),
        [
            {
                "case_id": one.case_id,
                "reason": one.reason.value,
                "level": one.level,
                "created_at": now,
                "call_due": one.call_due,
            }
            for one in new
        ],
    )


def listing(
    connection: Connection,
    limit: int,
    *,
    waiting: bool = True,
    region: str | None = None,
    department: str | None = None,
) -> list[CallBack]:
    """Give up to ``limit`` rows, those first that are to be called first; all, unless waiting."""
    t, c = tables.call_backs.c, tables.cases.c
    query = selected()
    if waiting:
        query = query.where(t.called_at.is_(None))
    if region is not None:
        query = query.where(c.region == region)
    if department is not None:
        query = query.where(c.department == department)
    rows = connection.execute(query.order_by(t.call_due, t.id).limit(limit))
    return [CallBack(*row) for row in rows]


def by_id(connection: Connection, ident: int) -> CallBack | None:
    """Return a row of the list, its case and itself locked in this order, as a check does it."""
    b, c = tables.call_backs.c, tables.cases.c
    about = select(b.case_id).where(b.id == ident).scalar_subquery()
    case = select(c.id).where(c.id == about)
    connection.execute(case.with_for_update(of=tables.cases, key_share=True))
    query = selected().where(tables.call_backs.c.id == ident)
    row = connection.execute(query.with_for_update(of=tables.call_backs)).one_or_none()
    return None if row is None else CallBack(*row)


def called_at(connection: Connection, case_ids: Collection[int]) -> dict[int, tuple[int, str]]:
    """Return when the applicants of cases were reached, and why they were called, by case id."""
    c = tables.call_backs.c
    rows = connection.execute(
        select(c.case_id, c.called_at, c.reason).where(
            among(connection, c.case_id, case_ids), c.called_at.is_not(None)
        )
    )
    return {row.case_id: (row.called_at, row.reason) for row in rows}


def record(
    connection: Connection, ident: int, result: Result, by: str, note: str, now: int
) -> None:
    """Note what a call came to; where nobody was reached, it is to be made again.

    The case is checked anew: that its applicant was called may have been what was missing.
    """
    c = tables.call_backs.c
    case_id = connection.scalar(
        update(tables.call_backs)
        .where(c.id == ident)
        .values(
            attempts=c.attempts + 1,
            called_at=now if result in REACHED else None,
            called_by=by,
            result=result.value,
            note=note,
        )
        .returning(c.case_id)
    )
    connection.execute(
        update(tables.cases).where(tables.cases.c.id == case_id).values(next_check_at=now)
    )


def counts(connection: Connection, now: int) -> tuple[int, int]:
    """Give how many calls wait, and how many of them should have been made by ``now``."""
    c = tables.call_backs.c
    row = connection.execute(
        select(func.count(), func.count().filter(c.call_due <= now)).where(c.called_at.is_(None))
    ).one()
    return row[0], row[1]


def late_by_region(connection: Connection, now: int) -> list[tuple[str | None, int, int]]:
    """Give for each region how many calls should have been made by ``now``, and the first due."""
    t, c = tables.call_backs.c, tables.cases.c
    rows = connection.execute(
        select(c.region, func.count(), func.min(t.call_due))
        .select_from(tables.call_backs.join(tables.cases))
        .where(t.called_at.is_(None), t.call_due <= now)
        .group_by(c.region)
        .order_by(c.region)
    )
    return [(region, count, first) for region, count, first in rows]


def selected() -> Any:
    """Give the query for every :class:`CallBack`, in the order of its fields."""
    t, c = tables.call_backs.c, tables.cases.c
    own = (
        *(t.id, t.case_id, t.reason, t.level, t.created_at, t.call_due, t.attempts),
        *(t.called_at, t.called_by, t.result, t.note),
    )
    item = c.facts["item_name"].as_string()
    return select(*own, c.key, c.no, item, c.region, c.department).select_from(
        tables.call_backs.join(tables.cases)
    )
