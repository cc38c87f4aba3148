"""Escalation: an alert on its ladder, and who is told of it and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rules.cases import Case, Facts
from rules.directory import Person
from rules.policies import OrderTerms
from rules.roles import Gap, Why
from rules.rungs import Hold


class NoticeKind(StrEnum):
    """What a notice says."""

    WARNING = "warning"
    OVERDUE = "overdue"
    ESCALATION = "escalation"
    RESOLVED = "resolved"
    SYSTEM = "system"


class CatchUp(StrEnum):
    """What becomes of rungs that were missed while nothing ran."""

    EACH = "each"  # every one is climbed, in order, at once
    LATEST = "latest"  # only the last of them is climbed
    DIGEST = "digest"  # everybody on them is told once, of the last that is his


ACKNOWLEDGED = "acknowledged"
"""Why a climb stood still that goes on because nothing followed an acknowledgement."""


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who was told of an alert, over which channels, and of which rank at most."""

    person: str
    via: tuple[str, ...]
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Climber:
    """An alert on its ladder.

    ``case`` is the case it is about, with the facts of who carries it in the place of its own (see
    :func:`rules.carriers.carried`); ``subject`` is what it is about where that is no case ("" for a
    case): ``case`` then has the facts of the carrier alone. ``about`` is "case", "unit" or
    "system". ``since_at`` is the instant from which the steps count, ``ahead_at`` the one before
    which they can come. ``climbed`` tells of each rung how often it was climbed; those beyond its
    end never were. ``told`` are those told so far, ``holds`` when the climb stood still.
    """

    alert: int
    rule: str
    level: str
    rank: int
    since_at: int
    case: Case
    subject: str = ""
    about: str = "case"
    ahead_at: int | None = None
    climbed: tuple[int, ...] = ()
    resolved: bool = False
    acknowledged_at: int | None = None
    acknowledged_by: str = ""
    answered: bool = False
    told: tuple[Told, ...] = ()
    holds: tuple[Hold, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """That one person is to be told of one alert, over these channels, and why it is him.

    ``step`` is the rung, ``None`` for the message that it is over; ``times`` how often it was
    climbed before. ``role`` is that of the step under which he was found, ``why`` and
    ``instead_of`` (with ``away_until``) as in :class:`rules.roles.Found`. ``lapsed`` is the
    acknowledgement that nothing followed, ``missed`` the number of rungs missed before this one.
    """

    alert: int
    kind: NoticeKind
    step: int | None
    person: Person
    via: tuple[str, ...]
    role: str
    times: int = 0
    why: Why = Why.ROLE
    instead_of: Person | None = None
    away_until: int | None = None
    lapsed: Hold | None = None
    missed: int = 0


@dataclass(frozen=True, slots=True)
class OrderDue:
    """That a rung issues a supervision order: the rung, its terms, and the people it tells."""

    step: int
    terms: OrderTerms
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Climb:
    """What one round of escalation makes of an alert.

    ``climbed`` and ``next_step_at`` are where the ladder goes on (``None``: nowhere). ``gaps`` are
    the roles for which nobody can be reached, ``lapsed`` the acknowledgement that ended because
    nothing followed, ``orders`` the supervision orders to be issued.
    """

    alert: int
    notices: tuple[Notice, ...]
    climbed: tuple[int, ...]
    next_step_at: int | None
    told: tuple[Told, ...]
    gaps: tuple[Gap, ...] = ()
    lapsed: Hold | None = None
    orders: tuple[OrderDue, ...] = ()


def ahead_of(due_at: int | None, evidence: Facts, since_at: int) -> int | None:
    """Give the instant before which the steps of an alert can come.

    It is the due moment while that is to come, else the moment at which the next level is reached,
    as the finding tells it; ``None``: there is none.
    """
    if due_at is not None and due_at > since_at:
        return due_at
    following = evidence.get("next_level_at")
    return following if isinstance(following, int) and following > since_at else None
