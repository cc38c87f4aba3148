"""One case at a time: what a form or another program asks, with nothing to share between cases."""

from __future__ import annotations

from typing import Any

import numpy as np

from bench.clocks import check, paused, sample
from bench.clocks.days import DAYS
from bench.clocks.hours import LIMIT
from bench.contest import Contest, Contestant, Trial
from rules.amounts import Amount, Unit
from rules.assessment import assess
from rules.clocks import Course
from rules.instants import DAY, HOUR
from rules.single import due_at
from rules.worktime import working_time


def _days(count: int) -> Trial:
    work, amount = working_time(sample.CALENDAR), Amount(DAYS, Unit.WORKING_DAY)
    start = sample.starts(count).tolist()
    return Trial(
        lambda: [due_at(amount, at, work) for at in start],
        lambda given: [(at + 8 * HOUR) // DAY for at in given],
    )


def _days_numpy(count: int) -> Trial:
    calendar = np.busdaycalendar(weekmask="1111111", holidays=sample.days_off())
    start = list(np.array(sample.dates(sample.starts(count)), dtype="datetime64[D]"))

    def run() -> list[Any]:
        return [np.busday_offset(day, DAYS, roll="backward", busdaycal=calendar) for day in start]

    return Trial(run, lambda given: [int(day.astype(np.int64)) for day in given])


def _days_pandas(count: int) -> Trial:
    import pandas as pd

    offset = pd.offsets.CustomBusinessDay(
        DAYS, weekmask="Mon Tue Wed Thu Fri Sat Sun", holidays=sample.days_off().tolist()
    )
    start = [pd.Timestamp(day) for day in sample.dates(sample.starts(count))]
    return Trial(
        lambda: [day + offset for day in start],
        lambda given: [sample.day_number(day.date()) for day in given],
    )


def _paused(count: int) -> Trial:
    work, start = working_time(sample.CALENDAR), sample.starts(count)
    parts = sample.pauses(start)
    amount = LIMIT.allow.amount
    cases = [(at, sample.pauses_of(parts, n)) for n, at in enumerate(start.tolist())]

    def run() -> list[Any]:
        return [due_at(amount, at, work, stops) for at, stops in cases] if amount else []

    return Trial(run, lambda given: given)


def _paused_engine(count: int) -> Trial:
    """The engine on batches of one."""
    work, start = working_time(sample.CALENDAR), sample.starts(count)
    parts = sample.pauses(start)

    def run() -> list[int]:
        return [
            int(Course(LIMIT, batch, work).due[0]) for batch in sample.batches(start, parts, size=1)
        ]

    return Trial(run, lambda given: given)


def _check(count: int) -> Trial:
    parts = check.hall(count, size=1)
    return Trial(lambda: [assess(check.BOOK, one.batch(), one.now) for one in parts], check.levels)


CONTESTS = (
    Contest(
        "+20 working days, one at a time",
        (
            Contestant("duban", _days, 20_000),
            Contestant("numpy.busday_offset", _days_numpy, 10_000),
            Contestant("pandas CustomBusinessDay", _days_pandas, 5_000),
        ),
    ),
    Contest(
        "+36 working hours, 0-3 pauses, one at a time",
        (
            Contestant("duban", _paused, 20_000),
            Contestant("duban, the engine on batches of one", _paused_engine, 1_000),
            paused.BUSINESSTIMEDELTA,
        ),
    ),
    Contest("whole check, one at a time", (Contestant("duban", _check, 500),)),
)
