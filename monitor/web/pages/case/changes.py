"""What the source of a case changed about what it had told before, in people's words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.privacy import hidden, is_private
from monitor.web.looking import Look
from monitor.web.pages.case.words import short
from rules.cases import Fact
from rules.compliance.words import called
from rules.history import VANISHED, FactChange
from rules.instants import moment


@dataclass(frozen=True, slots=True)
class Altered:
    """A fact that is another one now; ``carded`` says that a card had been raised by then."""

    at: int
    seen: str
    name: str
    before: str
    after: str
    carded: bool


def altered(look: Look, changes: Iterable[FactChange]) -> list[Altered]:
    """Give the changes that rewrite what was told before, the newest first.

    How a case goes on is none. Names of people are masked.
    """
    found = [
        Altered(
            change.seen_at,
            short(look.rules, change.seen_at, look.now),
            str(called("fact", change.name, look.language)),
            _written(look, change, change.before),
            _after(look, change),
            change.carded_at is not None,
        )
        for change in changes
        if not change.is_progress
    ]
    return list(reversed(found))


def _after(look: Look, change: FactChange) -> str:
    if change.name == VANISHED and change.after is None:
        return look.say("又出现了", "it is back")
    return _written(look, change, change.after)


def _written(look: Look, change: FactChange, value: Fact) -> str:
    if value is None:
        return look.say("无", "none")
    if change.is_moment and isinstance(value, int):
        return f"{moment(value, look.rules.zone):%Y-%m-%d %H:%M}"
    if is_private(look.rules, change):
        return str(hidden(value))
    return f"{value:g}" if isinstance(value, float) else str(value)
