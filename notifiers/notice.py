"""A notice: the words of a message, before a channel gives them its form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from notifiers.message import Kind, Message
from notifiers.words import cut


class Lamp(StrEnum):
    """Which lamp a notice shows; each has its own shape, so that colour is never alone."""

    WARNING = "warning"
    YELLOW = "yellow"
    RED = "red"
    CLOSED = "closed"
    SYSTEM = "system"


_BY_KIND = {
    Kind.WARNING: Lamp.WARNING,
    Kind.OVERDUE: Lamp.YELLOW,
    Kind.ESCALATION: Lamp.RED,
    Kind.RESOLVED: Lamp.CLOSED,
    Kind.SYSTEM: Lamp.SYSTEM,
    Kind.TEST: Lamp.SYSTEM,
}


def lamp_of(message: Message) -> Lamp:
    """Give the lamp of a message: that of its level where it has one, else that of its kind."""
    by_kind = _BY_KIND[message.kind]
    level = (message.context.get("alert") or {}).get("level")
    if by_kind in (Lamp.CLOSED, Lamp.SYSTEM) or level not in ("warning", "yellow", "red"):
        return by_kind
    return Lamp(level)


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the grounds; ``strong`` marks the one to look at first."""

    label: str
    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """Something to do next; ``url`` is an http(s) address without characters that end a link."""

    label: str
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
        words: small words of the language, by name.
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
    words: Mapping[str, str]

    def shortened(self, length: int) -> Notice:
        """Give the notice with every text cut to at most ``length`` characters."""
        return replace(
            self,
            headline=cut(self.headline, length),
            about=cut(self.about, length),
            facts=tuple(replace(fact, text=cut(fact.text, length)) for fact in self.facts),
            reason=cut(self.reason, length),
        )


def record(message: Message, notice: Notice) -> dict[str, Any]:
    """Give a message as one JSON object, for machines: its words and the fields behind them."""
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
        "context": dict(message.context),
    }


def safe_url(url: str) -> str:
    """Give ``url`` fit for any form of link, or nothing where it is not an http(s) address."""
    if not url.startswith(("http://", "https://")):
        return ""
    return quote(url, safe="%/:?#@!$&+,;=~")
