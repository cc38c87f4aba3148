"""Whether closed cases were on time, and how periods are compared."""

from __future__ import annotations

import pytest

from rules.findings import ClockState
from rules.punctuality import Closings, Punctuality, punctuality, total

MET, MISSED, RUNNING = ClockState.MET, ClockState.MISSED, ClockState.RUNNING


@pytest.mark.parametrize(
    ("states", "ended"),
    [
        ([MET], Punctuality.ON_TIME),
        ([MISSED], Punctuality.LATE),
        ([MET, MISSED, MET], Punctuality.LATE),
        ([RUNNING, MET], Punctuality.ON_TIME),
        ([ClockState.NOT_STARTED, MISSED], Punctuality.LATE),
        ([RUNNING, ClockState.OVERDUE, ClockState.UNKNOWN], None),
        ([], None),
    ],
)
def test_a_case_goes_by_those_of_its_limits_that_have_ended(
    states: list[ClockState], ended: Punctuality | None
) -> None:
    assert punctuality(states) is ended


@pytest.mark.parametrize("states", [[MET], [MISSED], [MET, RUNNING]])
def test_in_doubt_it_is_neither_on_time_nor_late(states: list[ClockState]) -> None:
    assert punctuality(states, doubtful=True) is Punctuality.IN_DOUBT


def test_without_an_ended_limit_there_is_nothing_to_doubt() -> None:
    assert punctuality([RUNNING], doubtful=True) is None


def test_the_rate_leaves_out_what_is_in_doubt_and_what_has_no_ended_limit() -> None:
    assert Closings(closed=20, on_time=6, late=2, in_doubt=5).rate == 0.75
    assert Closings(closed=20, in_doubt=20).rate is None


@pytest.mark.parametrize(
    ("this", "before", "change"),
    [
        (Closings(20, 20, 0), Closings(20, 10, 10), 0.5),
        (Closings(20, 20, 0), Closings(19, 10, 9), None),
        (Closings(19, 19, 0), Closings(20, 10, 10), None),
        (Closings(99, 19, 0, 80), Closings(20, 10, 10), None),
        (Closings(20, 20, 0), Closings(), None),
    ],
)
def test_periods_are_compared_where_both_have_enough_cases(
    this: Closings, before: Closings, change: float | None
) -> None:
    assert this.change(before) == change


def test_counts_add_up() -> None:
    assert total([Closings(3, 1, 1, 1), Closings(1, 1)]) == Closings(4, 2, 1, 1)
    assert total([]) == Closings()
