"""Checks of content, fees, queue, the regimes of a hall and others on cases drawn for them.

The cases have every fact that these checks speak of, near enough to each other that each check
finds something now and then.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from config import china
from rules import checks
from rules.batches import Batch
from rules.cases import Case, Fact, Part, PartKind
from rules.checks import Check
from rules.compliance import (
    answers,
    authenticity,
    branches,
    content,
    fees,
    instant,
    promises,
    queue,
    reporting_up,
    reports,
    satisfaction,
)
from rules.findings import Finding
from rules.instants import HOUR, MINUTE, optional
from rules.worktime import working_time
from tests.support.moments import at

_CHECKS = [
    check
    for room in (
        *(answers, authenticity, branches, content, fees, instant, promises, queue, reporting_up),
        *(reports, satisfaction),
    )
    for check in room.CHECKS
]
_FROM = at("2026-09-14 09:00")
_MOMENTS = (
    *("submitted_at", "accepted_at", "decided_at", "closed_at", "delivered_at"),
    *("promised_due", "statutory_due", "recorded_at", "ticket_at", "called_at", "rated_at"),
    *("called_back_at", "applicant_called_at", "report_due", "reported_at", "refused_at"),
    *("fee_paid_at", "reported_up_at", "upper_answered_at", "answered_at"),
)
_VALUES: dict[str, tuple[Fact, ...]] = {
    "result": (None, "granted", "refused"),
    "result_reason": (None, "无", "材料不符"),
    "documents_missing": (None, 0, 1),
    "documents": (None, "a", "a、b"),
    "item_documents": (None, "a", "a、b"),
    "handler": (None, "h1"),
    "fee_standard": (None, 0, 50),
    "fee_paid": (None, 0, 50, 60),
    "fee_place": (None, "cashier", "7"),
    "kind": (None, "promise", "instant"),
    "fee_receipt": (None, "", "07"),
    "item_kind": (None, "instant"),
    "item_branches": (None, "规划,消防?", "消防,人防"),
    "department": (None, "ZJ", "XF"),
    "upper_result": (None, "granted", "refused"),
    "answer": (None, "yes", "no", "研究"),
    "answer_ground": (None, "无", "第五条"),
    "remedy_told": (None, 0, 1),
    "rating": (None, "1", 5),
    "promised_days": (None, 1, 3),
    "statutory_days": (None, 2),
}


def _moment(random: Random, likely: float) -> int | None:
    if random.random() > likely:
        return None
    return _FROM + random.randrange(0, 10 * 24 * 4) * 15 * MINUTE


def _part(random: Random, number: int) -> Part:
    began = _moment(random, 0.9)
    ended = _moment(random, 0.7)
    facts: dict[str, Fact] = {"kind": random.choice(("听证", "补正", None)), "told_days": 1}
    kind = random.choice(list(PartKind))
    if kind is PartKind.STEP:
        facts |= {
            "name": random.choice(("规划", "消防", None)),
            "department": random.choice(("ZJ", "XF", None)),
            "action": random.choice(("return", None)),
            "opened_at": _moment(random, 0.5),
        }
    return Part(kind, f"r{number}", began, ended, facts)


def draw(random: Random) -> Case:
    likely = random.choice((0.3, 0.9))
    facts: dict[str, Fact] = {name: _moment(random, likely) for name in _MOMENTS}
    facts |= {name: random.choice(values) for name, values in _VALUES.items()}
    if random.random() < 0.2:
        facts["closed_at"] = facts["accepted_at"]
    return Case("", "", facts, tuple(_part(random, i) for i in range(random.randrange(4))))


def look(
    batch: Batch, now: Sequence[int]
) -> dict[str, tuple[dict[int, list[Finding]], list[int | None]]]:
    """What these checks find in a batch, and when they want to look again."""
    everyone = np.ones(batch.size, dtype=bool)
    seen = {}
    for builtin in _CHECKS:
        check = Check(builtin.id, "", "", builtin.level, 0, builtin=builtin)
        hits, again = checks.look(
            check, batch, np.array(now, np.int64), working_time(china()), everyone
        )
        found: dict[int, list[Finding]] = {}
        for index, finding in hits:
            found.setdefault(index, []).append(finding)
        seen[builtin.id] = found, [optional(one) for one in again]
    return seen


@given(random=st.randoms(use_true_random=False))
def test_a_batch_finds_what_its_cases_one_by_one_do(random: Random) -> None:
    cases = [draw(random) for _ in range(3)]
    now = [_FROM + random.randrange(0, 20 * 24) * HOUR for _ in cases]
    together = look(Batch.of(cases), now)
    for index, one in enumerate(cases):
        for name, (found, again) in look(Batch.of([one]), [now[index]]).items():
            assert found.get(0) == together[name][0].get(index), name
            assert again[0] == together[name][1][index], name


@given(random=st.randoms(use_true_random=False))
def test_nothing_changes_before_a_case_is_looked_at_again(random: Random) -> None:
    batch = Batch.of([draw(random)])
    now = _FROM + random.randrange(0, 12 * 24) * HOUR
    later = now + random.randrange(1, 10 * 24) * HOUR
    afterwards = look(batch, [later])
    for name, (found, [again]) in look(batch, [now]).items():
        if bool(found) != bool(afterwards[name][0]):
            assert again is not None, name
            assert again <= later, name
            assert bool(look(batch, [again - 1])[name][0]) == bool(found), name


def test_drawn_cases_are_found_and_let_pass() -> None:
    random = Random(1)
    cases = [draw(random) for _ in range(3000)]
    seen = look(Batch.of(cases), [at("2026-09-20 12:00")] * len(cases))
    for name, (found, _) in seen.items():
        assert 0 < len(found) < len(cases), name
