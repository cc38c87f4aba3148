"""Margins: how much of a limit is left, or by how much it has passed, as people say it."""

from __future__ import annotations

from dataclasses import dataclass

from rules.amounts import Amount, Unit
from rules.instants import SECOND
from rules.single import ruler
from rules.worktime import WorkingTime


@dataclass(frozen=True, slots=True)
class Margin:
    """``amount`` is left, or over where ``passed``."""

    amount: Amount
    passed: bool


def margin(unit: Unit, due: int, now: int, work: WorkingTime) -> Margin:
    """Give the margin between ``now`` and the due moment, both instants.

    On limits in days the due day counts, and so does today: at the opening of the last day but one
    there are two days left, and on the first working day after the due day it is one day over. On
    its due day, before the due moment, a case has one day left; after it, zero days over. Other
    limits are told in seconds of working or clock time.
    """
    passed = now >= due
    one = ruler(work)
    if unit.counts_days:
        # A due moment at midnight is the end of the day before.
        last, present = one.working_day(due - 1), one.working_day(now)
        today = True
        if unit is Unit.WORKING_DAY:
            today = one.working[present]
            last, present = one.ordinal[last], one.ordinal[present]
        else:
            unit = Unit.CALENDAR_DAY
        count = max(present - last, 0) if passed else max(last - present + today, 0)
        return Margin(Amount(count, unit), passed)
    if unit.working:
        between = abs(one.passed_at(due) - one.passed_at(now))
        return Margin(Amount(between / SECOND, Unit.WORKING_SECOND), passed)
    return Margin(Amount(abs(due - now) / SECOND, Unit.SECOND), passed)
