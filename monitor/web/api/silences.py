"""Silences (静默): lists, setting one and ending it."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from config import Words
from monitor.access import Role
from monitor.acts import silencing as acts
from monitor.store import case_list, delivery_list, silences
from monitor.store.scope import Scope
from monitor.store.silences import SilenceRow
from monitor.web.api import moments, paging
from monitor.web.api.calls import Asked, Asks, Call, Gives, Listed, Paged
from monitor.web.api.moments import Moment
from monitor.web.api.named import text
from monitor.web.looking import UnknownError
from rules.refusals import RefusedError
from rules.silences import LONGEST, Matching

TAG = "silences"

Field = Annotated[str, Meta(max_length=200)]


class SilenceQuery(Paged):
    """Which silences, the newest first."""

    state: Annotated[
        Literal["active", "ended", "all"], Meta(description="有效或计划的、已结束的 · which")
    ] = "active"


class Matches(Asks, omit_defaults=True):
    """What a silence is for: all that is said has to be true of it."""

    when: Annotated[str, Meta(max_length=LONGEST, description="CEL 条件 · condition in CEL")] = ""
    source: Field = ""
    region: Field = ""
    department: Field = ""
    item: Field = ""
    case: Field = ""
    rule: Field = ""
    level: Field = ""
    subject: Field = ""
    person: Field = ""
    channel: Field = ""


class Silence(Gives):
    """A silence, and how many deliveries it has held back."""

    id: int
    by: str
    reason: str
    matching: Matches
    created_at: Moment | None
    from_at: Moment | None
    until_at: Moment | None
    ended_at: Moment | None
    ended_by: str | None
    held: int
    summed_up: int
    superseded: int


class Setting(Asks):
    """A silence to be set."""

    matching: Matches
    reason: Annotated[str, Meta(min_length=1, max_length=2000, description="事由 · why")]
    until_at: Annotated[Moment, Meta(description="到何时 · until when")]
    from_at: Annotated[Moment | None, Meta(description="从何时；不写：现在 · none: now")] = None


def listed(asked: Asked) -> Listed[Silence]:
    """Give a page of the list."""
    query: SilenceQuery = asked.query
    before = paging.read_id(query.cursor)
    rows = [
        row
        for row in delivery_list.silences(asked.connection, asked.reader)
        if (before is None or row.id < before)
        and query.state in ("all", "active" if _active(row, asked.now) else "ended")
        and _touches(asked, row)
    ]
    page = rows[: query.limit]
    return Listed(
        rows=[_silence(asked, row) for row in page],
        next=paging.write((None, page[-1].id)) if len(rows) > len(page) else None,
    )


def set_one(asked: Asked) -> Silence:
    """Set a silence for no more than what whoever sets it sees."""
    body: Setting = asked.body
    matching = Matching.of(msgspec.to_builtins(body.matching))
    if matching.case and not case_list.find(asked.connection, matching.case):
        raise RefusedError(
            f"没有办件号为 {matching.case} 的办件", f"there is no case {matching.case}"
        )
    begin, until = moments.read(body.from_at, "from_at"), moments.read(body.until_at, "until_at")
    assert until is not None  # noqa: S101  for the type checker
    ident = acts.add(
        asked.connection,
        asked.rules,
        asked.giver,
        matching,
        body.reason,
        asked.now if begin is None else begin,
        until,
        asked.now,
    )
    return _silence(asked, silences.of_ids(asked.connection, [ident])[ident])


def ended(asked: Asked) -> Silence:
    """End a silence now."""
    row = silences.of_ids(asked.connection, [asked.id]).get(asked.id)
    if row is None:
        raise UnknownError
    acts.end(asked.connection, asked.giver, row.id, asked.now)
    return _silence(asked, silences.of_ids(asked.connection, [row.id])[row.id])


def _active(row: SilenceRow, now: int) -> bool:
    return row.ended_at is None and row.until_at > now


def _touches(asked: Asked, row: SilenceRow) -> bool:
    """Tell whether a silence may hold back something of what the visitor sees."""
    scope, matching = asked.visitor.scope, row.matching
    region, department = matching.get("region"), matching.get("department")
    if region is not None and scope.regions is not None:
        below = asked.rules.book.directory.below(region)
        if not scope.regions.intersection(below):
            return False
    if scope.departments is not None and department not in (None, *scope.departments):
        return False
    number = matching.get("case")
    if number is None or scope == Scope():
        return True
    facts = [one.case.facts for one in case_list.find(asked.connection, number)]
    places = ((text(one.get("region")), text(one.get("department"))) for one in facts)
    return any(scope.holds(*place) for place in places)


def _silence(asked: Asked, row: SilenceRow) -> Silence:
    write = moments.written(asked.rules.zone)
    return Silence(
        id=row.id,
        by=row.by,
        reason=row.reason,
        matching=Matches(**dict(row.matching)),
        created_at=write(row.created_at),
        from_at=write(row.from_at),
        until_at=write(row.until_at),
        ended_at=write(row.ended_at),
        ended_by=row.ended_by,
        held=row.held,
        summed_up=row.summed_up,
        superseded=row.superseded,
    )


CALLS = (
    Call(
        "GET",
        "/silences",
        "listSilences",
        TAG,
        Words("静默列表", "List silences"),
        listed,
        Listed[Silence],
        query=SilenceQuery,
    ),
    Call(
        "POST",
        "/silences",
        "setSilence",
        TAG,
        Words("设静默", "Set a silence"),
        set_one,
        Silence,
        Role.INSPECT,
        body=Setting,
        status=201,
        example={
            "matching": {"region": "990102"},
            "reason": "系统割接",
            "until_at": "2026-10-23T17:30:00+08:00",
        },
    ),
    Call(
        "POST",
        "/silences/{id:str}/end",
        "endSilence",
        TAG,
        Words("结束静默", "End a silence"),
        ended,
        Silence,
        Role.INSPECT,
    ),
)
