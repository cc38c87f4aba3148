"""Cases: the list, one case, and how its limits are reckoned."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from config import Words
from monitor.acts import case_rights
from monitor.addresses import case_path
from monitor.store import alert_list, case_choice, case_list, keyset
from monitor.store.case_choice import CaseState, Choice
from monitor.store.case_list import CaseRow
from monitor.web.api import moments, paging
from monitor.web.api.alerts import Alert, alert_of
from monitor.web.api.calls import Asked, Asks, Call, Gives, Listed, Paged
from monitor.web.api.explained import Explanation, explained
from monitor.web.api.moments import Moment
from monitor.web.api.named import (
    Named,
    Place,
    Reason,
    Unmask,
    may_unmask,
    note_unmasked,
    place,
    text,
)
from monitor.web.api.problems import ProblemError, invalid
from monitor.web.looking import UnknownError
from notifiers import words
from rules.cases import known_at
from rules.instants import is_moment

TAG = "cases"
_MOST_ALERTS = 100

Lamps = Literal["ok", "paused"]


class CaseQuery(Paged):
    """Which cases, in which order."""

    lamp: Annotated[
        list[str],
        Meta(description="灯：级别、ok、paused · levels, ok, paused", examples=[["red", "yellow"]]),
    ] = msgspec.field(default_factory=list)
    region: Annotated[list[str], Meta(description="区划编号 · ids of regions")] = msgspec.field(
        default_factory=list
    )
    dept: Annotated[list[str], Meta(description="部门编号 · ids of departments")] = msgspec.field(
        default_factory=list
    )
    item: Annotated[list[str], Meta(description="事项编码 · codes of items")] = msgspec.field(
        default_factory=list
    )
    state: Annotated[
        list[CaseState],
        Meta(description="状态；不写：在办和亮着牌的 · states; none: those rules have a say in"),
    ] = msgspec.field(default_factory=list)
    q: Annotated[
        str | None,
        Meta(description="办件号：全部、开头或末尾四位 · number: whole, its beginning or end"),
    ] = None
    due: Annotated[
        moments.Days | None, Meta(description="到期日或起止 · due on or between days")
    ] = None
    sort: Annotated[
        Literal["new", "due"],
        Meta(description="new：新登记的在前；due：先到期的在前 · the newest, or first due"),
    ] = "new"
    unmask: Unmask = False
    reason: Reason = ""


class Case(Gives):
    """A case (办件) as it stands."""

    source: str
    key: Annotated[str, Meta(description="审批库中的主键 · the key of its source")]
    no: Annotated[str | None, Meta(description="办件号 · case number")]
    item: Annotated[Named | None, Meta(description="事项 · service item")]
    place: Place
    handler: str | None
    applicant: Annotated[
        str | None, Meta(description="申请人，通常遮名 · applicant, as a rule masked")
    ]
    state: Annotated[str | None, Meta(description="计时状态 · how its clock stands")]
    level: Annotated[str | None, Meta(description="最重的牌 · its gravest card")]
    accepted_at: Moment | None
    due_at: Moment | None
    closed_at: Moment | None
    changed_at: Moment | None
    vanished_at: Moment | None
    path: Annotated[str, Meta(description="页面地址 · the page")]


class WholeCase(Case):
    """A case with its cards and, where applicants are shown by name, its facts."""

    alerts: list[Alert]
    title: str | None
    facts: Annotated[dict[str, Any] | None, Meta(description="仅 unmask 时给出 · only with unmask")]


class OneQuery(Asks):
    """Which of the cases of a number."""

    source: Annotated[str | None, Meta(description="审批库 · its source")] = None
    unmask: Unmask = False
    reason: Reason = ""


class ExplainQuery(Asks):
    """What to explain."""

    source: Annotated[str | None, Meta(description="审批库 · its source")] = None
    limit: Annotated[str | None, Meta(description="只看这个时限 · this limit alone")] = None
    at: Annotated[Moment | None, Meta(description="以此刻为准 · as known at")] = None


def listed(asked: Asked) -> Listed[Case]:
    """Give a page of the list."""
    query: CaseQuery = asked.query
    shown = may_unmask(asked, query.unmask)
    found = None
    if query.q:
        found = case_choice.search(asked.connection, query.q.strip())
        if found is None:
            return Listed(rows=[])
    chosen = Choice(
        lamps=tuple(query.lamp),
        states=tuple(query.state),
        regions=tuple(query.region),
        departments=tuple(query.dept),
        items=tuple(query.item),
        due=moments.span(query.due, asked.rules.zone, "due"),
        found=found,
    )
    after, scope, size = paging.read(query.cursor), asked.visitor.scope, query.limit
    if query.sort == "due":
        rows = keyset.cases_by_due(asked.connection, chosen, scope, after, size)
        ends = (rows[-1].due_at, rows[-1].case.id or 0) if rows else None
    else:
        before = after[1] if after else None
        rows = keyset.newest_cases(asked.connection, chosen, scope, before, size)
        ends = (None, rows[-1].case.id or 0) if rows else None
    if shown:
        note_unmasked(asked, "cases", [f"{row.case.source}/{row.case.key}" for row in rows])
    return Listed(
        rows=[Case(**_fields(asked, row, shown=shown)) for row in rows],
        next=paging.write(ends) if ends and len(rows) == size else None,
    )


def one(asked: Asked) -> WholeCase:
    """Give one case."""
    row = _found(asked, asked.query.source)
    facts = row.case.facts
    wanted = asked.query.unmask and asked.visitor.scope.holds(*_place(row))
    shown = may_unmask(asked, wanted)
    if shown:
        note_unmasked(asked, f"case:{row.case.source}/{row.case.key}")
    chosen = alert_list.Filter(open=None, case_id=row.case.id)
    cards = alert_list.listing(asked.connection, chosen, _MOST_ALERTS)
    write = moments.written(asked.rules.zone)
    return WholeCase(
        **_fields(asked, row, shown=shown),
        alerts=[alert_of(asked, card) for card in cards],
        title=text(facts.get("title")) if shown else None,
        facts={
            name: write(value) if is_moment(name) and isinstance(value, int) else value
            for name, value in facts.items()
        }
        if shown
        else None,
    )


def explain(asked: Asked) -> Explanation:
    """Give how the limits of a case are reckoned, day by day."""
    query: ExplainQuery = asked.query
    row = _found(asked, query.source)
    at = moments.read(query.at, "at")
    now = asked.now if at is None else at
    case = row.case if at is None else known_at(row.case, now)
    given = explained(asked.rules, row, case, now, query.limit)
    if query.limit is not None and not given.limits:
        raise invalid(
            f"本办件没有时限 {query.limit}",
            f"the case has no limit {query.limit}",
            parameter="limit",
        )
    return given


def _found(asked: Asked, source: str | None) -> CaseRow:
    """Give the case of the address: by its number, else by its key."""
    number = asked.path["no"]
    rows = [
        row
        for row in case_list.find(asked.connection, number)
        if source is None or row.case.source == source
    ]
    seen = [row for row in rows if _may_see(asked, row)]
    if not seen:  # of a case elsewhere nobody hears that it exists
        raise UnknownError
    if len(seen) > 1:
        keys = ", ".join(f"{row.case.source}/{row.case.key}" for row in seen)
        said = Words(
            f"有 {len(seen)} 件叫 {number}：{keys}；请加 source，或写主键",
            f"{len(seen)} cases are called {number}: {keys}; add source, or give the key",
        )
        raise ProblemError("conflict", said)
    return seen[0]


def _may_see(asked: Asked, row: CaseRow) -> bool:
    chosen = alert_list.Filter(open=None, case_id=row.case.id)
    cards = [one.alert for one in alert_list.listing(asked.connection, chosen, _MOST_ALERTS)]
    return case_rights.may_see(asked.visitor, asked.rules.book.directory, row, cards)


def _place(row: CaseRow) -> tuple[str | None, str | None]:
    facts = row.case.facts
    return text(facts.get("region")), text(facts.get("department"))


def _fields(asked: Asked, row: CaseRow, *, shown: bool) -> dict[str, Any]:
    facts, write = row.case.facts, moments.written(asked.rules.zone)
    code, name = text(facts.get("item_code")), text(facts.get("item_name"))
    applicant = text(facts.get("applicant"))
    if applicant is not None and not (shown and asked.visitor.scope.holds(*_place(row))):
        applicant = words.mask_name(applicant)
    return {
        "source": row.case.source,
        "key": row.case.key,
        "no": text(facts.get("no")),
        "item": Named(id=code or "", name=name) if code or name else None,
        "place": place(asked.rules, *_place(row)),
        "handler": text(facts.get("handler")),
        "applicant": applicant,
        "state": row.state,
        "level": row.level,
        "accepted_at": write(_instant(facts.get("accepted_at"))),
        "due_at": write(row.due_at),
        "closed_at": write(_instant(facts.get("closed_at"))),
        "changed_at": write(row.changed_at),
        "vanished_at": write(row.vanished_at),
        "path": case_path(text(facts.get("no")), row.case.key),
    }


def _instant(fact: object) -> int | None:
    return fact if isinstance(fact, int) else None


CALLS = (
    Call(
        "GET",
        "/cases",
        "listCases",
        TAG,
        Words("办件列表", "List cases"),
        listed,
        Listed[Case],
        query=CaseQuery,
    ),
    Call(
        "GET",
        "/cases/{no:str}",
        "getCase",
        TAG,
        Words("一件办件和它的牌", "One case and its cards"),
        one,
        WholeCase,
        query=OneQuery,
        note=Words("按办件号找，没有时按主键找。", "By its number, else by its key."),
    ),
    Call(
        "GET",
        "/cases/{no:str}/explanation",
        "explainCase",
        TAG,
        Words("时限逐日怎么算的", "How its limits are reckoned, day by day"),
        explain,
        Explanation,
        query=ExplainQuery,
        note=Words(
            "与 `duban explain --json` 相同的数据。", "The same data as `duban explain --json`."
        ),
    ),
)
