"""Policies: the ladder of who is told, when, as long as an alert stands unanswered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rules.amounts import Amount, Unit


class Unless(StrEnum):
    """What makes a rung needless."""

    ACKNOWLEDGED = "acknowledged"  # somebody has answered for it (签收), or more
    ANSWERED = "answered"  # an order was replied to, or an appeal filed
    RESOLVED = "resolved"  # nothing but its end


@dataclass(frozen=True, slots=True)
class Repeat:
    """That a rung is climbed again ``every`` so long, at most ``times`` more times."""

    every: Amount
    times: int


@dataclass(frozen=True, slots=True)
class OrderTerms:
    """That a rung issues a supervision order (督办单): by when to answer it, and what it advises.

    Both terms count from its issue; ``None`` leaves one to the usual terms of orders.
    """

    reply_within: Amount | None = None
    acknowledge_within: Amount | None = None
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One rung: when it is due, which roles are told, and over which channels.

    It is due ``after`` the alert reached its level, or ``before`` its due moment; where that has
    passed, before the moment at which the next level is reached. Only one of the two is given.
    A rung that is due outside office hours waits until work opens, unless ``at_any_hour``.
    """

    tell: tuple[str, ...]
    via: tuple[str, ...]
    after: Amount | None = None
    before: Amount | None = None
    unless: Unless = Unless.ACKNOWLEDGED
    repeat: Repeat | None = None
    at_any_hour: bool = False
    order: OrderTerms | None = None

    @property
    def at_once(self) -> bool:
        """Whether it is due as soon as the alert reaches its level."""
        return self.after is not None and self.after.value == 0


TWO_WORKING_DAYS = Amount(2.0, Unit.WORKING_DAY)


@dataclass(frozen=True, slots=True)
class Policy:
    """A ladder for the alerts it is for.

    ``when`` is a CEL expression over ``case`` and ``alert`` ("": all), ``levels`` the levels it is
    for (empty: all), ``calendar`` the calendar whose working time and office hours it goes by.
    An acknowledgement holds for ``acknowledged_for``; when nothing has followed by then, the climb
    goes on. ``with_milder`` tells whoever was told at a milder level, or would have been, when a
    graver one is reached: the red list has the yellow list in it, and that the list of warnings.
    ``by_region``: the calendar is that of the region of whoever carries the alert, ``calendar`` if
    it has none.
    """

    id: str
    steps: tuple[Step, ...]
    calendar: str
    when: str = ""
    levels: tuple[str, ...] = ()
    version: str = "1"
    acknowledged_for: Amount = TWO_WORKING_DAYS
    with_milder: bool = True
    by_region: bool = False
