"""+36 working hours (09:00-12:00, 13:30-17:30): the moment at which each case is due, in µs."""

from __future__ import annotations

import warnings
from datetime import time
from typing import Any

import numpy as np

from bench.clocks import sample
from bench.contest import Contest, Contestant, Trial
from rules.amounts import Amount, Unit
from rules.clocks import Course
from rules.instants import HOUR, Instants, instant
from rules.worktime import working_time

HOURS = 36
LIMIT = sample.limit(Amount(HOURS, Unit.WORKING_HOUR))


def _duban(count: int) -> Trial:
    work, start = working_time(sample.CALENDAR), sample.starts(count)

    def run() -> list[Instants]:
        return [Course(LIMIT, batch, work).due for batch in sample.batches(start)]

    return Trial(run, lambda given: np.concatenate(given).tolist())


def _coordinate(count: int) -> Trial:
    work, start = working_time(sample.CALENDAR), sample.starts(count)
    parts = [start[n : n + sample.BATCH] for n in range(0, count, sample.BATCH)]

    def run() -> list[Instants]:
        return [work.reached(work.passed_at(at) + HOURS * HOUR) for at in parts]

    return Trial(run, lambda given: np.concatenate(given).tolist())


def _numpy_each(count: int) -> Trial:
    """The way by hand: the sorted edges of working time, searched once for each case."""
    work, start = working_time(sample.CALENDAR), sample.starts(count).tolist()
    begin, passed = work.begin, work.passed

    def due(at: int) -> int:
        span = np.searchsorted(begin, at, side="right") - 1
        target = min(passed[span] + at - begin[span], passed[span + 1]) + HOURS * HOUR
        span = np.searchsorted(passed, target, side="left") - 1
        return int(begin[span] + target - passed[span])

    return Trial(lambda: [due(at) for at in start], lambda given: given)


def _pandas(count: int) -> Trial:
    """Every day off is told as a holiday of a week of seven working days."""
    import pandas as pd

    offset = pd.offsets.CustomBusinessHour(
        HOURS,
        weekmask="Mon Tue Wed Thu Fri Sat Sun",
        holidays=sample.days_off().tolist(),
        start=["09:00", "13:30"],
        end=["12:00", "17:30"],
    )
    start = pd.DatetimeIndex([sample.local(at) for at in sample.starts(count).tolist()])
    start = start.tz_localize(None)

    def run() -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it goes case by case is what is measured
            return start + offset

    def answers(given: Any) -> list[int]:
        zone = sample.CALENDAR.timezone
        return [instant(at.to_pydatetime().replace(tzinfo=zone)) for at in given]

    return Trial(run, answers)


def businesstimedelta_rules() -> Any:
    """Give its rules: every day off, weekends too, is a holiday of a week of seven working days."""
    import businesstimedelta as peer
    import pytz

    zone = pytz.timezone("Asia/Shanghai")
    halves = ((time(9), time(12)), (time(13, 30), time(17, 30)))
    week = [peer.WorkDayRule(a, b, working_days=list(range(7)), tz=zone) for a, b in halves]
    off = peer.HolidayRule(set(sample.days_off().tolist()), tz=zone)
    return peer.Rules([*week, off])


def _businesstimedelta(count: int) -> Trial:
    rules = businesstimedelta_rules()
    import businesstimedelta as peer

    length = peer.BusinessTimeDelta(rules, hours=HOURS)
    zone = sample.CALENDAR.timezone
    start = [sample.local(at).replace(tzinfo=zone) for at in sample.starts(count).tolist()]
    return Trial(
        lambda: [at + length for at in start], lambda given: [instant(one) for one in given]
    )


CONTEST = Contest(
    "+36 working hours",
    (
        Contestant("duban", _duban, 200_000),
        Contestant("duban, the coordinate alone", _coordinate, 200_000),
        Contestant("NumPy, searched for each case", _numpy_each, 20_000),
        Contestant("pandas CustomBusinessHour", _pandas, 2_000),
        Contestant("businesstimedelta", _businesstimedelta, 1_000),
    ),
)
