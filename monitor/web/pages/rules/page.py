"""The rules in force: what each says, in which version, and the cards that stand under it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from monitor.pipeline.wording import level_name
from monitor.store import rule_use
from monitor.web.looking import Look, Page, Route, Shown
from monitor.web.pages.rules import words as wording
from monitor.web.pages.rules.one import ROUTES as ONE
from monitor.web.pages.rules.words import KINDS, Rule
from notifiers import words
from rules.policies import Policy


@dataclass(frozen=True, slots=True)
class Line:
    """A rule in the list; ``standing`` counts the cards that the visitor sees."""

    id: str
    href: str
    title: str
    law: str
    levels: tuple[tuple[str, str, str], ...]
    version: str
    trial: bool
    standing: int


def show(look: Look) -> Shown:
    """Show all rules, or those of a kind or with a text."""
    book, text = look.rules.book, look.one("q") or ""
    scope = look.visitor.scope
    standing = rule_use.standing(look.connection, scope)
    climbing = rule_use.climbing(look.connection, scope)
    every: dict[str, tuple[Rule, ...]] = {
        "limit": book.limits,
        "check": book.checks,
        "survey": book.surveys,
        "policy": book.policies,
    }
    kind = look.one("kind")
    sections = []
    for name, rules in every.items():
        if kind in KINDS and kind != name:
            continue
        counts = climbing if name == "policy" else standing
        found = [_line(look, one, counts) for one in rules if _has(one, text)]
        if found:
            sections.append((name, KINDS[name].text(look.language), found))
    known = {one.id for some in every.values() for one in some if not isinstance(one, Policy)}
    gone = [
        (ident, f"/rules/{quote(ident, safe='')}", count)
        for ident, count in sorted(standing.items())
        if ident not in known and (not text or text in ident)
    ]
    base = look.rules.settings.fingerprint()
    since = rule_use.taken_up_at(look.connection, (book.fingerprint, base))
    return Shown(
        "rules.html",
        {
            "sections": sections,
            "gone": gone if kind not in KINDS else [],
            "kinds": [
                (name, one.text(look.language), len(every[name])) for name, one in KINDS.items()
            ],
            "kind": kind if kind in KINDS else "",
            "q": text,
            "fingerprint": book.fingerprint[:12],
            "edited": book.fingerprint != base,
            "since": words.when(since, look.rules.zone, look.language, look.now) if since else "",
        },
    )


def _line(look: Look, one: Rule, counts: dict[str, int]) -> Line:
    path = f"/rules/{quote(one.id, safe='')}"
    policy = isinstance(one, Policy)
    return Line(
        one.id,
        path + ("?kind=policy" if policy else ""),
        wording.title(one),
        "" if isinstance(one, Policy) else one.law,
        tuple(
            (level, level_name(level, look.language), when)
            for level, when in wording.levels(look, one)
        ),
        one.version,
        not isinstance(one, Policy) and one.shadow,
        counts.get(one.id, 0),
    )


def _has(one: Rule, text: str) -> bool:
    told = (one.id, wording.title(one), "" if isinstance(one, Policy) else one.law)
    return any(text.casefold() in part.casefold() for part in told)


ROUTES: tuple[Route, ...] = (Page("/rules", show), *ONE)
