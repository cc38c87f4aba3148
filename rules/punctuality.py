"""Whether closed cases were on time (按期): the one definition of the figure.

A case is on time that missed none of its limits that have ended, late that missed one. A limit
that has not ended, such as that of a delivery after the decision, leaves it as it is so far. A case
without an ended limit has no part in the figure. Nor has a case whose times are in doubt, such as
one with a back-dated closing: it is counted apart, until the finding is revoked or its source has
corrected the time.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from rules.findings import ClockState

FEW = 5
"""A unit with fewer cases of a known end has no rate to be ranked by: one late case decides it."""

ENOUGH = 20
"""Rates of two periods are compared where each has so many cases of a known end.

With 20 cases one case more or less is 5 percentage points; with fewer, a change says more about
that one case than about the unit.
"""


class Punctuality(StrEnum):
    """How a closed case ended."""

    ON_TIME = "on time"
    LATE = "late"
    IN_DOUBT = "in doubt"


class Closings(NamedTuple):
    """How many cases were closed, and how many of them ended how; the rest had no ended limit."""

    closed: int = 0
    on_time: int = 0
    late: int = 0
    in_doubt: int = 0

    @property
    def known(self) -> int:
        """The number of cases of which it is known whether they were on time."""
        return self.on_time + self.late

    @property
    def rate(self) -> float | None:
        """The on-time rate (按期办结率), 0 to 1; ``None`` where no case has a known end."""
        return self.on_time / self.known if self.known else None

    def change(self, before: Closings) -> float | None:
        """Return by how much the rate is above that of a period before, as a difference of shares.

        ``None`` where one of both periods has fewer than :data:`ENOUGH` cases.
        """
        if self.rate is None or before.rate is None or min(self.known, before.known) < ENOUGH:
            return None
        return self.rate - before.rate


NONE_CLOSED = Closings()
"""No case was closed."""


def punctuality(states: Iterable[ClockState], *, doubtful: bool = False) -> Punctuality | None:
    """Return how a closed case ended.

    Args:
        states: how each of its limits stands, those on trial apart.
        doubtful: whether a finding says that its times are not to be trusted.
    """
    ended = {one for one in states if one in (ClockState.MET, ClockState.MISSED)}
    if not ended:
        return None
    if doubtful:
        return Punctuality.IN_DOUBT
    return Punctuality.LATE if ClockState.MISSED in ended else Punctuality.ON_TIME


def total(closings: Iterable[Closings]) -> Closings:
    """Return the sum of several counts."""
    found = list(closings)
    if not found:
        return NONE_CLOSED
    return Closings(*(sum(column) for column in zip(*found, strict=True)))
