"""Margins: how much of a limit is left, or by how much it has passed, as people say it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rules.amounts import Amount, Unit
from rules.instants import SECOND
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
    if unit is Unit.WORKING_DAY or unit is Unit.CALENDAR_DAY or unit is Unit.MONTH:
        # A due moment at midnight is the end of the day before.
        days = work.working_day(np.array([due - 1, now], np.int64))
        if unit is Unit.WORKING_DAY:
            working = work.working[days]
            days = work.ordinal[days]
            today = int(working[1])
        else:
            unit, today = Unit.CALENDAR_DAY, 1
        last, present = (int(day) for day in days)
        count = max(present - last, 0) if passed else max(last - present + today, 0)
        return Margin(Amount(count, unit), passed)
    if unit.working:
        before, after = (int(at) for at in work.passed_at(np.array([now, due], np.int64)))
        return Margin(Amount(abs(after - before) / SECOND, Unit.WORKING_SECOND), passed)
    return Margin(Amount(abs(due - now) / SECOND, Unit.SECOND), passed)
