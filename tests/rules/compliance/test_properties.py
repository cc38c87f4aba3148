"""What holds for the checks of time and procedure, whatever the case; and for all their papers."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.presets import preset
from rules.cases import Case, Fact, Part, PartKind
from rules.compliance import (
    BY_ID,
    durations,
    extensions,
    pauses,
    procedure,
    steps,
    timeliness,
)
from rules.compliance.sentences import sentence
from rules.findings import Finding
from rules.instants import DAY, HOUR, is_moment
from rules.surveys import SURVEY_BY_ID
from tests.rules.compliance.looking import inspect
from tests.support.moments import SHANGHAI, at

_CHECKS = [
    check.id
    for room in (procedure, timeliness, durations, steps, pauses, extensions)
    for check in room.CHECKS
]
_BEGIN = at("2026-08-31 00:00")
_MOMENTS = (
    *("submitted_at", "accepted_at", "decided_at", "closed_at", "delivered_at", "refused_at"),
    *("correction_at", "corrected_at", "asked_at", "answered_at", "publicity_ends_at"),
    *("reopened_at", "recorded_at", "promised_due", "statutory_due", "rated_at", "called_at"),
)
_NUMBERS = ("promised_days", "statutory_days", "fee_standard", "fee_paid", "rating")
_STEPS = ("受理", "审查", "现场勘验", "决定", "初审")
_LISTS = ("受理,审查,现场勘验?,决定", "受理,决定", "审查", "")
_NAMED: dict[str, tuple[Fact, ...]] = {
    "kind": ("joint", "promise", None),
    "item_steps": (*_LISTS, None),
    "result": ("granted", "refused", None),
    "window": ("1", "2"),
}
_PART_NAMES: dict[PartKind, dict[str, tuple[Fact, ...]]] = {
    PartKind.PAUSE: {
        "kind": ("补正", "补正", "听证", "领导出差", None),
        "reason": ("材料不齐", "", None),
        "told_days": (0, 1, 3, 5, None),
        "cap_days": (2, None, None),
    },
    PartKind.STEP: {
        "name": _STEPS,
        "handler": ("李", "王", "张", None),
        "limit_days": (0, 1, 3, None),
        "action": ("pass", "return", None),
    },
    PartKind.EXTENSION: {
        "amount": (1, 5, 10, 12, None),
        "unit": ("working days", "calendar days", None),
        "approved_by": ("周正平", "", None),
    },
}


def moment(random: Random) -> int:
    return _BEGIN + random.randrange(30 * 24) * HOUR


def part(random: Random, kind: PartKind, number: int) -> Part:
    """Parts of a case begin at different moments: those that begin together have no order."""
    began = moment(random) + number
    some = (-HOUR, 0, HOUR, random.randrange(10 * DAY))
    ended = None if random.random() < 0.2 else began + random.choice(some)
    facts = {name: random.choice(values) for name, values in _PART_NAMES[kind].items()}
    return Part(kind, str(number), began, ended, facts)


def draw(random: Random) -> Case:
    facts: dict[str, Fact] = {
        name: moment(random) if random.random() < 0.5 else None for name in _MOMENTS
    }
    facts |= {name: random.choice((None, 0, 1, 3, 5, 10)) for name in _NUMBERS}
    facts |= {name: random.choice(values) for name, values in _NAMED.items()}
    parts = [
        part(random, random.choice(list(PartKind)), number)
        for number in range(random.choice((0, 1, 3, 6, 10)))
    ]
    return Case("", str(random.random()), facts, tuple(parts))


seeds = st.integers(0, 2**32)


@given(seed=seeds)
def test_a_batch_is_looked_at_as_each_case_alone(seed: int) -> None:
    random = Random(seed)
    cases = [draw(random) for _ in range(4)]
    now = [moment(random) for _ in cases]
    for check in _CHECKS:
        found, again = inspect(check, cases, now)
        for i, one in enumerate(cases):
            alone, again_alone = inspect(check, [one], [now[i]])
            assert (alone.get(0), again_alone) == (found.get(i), [again[i]])


@given(seed=seeds)
def test_the_order_in_which_parts_are_read_does_not_matter(seed: int) -> None:
    random = Random(seed)
    cases = [draw(random) for _ in range(8)]
    now = [moment(random) for _ in cases]
    mixed = [
        Case("", one.key, one.facts, tuple(random.sample(one.parts, len(one.parts))))
        for one in cases
    ]
    for check in _CHECKS:
        assert inspect(check, mixed, now) == inspect(check, cases, now)


@given(seed=seeds)
def test_between_two_looks_time_alone_finds_nothing(seed: int) -> None:
    random = Random(seed)
    cases = [draw(random) for _ in range(8)]
    times = [sorted((moment(random), moment(random))) for _ in cases]
    now, later = [one[0] for one in times], [one[1] for one in times]
    for check in _CHECKS:
        found, again = inspect(check, cases, now)
        then, _ = inspect(check, cases, later)
        for i, due in enumerate(again):
            assert due is None or due > now[i]
            if due is None or due > later[i]:
                assert (check, i in then) == (check, i in found)


@given(seed=seeds)
def test_what_is_found_is_put_into_words(seed: int) -> None:
    random = Random(seed)
    cases = [draw(random) for _ in range(8)]
    now = [moment(random) for _ in cases]
    for check in _CHECKS:
        for finding in inspect(check, cases, now)[0].values():
            assert _plain(finding), finding
            for language in ("zh_CN", "en"):
                assert "nan" not in sentence(BY_ID[check], finding.evidence, SHANGHAI, language)


def _plain(finding: Finding) -> bool:
    """Whether evidence can be kept as JSON, its moments whole numbers or none."""
    return all(
        (isinstance(value, str | int | float | None) and value == value)
        and (not is_moment(name) or isinstance(value, int | None))
        for name, value in finding.evidence.items()
    )


def test_the_preset_takes_in_every_check() -> None:
    assert {one["use"] for one in preset("compliance")["check"]} == {*BY_ID, *SURVEY_BY_ID}


@pytest.mark.parametrize("check", BY_ID)
def test_every_check_has_its_papers(check: str) -> None:
    one = BY_ID[check]
    assert one.level in ("warning", "yellow", "red")
    assert one.law
    assert all((*one.title, *one.sentence))
