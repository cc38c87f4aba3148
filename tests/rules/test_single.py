"""One case at a time: the same answers as the engine's, and as few steps as a case needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rules.amounts import Amount, Unit
from rules.batches import Batch
from rules.cases import Case, PartKind
from rules.clocks import Course
from rules.instants import DAY, HOUR, NONE, optional
from rules.single import due_at, ruler
from tests.rules import drawing

randoms = st.randoms(use_true_random=True)


@given(randoms)
def test_a_due_moment_is_that_of_the_engine(random: Random) -> None:
    work, _ = drawing.some_world(random)
    limit = drawing.limit(random)
    limit = replace(limit, pause_kinds=(), reckoning=replace(limit.reckoning, pause_cap=None))
    drawn = drawing.case(random, limit)
    parts = tuple(p for p in drawn.parts if p.kind is PartKind.PAUSE and p.ended_at is not None)
    start = drawn.facts["accepted_at"]
    assert isinstance(start, int)
    assert limit.allow.amount is not None
    course = Course(limit, Batch.of([Case("", "", {"accepted_at": start}, parts)]), work)
    pauses = sorted((p.started_at or 0, p.ended_at or 0) for p in parts)
    found = due_at(limit.allow.amount, start, work, pauses, limit.reckoning)
    assert found == optional(course.due[0]), f"{limit.allow.amount} {limit.reckoning} {pauses}"


@given(randoms)
def test_the_look_ups_are_those_of_the_calendar(random: Random) -> None:
    work, _ = drawing.some_world(random)
    at = drawing.moment(random, 400)
    one, many = ruler(work), np.array([at])
    assert one.day(at) == work.day(many)[0]
    assert one.working_day(at) == work.working_day(many)[0]
    assert one.passed_at(at) == work.passed_at(many)[0]
    passed = random.randrange(-HOUR, 2_000 * HOUR)
    assert one.reached(passed) == optional(work.reached(np.array([passed]))[0])


def test_a_start_or_a_due_moment_beyond_the_calendar_has_no_answer() -> None:
    work, _ = drawing.world(1)
    long = Amount(2000, Unit.WORKING_DAY)
    before, inside = int(work.midnight[0]) - 1, int(work.midnight[10])
    assert work.first == date(2026, 1, 1)
    assert due_at(long, before, work) is None
    assert due_at(long, NONE, work) is None

    assert due_at(long, inside, work) is None


def test_an_absent_moment_is_on_the_first_day_for_the_engine_as_for_the_ruler() -> None:
    work, _ = drawing.world(1)
    assert work.day(np.array([NONE])).tolist() == [ruler(work).day(NONE)] == [0]


def test_a_limit_of_no_days_is_due_on_its_first_day_whatever_stands_still() -> None:
    work, _ = drawing.world(1)
    start = int(work.opens[work.workday[20]])
    pauses = [(start, start + 5 * DAY)]
    none = Amount(0, Unit.WORKING_DAY)
    assert due_at(none, start, work, pauses) == int(work.closes[work.workday[20]])
