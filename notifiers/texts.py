"""The words of messages in one language: ``texts.toml``, compiled once, filled in per message."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import (
    ChainableUndefined,
    Environment,
    StrictUndefined,
    TemplateError,
    Undefined,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from notifiers.message import Kind, Message
from notifiers.notice import MOST_ITEMS, Fact, Item, Link, Notice, gravest, lamp_of, safe_url
from notifiers.words import cut, one_line, tight

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

_NEEDED = ("headline", "subject", "about")
_OPTIONAL = ("about_private", "lead", "reason", "footer", "short")
_FACT, _URL = "fact", "url"  # begin the names of the texts of facts and of addresses
_BETWEEN = "\x1e"  # ASCII's record separator, which no text has


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
            self._item = _Form(self._optional, {name: item[name] for name in _ITEM})
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
        fields["state"] = text.state_of(fields)
        lamp = lamp_of(kind, context)
        items = [self._one(item) for item in gravest(context)[:MOST_ITEMS]]
        if len({item.reason for item in items}) == 1:
            fields["route"] = {"reason": items[0].reason, **fields["route"]}
            items = [replace(item, reason="") for item in items]
        said = text.optional.fill(fields)
        return Notice(
            lamp=lamp,
            mark=self._tables["marks"][lamp],
            **text.needed.fill(fields),
            **{name: said[name] for name in _OPTIONAL},
            facts=tuple(text.facts(said))[:_MOST_FACTS],
            actions=tuple(text.actions(said)),
            words=self._tables["words"],
            items=tuple(items),
            count=int(context.get("count") or 0) if kind is Kind.DIGEST else 0,
        )

    def _one(self, context: Mapping[str, Any]) -> Item:
        kind = Kind(context.get("kind") or Kind.OVERDUE)
        fields = _fields(context)
        fields["state"] = self._kind(kind, context).state_of(fields)
        said = self._item.fill(fields)
        said["url"] = safe_url(said["url"])
        reason = one_line(str(fields["route"].get("reason") or ""))
        return Item(lamp=lamp_of(kind, context), reason=reason, **said)

    def _kind(self, kind: Kind, context: Mapping[str, Any]) -> _Kind:
        event = str((context.get(kind) or {}).get("event", "")) if kind in _EVENTS else ""
        return self._kinds.get((kind, event)) or self._kinds[kind, ""]

    def _compile_all(self) -> dict[tuple[Kind, str], _Kind]:
        made: dict[tuple[Kind, str], _Kind] = {}
        for kind in Kind:
            source = {**self._tables["common"], **self._tables[kind]}
            made[kind, ""] = self._compile(source)
            if kind in _EVENTS:
                events = source["event"].items()
                made |= {(kind, name): self._compile({**source, **own}) for name, own in events}
        return made

    def _compile(self, source: Mapping[str, Any]) -> _Kind:
        facts, actions = source["facts"], source["actions"]
        texts = {name: source[name] for name in _OPTIONAL}
        texts |= {f"{_FACT}{n}": fact["text"] for n, fact in enumerate(facts)}
        texts |= {f"{_URL}{n}": action["url"] for n, action in enumerate(actions)}
        return _Kind(
            _Form(self._optional, {"state": source["state"]}),
            _Form(self._needed, {name: source[name] for name in _NEEDED}),
            _Form(self._optional, texts),
            facts,
            actions,
        )

    def _environments(self) -> tuple[_Environment, _Environment]:
        phrases = self._tables["phrases"]

        def environment(undefined: type[Undefined]) -> _Environment:
            made = _Environment(undefined=undefined, finalize=_shown)
            made.filters["phrase"] = lambda code: phrases.get(code, code)
            made.filters["tally"] = self._tally
            made.filters["tight"] = tight
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


class _Environment(ImmutableSandboxedEnvironment):
    """Texts over plain JSON values, in which ``case.no`` is an entry of ``case``."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Give an entry of an object, which Jinja2 looks for among its attributes first."""
        if type(obj) is not dict:
            return super().getattr(obj, attribute)
        if attribute in obj:
            return obj[attribute]
        if hasattr(obj, attribute):
            return super().getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)


class _Form:
    """Several texts in one template: to fill them one by one costs five times as much."""

    def __init__(self, environment: Environment, texts: Mapping[str, str]) -> None:
        for text in texts.values():
            environment.parse(text)  # or what one leaves open another might close
        self._names = tuple(texts)
        self._template = environment.from_string(_BETWEEN.join(texts.values()))
        # Jinja2 makes a dict of the chain of its globals for every message.
        self._template.globals = dict(self._template.globals)

    def fill(self, fields: Mapping[str, Any]) -> dict[str, str]:
        """Give each text in one line."""
        filled = self._template.render(fields).split(_BETWEEN)
        return {
            name: cut(one_line(text), _LONGEST_URL if name.startswith(_URL) else _LONGEST)
            for name, text in zip(self._names, filled, strict=True)
        }


@dataclass(frozen=True, slots=True)
class _Kind:
    """The compiled texts of one kind of message; ``optional`` has those of facts and actions."""

    state: _Form
    needed: _Form
    optional: _Form
    told: Sequence[Mapping[str, Any]]
    offered: Sequence[Mapping[str, Any]]

    def state_of(self, fields: Mapping[str, Any]) -> str:
        """Say in few words how things stand."""
        return self.state.fill(fields)["state"]

    def facts(self, said: Mapping[str, str]) -> Iterator[Fact]:
        """Give the facts that say something."""
        for n, fact in enumerate(self.told):
            if text := said[f"{_FACT}{n}"]:
                strong, lamp = bool(fact.get("strong", False)), fact.get("lamp", "")
                yield Fact(fact["label"], text, strong, lamp)

    def actions(self, said: Mapping[str, str]) -> Iterator[Link]:
        """Give what can be done next and has an address."""
        for n, action in enumerate(self.offered):
            if url := safe_url(said[f"{_URL}{n}"]):
                yield Link(action["label"], url)


@cache
def built_in(language: str) -> Texts:
    """Give our own words of a language, compiled once for all channels."""
    return Texts(language, None)


def _fields(context: Mapping[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {name: {} for name in _SECTIONS}
    fields |= {name: value for name, value in context.items() if value is not None}
    if fields["case"]:
        fields["case"] = {"unit": _unit(fields["case"]), **fields["case"]}
    return fields


def _unit(case: Mapping[str, Any]) -> str:
    """Name the department by its region, unless its name already does."""
    region, department = str(case.get("region") or ""), str(case.get("department") or "")
    if region in department:
        return department
    return f"{region} {department}" if department.isascii() else f"{region}{department}"


def _shown(value: Any) -> Any:
    if value is None:
        return ""
    return value.replace(_BETWEEN, " ") if isinstance(value, str) else value


def _over(below: dict[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for name, value in above.items():
        old = merged.get(name)
        if isinstance(old, dict) and isinstance(value, dict):
            value = _over(old, value)
        merged[name] = value
    return merged


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{path}: cannot be read: {error}") from error
