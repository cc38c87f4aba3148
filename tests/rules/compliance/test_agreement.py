"""Checks beside slow ones that are obviously right, and beside the limits that say the same."""

from __future__ import annotations

from itertools import combinations, product
from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from config import china
from rules.amounts import Amount, Unit
from rules.batches import Batch
from rules.cases import Case, Part, PartKind
from rules.clocks import STATES, Course
from rules.findings import ClockState
from rules.instants import HOUR
from rules.limits import Allowance, Limit
from rules.worktime import working_time
from tests.rules.compliance.looking import inspect
from tests.support.moments import at

_BEGIN = at("2026-09-10 00:00")
_LIST = ("受理", "审查", "勘验", "决定")
_OPTIONAL = "勘验"
seeds = st.integers(0, 2**32)


def moment(random: Random, days: int = 30) -> int:
    return _BEGIN + random.randrange(days * 24) * HOUR


def stepped(random: Random) -> Case:
    """Steps, some of which begin at the same moment, are not on the list or have no handler."""
    names = (*_LIST, "初审")
    facts = {"item_steps": ",".join(n + "?" * (n == _OPTIONAL) for n in _LIST)}
    steps = [
        Part(
            PartKind.STEP,
            str(i),
            _BEGIN + random.randrange(5) * HOUR,
            None,
            {
                "name": random.choice(names),
                "handler": random.choice(("李", "王", "张", "赵", None)),
            },
        )
        for i in range(random.randrange(6))
    ]
    return Case("", "", facts, tuple(steps))


def begun(one: Case) -> list[tuple[int, int]]:
    """When the steps on the list began, and their places on it."""
    return [
        (step.started_at or 0, _LIST.index(str(step.facts["name"])))
        for step in one.parts
        if step.facts["name"] in _LIST
    ]


def is_out_of_order(one: Case) -> bool:
    return any(a < b and p > q for (a, p), (b, q) in product(begun(one), repeat=2))


def skips(one: Case) -> bool:
    places = {place for _, place in begun(one)}
    missing = {i for i, name in enumerate(_LIST) if name != _OPTIONAL} - places
    return any(gap < place for gap in missing for place in places)


def has_same_person(one: Case) -> bool:
    posts = [
        (step.facts["name"], step.facts["handler"])
        for step in one.parts
        if step.facts["name"] in ("审查", "决定") and step.facts["handler"] is not None
    ]
    return any(a != b and who == whom for (a, who), (b, whom) in combinations(posts, 2))


@given(seed=seeds)
def test_steps_are_found_as_by_comparing_each_with_every_other(seed: int) -> None:
    random = Random(seed)
    cases = [stepped(random) for _ in range(30)]
    for check, is_found in (
        ("step-out-of-order", is_out_of_order),
        ("step-skipped", skips),
        ("same-person-in-two-posts", has_same_person),
    ):
        found, _ = inspect(check, cases, [_BEGIN] * len(cases))
        assert [i in found for i in range(len(cases))] == [is_found(one) for one in cases]


def limit(days: int, start: str, until: str) -> Limit:
    return Limit("", "", start, until, Allowance(Amount(days, Unit.WORKING_DAY)), (), "cn")


@given(seed=seeds)
def test_delivery_is_late_when_its_limit_is(seed: int) -> None:
    random = Random(seed)
    cases = [
        Case(
            "",
            "",
            {
                "decided_at": moment(random),
                "delivered_at": random.choice((None, moment(random, 60))),
            },
        )
        for _ in range(30)
    ]
    now = [moment(random, 60) for _ in cases]
    days = random.randrange(12)
    held = Course(limit(days, "decided_at", "delivered_at"), Batch.of(cases), working_time(china()))
    states = [STATES[code] for code in held.state(np.array(now, np.int64))]
    found, again = inspect("delivery-late", cases, now, days=days)
    for i, state in enumerate(states):
        if state is not ClockState.NOT_STARTED:
            assert (i in found) is (state in (ClockState.OVERDUE, ClockState.MISSED))
        if state is ClockState.RUNNING:
            assert again[i] == held.due[i]


@given(seed=seeds)
def test_a_step_is_late_when_its_limit_with_the_pauses_of_its_case_is(seed: int) -> None:
    random = Random(seed)
    now, days = moment(random, 60), random.randrange(6)
    cases = []
    for _ in range(30):
        began, ended = moment(random), random.choice((None, moment(random, 60)))
        pauses = [
            Part(
                PartKind.PAUSE,
                "",
                start,
                random.choice((None, start + random.randrange(99) * HOUR)),
            )
            for start in (moment(random) for _ in range(random.randrange(4)))
        ]
        step = Part(PartKind.STEP, "", began, ended, {"limit_days": days})
        facts = {"began_at": began, "ended_at": ended}
        cases.append(Case("", "", facts, (*pauses, step)))
    held = Course(limit(days, "began_at", "ended_at"), Batch.of(cases), working_time(china()))
    states = [STATES[code] for code in held.state(np.full(len(cases), now))]
    found, again = inspect("step-over-limit", cases, [now] * len(cases))
    for i, state in enumerate(states):
        if state is not ClockState.NOT_STARTED:
            assert (i in found) is (state in (ClockState.OVERDUE, ClockState.MISSED))
        if state is ClockState.RUNNING:
            assert again[i] is not None
            assert again[i] <= held.due[i]
