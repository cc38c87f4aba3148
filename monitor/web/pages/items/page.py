"""The item catalogue (事项目录): the items in force, and what is behind each."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from monitor.store import case_list, items
from monitor.store.case_choice import CaseState, Choice
from monitor.store.items import Edition
from monitor.web.looking import Look, Page, Route, Shown
from monitor.web.pages.items.one import ROUTES as ONE
from monitor.web.pages.items.words import value_text
from notifiers import words
from rules.catalogue import EVER, code_of
from rules.instants import moment

SIZE = 50
"""So many items make a page."""


@dataclass(frozen=True, slots=True)
class Line:
    """An item in the list: what it is called, its limits in force, since when, and its cases."""

    code: str
    href: str
    name: str
    department: str
    kind: str
    promised: str
    statutory: str
    since: str
    by_hand: bool
    coming: str
    open: int
    cases: str


def show(look: Look) -> Shown:
    """Show a page of the list."""
    today = moment(look.now, look.rules.zone).date()
    text = look.one("q") or ""
    every = items.editions(look.connection)
    coming = {one.item.code: one for one in every if one.item.valid_from > today and one.by_hand}
    found = [one for one in every if one.item.covers(today) and _has(look, one, text)]
    only = look.one("only")
    if only == "desk":
        found = [one for one in found if one.by_hand or one.item.code in coming]
    last = max(1, -(-len(found) // SIZE))
    number = look.page(last)
    some = found[(number - 1) * SIZE : number * SIZE]
    counts = _open_cases(look, [one.item.code for one in some])
    return Shown(
        "items.html",
        {
            "lines": [_line(look, one, coming.get(one.item.code), counts) for one in some],
            "total": len(found),
            "known": len({one.item.code for one in every}),
            "page": number,
            "pages": last,
            "q": text,
            "only": only,
            "address": lambda **change: _address(look, **change),
            "unknown": items.count_unknown(look.connection),
            "origin": look.rules.settings.catalogue,
        },
    )


def open_cases(look: Look, code: str) -> int:
    """Count the open cases of an item that the visitor sees."""
    return _open_cases(look, [code]).get(code, 0)


def _open_cases(look: Look, codes: list[str]) -> dict[str, int]:
    everywhere = tuple(code for code in codes if code_of(code) == code)
    chosen = Choice(states=(CaseState.OPEN,), items=everywhere or ("",))
    counts = case_list.counts_by_item(look.connection, chosen, look.visitor.scope)
    for key in (code for code in codes if code_of(code) != code):
        code = code_of(key)
        inside = look.rules.book.directory.below(key.removeprefix(f"{code}@"))
        chosen = Choice(states=(CaseState.OPEN,), items=(code,), regions=inside)
        found = case_list.counts_by_item(look.connection, chosen, look.visitor.scope)
        counts[key] = found.get(code, 0)
    return counts


def cases_of(key: str) -> str:
    """Return the address of the open cases of an item, those of its region if it is of one."""
    code = code_of(key)
    chosen = {"item": code, "state": "open"}
    if code != key:
        chosen["region"] = key.removeprefix(f"{code}@")
    return "/cases?" + urlencode(chosen)


def _line(look: Look, one: Edition, coming: Edition | None, counts: dict[str, int]) -> Line:
    item, language = one.item, look.language
    since = item.valid_from
    return Line(
        item.code,
        f"/items/{quote(item.code, safe='')}",
        str(item.facts.get("name") or item.code),
        value_text(look, "department", item.facts),
        value_text(look, "kind", item.facts),
        value_text(look, "promised_days", item.facts),
        value_text(look, "statutory_days", item.facts),
        look.say("一直", "ever") if since == EVER else words.date(since, language, with_year=True),
        one.by_hand,
        words.date(coming.item.valid_from, language, with_year=True) if coming else "",
        counts.get(item.code, 0),
        cases_of(item.code),
    )


def _has(look: Look, one: Edition, text: str) -> bool:
    if not text:
        return True
    facts = one.item.facts
    told = (one.item.code, facts.get("name"), value_text(look, "department", facts))
    return any(text.casefold() in str(part).casefold() for part in told)


def _address(look: Look, **change: str | int | None) -> str:
    return look.again("/items", ("q", "only", "page"), **change)


ROUTES: tuple[Route, ...] = (Page("/items", show), *ONE)
