"""Findings: what should stand for a case now, and why; and alerts: what does stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from rules.cases import Fact


class ClockState(StrEnum):
    """How a limit of a case stands."""

    NOT_STARTED = "not started"  # its first moment has not come
    RUNNING = "running"
    PAUSED = "paused"  # a pause is open: there is no due moment yet
    OVERDUE = "overdue"  # past its due moment and still open
    MET = "met"  # closed by its due moment
    MISSED = "missed"  # closed after its due moment
    UNKNOWN = "unknown"  # the case does not say how long it may take, or beyond the calendar


class Card(NamedTuple):
    """What there is one alert of in a case: a rule, and the part of the case it is about.

    ``part`` is "" for the case as a whole; otherwise it names a step, as
    :meth:`rules.parts.Parts.names` does.
    """

    rule: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says should stand for a case now.

    ``rule``, ``version`` and ``law`` name the limit or check; ``level`` and ``rank`` what stands;
    ``since_at`` the instant from which, ``due_at`` the due moment where there is one, and
    ``evidence`` the facts it was found on. ``carrier`` says who carries the card (谁的牌) where
    that is not the case's own unit: any of :data:`rules.carriers.PLACES`. ``part`` is the part of
    the case it is about, as in :class:`Card`.
    """

    rule: str
    version: str
    level: str
    rank: int
    since_at: int
    due_at: int | None = None
    law: str = ""
    evidence: Mapping[str, Fact] = field(default_factory=lambda: MappingProxyType({}))
    carrier: Mapping[str, Fact] = field(default_factory=lambda: MappingProxyType({}))
    part: str = ""

    @property
    def card(self) -> Card:
        """What there is one alert of."""
        return Card(self.rule, self.part)


@dataclass(frozen=True, slots=True)
class Standing:
    """An alert (亮牌) that stands: one per case and card. ``level_since_at`` is an instant.

    ``origin`` is a :class:`rules.going_live.Origin`, if any.
    """

    id: int
    rule: str
    version: str
    level: str
    rank: int
    level_since_at: int
    part: str = ""
    origin: str | None = None

    @property
    def card(self) -> Card:
        """What there is one alert of."""
        return Card(self.rule, self.part)


class Outcome(StrEnum):
    """What comparing what should stand with what does stand leads to; the replay's event names."""

    OPENED = "alert_opened"
    RAISED = "alert_raised"
    LOWERED = "alert_lowered"
    RESOLVED = "alert_resolved"


class Reason(StrEnum):
    """Why an alert changed; it serves logs, metrics and message text."""

    DUE = "due"  # a threshold was passed
    FOUND = "found"  # a compliance check found it
    CLOSED = "closed"  # the case reached the end of the limit
    PAUSED = "paused"  # the clock stands still
    MOVED = "moved"  # the due moment moved: a pause, an extension or a corrected fact
    RULE = "rule"  # a changed rule or calendar
    VANISHED = "vanished"  # the case is no longer in its source
    PASSED = "passed"  # the time is over that a survey looks at
    SETTLED = "settled"  # it is about a closed case, and needs nobody any longer


@dataclass(frozen=True, slots=True)
class Change:
    """One change to an alert of a case: what happens, why, at which instant, to what.

    ``alert`` is the id of the standing alert (``None``: a new one), ``finding`` what should stand
    (``None``: nothing any more).
    """

    outcome: Outcome
    reason: Reason
    at: int
    rule: str
    alert: int | None
    finding: Finding | None
    part: str = ""

    @property
    def card(self) -> Card:
        """What there is one alert of."""
        return Card(self.rule, self.part)
