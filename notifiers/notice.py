"""A notice: the words of a message, before a channel gives them its form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from notifiers.message import Kind, Message
from notifiers.words import cut

MOST_ITEMS = 50
"""Of a digest, shown one by one; the others are counted."""

_LENGTHS = (300, 120, 60, 30, 15)  # of one text, in characters


class Lamp(StrEnum):
    """Which lamp a notice shows; each has its own shape, so that colour is never alone."""

    WARNING = "warning"
    YELLOW = "yellow"
    RED = "red"
    CLOSED = "closed"
    ORDER = "order"
    DIGEST = "digest"
    SYSTEM = "system"


_BY_KIND = {
    Kind.WARNING: Lamp.WARNING,
    Kind.OVERDUE: Lamp.YELLOW,
    Kind.ESCALATION: Lamp.RED,
    Kind.RESOLVED: Lamp.CLOSED,
    Kind.ORDER: Lamp.ORDER,
    Kind.DIGEST: Lamp.DIGEST,
    Kind.SYSTEM: Lamp.SYSTEM,
    Kind.TEST: Lamp.SYSTEM,
}


_GRAVITY = (Lamp.RED, Lamp.YELLOW, Lamp.ORDER, Lamp.SYSTEM, Lamp.WARNING)
_BY_LEVEL = (Kind.WARNING, Kind.OVERDUE, Kind.ESCALATION)


def lamp_of(kind: Kind, context: Mapping[str, Any]) -> Lamp:
    """Give the lamp of a message: that of its level where it has one, else that of its kind."""
    level = (context.get("alert") or {}).get("level")
    if kind not in _BY_LEVEL or level not in ("warning", "yellow", "red"):
        return _BY_KIND[kind]
    return Lamp(level)


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the grounds.

    ``strong`` marks the one to look at first; ``lamp`` is that of the level it is about, or empty.
    """

    label: str
    text: str
    strong: bool = False
    lamp: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """Something to do next; ``url`` is an http(s) address without characters that end a link."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Item:
    """One of the many in a digest; ``tag`` names its level, ``url`` may be empty.

    ``title`` shows no more than the tail of a number; ``title_private`` shows all of it. ``reason``
    is why this reader gets it, where that is not the same for all of them.
    """

    lamp: Lamp
    tag: str
    title: str
    title_private: str
    text: str
    reason: str
    url: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What a message says, all of it plain text on one line each.

    Attributes:
        lamp: its lamp; ``mark`` is the character that stands in it.
        headline: the conclusion.
        subject: the conclusion and the case in one line, for lists of mails.
        about: the case, with no more than the tail of its number; fit for groups.
        about_private: the same with the whole number; only for one reader.
        lead: one sentence of prose.
        facts: the grounds, five at most.
        actions: what can be done next.
        reason: why this reader gets it.
        footer: how fresh the data are, and who speaks.
        short: all of it in one short sentence, for text messages.
        words: small words of the language, by name.
        items: the gravest of a digest, gravest first.
        count: how many a digest is about; 0 for every other message.
    """

    lamp: Lamp
    mark: str
    headline: str
    subject: str
    about: str
    about_private: str
    lead: str
    facts: tuple[Fact, ...]
    actions: tuple[Link, ...]
    reason: str
    footer: str
    short: str
    words: Mapping[str, str]
    items: tuple[Item, ...] = ()
    count: int = 0

    @property
    def more(self) -> int:
        """How many of a digest are not among the items."""
        return max(0, self.count - len(self.items))

    def shortened(self, length: int, items: int = MOST_ITEMS) -> Notice:
        """Give the notice with every text cut to ``length`` characters and its first ``items``."""
        return replace(
            self,
            headline=cut(self.headline, length),
            about=cut(self.about, length),
            facts=tuple(replace(fact, text=cut(fact.text, length)) for fact in self.facts),
            reason=cut(self.reason, length),
            items=tuple(
                replace(
                    item,
                    title=cut(item.title, length),
                    title_private=cut(item.title_private, length),
                    text=cut(item.text, length),
                )
                for item in self.items[:items]
            ),
        )

    def ever_shorter(self, items: int) -> Iterator[Notice]:
        """Give the notice again and again, each time shorter, for a channel to take what fits.

        First it has ``items`` of a digest in full, then fewer of them, then shorter texts too.
        """
        for most in (n for n in (items, 10, 5, 3) if n <= items and (self.items or n == items)):
            yield self.shortened(_LENGTHS[0], most)
        for length in _LENGTHS[1:]:
            yield self.shortened(length, 3)


def record(message: Message, notice: Notice) -> dict[str, Any]:
    """Give a message as one JSON object, for machines: its words and the fields behind them.

    Of a digest it has the gravest items, not thousands.
    """
    context = dict(message.context)
    if "items" in context:
        context["items"] = gravest(context)[:MOST_ITEMS]
    return {
        "key": message.key,
        "kind": message.kind.value,
        "language": message.language,
        "recipient": message.recipient.name,
        "lamp": notice.lamp.value,
        "headline": notice.headline,
        "subject": notice.subject,
        "about": notice.about,
        "facts": [{"label": fact.label, "text": fact.text} for fact in notice.facts],
        "actions": [{"label": link.label, "url": link.url} for link in notice.actions],
        "reason": notice.reason,
        "items": [
            {"lamp": item.lamp.value, "title": item.title, "text": item.text, "url": item.url}
            for item in notice.items
        ],
        "context": context,
    }


def gravest(context: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Give the items of a digest, red before yellow before warnings before all others.

    Within a level they keep the order in which they were given.
    """

    def rank(item: Mapping[str, Any]) -> int:
        lamp = lamp_of(Kind(item.get("kind") or Kind.OVERDUE), item)
        return _GRAVITY.index(lamp) if lamp in _GRAVITY else len(_GRAVITY)

    return sorted(context.get("items") or (), key=rank)


def safe_url(url: str) -> str:
    """Give ``url`` fit for any form of link, or nothing where it is not an http(s) address."""
    if not url.startswith(("http://", "https://")):
        return ""
    return quote(url, safe="%/:?#@!$&+,;=~")
