"""Silences (静默): what is not told for a while, by whom, why, until when, and how much that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from litestar import Response

from config import Words
from monitor.access import Role
from monitor.acts.actor import Actor
from monitor.acts.rights import Giver
from monitor.acts.silencing import may_end
from monitor.addresses import case_path
from monitor.pipeline import silence_wording
from monitor.pipeline.wording import level_name
from monitor.store import case_list, delivery_list
from monitor.store.delivery_list import Reader
from monitor.store.silences import SilenceRow
from monitor.web import downloads
from monitor.web.downloads import Column, Value
from monitor.web.looking import Form, Look, Page, Route, Shown
from monitor.web.pages.actors import who
from monitor.web.pages.orders.words import Filled
from monitor.web.pages.silences.setting import FIELDS, add, end, ends
from notifiers import words
from rules.instants import moment

_COLUMNS = (
    Column("id", Words("编号", "id"), 8),
    Column("state", Words("状态", "state"), 10),
    Column("matching", Words("静默什么", "what"), 40),
    Column("by", Words("谁", "by"), 12),
    Column("reason", Words("事由", "why"), 30),
    Column("from_at", Words("从", "from"), 18),
    Column("until_at", Words("到", "until"), 18),
    Column("held", Words("扣下", "held"), 10),
    Column("summed_up", Words("补发", "told afterwards"), 10),
    Column("superseded", Words("已解除", "over before"), 10),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A silence as the list shows it; ``case`` is the number of the case it is for, if it is one.

    ``planned`` says that it is a maintenance window of the settings.
    """

    row: SilenceRow
    state: str
    state_name: str
    parts: list[tuple[str, str]]
    case: str
    by: str
    planned: bool
    begin: str
    until: str
    may_end: bool


def show(look: Look) -> Shown:
    """Show the silences of a state, and the form to set another."""
    state = "ended" if look.one("state") == "ended" else "active"
    scope = look.visitor.scope
    seen = _seen(look)
    lines = [_line(look, row) for row in seen if _active(look, row) == (state == "active")]
    asked = look.form or look.query
    return Shown(
        "silences.html",
        {
            "state": state,
            "case": look.one("case"),
            "counts": {
                "active": sum(_active(look, row) for row in seen),
                "ended": sum(not _active(look, row) for row in seen),
            },
            "lines": lines,
            "address": lambda **change: _address(look, **change),
            "case_path": case_path,
            "filled": Filled.of(asked),
            "open": bool(look.form) or any(name in look.query for name in (*FIELDS, "new")),
            "may": look.visitor.may(Role.INSPECT),
            "ends": ends(look.rules, look.now, look.now, look.language),
            "regions": look.regions,
            "departments": look.departments,
            "bounded": scope.regions is not None,
            "rules": _named(look.rules.titles),
            "levels": [
                (level, level_name(level, look.language))
                for level in reversed(look.rules.settings.daemon.levels)
            ],
        },
    )


def _named(titles: Mapping[str, str]) -> list[tuple[str, str]]:
    """Give rules with what they are called, in that order; of the same title, with their id too."""
    often = Counter(titles.values())
    named = (
        (ident, title if often[title] == 1 else f"{title} ({ident})")
        for ident, title in titles.items()
    )
    return sorted(named, key=lambda one: one[1])


def show_file(kind: str, look: Look) -> Response[bytes]:
    """Give the silences of a state as a file."""
    active = look.one("state") != "ended"
    zone = look.rules.zone
    join = look.say("，", ", ")
    rows: list[list[Value]] = []
    for row in _seen(look):
        if _active(look, row) != active:
            continue
        line = _line(look, row)
        until = row.until_at if row.ended_at is None else row.ended_at
        rows.append(
            [
                row.id,
                line.state_name,
                join.join(f"{name} {value}" for name, value in line.parts),
                line.by,
                row.reason,
                moment(row.from_at, zone),
                moment(until, zone),
                *(row.held, row.summed_up, row.superseded),
            ]
        )
    return downloads.download(kind, look.say("静默", "silences"), _COLUMNS, rows, look.language)


def _active(look: Look, row: SilenceRow) -> bool:
    return silence_wording.state(row, look.now) != "ended"


def _seen(look: Look) -> list[SilenceRow]:
    """Give the silences that may hold back something a visitor sees, the newest first.

    With ``case`` in the address those alone that name this case.
    """
    wanted = look.one("case")
    reader = Reader(look.visitor.scope, look.visitor.person)
    return [
        row
        for row in delivery_list.silences(look.connection, reader)
        if _touches(look, row) and wanted in (None, row.matching.get("case"))
    ]


def _touches(look: Look, row: SilenceRow) -> bool:
    scope, directory = look.visitor.scope, look.rules.book.directory
    region, department = row.matching.get("region"), row.matching.get("department")
    if scope.regions is not None and region is not None:
        below = directory.below(region)
        if not scope.regions.intersection(below):
            return False
    if scope.departments is not None and department not in (None, *scope.departments):
        return False
    number = row.matching.get("case")
    if number is None or (scope.regions is None and scope.departments is None):
        return True
    found = case_list.find(look.connection, number)
    places = [(one.case.facts.get("region"), one.case.facts.get("department")) for one in found]
    return any(scope.holds(*(None if p is None else str(p) for p in place)) for place in places)


def _line(look: Look, row: SilenceRow) -> Line:
    state = silence_wording.state(row, look.now)
    until = row.until_at if row.ended_at is None else row.ended_at
    planned = row.name is not None
    return Line(
        row,
        state,
        silence_wording.STATES[state].text(look.language),
        silence_wording.parts(look.rules, row.matching, look.language),
        row.matching.get("case", ""),
        look.say("设置文件", "the settings") if planned else who(look, row.by),
        planned,
        words.when(row.from_at, look.rules.zone, look.language, look.now),
        words.when(until, look.rules.zone, look.language, look.now),
        state != "ended" and may_end(look.connection, _giver(look), row),
    )


def _giver(look: Look) -> Giver:
    return Giver.of(Actor(look.visitor.who, ""), look.visitor)


def _address(look: Look, **change: str | None) -> str:
    return look.again("/silences", ("state", "case"), **change)


ROUTES: tuple[Route, ...] = (
    Page("/silences", show),
    *downloads.pages("/silences", show_file),
    Form("/silences", add, show),
    Form("/silences/{id:int}/end", end, show),
)
