"""One item: its editions, and changing what it promises, with a look ahead first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from monitor import typed
from monitor.access import Role
from monitor.acts import catalogue
from monitor.pipeline.previewing import preview
from monitor.store import audit_log, case_list, items
from monitor.store.audit_log import Recorded
from monitor.store.case_choice import CaseState, Choice
from monitor.store.items import BY_HAND, RELEASED, Edition
from monitor.web.looking import (
    Form,
    Look,
    Page,
    Route,
    Shown,
    UnknownError,
)
from monitor.web.pages import actors
from monitor.web.pages.calendars.words import Seen, level_names, may_edit, seen
from monitor.web.pages.items import words as wording
from monitor.web.pages.items.doing import change, facts_of, release, take_back
from notifiers import words
from rules.amounts import Unit
from rules.cases import Fact, Facts
from rules.catalogue import EVER, code_of
from rules.catalogue_editing import replaced
from rules.instants import moment
from rules.refusals import RefusedError

_ACTS = ("catalogue.edit", "catalogue.take-back", "catalogue.release")
_MOST = 100_000  # cases that are counted


@dataclass(frozen=True, slots=True)
class Told:
    """An edition in words; ``changed`` are the facts in which it differs from the one before."""

    span: str
    state: str
    origin: str
    entered: str
    by_hand: bool
    facts: tuple[tuple[str, str, bool], ...]
    back: str


def show(look: Look) -> Shown:
    """Show an item and, where a change is asked for, what that would move."""
    code = look.path["code"]
    known = items.editions(look.connection, code)
    if not known:
        raise UnknownError
    today = moment(look.now, look.rules.zone).date()
    now = next((one for one in known if one.item.covers(today)), known[-1])
    facts = now.item.facts
    asked, fault, found = _asked(look), look.fault, None
    may = may_edit(look.visitor)
    if asked and may and not fault:
        try:
            found = _seen(look, code, asked)
        except RefusedError as error:
            fault = error.text(look.language)
    uses = wording.used_by(look.rules)
    chosen = Choice(states=(CaseState.OPEN,), items=(code_of(code),))
    return Shown(
        "items_one.html",
        {
            "look": replace(look, fault=fault),
            "code": code,
            "name": str(facts.get("name") or code),
            "now": now,
            "facts": [
                (wording.fact_name(name, look.language), wording.value_text(look, name, facts))
                for name in wording.shown(facts)
                if name != "name"
            ],
            "editions": [_told(look, known, at, today) for at in reversed(range(len(known)))],
            "held": any(one.by_hand for one in known),
            "lists": look.rules.settings.catalogue is not None,
            "fields": [_field(look, name, facts, uses) for name in wording.limits_of(facts)],
            "units": [(unit.value, wording.unit_text(unit, look.language)) for unit in Unit],
            "today": today.isoformat(),
            "given": {name: look.one(name) or _form(look, name) for name in ("from", "why")},
            "fields_given": _given(look),
            "asked": asked,
            "seen": found,
            "levels": level_names(look.rules, look.language),
            "may_edit": may,
            "open": case_list.count(look.connection, chosen, look.visitor.scope, _MOST),
            "cases": "/cases?" + urlencode({"item": code_of(code), "state": "open"}),
            "rules": [
                (wording.fact_name(name, look.language), [_rule(look, rule) for rule in some])
                for name, some in uses.items()
                if name in facts
            ],
            "acts": [
                _act(look, one)
                for one in reversed(audit_log.of_object(look.connection, f"item:{code}"))
                if one.act.act in _ACTS
            ],
        },
    )


def _seen(look: Look, code: str, asked: str) -> Seen:
    old, known = catalogue.one_item(look.connection, look.rules, code)
    on = typed.day(look.one("from") or "")
    if asked == "back":
        new = catalogue.taken_back(look.rules, old, known, on, look.now)
    else:
        given = {name: look.one(name) for name in look.query}
        facts = facts_of(look, code, given)
        new = catalogue.changed(look.rules, old, known, on, facts, look.now)
    # The other items are there as well: a region's own goes before what holds everywhere.
    whole = look.rules.book.catalogue
    before, after = (look.rules.with_catalogue(replaced(whole, one, code)) for one in (old, new))
    found = preview(look.connection, before, after, look.now, item=code_of(code))
    return seen(look, found, look.rules)


def _asked(look: Look) -> str | None:
    if look.form or look.one("from") is None:
        return None
    return "back" if look.one("back") else "change"


def _given(look: Look) -> dict[str, str]:
    """Give what was filled in, by the form that was refused or by the address."""
    if look.form:
        return {name: values[-1].strip() for name, values in look.form.items() if values}
    return {name: look.one(name) or "" for name in look.query}


def _form(look: Look, name: str) -> str:
    return _given(look).get(name, "")


def _field(look: Look, name: str, facts: Facts, uses: dict[str, list[str]]) -> dict[str, Any]:
    """Give a field of the form: its fact, what it is called, its value and unit."""
    given = _given(look)
    unit = wording.unit_name(name, facts)
    value = facts.get(name)
    plain = f"{value:g}" if isinstance(value, int | float) else ""
    return {
        "name": name,
        "label": wording.fact_name(name, look.language),
        "value": given.get(name) or plain,
        "unit": unit,
        "unit_value": (given.get(unit) or wording.unit_of(facts.get(unit)).value) if unit else "",
        "used": bool(uses.get(name)),
    }


def _told(look: Look, known: list[Edition], at: int, today: date) -> Told:
    one, item = known[at], known[at].item
    before = known[at - 1].item.facts if at else None

    def day(value: date) -> str:
        return words.date(value, look.language, with_year=True)

    begin = look.say("一直以来", "ever") if item.valid_from == EVER else day(item.valid_from)
    end = look.say("至今无止期", "no end") if item.valid_to is None else day(item.valid_to)
    state = "now" if item.covers(today) else "coming" if item.valid_from > today else "past"
    who = one.origin
    for start in (BY_HAND, RELEASED):
        if who.startswith(start):
            name = actors.who(look, who.removeprefix(start))
            who = look.say(f"灯板录入：{name}", f"entered on the desk: {name}")
    return Told(
        f"{begin} – {end}",
        state,
        who,
        words.when(one.imported_at, look.rules.zone, look.language, look.now),
        one.by_hand,
        tuple(
            (
                wording.fact_name(name, look.language),
                wording.value_text(look, name, item.facts),
                before is not None and _differs(name, before, item.facts),
            )
            for name in wording.limits_of(item.facts)
        ),
        item.valid_from.isoformat() if state == "coming" and one.by_hand else "",
    )


def _differs(name: str, before: Facts, after: Facts) -> bool:
    unit = wording.unit_name(name, after) or name
    return before.get(name) != after.get(name) or before.get(unit) != after.get(unit)


def _rule(look: Look, ident: str) -> tuple[str, str]:
    return f"/rules/{quote(ident, safe='')}", look.rules.titles.get(ident, ident)


def _act(look: Look, one: Recorded) -> dict[str, str]:
    after, before = one.act.after or {}, one.act.before or {}
    if one.act.act == "catalogue.release":
        text = look.say("改由目录来源决定", "lists decide again")
    elif one.act.act == "catalogue.take-back":
        text = look.say("撤回", "taken back:") + f" {before.get('valid_from', '')}"
    else:
        parts = [
            f"{wording.fact_name(name, look.language)} {_plain(before.get(name))} → {_plain(value)}"
            for name, value in after.items()
            if name != "valid_from" and value != before.get(name)
        ]
        since = after.get("valid_from", "")
        text = look.say(f"自 {since} 起：", f"from {since} on: ") + look.say("；", "; ").join(parts)
    return {
        "text": text,
        "note": one.act.note,
        "who": actors.who(look, one.act.who),
        "when": words.when(one.at, look.rules.zone, look.language, look.now),
    }


def _plain(value: Fact) -> str:
    return "—" if value is None else str(value)


ROUTES: tuple[Route, ...] = (
    Page("/items/{code:str}", show),
    Form("/items/{code:str}", change, show, Role.MANAGE),
    Form("/items/{code:str}/back", take_back, show, Role.MANAGE),
    Form("/items/{code:str}/release", release, show, Role.MANAGE),
)
