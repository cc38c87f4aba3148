"""Comparing two replays of the same history: what a change of rules would do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from rules.findings import Outcome
from rules.replay import AlertEvent, Event


class Difference(StrEnum):
    """What becomes of a card under the other rules."""

    APPEARS = "appears"
    DISAPPEARS = "disappears"
    MOVES = "moves"


@dataclass(frozen=True, slots=True)
class CardChange:
    """One card (a case reaching a level under a rule) that the two replays do not share.

    ``before_at`` and ``after_at`` are the instants at which it was shown, ``None`` where it was
    not. A card that is shown several times is compared in order.
    """

    difference: Difference
    source: str
    case: str
    rule: str
    level: str
    before_at: int | None
    after_at: int | None


def compare(before: Iterable[Event], after: Iterable[Event]) -> list[CardChange]:
    """Give the cards that differ between two replays, by source, case, rule and level."""
    old, new = _cards(before), _cards(after)
    changes = []
    for card in sorted(old.keys() | new.keys()):
        was, is_now = old.get(card, []), new.get(card, [])
        for index in range(max(len(was), len(is_now))):
            at = was[index] if index < len(was) else None
            then = is_now[index] if index < len(is_now) else None
            if at == then:
                continue
            difference = (
                Difference.APPEARS
                if at is None
                else Difference.DISAPPEARS
                if then is None
                else Difference.MOVES
            )
            changes.append(CardChange(difference, *card, at, then))
    return changes


def _cards(events: Iterable[Event]) -> dict[tuple[str, str, str, str], list[int]]:
    cards: dict[tuple[str, str, str, str], list[int]] = {}
    for event in events:
        if isinstance(event, AlertEvent) and event.outcome in (Outcome.OPENED, Outcome.RAISED):
            card = (event.source, event.case, event.rule, event.level)
            cards.setdefault(card, []).append(event.at)
    return cards
