"""The words of messages in one language: ``texts.toml``, compiled once, filled in per message."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChainableUndefined, StrictUndefined, TemplateError, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from notifiers.message import Kind, Message
from notifiers.notice import MOST_ITEMS, Fact, Item, Link, Notice, gravest, lamp_of, safe_url
from notifiers.words import cut, one_line

FOLDER = Path(__file__).parent / "templates"
"""The built-in texts and layouts."""

_SECTIONS = (
    *("case", "alert", "clock", "policy", "route", "links", "source", "order", "digest"),
    *("counts",),
)
_MOST_FACTS = 5
_LONGEST = 300  # characters of one text: enough for any title, too little for a flood
_LONGEST_URL = 2000
_EVENTS = (Kind.ORDER, Kind.DIGEST)  # what they say depends on ``<kind>.event`` of the context
_ITEM = ("tag", "title", "title_private", "text", "url")

Text = Callable[[Mapping[str, Any]], str]


class Texts:
    """The words of one language.

    Args:
        language: ``zh_CN`` or ``en``.
        own: the operator's folder of templates, whose entries go before ours one by one.

    Raises:
        ValueError: a text in the operator's folder cannot be read; the message says where.
    """

    def __init__(self, language: str, own: Path | None) -> None:
        self._tables = _read(FOLDER / language / "texts.toml")
        path = own / language / "texts.toml" if own else None
        if path and path.exists():
            self._tables = _over(self._tables, _read(path))
        self._needed, self._optional = self._environments()
        try:
            self._kinds = self._compile_all()
            item = self._tables["digest"]["item"]
            self._item = {name: self._text(item[name], False, _LONGEST_URL) for name in _ITEM}
        except (TemplateError, KeyError, TypeError, AttributeError) as error:
            where = path or language
            raise ValueError(f"{where}: not a text for messages: {error!r}") from error

    def notice(self, message: Message) -> Notice:
        """Give the words of a message.

        Raises:
            TemplateError, TypeError, ValueError, ArithmeticError: a field that its text needs is
                missing, or the operator's text is faulty.
        """
        kind, context = message.kind, message.context
        text = self._kind(kind, context)
        fields = _fields(context)
        fields["state"] = text["state"](fields)
        facts = (Fact(f["label"], f["text"](fields), f["strong"]) for f in text["facts"])
        links = (Link(a["label"], safe_url(a["url"](fields))) for a in text["actions"])
        lamp = lamp_of(kind, context)
        items = gravest(context)[:MOST_ITEMS]
        return Notice(
            lamp=lamp,
            mark=self._tables["marks"][lamp],
            headline=text["headline"](fields),
            subject=text["subject"](fields),
            about=text["about"](fields),
            about_private=text["about_private"](fields),
            lead=text["lead"](fields),
            facts=tuple(fact for fact in facts if fact.text)[:_MOST_FACTS],
            actions=tuple(link for link in links if link.url),
            reason=text["reason"](fields),
            footer=text["footer"](fields),
            words=self._tables["words"],
            items=tuple(self._one(item) for item in items),
            count=int(context.get("count") or 0) if kind is Kind.DIGEST else 0,
        )

    def _one(self, context: Mapping[str, Any]) -> Item:
        kind = Kind(context.get("kind") or Kind.OVERDUE)
        fields = _fields(context)
        fields["state"] = self._kind(kind, context)["state"](fields)
        said = {name: render(fields) for name, render in self._item.items()}
        said["url"] = safe_url(said["url"])
        reason = one_line(str(fields["route"].get("reason") or ""))
        return Item(lamp=lamp_of(kind, context), reason=reason, **said)

    def _kind(self, kind: Kind, context: Mapping[str, Any]) -> dict[str, Any]:
        event = str((context.get(kind) or {}).get("event", "")) if kind in _EVENTS else ""
        return self._kinds.get((kind, event)) or self._kinds[kind, ""]

    def _compile_all(self) -> dict[tuple[Kind, str], dict[str, Any]]:
        made: dict[tuple[Kind, str], dict[str, Any]] = {}
        for kind in Kind:
            source = {**self._tables["common"], **self._tables[kind]}
            made[kind, ""] = self._compile(source)
            if kind in _EVENTS:
                events = source["event"].items()
                made |= {(kind, name): self._compile({**source, **own}) for name, own in events}
        return made

    def _compile(self, source: Mapping[str, Any]) -> dict[str, Any]:
        text: dict[str, Any] = {
            name: self._text(source[name], name in ("headline", "subject", "about"))
            for name in ("state", "headline", "subject", "about", "about_private")
        }
        text |= {name: self._text(source[name]) for name in ("lead", "reason", "footer")}
        text["facts"] = [
            {
                "label": fact["label"],
                "text": self._text(fact["text"]),
                "strong": bool(fact.get("strong", False)),
            }
            for fact in source["facts"]
        ]
        text["actions"] = [
            {"label": action["label"], "url": self._text(action["url"], longest=_LONGEST_URL)}
            for action in source["actions"]
        ]
        return text

    def _text(self, text: str, needed: bool = False, longest: int = _LONGEST) -> Text:
        template = (self._needed if needed else self._optional).from_string(text)
        return lambda fields: cut(one_line(template.render(fields)), longest)

    def _environments(self) -> tuple[ImmutableSandboxedEnvironment, ImmutableSandboxedEnvironment]:
        phrases = self._tables["phrases"]

        def environment(undefined: type[Undefined]) -> ImmutableSandboxedEnvironment:
            made = ImmutableSandboxedEnvironment(
                undefined=undefined, finalize=lambda value: "" if value is None else value
            )
            made.filters["phrase"] = lambda code: phrases.get(code, code)
            made.filters["tally"] = self._tally
            return made

        return environment(StrictUndefined), environment(ChainableUndefined)

    def _tally(self, number: Any, digest: Mapping[str, Any], level: str) -> str:
        """Write how many of a level there are, how that has changed and how many are unanswered."""
        if isinstance(number, Undefined):
            return ""
        words, more = self._tables["words"], []
        if "before" in digest:
            change = int(number) - int(digest["before"].get(level, 0))
            sign = "+" if change > 0 else "−"
            more.append(words["change"].format(f"{sign}{abs(change)}") if change else words["same"])
        if unacknowledged := (digest.get("unacknowledged") or {}).get(level):
            more.append(words["unacknowledged"].format(unacknowledged))
        return str(number) + (words["aside"].format(words["joint"].join(more)) if more else "")


@cache
def built_in(language: str) -> Texts:
    """Give our own words of a language, compiled once for all channels."""
    return Texts(language, None)


def _fields(context: Mapping[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {name: {} for name in _SECTIONS}
    return fields | {name: value for name, value in context.items() if value is not None}


def _over(below: dict[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for name, value in above.items():
        old = merged.get(name)
        both = isinstance(old, dict) and isinstance(value, dict)
        merged[name] = _over(old, value) if both else value
    return merged


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{path}: cannot be read: {error}") from error
