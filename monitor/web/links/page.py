"""What the page behind a link shows, and the words that its kinds share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from config import Words
from monitor.links import Bad
from monitor.pipeline.in_force import InForce
from notifiers import words


class State(StrEnum):
    """How what a link is about stands."""

    READY = "ready"  # it waits for this answer
    DONE = "done"  # the reader of this link has given it
    TAKEN = "taken"  # somebody else has
    OVER = "over"  # it no longer stands: nothing is to be done
    USED = "used"  # it was given, and something has happened since
    UNKNOWN = "unknown"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Page:
    """What a page shows, as plain text in one language.

    Attributes:
        state: how things stand.
        title: the conclusion.
        text: what that means and what can be done.
        lamp: ``red``, ``yellow``, ``warning``, ``order`` or ``closed``; empty for none.
        mark: the character in the lamp.
        about: what it is about.
        tail: the tail of its number, which is all that is shown of that.
        facts: labels and texts.
        button: what the button says; empty where nothing may be done.
    """

    state: State
    title: str
    text: str
    lamp: str = ""
    mark: str = ""
    about: str = ""
    tail: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    button: str = ""


_BAD = {
    Bad.UNKNOWN: (
        Words("链接无效", "This link is not valid"),
        Words(
            "地址不完整，或者被改过。请从原消息里重新点开。",
            "The address is incomplete, or was changed. Please open it from the message again.",
        ),
    ),
    Bad.EXPIRED: (
        Words("链接已过期", "This link has expired"),
        Words(
            "消息里的链接 24 小时内有效。请从新的消息里点开，或请监察员代为签收。",
            "Links in messages are good for 24 hours. Please use a newer message, or ask the "
            "inspector to acknowledge for you.",
        ),
    ),
}


def bad_page(why: Bad, language: str) -> Page:
    """Give the page for a link that may do nothing."""
    title, text = _BAD[why]
    return Page(State(why.value), title.text(language), text.text(language))


class Speech:
    """The language of a page (``zh_CN`` or ``en``), and moments and names in it."""

    def __init__(self, rules: InForce, language: str, now: int) -> None:
        self.language = language
        self._rules, self._now = rules, now

    def __call__(self, zh: str, en: str) -> str:
        """Give the text in that language."""
        return Words(zh, en).text(self.language)

    def when(self, at: int | None) -> str:
        """Write an instant as people do; "" for none."""
        if at is None:
            return ""
        return words.when(at, self._rules.zone, self.language, self._now)

    def name(self, ident: str | None) -> str:
        """Give the name of a person by id, or what stands for it."""
        known = self._rules.book.directory.people.get(ident or "")
        return known.name if known else ident or ""

    def facts(self, *pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
        """Give the facts that have a text."""
        return tuple((label, text) for label, text in pairs if text)

    def tail(self, tail: str) -> str:
        """Write the tail of a number; "" for none."""
        return self(f"尾号 {tail}", f"…{tail}") if tail else ""
