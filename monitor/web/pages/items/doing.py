"""What forms about an item do: a new edition, taking one back, letting lists decide again."""

from __future__ import annotations

from urllib.parse import quote

from monitor import typed
from monitor.acts import catalogue
from monitor.store import items
from monitor.store.scope import Scope
from monitor.web.looking import Doing, Done, Look, NoRightError, UnknownError
from monitor.web.pages.items import words as wording
from notifiers import words
from rules.cases import Fact
from rules.refusals import RefusedError


def change(doing: Doing) -> Done:
    """Enter a new edition."""
    code = _code(doing)
    facts = facts_of(doing, code, {name: doing.one(name) for name in doing.form})
    on, why = typed.day(doing.one("from") or ""), doing.one("why") or ""
    due = catalogue.change(
        doing.connection, doing.rules, doing.actor, code, on, facts, why, doing.now
    )
    day = words.date(on, doing.language, with_year=True)
    return Done(
        _path(code),
        doing.say(
            f"已立新版，自 {day} 起施行；{due} 件在办件重新核算",
            f"A new edition holds from {day} on; {due} open cases are checked again",
        ),
    )


def take_back(doing: Doing) -> Done:
    """Take back an edition that is not in force yet."""
    code = _code(doing)
    on, why = typed.day(doing.one("from") or ""), doing.one("why") or ""
    catalogue.take_back(doing.connection, doing.rules, doing.actor, code, on, why, doing.now)
    return Done(_path(code), doing.say("已撤回未施行的版本", "The edition to come is taken back"))


def release(doing: Doing) -> Done:
    """Let lists from elsewhere change the item again."""
    code = _code(doing)
    catalogue.release(doing.connection, doing.actor, code, doing.one("why") or "", doing.now)
    return Done(
        _path(code),
        doing.say(
            "已改由目录来源决定，随即重读目录",
            "Lists decide again; the catalogue is read anew now",
        ),
    )


def _code(doing: Doing) -> str:
    """Give the item of a form.

    Raises:
        UnknownError: there is none.
        NoRightError: an item holds for all regions, and the visitor does not see all of them.
    """
    code = doing.path["code"]
    if not items.editions(doing.connection, code):
        raise UnknownError
    if doing.visitor.scope != Scope():
        raise NoRightError
    return code


def facts_of(where: Look | Doing, code: str, given: dict[str, str | None]) -> dict[str, Fact]:
    """Give the facts that a form says, those that can be changed on the desk.

    Raises:
        RefusedError: one that should be a number is none.
    """
    known = items.editions(where.connection, code)[-1].item.facts
    names = wording.limits_of(known)
    names += [unit for name in names if (unit := wording.unit_name(name, known))]
    return {name: _value(where, name, given[name]) for name in names if given.get(name)}


def _value(where: Look | Doing, name: str, text: str | None) -> Fact:
    if name.endswith("_unit"):
        return text
    try:
        value = float(text or "")
    except ValueError:
        called = wording.fact_name(name, where.language)
        raise RefusedError(f"{called}“{text}”不是数", f"{called}: {text!r} is no number") from None
    return int(value) if value.is_integer() else value


def _path(code: str) -> str:
    return f"/items/{quote(code, safe='')}"
