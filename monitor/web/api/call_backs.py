"""Applicants to be called (电话回访): the list, and recording what a call came to."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from config import Words
from monitor.access import Role
from monitor.acts.call_backs import record_call
from monitor.store import call_backs, keyset, tables
from monitor.store.call_back_list import Caller
from monitor.store.call_backs import Reason, Result
from monitor.web.api import moments, named, paging
from monitor.web.api.calls import Asked, Asks, Call, Gives, Listed, Paged
from monitor.web.api.moments import Moment
from monitor.web.api.named import Place, Unmask, may_unmask, note_unmasked, place
from monitor.web.looking import UnknownError
from monitor.web.pages.call_backs import mask_phone
from notifiers import words

TAG = "call-backs"


class CallBackQuery(Paged):
    """Which call-backs, the newest first."""

    state: Annotated[
        Literal["waiting", "late", "done", "all"],
        Meta(description="待回访、已逾期、已回访 · to be called, late, called"),
    ] = "waiting"
    unmask: Unmask = False
    reason: named.Reason = ""


class CallBack(Gives):
    """An applicant to be called, or who was."""

    id: int
    reason: Reason
    level: str
    case_no: str | None
    case_key: str
    item: str | None
    place: Place
    created_at: Moment | None
    call_due: Moment | None
    attempts: int
    called_at: Moment | None
    called_by: str | None
    result: Result | None
    note: str | None


class Applicant(CallBack):
    """The same, with whom to call."""

    applicant: Annotated[str, Meta(description="通常遮名 · as a rule masked")]
    phone: str


class Recording(Asks):
    """What a call came to."""

    result: Result
    note: Annotated[str, Meta(max_length=2000)] = ""


def listed(asked: Asked) -> Listed[Applicant]:
    """Give a page of the list."""
    query: CallBackQuery = asked.query
    shown = may_unmask(asked, query.unmask)
    c = tables.call_backs.c
    bounds = [asked.visitor.scope.of(tables.cases.c)]
    if query.state == "done":
        bounds.append(c.called_at.is_not(None))
    elif query.state != "all":
        bounds.append(c.called_at.is_(None))
    if query.state == "late":
        bounds.append(c.call_due <= asked.now)
    rows = keyset.callers(asked.connection, bounds, paging.read_id(query.cursor), query.limit)
    if shown:
        note_unmasked(asked, "call_backs", [f"call_back:{one.row.id}" for one in rows])
    return Listed(
        rows=[_person(asked, one, shown=shown) for one in rows],
        next=paging.write((None, rows[-1].row.id)) if len(rows) == query.limit else None,
    )


def recorded(asked: Asked) -> CallBack:
    """Record what a call came to."""
    row = call_backs.by_id(asked.connection, asked.id)
    if row is None:
        raise UnknownError
    asked.require(row.region, row.department)
    body: Recording = asked.body
    after = record_call(asked.connection, asked.actor, row.id, body.result, body.note, asked.now)
    return CallBack(**_fields(asked, after))


def _person(asked: Asked, one: Caller, *, shown: bool) -> Applicant:
    return Applicant(
        **_fields(asked, one.row),
        applicant=one.name if shown else words.mask_name(one.name),
        phone=one.phone if shown else mask_phone(one.phone),
    )


def _fields(asked: Asked, row: call_backs.CallBack) -> dict[str, Any]:
    write = moments.written(asked.rules.zone)
    return {
        "id": row.id,
        "reason": Reason(row.reason),
        "level": row.level,
        "case_no": row.no,
        "case_key": row.key,
        "item": row.item,
        "place": place(asked.rules, row.region, row.department),
        "created_at": write(row.created_at),
        "call_due": write(row.call_due),
        "attempts": row.attempts,
        "called_at": write(row.called_at),
        "called_by": row.called_by,
        "result": Result(row.result) if row.result else None,
        "note": row.note,
    }


CALLS = (
    Call(
        "GET",
        "/call-backs",
        "listCallBacks",
        TAG,
        Words("回访名单", "List applicants to be called"),
        listed,
        Listed[Applicant],
        query=CallBackQuery,
    ),
    Call(
        "POST",
        "/call-backs/{id:str}/record",
        "recordCallBack",
        TAG,
        Words("记录一次回访", "Record a call"),
        recorded,
        CallBack,
        Role.INSPECT,
        body=Recording,
        example={"result": "satisfied", "note": ""},
    ),
)
