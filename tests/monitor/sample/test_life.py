"""What happens next in the hall."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from monitor.sample.life import (
    HOTLINE_SHARE,
    Act,
    Open,
    Pulse,
    answers,
    arrivals,
    next_move,
    pulse,
    takes,
)
from monitor.sample.people import ITEMS, STEPS

CALL = next(item for item in ITEMS if item.seconds == 24)
COUNTER = next(item for item in ITEMS if item.kind == "2")


def rng(seed=1):
    return np.random.default_rng(seed)


def case(number=1, item=CALL, step=STEPS[1], paused=False, extended=False, age=0.0):
    return Open(number, f"NO-{number}", item.code, step, paused, extended, age)


def acts(one, times=2_000):
    source = rng()
    return Counter(next_move(one, source).act for _ in range(times))


def test_a_case_comes_in_every_pace_seconds_on_average():
    source = rng()
    beats = [pulse(3.0, 30.0, True, source) for _ in range(2_000)]

    assert np.mean([b.calls + b.visitors for b in beats]) == pytest.approx(10, rel=0.05)
    assert np.mean([b.calls for b in beats]) == pytest.approx(10 * HOTLINE_SHARE, rel=0.05)


def test_out_of_hours_only_the_hotline_moves():
    beat = pulse(0.01, 10.0, False, rng())

    assert beat.calls > 0
    assert (beat.visitors, beat.moves) == (0, 0)


def test_a_long_silence_is_not_caught_up_with():
    assert pulse(1.0, 86_400.0, True, rng()).calls < 120


def test_calls_come_before_visitors():
    kinds = [ITEMS[one.item].kind for one in arrivals(Pulse(3, 2, 0), rng())]

    assert kinds[:3] == ["9"] * 3
    assert "9" not in kinds[3:]


def test_a_call_is_never_charged():
    assert not any(one.charged for one in arrivals(Pulse(2_000, 0, 0), rng()))


def test_hotline_cases_are_closed_when_their_time_has_come():
    needed = takes(case(7), seed=1)

    assert answers([case(7, age=needed - 0.1)], seed=1) == ()
    assert [m.act for m in answers([case(7, age=needed)], seed=1)] == [Act.CLOSE]


def test_some_hotline_cases_take_longer_than_their_limit_but_most_do_not():
    late = [takes(case(number), seed=1) > CALL.seconds for number in range(1_000)]

    assert 0.2 < np.mean(late) < 0.35


def test_a_case_that_stands_still_is_resumed():
    assert set(acts(case(item=COUNTER, paused=True))) == {Act.RESUME}


def test_a_case_at_the_counter_mostly_moves_on():
    found = acts(case(item=COUNTER))

    assert found[Act.STEP] > 1_600
    assert {Act.STEP, Act.PAUSE, Act.EXTEND} == set(found)


def test_a_case_in_its_last_step_is_closed_instead():
    assert Act.STEP not in acts(case(item=COUNTER, step=STEPS[-1]))


def test_a_case_is_extended_once():
    assert Act.EXTEND not in acts(case(item=COUNTER, extended=True))
