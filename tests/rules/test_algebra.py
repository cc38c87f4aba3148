"""Laws that working time obeys whatever the calendar."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rules.amounts import Amount, Unit
from rules.batches import Batch
from rules.cases import Case, Part
from rules.clocks import Course
from rules.instants import NONE, Instants
from rules.limits import Limit
from rules.worktime import WorkingTime
from tests.rules import drawing

randoms = st.randoms(use_true_random=True)


def _moments(random: Random, number: int = 50) -> Instants:
    return np.array([drawing.moment(random, 200) for _ in range(number)], np.int64)


def _due(limit: Limit, work: WorkingTime, *cases: Case) -> list[int]:
    due: list[int] = Course(limit, Batch.of(cases), work).due.tolist()
    return due


@given(randoms)
def test_working_time_never_runs_back(random: Random) -> None:
    work, _ = drawing.some_world(random)
    passed = work.passed_at(np.sort(_moments(random)))
    assert np.all(np.diff(passed) >= 0)


@given(randoms)
def test_the_moment_reached_is_the_earliest_with_that_working_time(random: Random) -> None:
    work, _ = drawing.some_world(random)
    at = _moments(random)
    passed = work.passed_at(at)
    reached = work.reached(passed)
    assert np.all(reached <= at)
    later = passed > 0  # before any work there is no earliest moment
    assert np.array_equal(work.passed_at(reached), passed)
    assert np.all(work.passed_at(reached - 1)[later] < passed[later])


@given(randoms)
def test_what_was_added_is_what_lies_between(random: Random) -> None:
    work, _ = drawing.some_world(random)
    at, more = _moments(random), np.array([random.randrange(10**11) for _ in range(50)], np.int64)
    due = work.reached(work.passed_at(at) + more)
    assert np.array_equal(work.passed_at(due) - work.passed_at(at), more)


@given(randoms)
def test_the_days_of_instants_are_those_of_the_calendar(random: Random) -> None:
    work, diary = drawing.some_world(random)
    at = _moments(random)
    assert work.day(at).tolist() == [diary.index(int(one)) for one in at]


@given(randoms)
def test_a_later_start_is_never_due_earlier(random: Random) -> None:
    work, _ = drawing.some_world(random)
    limit = drawing.limit(random)
    starts = sorted(drawing.moment(random) for _ in range(10))
    cases = [Case("", "", {"accepted_at": at}) for at in starts]
    due = _due(limit, work, *cases)
    assert due == sorted(due)


@given(randoms)
def test_more_time_is_never_due_earlier(random: Random) -> None:
    work, _ = drawing.some_world(random)
    limit = drawing.limit(random)
    case = drawing.case(random, limit)
    case = replace(case, parts=tuple(p for p in case.parts if p.kind == "pause" and p.ended_at))
    assert limit.allow.amount is not None
    unit = limit.allow.amount.unit
    dates = []
    for value in sorted(drawing.amount(random, unit).value for _ in range(4)):
        longer = replace(limit, allow=replace(limit.allow, amount=Amount(value, unit)))
        (due,) = _due(longer, work, case)
        # A limit moved on by moments may be due at an earlier time of the same day.
        dates.append(int(work.day(np.array([due - 1]))[0]))
    assert dates == sorted(dates)


@given(randoms)
def test_another_pause_never_brings_a_due_date_forward(random: Random) -> None:
    work, _ = drawing.some_world(random)
    limit = drawing.limit(random)
    case = drawing.case(random, limit)
    parts = tuple(p for p in case.parts if p.kind == "pause")
    more = replace(case, parts=(*parts, drawing.pause(random)))
    without, with_one_more = _due(limit, work, replace(case, parts=parts), more)
    if NONE in (without, with_one_more):
        assert with_one_more == NONE
    else:
        before, after = work.day(np.array([without - 1, with_one_more - 1])).tolist()
        assert before <= after


@given(randoms)
def test_the_order_in_which_pauses_are_told_does_not_matter(random: Random) -> None:
    work, _ = drawing.some_world(random)
    limit = drawing.limit(random)
    case = drawing.case(random, limit)
    mixed: list[Part] = random.sample(case.parts, len(case.parts))
    dated = [p for p in mixed if p.started_at is not None or p.kind == "pause"]
    again = replace(case, parts=tuple(reversed(dated)))
    assert len(set(_due(limit, work, replace(case, parts=tuple(dated)), again))) == 1


@given(randoms)
def test_splitting_an_amount_of_hours_changes_nothing(random: Random) -> None:
    work, _ = drawing.some_world(random)
    unit = random.choice((Unit.WORKING_HOUR, Unit.HOUR))
    first, second = random.randint(1, 30), random.randint(1, 30)
    start = drawing.moment(random)
    middle = _due(_hours(first, unit), work, Case("", "", {"accepted_at": start}))[0]
    split = _due(_hours(second, unit), work, Case("", "", {"accepted_at": middle}))
    assert split == _due(_hours(first + second, unit), work, Case("", "", {"accepted_at": start}))


def _hours(value: int, unit: Unit) -> Limit:
    return drawing.make_limit(Amount(float(value), unit))
