"""Units without any case, and units whose rates stay below a target, in the period that is over.

Facts besides the standard ones:

==========  ===================================================================
rating      the applicant's rating (好差评), "1" very satisfied to "5" very
            dissatisfied, or other values named in the settings
rated_at    when it was given
==========  ===================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

import numpy as np

from rules.cases import Fact
from rules.compliance.check import Text
from rules.findings import ClockState
from rules.punctuality import Punctuality
from rules.surveys.columns import text
from rules.surveys.periods import year_before
from rules.surveys.readings import Columns, Counts, Reading, Rows, Within
from rules.surveys.survey import Found, Occasion, Survey
from rules.surveys.units import (
    PERIOD,
    UNIT,
    by_unit,
    found_of,
    period_of,
    refuses_period,
    within,
)

Unit = tuple[Fact, Fact]
"""A region and a department."""


def _asks_none(occasion: Occasion) -> Mapping[str, Reading]:
    period = period_of(occasion)
    year = Within(
        "accepted_at",
        year_before(period, occasion.work.calendar.timezone),
        period.end,
    )
    return {"accepted": Counts(within(occasion, "accepted_at"), UNIT), "year": Counts(year, UNIT)}


def _judge_none(occasion: Occasion, read: Mapping[str, Columns]) -> list[Found]:
    """Find each unit of the directory that accepted nothing.

    A department that the directory does not put into a region is looked for in every region that
    accepted anything within the year; with ``once`` only where it did so itself.
    """
    accepted, year = by_unit(read["accepted"]), by_unit(read["year"])
    alive = {region for region, _ in year}
    wanted: list[tuple[str, str]] = []
    for department in occasion.directory.departments.values():
        regions: Iterable[Fact] = (
            [department.region]
            if department.region is not None
            else [one for one in occasion.directory.regions if one in alive]
        )
        wanted += [(text(region), department.id) for region in regions]
    scope = occasion.scope
    return [
        found_of(occasion, *one, {"count": 0, "year": year.get(one, 0)})
        for one in wanted
        if not accepted.get(one)
        and (year.get(one) or not occasion.settings["once"])
        and (not scope.regions or one[0] in scope.regions)
        and (not scope.departments or one[1] in scope.departments)
    ]


def _asks_on_time(occasion: Occasion) -> Mapping[str, Reading]:
    limit = occasion.text("limit")
    names = (*UNIT, "punctuality", *((f"state:{limit}",) if limit else ()))
    return {"closed": Counts(within(occasion, "closed_at"), names)}


def _on_time(occasion: Occasion, read: Mapping[str, Columns]) -> _Shares:
    """Count the cases on time by all of their limits, or by the one limit that is named."""
    columns, limit = read["closed"], occasion.text("limit")
    ended = columns["punctuality"]
    met, missed = ended == Punctuality.ON_TIME.value, ended == Punctuality.LATE.value
    if limit:
        state, certain = columns[f"state:{limit}"], ended != Punctuality.IN_DOUBT.value
        met = certain & (state == ClockState.MET.value)
        missed = certain & (state == ClockState.MISSED.value)
    return _Shares(_sums(columns, met), _sums(columns, met | missed))


def _asks_closing(occasion: Occasion) -> Mapping[str, Reading]:
    return {name: Counts(within(occasion, f"{name}_at"), UNIT) for name in ("accepted", "closed")}


def _closing(_: Occasion, read: Mapping[str, Columns]) -> _Shares:
    return _Shares(by_unit(read["closed"]), by_unit(read["accepted"]))


def _asks_rated(occasion: Occasion) -> Mapping[str, Reading]:
    return {"rated": Counts(within(occasion, "rated_at"), (*UNIT, "rating"))}


def _rated(occasion: Occasion, read: Mapping[str, Columns]) -> _Shares:
    columns, good = read["rated"], occasion.names("good")
    satisfied = np.array([text(value) in good for value in columns["rating"].tolist()], bool)
    known = np.array([value is not None for value in columns["rating"].tolist()], bool)
    return _Shares(_sums(columns, satisfied), _sums(columns, known))


def _asks_early(occasion: Occasion) -> Mapping[str, Reading]:
    names = (*UNIT, "closed_at", _due(occasion))
    return {"closed": Rows(within(occasion, "closed_at"), names)}


def _early(occasion: Occasion, read: Mapping[str, Columns]) -> _Shares:
    columns, work = read["closed"], occasion.work
    due, closed = columns[_due(occasion)], columns["closed_at"]
    known = work.inside(due) & work.inside(closed)
    left = work.ordinal[work.day(due)] - work.ordinal[work.day(closed)]
    early = known & (left >= occasion.number("days")) & (closed < due)
    counted = {**columns, "count": np.ones(len(due), np.int64)}
    return _Shares(_sums(counted, early), _sums(counted, known))


def _due(occasion: Occasion) -> str:
    return f"due_at:{occasion.text('limit')}"


class _Shares:
    """How many of how many, by unit."""

    def __init__(self, part: Mapping[Unit, int], whole: Mapping[Unit, int]) -> None:
        self.part, self.whole = part, whole


def _sums(
    columns: Columns, rows: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
) -> dict[Unit, int]:
    return by_unit({name: columns[name][rows] for name in (*UNIT, "count")})


def _below(
    shares: Callable[[Occasion, Mapping[str, Columns]], _Shares],
    occasion: Occasion,
    read: Mapping[str, Columns],
) -> list[Found]:
    """Find the units whose share stays below the target."""
    found = shares(occasion, read)
    target, least = occasion.number("target"), occasion.number("least")
    return [
        found_of(
            occasion,
            *one,
            {
                "rate": round(100 * found.part.get(one, 0) / whole, 1),
                "target": target,
                "part": found.part.get(one, 0),
                "count": whole,
            },
        )
        for one, whole in found.whole.items()
        if whole >= least and 100 * found.part.get(one, 0) < target * whole
    ]


SURVEYS = (
    Survey(
        "unit-without-case",
        Text("整期无办件", "a unit without any case"),
        "电子监察通报（零办件单位）",
        "warning",
        ("accepted_at", "department"),
        Text(
            "{period} 一件也没有受理，此前一年受理 {year} 件",
            "nothing accepted in {period}; {year} in the year up to then",
        ),
        _asks_none,
        _judge_none,
        86_400.0,
        {"period": "month", "once": True},
        refuses=refuses_period,
    ),
    Survey(
        "on-time-rate-low",
        Text("按期办结率低于目标", "on-time rate below target"),
        "电子监察通报（按时办结率）",
        "warning",
        ("accepted_at", "closed_at", "department|region"),
        Text(
            "{period} 办结 {count} 件，按期 {part} 件，按期办结率 {rate}%，目标 {target}%",
            "{part} of {count} cases closed in {period} were in time: {rate} %, target {target} %",
        ),
        _asks_on_time,
        partial(_below, _on_time),
        86_400.0,
        {**PERIOD, "target": 95, "limit": ""},
        refuses=refuses_period,
    ),
    Survey(
        "closing-rate-low",
        Text("办结率低于目标", "closing rate below target"),
        "电子监察通报（办结率）",
        "warning",
        ("accepted_at", "closed_at", "department|region"),
        Text(
            "{period} 受理 {count} 件，办结 {part} 件，办结率 {rate}%，目标 {target}%",
            "{count} cases accepted and {part} closed in {period}: {rate} %, target {target} %",
        ),
        _asks_closing,
        partial(_below, _closing),
        86_400.0,
        {**PERIOD, "target": 80},
        refuses=refuses_period,
    ),
    Survey(
        "satisfaction-low",
        Text("满意率低于目标", "satisfaction below target"),
        "国办发〔2019〕51号（好差评）",
        "warning",
        ("rating", "rated_at", "department|region"),
        Text(
            "{period} 评价 {count} 件，满意 {part} 件，满意率 {rate}%，目标 {target}%",
            "{part} of {count} ratings of {period} were good: {rate} %, target {target} %",
        ),
        _asks_rated,
        partial(_below, _rated),
        86_400.0,
        {**PERIOD, "target": 90, "good": ("1", "2", "3")},
        refuses=refuses_period,
    ),
    Survey(
        "early-rate-low",
        Text("提前办结率低于目标", "early rate below target"),
        "电子监察通报（提前办结率）",
        "warning",
        ("accepted_at", "closed_at", "department|region"),
        Text(
            "{period} 办结 {count} 件，提前 {part} 件，提前办结率 {rate}%，目标 {target}%",
            "{part} of {count} cases closed in {period} were early: {rate} %, target {target} %",
        ),
        _asks_early,
        partial(_below, _early),
        86_400.0,
        {**PERIOD, "target": 50, "limit": "", "days": 1},
        refuses=refuses_period,
    ),
)
"""The surveys of this file."""
