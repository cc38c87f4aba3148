"""Limits: from when, until when, how long, and what stands when it gets late."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from rules.amounts import Amount, Unit, figure, parse_amount


class ThresholdKind(StrEnum):
    """How a threshold is placed on the course of a limit."""

    PERCENT = "percent"  # so much of the limit is used
    LEFT = "left"  # so much of the limit is left
    OVER = "over"  # so long after the due moment; nothing: at the due moment


_NOTHING = Amount(0, Unit.SECOND)


@dataclass(frozen=True, slots=True)
class Threshold:
    """The point of a limit's course from which a level stands.

    ``percent`` is given for PERCENT (0 to 1000), ``amount`` for LEFT and OVER.
    """

    kind: ThresholdKind
    amount: Amount = _NOTHING
    percent: float = 0.0

    def __str__(self) -> str:
        """Write the threshold as :func:`parse_threshold` reads it."""
        if self.kind is ThresholdKind.PERCENT:
            return f"{figure(self.percent)} %"
        if self.kind is ThresholdKind.OVER and self.amount.value == 0:
            return "over"
        return f"{self.amount} {self.kind}"


_PERCENT = re.compile(r"\s*(\d+(?:\.\d+)?)\s*[%％]\s*")
_SIDE = re.compile(r"\s*(?P<amount>.+?)\s+(?P<side>left|over)\s*")


def parse_threshold(text: str) -> Threshold:
    """Read a threshold: ``80 %``, ``2 working days left``, ``over``, ``3 working days over``.

    Raises:
        ValueError: it is none of these forms.
    """
    if text.strip() == "over":
        return Threshold(ThresholdKind.OVER)
    if percent := _PERCENT.fullmatch(text):
        return Threshold(ThresholdKind.PERCENT, percent=float(percent[1]))
    if side := _SIDE.fullmatch(text):
        return Threshold(ThresholdKind(side["side"]), parse_amount(side["amount"]))
    raise ValueError(
        f'{text!r} is not a threshold; expected "80 %", "2 working days left", "over" or '
        '"3 working days over"'
    )


class PauseCount(StrEnum):
    """How a pause stops a limit that counts days.

    行政许可法 第四十五条 leaves the time of the procedure out and does not say how its first and
    last day count. ``TOUCHED`` leaves both out; ``AFTER_FIRST_DAY`` reads 民法典 第二百零一条 over
    the procedure itself, whose own first day does not count into it.
    """

    TOUCHED = "touched"  # a day on which the clock stood still for any time does not count
    AFTER_FIRST_DAY = "after-first-day"  # the day it begins on counts, the following ones not
    WHOLE = "whole"  # only a day on which it stood still throughout does not count
    MOMENTS = "moments"  # the time it stood still is added to the due moment, to the second


class DayEnd(StrEnum):
    """When the last day of a limit ends (民法典 第二百零三条)."""

    CLOSE = "close"  # at close of business, where the day has business hours
    MIDNIGHT = "24:00"


@dataclass(frozen=True, slots=True)
class Reckoning:
    """How a limit is counted; the defaults are the law's (民法典 第二百零一至二百零三条)."""

    count_start_day: bool = False
    day_end: DayEnd = DayEnd.CLOSE
    roll: bool = True
    """A limit in calendar days or months that ends on a day off moves to the next working day."""
    pauses: PauseCount = PauseCount.TOUCHED
    pause_cap: Amount | None = None
    """The longest a pause may last by law; an open one then gives the latest due moment."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """How long a limit allows: exactly one of the three ways is given.

    ``amount``: the same for every case. ``column``: as many as the case's number of that name says
    (``step.NAME``: that of the step), ``otherwise`` if that is missing. They are counted in the
    unit that the first of the facts ``unit_columns`` names, in ``unit`` if all of those are
    missing. ``due``: the case's moment of that name is the due moment.

    ``then`` is what allows for the cases of which the column or the moment is missing.
    """

    amount: Amount | None = None
    column: str | None = None
    unit: Unit | None = None
    due: str | None = None
    unit_columns: tuple[str, ...] = ()
    otherwise: float | None = None
    then: Allowance | None = None

    @property
    def ways(self) -> tuple[Allowance, ...]:
        """This allowance and those after it, in order, each without what follows it."""
        following = () if self.then is None else self.then.ways
        return (replace(self, then=None), *following)

    @property
    def told_in(self) -> Unit:
        """The unit in which what is left is told; with ``unit_columns`` each case has its own."""
        if self.due is not None:
            return Unit.WORKING_DAY
        return self.amount.unit if self.amount else self.unit or Unit.WORKING_DAY


@dataclass(frozen=True, slots=True)
class Deemed:
    """A beginning by law when nobody answers, as with deemed acceptance (行政许可法 第三十二条).

    Where ``after`` so long from the moment ``start`` the limit has not begun, and none of the
    moments ``unless`` has come, it counts as begun at ``start``. What comes later does not undo it.
    """

    start: str
    after: Amount
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Level:
    """What stands from a threshold on: the level's name and its rank (0 is the mildest).

    ``gravest``: it is the gravest of all levels there are, and does not stand on a provisional
    deadline.
    """

    name: str
    rank: int
    threshold: Threshold
    gravest: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """One time limit over cases.

    ``start`` and ``until`` name moments of the case: the clock runs from the first and stops for
    good at the second; see :mod:`rules.courses` for ``step:NAME`` and ``due:LIMIT``. ``when`` is a
    CEL expression that says which cases it is for ("": all). ``pause_kinds`` are the kinds of
    pause that stop it (empty: every kind). ``restarts`` are what starts the clock anew: moments,
    and kinds of pause whose end does. It is for cases whose clock started from ``valid_from``
    (included) to ``valid_to`` (not included). What a ``shadow`` limit finds is recorded, and
    nobody is told.

    A limit over a step is over the latest one, or, where it is for ``each``, over every one of its
    own, so that branches that are handled side by side have a clock and a card each. Its cards are
    carried by who handles the step. ``by_region``: the calendar is that of the case's region,
    ``calendar`` if it has none. ``carriers`` name the facts of the case that say who carries
    the cards of any other limit, by :data:`rules.carriers.PLACES`.
    """

    id: str
    title: str = field(repr=False)  # what tells rule books apart goes by the rest
    start: str
    until: str
    allow: Allowance
    levels: tuple[Level, ...]
    calendar: str
    law: str = ""
    version: str = "1"
    when: str = ""
    pause_kinds: tuple[str, ...] = ()
    reckoning: Reckoning = Reckoning()
    deemed: Deemed | None = None
    restarts: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    shadow: bool = False
    each: bool = False
    carriers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    by_region: bool = False
