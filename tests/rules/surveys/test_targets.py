"""Units without any case, and rates below a target."""

from __future__ import annotations

import pytest

from rules.compliance import Setting
from tests.rules.surveys.looking import Row, hall, look, said, subjects
from tests.support.moments import at

FEW: dict[str, Setting] = {"least": 2}
UNIT = "unit:R1/ZJ@2026-09"
ACCEPTED: Row = {"accepted_at": "2026-09-07 09:00"}


def closed(**facts: object) -> Row:
    return {**ACCEPTED, "closed_at": "2026-09-18 15:00", **facts}


def ended(how: str | None) -> Row:
    return closed(punctuality=how)


def limited(due: str, state: str = "met", how: str = "on time") -> Row:
    clock = {"due_at": at(due), "state": state, "until": "closed_at"}
    accepted = {"due_at": at("2026-09-08"), "state": "met", "until": "accepted_at"}
    return closed(punctuality=how, clocks={"promise": clock, "acceptance": accepted})


@pytest.mark.parametrize(
    ("rows", "settings", "found"),
    [
        pytest.param([ACCEPTED], {"once": False}, ["ZR"], id="of every region that is alive"),
        pytest.param([ACCEPTED], {}, [], id="only where it once had some"),
        pytest.param(
            [ACCEPTED, {"accepted_at": "2026-03-02", "department": "ZR"}], {}, ["ZR"], id="it had"
        ),
        pytest.param(
            [ACCEPTED, {"accepted_at": "2025-03-02", "department": "ZR"}], {}, [], id="too long ago"
        ),
        pytest.param([], {"once": False}, [], id="nothing is told at all"),
        pytest.param([ACCEPTED], {"once": False, "departments": ("ZJ",)}, [], id="out of scope"),
    ],
)
def test_units_without_a_case(
    rows: list[Row], settings: dict[str, Setting], found: list[str]
) -> None:
    units = [f"unit:R1/{one}@2026-09" for one in found]
    assert subjects("unit-without-case", hall(*rows), **settings) == units


@pytest.mark.parametrize(
    ("rows", "settings", "rate"),
    [
        pytest.param([ended("on time")] * 19 + [ended("late")], {}, None, id="95 %"),
        pytest.param([ended("on time")] * 18 + [ended("late")], {}, 94.7, id="below"),
        pytest.param([ended("on time"), ended("late")], {"least": 3}, None, id="few"),
        pytest.param([ended(None)] * 5, {}, None, id="of no ended limit"),
        pytest.param([ended("on time"), ended("late"), ended("in doubt")], {}, 50.0, id="in doubt"),
        pytest.param(
            [limited("2026-09-20", "met"), limited("2026-09-01", "missed")],
            {"limit": "promise"},
            50.0,
            id="by one limit",
        ),
        pytest.param(
            [limited("2026-09-20"), limited("2026-09-01", "missed", "in doubt")] * 2,
            {"limit": "promise"},
            None,
            id="by one limit, some in doubt",
        ),
        pytest.param(
            [limited("2026-09-20")] * 2, {"limit": "other"}, None, id="by a limit of none"
        ),
    ],
)
def test_on_time_rate(rows: list[Row], settings: dict[str, Setting], rate: float | None) -> None:
    assert _rates("on-time-rate-low", rows, settings) == ([] if rate is None else [rate])


@pytest.mark.parametrize(
    ("rows", "rate"),
    [
        ([closed()] * 4 + [ACCEPTED], None),
        ([closed()] * 3 + [ACCEPTED], 75.0),
        ([ACCEPTED] * 2, 0.0),
        ([closed(accepted_at="2026-08-07 09:00")] * 5 + [ACCEPTED] * 2, None),
    ],
)
def test_closing_rate(rows: list[Row], rate: float | None) -> None:
    assert _rates("closing-rate-low", rows, {}) == ([] if rate is None else [rate])


@pytest.mark.parametrize(
    ("ratings", "settings", "rate"),
    [
        ([1, 2, 3, 3, 2, 1, 1, 1, 1, 5], {}, None),
        ([1, 2, 3, 4, 5], {}, 60.0),
        (["很好", "差"], {"good": ("很好",), "target": 51}, 50.0),
        ([None, None, None], {}, None),
    ],
)
def test_satisfaction(
    ratings: list[object], settings: dict[str, Setting], rate: float | None
) -> None:
    texts = [None if one is None else str(one) for one in ratings]
    rows = [{**ACCEPTED, "rated_at": "2026-09-20 10:00", "rating": one} for one in texts]
    assert _rates("satisfaction-low", rows, settings) == ([] if rate is None else [rate])


@pytest.mark.parametrize(
    ("rows", "settings", "rate"),
    [
        pytest.param([limited("2026-09-20 17:30")] * 2, {}, None, id="one: a Sunday of work"),
        pytest.param([limited("2026-09-19 17:30")] * 2, {}, 0.0, id="none: that is a Saturday"),
        pytest.param([limited("2026-09-18 17:30")] * 2, {}, 0.0, id="closed on the last day"),
        pytest.param([limited("2026-09-18 17:30")] * 2, {"days": 0}, None, id="which may count"),
        pytest.param([limited("2026-09-20 17:30")] * 2, {"days": 2}, 0.0, id="more is asked for"),
        pytest.param(
            [limited("2026-09-21 17:30"), limited("2026-09-10 17:30")],
            {"target": 51},
            50.0,
            id="late",
        ),
        pytest.param(
            [limited("2026-09-10 17:30")] * 2, {"limit": "x"}, None, id="by a limit of none"
        ),
        pytest.param([limited("2026-09-10 17:30")] * 2, {"limit": "promise"}, 0.0, id="by a limit"),
        pytest.param([closed()] * 3, {}, None, id="of no known limit"),
    ],
)
def test_early_rate(rows: list[Row], settings: dict[str, Setting], rate: float | None) -> None:
    assert _rates("early-rate-low", rows, settings) == ([] if rate is None else [rate])


def _rates(survey: str, rows: list[Row], settings: dict[str, Setting]) -> list[object]:
    found = look(survey, hall(*rows), **{**FEW, **settings})
    assert {one.subject for one in found} <= {UNIT}
    return [one.evidence["rate"] for one in found]


@pytest.mark.parametrize(
    ("survey", "rows", "zh", "en"),
    [
        (
            "unit-without-case",
            [ACCEPTED, {"accepted_at": "2026-03-02", "department": "ZR"}],
            "2026-09 一件也没有受理，此前一年受理 1 件",
            "nothing accepted in 2026-09; 1 in the year up to then",
        ),
        (
            "on-time-rate-low",
            [ended("on time"), ended("late")],
            "2026-09 办结 2 件，按期 1 件，按期办结率 50%，目标 95%",
            "1 of 2 cases closed in 2026-09 were in time: 50 %, target 95 %",
        ),
        (
            "closing-rate-low",
            [closed(), ACCEPTED],
            "2026-09 受理 2 件，办结 1 件，办结率 50%，目标 80%",
            "2 cases accepted and 1 closed in 2026-09: 50 %, target 80 %",
        ),
    ],
)
def test_what_is_said(survey: str, rows: list[Row], zh: str, en: str) -> None:
    settings = {} if survey == "unit-without-case" else FEW
    assert said(survey, hall(*rows), **settings) == (zh, en)
