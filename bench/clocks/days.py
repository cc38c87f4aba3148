"""+20 working days: the day on which each case is due, as days since 1970-01-01."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from datetime import date

import numpy as np

from bench.clocks import sample
from bench.contest import Contest, Contestant, Trial
from rules.amounts import Amount, Unit
from rules.clocks import Course
from rules.instants import DAY, Instants
from rules.worktime import working_time

DAYS = 20


def _duban(count: int) -> Trial:
    """The engine as the daemon uses it: pauses, extensions and states looked at, there are none."""
    work, limit = working_time(sample.CALENDAR), sample.limit(Amount(DAYS, Unit.WORKING_DAY))
    start = sample.starts(count)

    def run() -> list[Instants]:
        return [Course(limit, batch, work).due for batch in sample.batches(start)]

    return Trial(run, _days_of)


def _coordinate(count: int) -> Trial:
    """The two look-ups alone that the engine rests on."""
    work, start = working_time(sample.CALENDAR), sample.starts(count)
    parts = [start[n : n + sample.BATCH] for n in range(0, count, sample.BATCH)]

    def run() -> list[Instants]:
        return [work.closes[work.nth(work.ordinal[work.day(at)] + DAYS)] for at in parts]

    return Trial(run, _days_of)


def _days_of(given: list[Instants]) -> list[int]:
    local = np.concatenate(given) + 8 * 3_600_000_000
    return [int(day) for day in local // DAY]


def _numpy(count: int) -> Trial:
    """Every day off is told as a holiday of a week of seven working days."""
    calendar = np.busdaycalendar(weekmask="1111111", holidays=sample.days_off())
    start = np.array(sample.dates(sample.starts(count)), dtype="datetime64[D]")
    parts = [start[n : n + sample.BATCH] for n in range(0, count, sample.BATCH)]

    def run() -> list[np.ndarray]:
        return [np.busday_offset(p, DAYS, roll="backward", busdaycal=calendar) for p in parts]

    return Trial(run, lambda given: np.concatenate(given).astype(np.int64).tolist())


def _pandas(count: int) -> Trial:
    import pandas as pd

    offset = pd.offsets.CustomBusinessDay(
        DAYS, weekmask="Mon Tue Wed Thu Fri Sat Sun", holidays=sample.days_off().tolist()
    )
    start = pd.DatetimeIndex(sample.dates(sample.starts(count)))

    def run() -> pd.DatetimeIndex:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it goes case by case is what is measured
            return start + offset

    return Trial(run, lambda given: [sample.day_number(day.date()) for day in given])


def _holidays(count: int) -> Trial:
    import holidays

    china = holidays.country_holidays("CN", years=range(2018, 2025))
    start = sample.dates(sample.starts(count))
    return _loop(lambda: [china.get_nth_working_day(day, DAYS) for day in start])


def _workalendar(count: int) -> Trial:
    from workalendar.asia import China

    warnings.simplefilter("ignore")  # it says each time that its calendar ends with 2023
    calendar, start = China(), sample.dates(sample.starts(count))
    return _loop(lambda: [calendar.add_working_days(day, DAYS) for day in start])


def _chinesecalendar(count: int) -> Trial:
    from chinese_calendar import find_workday, is_workday

    start = sample.dates(sample.starts(count))
    # From a day off on, "0 days later" is already the next working day.
    return _loop(lambda: [find_workday(DAYS - (not is_workday(day)), day) for day in start])


def _loop(run: Callable[[], list[date]]) -> Trial:
    return Trial(run, lambda given: [sample.day_number(day) for day in given])


CONTEST = Contest(
    "+20 working days",
    (
        Contestant("duban", _duban, 200_000),
        Contestant("duban, the coordinate alone", _coordinate, 200_000),
        Contestant("numpy.busday_offset", _numpy, 200_000),
        Contestant("pandas CustomBusinessDay", _pandas, 10_000),
        Contestant("holidays", _holidays, 2_000),
        Contestant("workalendar", _workalendar, 1_000),
        Contestant("chinesecalendar", _chinesecalendar, 500),
    ),
)
