"""Limits that ended too late, and whether anybody has been told of it. Pure.

A hall may bring a case only once it is accepted or closed, or a limit may run out and end while
nothing watches. Then no alert stood while the limit ran, and the end itself is found. What stood
at that level while the limit ran was told then, and is not found again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rules.findings import Card, ClockState, Finding


@dataclass(frozen=True, slots=True)
class Before:
    """An alert that a case has or had: of which card, up to which rank it last came.

    ``of_end``: it is, or was, about the late end of the limit, not about the limit while it ran.
    """

    card: Card
    rank: int
    of_end: bool


def is_late_end(finding: Finding) -> bool:
    """Whether a finding is about the late end of a limit."""
    return finding.evidence.get("state") == ClockState.MISSED.value


def unheard(ends: Sequence[Finding], before: Iterable[Before]) -> tuple[Finding, ...]:
    """Return those late ends of one case whose level no alert reached while the limit ran.

    An alert about the end itself does not count: it stands as long as the end is late.
    """
    told: dict[Card, int] = {}
    for one in before:
        if not one.of_end:
            told[one.card] = max(one.rank, told.get(one.card, -1))
    return tuple(one for one in ends if told.get(one.card, -1) < one.rank)
