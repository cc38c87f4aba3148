"""One rule: what it says, its versions as far as the store knows them, and its cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from config.rule_texts import restored
from monitor.addresses import case_path
from monitor.pipeline.wording import level_name
from monitor.store import rule_use, rule_versions
from monitor.store.rule_use import CardRow, Ladder, Version
from monitor.store.rule_versions import Kept
from monitor.web.looking import Look, Page, Route, Shown, UnknownError
from monitor.web.pages.rules import words as wording
from monitor.web.pages.rules.ladder import steps
from monitor.web.pages.rules.words import KINDS, Rule
from notifiers import words
from rules.ladders import fingerprint
from rules.policies import Policy
from rules.subjects import Place, name_of, place_name

SIZE = 50
"""So many cards make a page."""

_MARK = 12  # characters of a fingerprint


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for: a rule in force or one that was, and which version of it."""

    ident: str
    version: str | None
    rule: Rule | None


def show(look: Look) -> Shown:
    """Show a rule, in force or in an earlier version."""
    asked = _asked(look)
    policy = isinstance(asked.rule, Policy) or (asked.rule is None and look.one("kind") == "policy")
    if policy:
        return _show_policy(look, asked)
    known = rule_use.versions(look.connection, asked.ident, look.visitor.scope)
    if asked.rule is None and not known:
        raise UnknownError
    current = None if asked.rule is None else asked.rule.version
    texts = rule_versions.kept(look.connection, asked.ident)
    told, rule, old = None, asked.rule, False
    if asked.version not in (None, current):
        told = next((one for one in known if one.version == asked.version), None)
        rule, old = _earlier(look, texts, str(asked.version)), True
        if told is None and rule is None:
            raise UnknownError
    title = wording.title(rule) if rule else (told or known[0]).title
    return _page(
        look,
        asked,
        title,
        rule,
        {
            "told": _version(look, told or (None if rule else known[0]), current),
            "versions": [_version(look, one, current) for one in known],
            "law": (told or known[0]).law if rule is None else "",
            "steps": [],
            "earlier": [],
            "old": old,
            "kept": [
                {
                    "version": one.version,
                    "first": words.when(one.first_at, look.rules.zone, look.language, look.now),
                    "current": one.version == current,
                    "href": _path(asked.ident, one.version, policy=False),
                }
                for one in texts
            ],
        },
        version=asked.version if old else None,
    )


def _earlier(look: Look, texts: Sequence[Kept], version: str) -> Rule | None:
    """Return a rule as an earlier version of it said; ``None`` if its text was not kept."""
    book = look.rules.book
    found = next((one for one in texts if one.version == version), None)
    if found is None:
        return None
    return restored(found.kind, found.said, version, book.levels, book.default_calendar)


def _show_policy(look: Look, asked: Asked) -> Shown:
    kept = rule_use.ladders(look.connection, asked.ident)
    rule = asked.rule if isinstance(asked.rule, Policy) else None
    if rule is None and not kept:
        raise UnknownError
    mark = fingerprint(rule) if rule else ""
    earlier, shown = None, rule
    if asked.version is not None and not mark.startswith(asked.version):
        for one in kept:
            if asked.version in (one.fingerprint[:_MARK], one.policy.version):
                earlier, shown = one, one.policy
                break
        else:
            if rule is None or asked.version != rule.version:
                raise UnknownError
    if shown is None:
        earlier, shown = kept[0], kept[0].policy
    return _page(
        look,
        asked,
        shown.id,
        shown,
        {
            "told": None,
            "versions": [],
            "law": "",
            "steps": steps(look, shown),
            "earlier": [_ladder(look, one, mark) for one in kept],
            "old": earlier is not None,
        },
    )


def _page(
    look: Look,
    asked: Asked,
    title: str,
    rule: Rule | None,
    values: dict[str, Any],
    version: str | None = None,
) -> Shown:
    policy = isinstance(rule, Policy)
    which = {"policy": asked.ident} if policy else {"rule": asked.ident, "version": version}
    scope = look.visitor.scope
    total = rule_use.count(look.connection, scope, **which)
    last = max(1, -(-total // SIZE))
    number = look.page(last)
    rows = rule_use.cards(look.connection, scope, (number - 1) * SIZE, SIZE, **which)
    base, mark = look.rules.settings.fingerprint(), look.rules.book.fingerprint
    since = rule_use.taken_up_at(look.connection, (mark, base))
    kind = wording.kind_of(rule) if rule else ""
    return Shown(
        "rules_one.html",
        {
            "ident": asked.ident,
            "title": title,
            "kind": KINDS[kind].text(look.language) if kind else "",
            "kind_id": kind,
            "rule": rule,
            "trial": rule is not None and not isinstance(rule, Policy) and rule.shadow,
            "lines": wording.lines(look, rule) if rule else [],
            "levels": [
                (level, level_name(level, look.language), when)
                for level, when in (wording.levels(look, rule) if rule else ())
            ],
            "removed": asked.rule is None,
            "here": _path(asked.ident, None, policy=policy),
            "cards": [_card(look, row) for row in rows],
            "total": total,
            "page": number,
            "pages": last,
            "address": lambda page: _address(look, page),
            "fingerprint": mark[:_MARK],
            "since": words.when(since, look.rules.zone, look.language, look.now) if since else "",
            "old": False,
            "kept": [],
            **values,
        },
    )


def _asked(look: Look) -> Asked:
    name, book = look.path["name"], look.rules.book
    every: dict[str, Rule] = {one.id: one for one in book.policies}
    if look.one("kind") != "policy":
        for some in (book.surveys, book.checks, book.limits):
            every.update({one.id: one for one in some})
    if name in every:
        return Asked(name, None, every[name])
    ident, at, version = name.rpartition("@")
    if not at:
        return Asked(name, None, None)
    return Asked(ident, version, every.get(ident))


def _version(look: Look, one: Version | None, current: str | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "version": one.version,
        "title": one.title,
        "law": one.law,
        "first": words.when(one.first_at, look.rules.zone, look.language, look.now),
        "last": words.when(one.last_at, look.rules.zone, look.language, look.now),
        "opened": one.opened,
        "standing": one.standing,
        "current": one.version == current,
        "href": f"@{quote(one.version, safe='')}",
    }


def _ladder(look: Look, one: Ladder, current: str) -> dict[str, Any]:
    return {
        "version": one.policy.version,
        "mark": one.fingerprint[:_MARK],
        "first": words.when(one.first_at, look.rules.zone, look.language, look.now),
        "current": one.fingerprint == current,
        "steps": len(one.policy.steps),
        "href": _path(one.policy.id, one.fingerprint[:_MARK], policy=True),
    }


def _card(look: Look, row: CardRow) -> dict[str, Any]:
    rules, directory = look.rules, look.rules.book.directory
    no = str(row.no or row.key or "")
    if row.subject is not None:
        item = name_of(row.subject, directory, rules.zone, look.language)
    else:
        facts = row.facts or {}
        item = str(facts.get("item_name") or facts.get("item_code") or no)
    return {
        "level": row.level,
        "level_name": level_name(row.level, look.language),
        "item": item,
        "part": row.part,
        "no": no,
        "href": case_path(row.no, row.key) if row.key is not None else "",
        "place": place_name(Place(row.region or "", row.department or ""), directory),
        "since": words.when(row.since_at, rules.zone, look.language, look.now),
        "due": words.when(row.due_at, rules.zone, look.language, look.now) if row.due_at else "—",
        "acked": row.acked,
        "version": row.version,
    }


def _path(ident: str, version: str | None, *, policy: bool) -> str:
    path = f"/rules/{quote(ident, safe='')}" + (f"@{quote(version, safe='')}" if version else "")
    return path + ("?kind=policy" if policy else "")


def _address(look: Look, page: int) -> str:
    given = {"kind": look.one("kind"), "page": page}
    query = urlencode({name: value for name, value in given.items() if value})
    return f"/rules/{quote(look.path['name'], safe='@')}?{query}#cards"


ROUTES: tuple[Route, ...] = (Page("/rules/{name:str}", show),)
