"""Rendering: from a message to a notice in its language, and to the form of a channel.

``templates/<language>/texts.toml`` says what each kind of message says; ``templates/<channel>/``
says how a channel lays it out. An operator's own folder goes before both: entries of its
``<language>/texts.toml`` replace ours one by one, and a layout for one kind in one language is
``<language>/<channel>/<kind>.<ext>`` (or ``base.<ext>`` for all kinds), which may extend ours.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChainableUndefined, FileSystemLoader, StrictUndefined, TemplateError, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from notifiers.channel import SendError
from notifiers.message import Kind, Message
from notifiers.notice import Fact, Link, Notice, lamp_of, safe_url
from notifiers.words import cut, one_line

LANGUAGES = ("zh_CN", "en")
"""The languages that messages can be written in; the first is the default."""

_BUILT_IN = Path(__file__).parent / "templates"
_SECTIONS = ("case", "alert", "clock", "policy", "route", "links", "source")
_MOST_FACTS = 5
_LONGEST = 300  # characters of one text: enough for any title, too little for a flood
_LONGEST_URL = 2000


class Renderer:
    """Renders for one channel.

    Args:
        channel: name of the channel's folder of layouts.
        own: the operator's folder of templates, or ``None``.
        escape: for layouts that are not HTML, makes a value harmless in their syntax.

    Raises:
        ValueError: a text in the operator's folder cannot be read; the message says where.
    """

    def __init__(
        self, channel: str, own: Path | None, escape: Callable[[str], str] = lambda text: text
    ) -> None:
        self._channel = channel
        self._texts = {
            language: Texts(language, own) if own else _built_in_texts(language)
            for language in LANGUAGES
        }
        loader = FileSystemLoader([own, _BUILT_IN] if own else [_BUILT_IN])
        self._html = _layouts(loader, lambda value: value)
        # Already escaped for its own syntax, so that the escaping for HTML leaves it as it is.
        self._text = _layouts(loader, lambda value: Markup(escape(str(value))))  # noqa: S704

    def notice(self, message: Message) -> Notice:
        """Give the words of a message.

        Raises:
            SendError: a field that its text needs is missing, or the operator's text is faulty.
        """
        with _faults(message):
            texts = self._texts.get(message.language)
            if texts is None:
                raise TemplateError(f"no texts in language {message.language!r}")
            return texts.notice(message)

    def layout(self, message: Message, extension: str, **values: Any) -> str:
        """Lay a message out by the channel's template with ``extension``.

        Args:
            message: chooses the template: that of its kind and language, else the common one.
            extension: ``html``, ``txt`` or ``md``.
            values: what the template shows.

        Raises:
            SendError: the operator's template is faulty.
        """
        own = f"{message.language}/{self._channel}"
        names = [f"{own}/{message.kind}", f"{own}/base", f"{self._channel}/base"]
        with _faults(message):
            layouts = self._html if extension == "html" else self._text
            template = layouts.select_template([f"{name}.{extension}" for name in names])
            return template.render(language=message.language, **values)


class Texts:
    """The words of one language."""

    def __init__(self, language: str, own: Path | None) -> None:
        self._tables = _read(_BUILT_IN / language / "texts.toml")
        path = own / language / "texts.toml" if own else None
        if path and path.exists():
            for name, table in _read(path).items():
                self._tables[name] = {**self._tables.get(name, {}), **table}
        self._needed, self._optional = self._environments()
        try:
            self._kinds = {kind: self._compile(kind) for kind in Kind}
        except (TemplateError, KeyError, TypeError) as error:
            where = path or language
            raise ValueError(f"{where}: not a text for messages: {error!r}") from error

    def notice(self, message: Message) -> Notice:
        """Give the words of a message."""
        fields: dict[str, Any] = {name: {} for name in _SECTIONS}
        fields |= {name: value for name, value in message.context.items() if value is not None}
        text = self._kinds[message.kind]
        fields["state"] = text["state"](fields)
        facts = (Fact(f["label"], f["text"](fields), f["strong"]) for f in text["facts"])
        links = (Link(a["label"], safe_url(a["url"](fields))) for a in text["actions"])
        lamp = lamp_of(message)
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
        )

    def _compile(self, kind: Kind) -> dict[str, Any]:
        source = {**self._tables["common"], **self._tables[kind]}
        text: dict[str, Any] = {
            name: self._render(source[name], name in ("headline", "subject", "about"))
            for name in ("state", "headline", "subject", "about", "about_private")
        }
        text |= {name: self._render(source[name]) for name in ("lead", "reason", "footer")}
        text["facts"] = [
            {
                "label": fact["label"],
                "text": self._render(fact["text"]),
                "strong": bool(fact.get("strong", False)),
            }
            for fact in source["facts"]
        ]
        text["actions"] = [
            {"label": action["label"], "url": self._render(action["url"], longest=_LONGEST_URL)}
            for action in source["actions"]
        ]
        return text

    def _render(
        self, text: str, needed: bool = False, longest: int = _LONGEST
    ) -> Callable[[Mapping[str, Any]], str]:
        template = (self._needed if needed else self._optional).from_string(text)
        return lambda fields: cut(one_line(template.render(fields)), longest)

    def _environments(self) -> tuple[ImmutableSandboxedEnvironment, ImmutableSandboxedEnvironment]:
        phrases = self._tables["phrases"]

        def environment(undefined: type[Undefined]) -> ImmutableSandboxedEnvironment:
            made = ImmutableSandboxedEnvironment(
                undefined=undefined, finalize=lambda value: "" if value is None else value
            )
            made.filters["phrase"] = lambda code: phrases.get(code, code)
            return made

        return environment(StrictUndefined), environment(ChainableUndefined)


@cache
def _built_in_texts(language: str) -> Texts:
    return Texts(language, None)


def _layouts(
    loader: FileSystemLoader, harmless: Callable[[Any], Any]
) -> ImmutableSandboxedEnvironment:
    def shown(value: Any) -> Any:
        return value if isinstance(value, Markup | Undefined) else harmless(value)

    return ImmutableSandboxedEnvironment(
        loader=loader,
        undefined=StrictUndefined,
        finalize=shown,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{path}: cannot be read: {error}") from error


@contextmanager
def _faults(message: Message) -> Iterator[None]:
    try:
        yield
    except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
        what = f"the text of {message.kind} messages in {message.language} is faulty"
        raise SendError(f"{what}: {error}", permanent=True) from error
