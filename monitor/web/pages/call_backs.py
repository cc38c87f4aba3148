"""The list of applicants to be called (回访): whom to call, and what the call came to."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, quote

from litestar import Response

from config import Words
from monitor.access import Role
from monitor.acts.call_backs import record_call, reveal, shown_to
from monitor.pipeline.order_wording import person_name, unit_name
from monitor.pipeline.wording import level_name
from monitor.store import call_back_list, call_backs, tables
from monitor.store.call_back_list import DONE, LATE, TABS, WAITING, Caller
from monitor.store.call_backs import CallBack, Reason, Result
from monitor.web.downloads import LIMIT, Column, Value, download, pages
from monitor.web.looking import Doing, Done, Form, Look, Page, Route, Shown, UnknownError, addressed
from monitor.web.pages.orders.words import Filled, due_text, row_id
from notifiers import words
from rules.instants import moment
from rules.refusals import RefusedError

SIZE = 50
"""So many rows make a page."""

_TABS = {
    WAITING: Words("待回访", "To be called"),
    LATE: Words("已逾期", "Overdue"),
    DONE: Words("已回访", "Called"),
}
_REASONS = {
    Reason.UNFINISHED: Words("超期未办结", "overdue and open"),
    Reason.LATE: Words("超期办结", "closed late"),
    Reason.BAD_RATING: Words("评价为差评", "rated badly"),
}
_RESULTS = {
    Result.SATISFIED: Words("满意", "satisfied"),
    Result.COMPLAINS: Words("不满意", "complains"),
    Result.UNREACHED: Words("无人接听", "nobody answered"),
    Result.WRONG_NUMBER: Words("号码有误", "wrong number"),
}

_COLUMNS = (
    Column("id", Words("编号", "Id"), 8),
    Column("applicant", Words("申请人", "Applicant"), 16),
    Column("no", Words("办件号", "Case"), 24),
    Column("item", Words("事项", "Item"), 30),
    Column("unit", Words("承办单位", "Unit"), 26),
    Column("level", Words("灯", "Level"), 10),
    Column("reason", Words("事由", "Why"), 14),
    Column("call_by", Words("期限", "Due"), 17),
    Column("overdue", Words("已逾期", "Overdue"), 8),
    Column("attempts", Words("次数", "Attempts"), 8),
    Column("result", Words("结果", "Result"), 12),
    Column("note", Words("说明", "Note"), 40),
    Column("called_by", Words("回访人", "Called by"), 10),
    Column("called_at", Words("回访时间", "Called"), 17),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the list in words; ``shown`` says that its name and number are not masked."""

    id: int
    name: str
    phone: str
    shown: bool
    item: str
    link: str
    tail: str
    unit: str
    level: str
    level_name: str
    reason: str
    due: str
    left: str
    late: bool
    attempts: int
    result: str
    note: str
    called: str
    done: bool


def show(look: Look) -> Shown:
    """Show a page of the list; where recording a call was refused, that row with what was said."""
    bound, tab = look.visitor.scope.of(tables.cases.c), _tab(look)
    numbers = call_back_list.counts(look.connection, bound, look.now)
    last = max(1, -(-numbers[tab] // SIZE))
    page = look.page(last)
    rows = call_back_list.listing(
        look.connection, bound, tab, look.now, offset=(page - 1) * SIZE, limit=SIZE
    )
    who = look.visitor.who
    known = shown_to(look.connection, who, [one.row.id for one in rows], look.now)
    query = {"state": "" if tab == WAITING else tab, "page": page if page > 1 else ""}
    return Shown(
        "call_backs.html",
        {
            "kept": look.rules.settings.call_backs is not None or any(numbers.values()),
            "tab": tab,
            "tabs": [(one, _TABS[one].text(look.language), numbers[one]) for one in TABS],
            "lines": [_line(look, one, shown=one.row.id in known) for one in rows],
            "total": numbers[tab],
            "page": page,
            "pages": last,
            "calls": look.visitor.may(Role.INSPECT),
            "results": [(one.value, _RESULTS[one].text(look.language)) for one in Result],
            "address": _address,
            "query": "" if tab == WAITING else f"?state={tab}",
            "back": _address(**query).partition("?")[2],
            "refused": look.path.get("id", ""),
            "filled": Filled.of(look.form),
        },
    )


def show_file(kind: str, look: Look) -> Response[bytes]:
    """Give the rows of the tab as a file; names are masked, and numbers are not in it."""
    bound = look.visitor.scope.of(tables.cases.c)
    rows = call_back_list.listing(
        look.connection, bound, _tab(look), look.now, offset=0, limit=LIMIT
    )
    told = (_values(look, one) for one in rows)
    return download(kind, look.say("回访", "call-backs"), _COLUMNS, told, look.language)


def do_reveal(doing: Doing) -> Done:
    """Show whom to call under which number; that somebody looked goes on record."""
    row = _found(doing)
    reveal(doing.connection, doing.actor, row, doing.now)
    return Done(_back(doing) + f"#call-{row.id}")


def do_record(doing: Doing) -> Done:
    """Record what a call came to."""
    row = _found(doing)
    try:
        result = Result(doing.one("result") or "")
    except ValueError:
        raise RefusedError("请选择回访结果", "choose what the call came to") from None
    note = doing.one("note") or ""
    after = record_call(doing.connection, doing.actor, row.id, result, note, doing.now)
    name = _RESULTS[result]
    about = words.tail(row.no or row.key)
    said = doing.say(
        f"尾号 {about} 第 {after.attempts} 次回访：{name.zh}",
        f"…{about}, call {after.attempts}: {name.en}",
    )
    return Done(_back(doing), said)


def _found(doing: Doing) -> CallBack:
    row = call_backs.by_id(doing.connection, row_id(doing.path["id"]))
    if row is None:
        raise UnknownError
    doing.require(row.region, row.department)
    return row


def _tab(look: Look) -> str:
    tab = look.one("state") or WAITING
    return tab if tab in TABS else WAITING


def _values(look: Look, one: Caller) -> tuple[Value, ...]:
    row, line = one.row, _line(look, one, shown=False)

    def at(instant: int | None) -> Value:
        return None if instant is None else moment(instant, look.rules.zone)

    return (
        row.id,
        line.name,
        row.no or row.key,
        line.item,
        line.unit,
        line.level_name,
        line.reason,
        at(row.call_due),
        line.late,
        line.attempts,
        line.result,
        line.note,
        line.called,
        at(row.called_at),
    )


def _line(look: Look, one: Caller, *, shown: bool) -> Line:
    row, rules = one.row, look.rules
    done = row.called_at is not None
    number = row.no or row.key
    at = row.call_due if row.called_at is None else row.called_at
    return Line(
        row.id,
        one.name if shown else words.mask_name(one.name),
        one.phone if shown else mask_phone(one.phone),
        shown,
        row.item or number,
        f"/cases/{quote(number, safe='')}",
        words.tail(number),
        unit_name(rules, row.region, row.department),
        row.level,
        level_name(row.level, look.language),
        _REASONS[Reason(row.reason)].text(look.language),
        words.when(at, rules.zone, look.language, look.now),
        "" if done else due_text(rules, row.call_due, look.now, look.language),
        not done and row.call_due <= look.now,
        row.attempts,
        _RESULTS[Result(row.result)].text(look.language) if row.result else "",
        row.note or "",
        person_name(rules, row.called_by or ""),
        done,
    )


def mask_phone(number: str) -> str:
    """Mask all but the head and the tail of a telephone number: ``138****5678``."""
    if len(number) < 8:
        return "*" * len(number)
    return f"{number[:3]}****{number[-4:]}"


def _address(**query: str | int | None) -> str:
    return addressed("/call-backs", query)


def _back(doing: Doing) -> str:
    """Give the page of the list on which the form stood."""
    said = parse_qs(doing.one("back") or "")
    return _address(**{name: said[name][-1] for name in ("state", "page") if name in said})


ROUTES: tuple[Route, ...] = (
    Page("/call-backs", show),
    *pages("/call-backs", show_file),
    Form("/call-backs/{id:int}/reveal", do_reveal, show),
    Form("/call-backs/{id:int}/record", do_record, show),
)
