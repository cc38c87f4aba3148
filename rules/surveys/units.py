"""Units compared with one another: average time and alarm rate above those of all.

A unit is a department of a region. It is judged by the last week, month or quarter that is over,
and only where it had enough cases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from rules.cases import Fact
from rules.compliance.check import Setting, Text
from rules.instants import HOUR, NEVER, NONE, SECOND, Instants
from rules.subjects import unit
from rules.surveys.columns import groups_of, size_of, taken, text
from rules.surveys.periods import PERIODS, Period, last_complete
from rules.surveys.readings import Carded, Columns, Counts, Pauses, Reading, Rows, Within
from rules.surveys.survey import Found, Occasion, Survey
from rules.worktime import WorkingTime

UNIT = ("region", "department")
"""The facts that make a unit."""

PERIOD: Mapping[str, Setting] = {"period": "month", "least": 10}
"""The settings of every survey of units: which period, and how many cases a unit has at least."""


def period_of(occasion: Occasion) -> Period:
    """Give the last period that is over."""
    zone = occasion.work.calendar.timezone
    return last_complete(occasion.text("period"), occasion.now, zone)


def refuses_period(settings: Mapping[str, Setting]) -> None:
    """Refuse a period that is none.

    Raises:
        ValueError: it is none.
    """
    if settings["period"] not in PERIODS:
        raise ValueError(f"period: one of {', '.join(PERIODS)}")


def within(occasion: Occasion, name: str) -> Within:
    """Say that a moment lies in the last period that is over."""
    period = period_of(occasion)
    return Within(name, period.start, period.end)


def found_of(
    occasion: Occasion, region: object, department: object, figures: Mapping[str, Fact]
) -> Found:
    """Give what was found about a unit in the period."""
    period = period_of(occasion)
    return Found(
        period.end,
        {"period": period.id, **figures, "passes_at": period.next_end},
        subject=unit(text(region), text(department), period.id),
        carrier={"region": text(region) or None, "department": text(department) or None},
    )


def working_seconds(work: WorkingTime, columns: Columns, pauses: Columns) -> NDArray[np.float64]:
    """Give how much working time (s) each case (n) took from acceptance to closing, pauses apart.

    Args:
        work: the calendar in which it is counted.
        columns: ``id``, ``accepted_at`` and ``closed_at`` of the cases, each once.
        pauses: ``id`` of the case, ``started_at`` and ``ended_at`` of its pauses, in any order;
            where they overlap the time counts once.
    """
    order = np.argsort(columns["id"], kind="stable")
    begin = _passed(work, columns["accepted_at"])
    end = _passed(work, columns["closed_at"])
    took: NDArray[np.float64] = np.maximum(end - begin, 0).astype(np.float64)
    if not size_of(pauses):
        return took
    ids = columns["id"][order]
    place = np.clip(np.searchsorted(ids, pauses["id"]), 0, len(ids) - 1)
    mine = ids[place] == pauses["id"]
    case = order[place[mine]]
    ended = pauses["ended_at"][mine]
    first = np.clip(_passed(work, pauses["started_at"][mine]), begin[case], end[case])
    last = _passed(work, np.where(ended == NONE, NEVER, ended))
    last = np.clip(last, first, np.maximum(end[case], first))
    by_case = np.lexsort((first, case))
    case, first, last = case[by_case], first[by_case], last[by_case]
    # Where the pauses before have come to, case by case: each case has a stretch of its own.
    stretch = int(max(last.max(initial=0), 0)) + 1
    reached = np.maximum.accumulate(last + case * stretch) - case * stretch
    before = np.concatenate([[0], reached[:-1]])
    own = np.concatenate([[False], case[1:] == case[:-1]])
    first = np.where(own, np.maximum(first, before), first)
    stood = np.bincount(case, weights=np.maximum(last - first, 0), minlength=len(begin))
    took -= stood
    return took


def _passed(work: WorkingTime, at: Instants) -> NDArray[np.int64]:
    """Give the working time passed by then in seconds: it leaves room to add cases to it."""
    passed: NDArray[np.int64] = work.passed_at(np.maximum(at, 0)) // SECOND
    return passed


def _asks_time(occasion: Occasion) -> Mapping[str, Reading]:
    closed = within(occasion, "closed_at")
    names = ("id", *UNIT, "accepted_at", "closed_at")
    return {"closed": Rows(closed, names, ("accepted_at",)), "pauses": Pauses(closed)}


def _judge_time(occasion: Occasion, read: Mapping[str, Columns]) -> list[Found]:
    """Find each unit whose cases took so much longer on average than those of all units."""
    columns = read["closed"]
    columns = taken(columns, columns["closed_at"] >= columns["accepted_at"])
    if not size_of(columns):
        return []
    hours = working_seconds(occasion.work, columns, read["pauses"]) * SECOND / HOUR
    group = groups_of(columns, UNIT)
    count = np.bincount(group)
    mean = np.bincount(group, weights=hours) / count
    overall = float(hours.mean())
    high = _high(occasion, mean, overall) & (count >= occasion.number("least"))
    first = _first(group)
    return [
        found_of(
            occasion,
            columns["region"][first[one]],
            columns["department"][first[one]],
            {
                "hours": _rounded(mean[one]),
                "average": _rounded(overall),
                "percent": _percent(mean[one] / overall),
                "count": int(count[one]),
                "all": len(group),
            },
        )
        for one in np.flatnonzero(high).tolist()
    ]


def _asks_cards(occasion: Occasion) -> Mapping[str, Reading]:
    period = period_of(occasion)
    return {
        "accepted": Counts(within(occasion, "accepted_at"), UNIT),
        "carded": Carded(period.start, period.end, occasion.names("levels")),
    }


def _judge_cards(occasion: Occasion, read: Mapping[str, Columns]) -> list[Found]:
    """Find each unit that had so many more cards for its cases than all units had for theirs."""
    accepted, carded = by_unit(read["accepted"]), by_unit(read["carded"])
    if not accepted:
        return []
    overall = sum(carded.values()) / sum(accepted.values())
    least = occasion.number("least")
    units = [one for one, count in accepted.items() if count >= least]
    rate = np.array([carded.get(one, 0) / accepted[one] for one in units])
    high = _high(occasion, rate, overall)
    return [
        found_of(
            occasion,
            *units[one],
            {
                "rate": _percent(rate[one]),
                "average": _percent(overall),
                "cards": carded.get(units[one], 0),
                "count": accepted[units[one]],
                "all": sum(accepted.values()),
            },
        )
        for one in np.flatnonzero(high).tolist()
    ]


def by_unit(columns: Columns) -> dict[tuple[Fact, Fact], int]:
    """Give the counts of a reading by region and department."""
    rows = zip(*(columns[name].tolist() for name in (*UNIT, "count")), strict=True)
    counts: dict[tuple[Fact, Fact], int] = {}
    for region, department, count in rows:
        counts[region, department] = counts.get((region, department), 0) + count
    return counts


def _high(occasion: Occasion, values: NDArray[np.float64], overall: float) -> NDArray[np.bool_]:
    high: NDArray[np.bool_] = values * 100 > occasion.number("percent") * overall
    return high & (overall > 0)


def _first(group: NDArray[np.int64]) -> Sequence[int]:
    """Give the first row of each group, by its number."""
    rows: list[int] = np.unique(group, return_index=True)[1].tolist()
    return rows


def _rounded(value: float) -> float:
    return round(float(value), 1)


def _percent(share: float) -> float:
    return round(100 * float(share), 1)


SURVEYS = (
    Survey(
        "average-time-high",
        Text("平均办理用时明显高于全体", "average handling time well above that of all"),
        "电子监察绩效评估（平均用时）",
        "warning",
        ("accepted_at", "closed_at", "department|region"),
        Text(
            "{period} 办结 {count} 件，平均 {hours} 个工作小时，为全体平均 {average} 的 {percent}%",
            "{count} cases closed in {period} took {hours} working hours on average, "
            "{percent} % of the {average} of all",
        ),
        _asks_time,
        _judge_time,
        86_400.0,
        {**PERIOD, "percent": 120},
        refuses=refuses_period,
    ),
    Survey(
        "alarm-rate-high",
        Text("亮牌率明显高于全体", "alarm rate well above that of all"),
        "电子监察绩效评估（预警纠错率）",
        "warning",
        ("accepted_at", "department|region"),
        Text(
            "{period} 受理 {count} 件，{cards} 件亮牌，亮牌率 {rate}%，全体 {average}%",
            "{cards} of {count} cases got a card in {period}: {rate} %, {average} % of all cases",
        ),
        _asks_cards,
        _judge_cards,
        86_400.0,
        {**PERIOD, "percent": 120, "levels": ("yellow", "red")},
        refuses=refuses_period,
    ),
)
"""The surveys of this file."""
