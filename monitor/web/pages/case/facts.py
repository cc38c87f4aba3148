"""The facts of a case (办件信息) as its source tells them, without who the applicant is."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.pipeline.unread import unread_sources
from monitor.privacy import is_public
from monitor.store import sources
from monitor.store.case_list import CaseRow
from monitor.web.looking import Look
from monitor.web.pages.case.words import short
from rules.cases import Fact, Facts
from rules.compliance.words import called
from rules.instants import is_moment
from rules.subjects import called as place_called

PHONES = ("applicant_phone", "applicant_mobile", "phone", "mobile")
"""The facts under which a source may tell how to reach an applicant."""

_ELSEWHERE = (
    "title",
    "item_name",
    "no",
    "applicant",
    "step",
    "handler",
    "department",
    "region",
    "item_code",
    "window",
    "kind",
    "status",
    *PHONES,
)
_STATUS = {"open": ("在办", "open"), "paused": ("暂停", "paused"), "closed": ("办结", "closed")}


def facts(look: Look, row: CaseRow) -> list[tuple[str, str]]:
    """Give the facts as (label, text), the usual ones first."""
    return [(label, text) for label, text in _all(look, row) if text]


def _all(look: Look, row: CaseRow) -> Iterator[tuple[str, str]]:
    say, own, directory = look.say, row.case.facts, look.rules.book.directory
    yield say("事项编码", "Item code"), _text(own.get("item_code"))
    yield (
        say("部门", "Department"),
        place_called(directory.departments, _text(own.get("department"))),
    )
    yield say("区划", "Region"), place_called(directory.regions, _text(own.get("region")))
    yield say("窗口", "Window"), _text(own.get("window"))
    yield say("办件类型", "Kind"), _kind(look, own)
    status = _text(own.get("status"))
    yield say("状态", "Status"), say(*_STATUS.get(status, (status, status)))
    for name, value in own.items():
        if (
            name in _ELSEWHERE
            or not is_public(look.rules, name)
            or is_moment(name)
            or value is None
        ):
            continue
        label = str(called("fact", name, look.language))
        if label != name:
            label = label.removeprefix("the ")
            label = label[:1].upper() + label[1:]
        yield label, _written(look, name, value)
    yield say("审批库", "Source"), _source(row)
    yield say("首次读到", "First read"), short(look.rules, row.first_seen_at, look.now)
    yield say("最近变化", "Last changed"), short(look.rules, row.changed_at, look.now)
    yield say("数据截至", "Read up to"), _read_up_to(look, row.case.source)


def _read_up_to(look: Look, source: str) -> str:
    """Say as of when a source is known, and what that means for a case if it is not known now."""
    state = sources.state(look.connection, source)
    at = None if state is None else state.complete_at or state.last_ok_at
    said = short(look.rules, at, look.now)
    for one in unread_sources(look.connection, look.rules, 0, look.now):
        if one.source.id == source and one.known:
            return f"{said}{look.say('；', '; ')}{one.said.text(look.language)}"
    return said


def _source(row: CaseRow) -> str:
    same = row.case.key == row.case.facts.get("no")
    return row.case.source if same else f"{row.case.source} · {row.case.key}"


def _kind(look: Look, own: Facts) -> str:
    kind = _text(own.get("kind"))
    if kind == "hotline":
        return look.say("热线工单", "hotline")
    return _text(called("kind", kind, look.language))


def _written(look: Look, name: str, value: Fact) -> str:
    if isinstance(value, bool):
        return look.say("是", "yes") if value else look.say("否", "no")
    if isinstance(value, int | float):
        number = f"{value:g}"
        if name in ("promised_days", "statutory_days"):
            return look.say(f"{number} 天", f"{number} days")
        return look.say(f"{number} 元", f"¥{number}") if name.startswith("fee_") else number
    return _text(called("result" if name == "result" else "", value, look.language))


def _text(value: object) -> str:
    return "" if value is None else str(value)
