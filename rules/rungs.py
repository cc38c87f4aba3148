"""The moments of rungs: when due, again, within office hours, and when a climb stood still."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rules.amounts import Amount, Unit
from rules.instants import MINUTE
from rules.offsets import moment_after, moment_before
from rules.policies import Step
from rules.single import Ruler, ruler
from rules.worktime import WorkingTime

GRACE = 15 * MINUTE
"""What falls due as work closes is still told: a limit up to 17:30 is seen to at 17:30:01."""


@dataclass(frozen=True, slots=True)
class Hold:
    """That a climb stood still from one instant up to another (``None``: it still does).

    ``why`` says why (``acknowledged``: nothing followed; ``appeal`` …), ``by`` whose doing it was.
    """

    from_at: int
    until_at: int | None
    why: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Rungs:
    """When the rungs of a ladder are due for one alert.

    ``since_at`` is the instant at which it reached its level, ``ahead_at`` the one that steps can
    come before (``None``: there is none), ``holds`` when the climb stood still, in order.
    """

    since_at: int
    ahead_at: int | None
    holds: tuple[Hold, ...]
    work: WorkingTime

    def due(self, step: Step, times: int) -> int | None:
        """Give the instant at which a rung is due when it was climbed ``times`` times before.

        ``None``: it never is. Office hours are not heeded; see :meth:`told`.
        """
        if times > (step.repeat.times if step.repeat else 0):
            return None
        if step.before is not None:
            if self.ahead_at is None:
                return None
            at = max(moment_before(step.before, self.ahead_at, self.work), self.since_at)
        else:
            assert step.after is not None  # noqa: S101  # a step has one of the two
            at = moment_after(step.after, self.since_at, self.work)
        unit = step.after.unit if step.after else None
        if times and step.repeat:
            every = step.repeat.every
            at = moment_after(Amount(every.value * times, every.unit), at, self.work)
            unit = every.unit
        return at if unit is None else later(at, unit, self.holds, self.since_at, self.work)

    def told(self, step: Step, at: int) -> int:
        """Give the first instant from ``at`` on at which people may be told by a step."""
        return at if step.at_any_hour else in_hours(at, self.work)


def later(at: int, unit: Unit, holds: Sequence[Hold], since: int, work: WorkingTime) -> int:
    """Give a moment put off by the time that a climb stood still before it, counted in ``unit``."""
    one = ruler(work)
    for hold in holds:
        begin, end = max(hold.from_at, since), hold.until_at
        if end is None or end <= begin or begin >= at:
            continue
        if unit is Unit.WORKING_DAY:
            at = _days_later(at, one.ordinal[one.day(end)] - one.ordinal[one.day(begin)], one)
        elif unit.working:
            passed = one.passed_at(at) + one.passed_at(end) - one.passed_at(begin)
            reached = one.reached(passed)
            at = one.midnight[-1] if reached is None else reached
        else:
            at += end - begin
    return at


def in_hours(at: int, work: WorkingTime) -> int:
    """Give the first instant from ``at`` on at which people are at work.

    From the first opening of a working day to its last closing they are, the rest at noon and a
    quarter of an hour after the closing among it.
    """
    one = ruler(work)
    day = one.day(at)
    for mine in (day, day - 1):
        if mine >= 0 and one.working[mine] and one.opens[mine] <= at <= one.closes[mine] + GRACE:
            return at
    if one.working[day] and at < one.opens[day]:
        return one.opens[day]
    following = one.nth(one.ordinal[day] + 1)
    return max(at, one.opens[following])


def _days_later(at: int, days: int, one: Ruler) -> int:
    if days <= 0:
        return at
    day = one.day(at)
    return one.midnight[one.nth(one.ordinal[day] + days)] + at - one.midnight[day]
