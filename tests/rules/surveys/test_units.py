"""Units compared: average time and alarm rate, and how long cases took apart from their pauses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import china
from rules.compliance import Setting
from rules.instants import MINUTE, NONE, SECOND
from rules.surveys.units import working_seconds
from rules.worktime import working_time
from tests.rules.surveys.looking import Row, hall, look, said, subjects
from tests.support.moments import at

WORK = working_time(china())
FEW: dict[str, Setting] = {"least": 2}
BEGIN = at("2026-09-01 00:00")


def done(number: int, department: str, closed: str, **facts: object) -> list[Row]:
    """Cases accepted on a Monday morning in September and closed as told."""
    row = {"department": department, "accepted_at": "2026-09-07 09:00", "closed_at": closed}
    return [{**row, **facts} for _ in range(number)]


SLOW = done(2, "ZR", "2026-09-08 16:30")  # 13 working hours
QUICK = done(6, "ZJ", "2026-09-07 16:30")  # 6


@pytest.mark.parametrize(
    ("rows", "settings", "found"),
    [
        pytest.param(SLOW + QUICK, {}, ["unit:R1/ZR@2026-09"], id="slow"),
        pytest.param(SLOW + QUICK, {"least": 3}, [], id="too few cases"),
        pytest.param(SLOW + QUICK, {"percent": 200}, [], id="more is allowed"),
        pytest.param(SLOW, {}, [], id="nobody to compare with"),
        pytest.param(SLOW + QUICK, {"period": "week"}, [], id="not in that period"),
        pytest.param(SLOW + QUICK, {"departments": ("ZR",)}, [], id="compared within the scope"),
        pytest.param(
            done(2, "ZR", "2026-09-08 16:30", pauses=[("2026-09-07 16:00", "2026-09-08 16:30")])
            + QUICK,
            {},
            [],
            id="pauses do not count",
        ),
        pytest.param(
            done(2, "ZR", "2026-09-01 09:00") + QUICK, {}, [], id="closed before it was accepted"
        ),
    ],
)
def test_average_time(rows: list[Row], settings: dict[str, Setting], found: list[str]) -> None:
    assert subjects("average-time-high", hall(*rows), **{**FEW, **settings}) == found


def test_it_says_how_long_and_how_long_all_took() -> None:
    [found] = look("average-time-high", hall(*SLOW, *QUICK), **FEW)
    assert found.carrier == {"region": "R1", "department": "ZR"}
    assert found.since_at == at("2026-10-01")
    assert found.evidence["passes_at"] == at("2026-11-01")
    assert said("average-time-high", hall(*SLOW, *QUICK), **FEW) == (
        "2026-09 办结 2 件，平均 13 个工作小时，为全体平均 7.8 的 167.7%",
        "2 cases closed in 2026-09 took 13 working hours on average, 167.7 % of the 7.8 of all",
    )


CARDED = {"cards": [("2026-09-10 09:00", "yellow")]}


@pytest.mark.parametrize(
    ("rows", "settings", "found"),
    [
        pytest.param(
            done(2, "ZR", "2026-09-08", **CARDED) + QUICK, {}, ["unit:R1/ZR@2026-09"], id="many"
        ),
        pytest.param(done(2, "ZR", "2026-09-08", **CARDED) + QUICK, {"least": 3}, [], id="too few"),
        pytest.param(
            done(2, "ZR", "2026-09-08", **CARDED) + done(6, "ZJ", "2026-09-08", **CARDED),
            {},
            [],
            id="as many as all",
        ),
        pytest.param(SLOW + QUICK, {}, [], id="none at all"),
        pytest.param(
            done(2, "ZR", "2026-09-08", cards=[("2026-09-10 09:00", "warning")]) + QUICK,
            {},
            [],
            id="warnings do not count",
        ),
        pytest.param(
            done(2, "ZR", "2026-09-08", cards=[("2026-09-10 09:00", "warning")]) + QUICK,
            {"levels": ()},
            ["unit:R1/ZR@2026-09"],
            id="unless they are asked for",
        ),
        pytest.param(
            done(2, "ZR", "2026-09-08", cards=[("2026-10-01 00:00", "red")]) + QUICK,
            {},
            [],
            id="opened after the period",
        ),
    ],
)
def test_alarm_rate(rows: list[Row], settings: dict[str, Setting], found: list[str]) -> None:
    assert subjects("alarm-rate-high", hall(*rows), **{**FEW, **settings}) == found


def test_it_says_how_many_cards_for_how_many_cases() -> None:
    rows = hall(*done(2, "ZR", "2026-09-08", **CARDED), *QUICK)
    assert said("alarm-rate-high", rows, **FEW) == (
        "2026-09 受理 2 件，2 件亮牌，亮牌率 100%，全体 25%",
        "2 of 2 cases got a card in 2026-09: 100 %, 25 % of all cases",
    )


moments = st.integers(0, 20 * 24 * 4).map(lambda quarter: BEGIN + quarter * 15 * MINUTE)
spans = st.tuples(moments, st.one_of(moments, st.none()))


@given(st.lists(st.tuples(moments, moments, st.lists(spans, max_size=4)), min_size=1, max_size=5))
def test_time_is_counted_quarter_by_quarter(
    cases: list[tuple[int, int, list[tuple[int, int | None]]]],
) -> None:
    """The oracle counts each quarter of an hour of work in which a case was not paused."""
    ids = np.arange(len(cases), dtype=np.int64)[::-1].copy()
    columns = {
        "id": ids,
        "accepted_at": np.array([one[0] for one in cases], np.int64),
        "closed_at": np.array([one[1] for one in cases], np.int64),
    }
    pauses = [
        (ident, start, NONE if end is None else end)
        for ident, (_, _, held) in zip(ids.tolist(), cases, strict=True)
        for start, end in held
    ]
    table = np.array(pauses, np.int64).reshape(-1, 3)
    held = {"id": table[:, 0], "started_at": table[:, 1], "ended_at": table[:, 2]}
    took = working_seconds(WORK, columns, held)
    step = 15 * MINUTE
    for index, (accepted, closed, stops) in enumerate(cases):
        quarters = np.arange(accepted, max(closed, accepted), step)
        works = WORK.passed_at(quarters + step) - WORK.passed_at(quarters) == step
        for start, end in stops:
            works &= ~((quarters >= start) & (quarters < (end if end is not None else closed)))
        assert took[index] == works.sum() * step / SECOND
