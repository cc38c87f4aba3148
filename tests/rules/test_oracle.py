"""The engine and the oracle give the same due moments, to the microsecond."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.batches import Batch
from rules.cases import Case
from rules.clocks import Course
from rules.instants import optional
from rules.limits import Limit, PauseCount
from tests.rules import drawing
from tests.rules.oracle import Oracle

randoms = st.randoms(use_true_random=True)


def _say(limit: Limit, case: Case) -> str:
    return f"{limit.allow.amount} {limit.reckoning} {limit.pause_kinds}\n{case.facts}\n{case.parts}"


@given(randoms)
def test_due_moments_of_a_batch_are_those_of_the_oracle(random: Random) -> None:
    work, diary = drawing.some_world(random)
    limit = drawing.limit(random)
    cases = [drawing.case(random, limit) for _ in range(random.randint(1, 4))]
    course = Course(limit, Batch.of(cases), work)
    for i, case in enumerate(cases):
        answer = Oracle(diary, limit, case).answer
        engine = (optional(course.due[i]), bool(course.paused[i]))
        assert engine == (answer.due, answer.paused), _say(limit, case)


@given(randoms)
def test_thresholds_are_reached_when_the_oracle_says(random: Random) -> None:
    work, diary = drawing.some_world(random)
    limit = drawing.limit(random)
    assert limit.allow.amount is not None
    case = drawing.case(random, limit)
    threshold = drawing.threshold(random, limit.allow.amount.unit)
    expected = Oracle(diary, limit, case).reached(threshold)
    found = optional(Course(limit, Batch.of([case]), work).reached(threshold)[0])
    if expected is None or found is None:
        assert found == expected, f"{threshold} of {_say(limit, case)}"
    else:  # a part of a day is a fraction of microseconds
        assert abs(found - expected) <= 2, f"{threshold} of {_say(limit, case)}"


@given(randoms)
def test_what_is_used_and_left_is_what_the_oracle_counts(random: Random) -> None:
    work, diary = drawing.some_world(random)
    limit = drawing.limit(random)
    limit = replace(limit, reckoning=replace(limit.reckoning, pauses=PauseCount.TOUCHED))
    case = drawing.case(random, limit)
    now = drawing.moment(random, 90)
    used, left = Course(limit, Batch.of([case]), work).progress(np.array([now], np.int64))
    expected = Oracle(diary, limit, case).progress(now)
    assert (used[0], left[0]) == pytest.approx(tuple(map(float, expected))), _say(limit, case)


@given(randoms)
def test_a_batch_answers_as_its_cases_one_by_one(random: Random) -> None:
    work, _ = drawing.some_world(random)
    limit = drawing.limit(random)
    assert limit.allow.amount is not None
    threshold = drawing.threshold(random, limit.allow.amount.unit)
    cases = [drawing.case(random, limit) for _ in range(8)]
    together = Course(limit, Batch.of(cases), work)
    apart = [Course(limit, Batch.of([case]), work) for case in cases]
    assert together.due.tolist() == [int(one.due[0]) for one in apart]
    assert together.paused.tolist() == [bool(one.paused[0]) for one in apart]
    reached = [int(one.reached(threshold)[0]) for one in apart]
    assert together.reached(threshold).tolist() == reached
