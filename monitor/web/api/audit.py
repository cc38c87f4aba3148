"""The audit log (操作留痕)."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from config import Words
from monitor.access import Role
from monitor.store import keyset, tables
from monitor.store.audit_list import DELIVER
from monitor.web.api import moments, paging
from monitor.web.api.calls import Asked, Call, Gives, Listed, Paged
from monitor.web.api.moments import Moment
from monitor.web.pages.accounts.seen import audited

TAG = "audit"


class AuditQuery(Paged):
    """Which acts, the newest first."""

    who: Annotated[str | None, Meta(description="谁 · by whom")] = None
    act: Annotated[str | None, Meta(description="做了什么 · which act")] = None
    object: Annotated[str | None, Meta(description="对什么 · on what", examples=["alert:27"])] = (
        None
    )
    days: Annotated[moments.Days | None, Meta(description="日期或起止 · on or between days")] = None


class Act(Gives):
    """What somebody did."""

    id: int
    at: Moment | None
    who: str
    origin: str
    act: str
    object: str
    before: Any
    after: Any
    note: str


def listed(asked: Asked) -> Listed[Act]:
    """Give a page of the record."""
    query: AuditQuery = asked.query
    c, write = tables.audit_log.c, moments.written(asked.rules.zone)
    bounds = keyset.equal(tables.audit_log, who=query.who, act=query.act, object=query.object)
    if query.act is None:
        bounds.append(c.act != DELIVER)  # one for each round of sending: the delivery log has them
    begin, end = moments.span(query.days, asked.rules.zone, "days") or (None, None)
    only = audited(asked)
    bounds += [] if only is None else [only]
    bounds += [] if begin is None else [c.at >= begin]
    bounds += [] if end is None else [c.at < end]
    rows = keyset.acts(asked.connection, bounds, paging.read_id(query.cursor), query.limit)
    return Listed(
        rows=[
            Act(
                id=row.id,
                at=write(row.at),
                who=row.act.who,
                origin=row.act.origin,
                act=row.act.act,
                object=row.act.object,
                before=row.act.before,
                after=row.act.after,
                note=row.act.note,
            )
            for row in rows
        ],
        next=paging.write((None, rows[-1].id)) if len(rows) == query.limit else None,
    )


CALLS = (
    Call(
        "GET",
        "/audit",
        "listAudit",
        TAG,
        Words("操作留痕", "The audit log"),
        listed,
        Listed[Act],
        Role.SYSTEM,
        query=AuditQuery,
    ),
)
