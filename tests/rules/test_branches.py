"""Limits for each of several steps side by side: a clock, a card and a carrier for every one.

The calendar is the Chinese one: in the week of 2026-09-14 every weekday is worked on.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import china
from notifiers.grounds import grounds
from rules.alerts import changes, reasons
from rules.amounts import Unit
from rules.assessment import Assessment, assess
from rules.audit import inspect
from rules.batches import Batch
from rules.cases import Case, Fact, Part, PartKind
from rules.explanation import Explanation
from rules.explanations import explain_all
from rules.findings import Card, Finding, Outcome, Reason, Standing
from rules.instants import HOUR, optional
from rules.limits import Allowance, Level, Limit, parse_threshold
from rules.rulebook import RuleBook
from tests.support.moments import at

LEVELS = ("warning", "yellow", "red")
THRESHOLDS = ("1 working day left", "over", "3 working days over")
LIMIT = Limit(
    "branch",
    "并联环节办理时限",
    "step:*",
    "step:*",
    Allowance(column="step.limit_days", unit=Unit.WORKING_DAY),
    tuple(
        Level(name, rank, parse_threshold(text))
        for rank, (name, text) in enumerate(zip(LEVELS, THRESHOLDS, strict=True))
    ),
    "cn",
    each=True,
)
BOOK = RuleBook(LEVELS, {"cn": china()}, (LIMIT,))


def branch(name: str | None, ended: str | None = None, **facts: Fact) -> Part:
    told = {"limit_days": 2, "name": name, "department": name, **facts}
    began = str(told.pop("began", "2026-09-14 10:00"))
    return Part(PartKind.STEP, f"row {name}", at(began), at(ended) if ended else None, told)


def joint(*branches: Part, **facts: Fact) -> Case:
    return Case("", "J1", {"department": "大厅", "handler": "李阳", **facts}, branches)


def assessed(one: Case, now: str = "2026-09-17 09:00", book: RuleBook = BOOK) -> Assessment:
    return assess(book, Batch.of([one]), np.array([at(now)]))


def found(one: Case, now: str = "2026-09-17 09:00", book: RuleBook = BOOK) -> list[Finding]:
    return list(assessed(one, now, book).findings()[0])


def test_every_branch_has_a_card_of_its_own() -> None:
    one = joint(branch("规划"), branch("消防", "2026-09-16 10:00"), branch("人防", limit_days=9))
    assert [(f.rule, f.part, f.level) for f in found(one)] == [("branch", "规划", "yellow")]
    both = joint(branch("规划"), branch("消防", limit_days=3))
    assert [(f.part, f.level) for f in found(both)] == [("规划", "yellow"), ("消防", "warning")]


def test_the_next_check_is_at_the_first_level_of_any_branch() -> None:
    one = joint(branch("规划", limit_days=5), branch("消防", limit_days=2))
    next_at = assessed(one, "2026-09-14 10:00").next_check_at[0]
    assert next_at == assessed(joint(branch("消防")), "2026-09-14 10:00").next_check_at[0]


def test_a_branch_of_a_name_that_was_there_before_is_another_one() -> None:
    one = joint(branch("消防"), branch("消防", began="2026-09-14 11:00"), branch(None))
    assert [f.part for f in found(one)] == ["消防", "row None", "消防#2"]


def test_a_limit_for_each_step_of_a_name_passes_over_the_others() -> None:
    book = replace(BOOK, limits=(replace(LIMIT, start="step:消防", until="step:消防"),))
    assert [f.part for f in found(joint(branch("规划"), branch("消防")), book=book)] == ["消防"]


def test_a_branch_without_a_limit_has_what_the_setting_says_otherwise() -> None:
    one = joint(branch("规划", limit_days=None))
    assert found(one) == []
    allow = replace(LIMIT.allow, otherwise=1)
    book = replace(BOOK, limits=(replace(LIMIT, allow=allow),))
    assert [f.due_at for f in found(one, book=book)] == [at("2026-09-15 17:30")]


def test_a_branch_that_was_left_open_ends_with_its_case() -> None:
    closed = joint(branch("规划"), closed_at=at("2026-09-15 10:00"))
    assert found(closed) == []


@pytest.mark.parametrize(
    ("facts", "carrier"),
    [
        ({"department": "XF", "handler": "赵云"}, ("XF", "赵云")),
        # Nobody of another department is the case's own handler.
        ({"department": "XF"}, ("XF", None)),
        ({"department": None}, ("大厅", "李阳")),
        ({"department": "", "handler": "赵云"}, ("大厅", "赵云")),
        ({"department": "大厅"}, ("大厅", "李阳")),
    ],
)
def test_whoever_handles_a_branch_carries_its_card(
    facts: dict[str, Fact], carrier: tuple[str, str | None]
) -> None:
    one = found(joint(branch("消防", **facts), region="990102"))[0].carrier
    assert (one["department"], one["handler"], one["region"]) == (*carrier, "990102")


def test_the_card_of_the_current_step_is_carried_by_who_handles_it() -> None:
    book = replace(BOOK, limits=(replace(LIMIT, each=False),))
    one = joint(branch("规划", "2026-09-15 10:00"), branch("消防", handler="赵云"))
    (finding,) = found(one, book=book)
    assert (finding.part, finding.evidence["step"]) == ("", "消防")
    assert (finding.carrier["department"], finding.carrier["handler"]) == ("消防", "赵云")


def test_a_limit_may_name_the_facts_that_say_who_carries_its_cards() -> None:
    moments = Limit(
        *("upper", "", "accepted_at", "closed_at"),
        Allowance(column="days", unit=Unit.WORKING_DAY, otherwise=1),
        *(LIMIT.levels, "cn"),
        carriers={"department": "upper_department"},
    )
    book = replace(BOOK, limits=(moments,))
    one = joint(accepted_at=at("2026-09-14 10:00"), upper_department="省厅")
    assert found(one, book=book)[0].carrier["department"] == "省厅"
    assert found(one, book=book)[0].carrier["handler"] is None
    own = joint(accepted_at=at("2026-09-14 10:00"))
    assert found(own, book=book)[0].carrier["department"] == "大厅"
    assert found(own, book=book)[0].carrier["handler"] == "李阳"


def test_the_card_of_a_branch_that_is_done_is_resolved_and_the_other_one_stays() -> None:
    standing = [Standing(n, "branch", "1", "yellow", 1, 0, name) for n, name in enumerate("甲乙")]
    seen = assessed(joint(branch("甲", "2026-09-17 08:30"), branch("乙")))
    why = reasons(seen, (), 0)
    (change,) = changes(seen.findings()[0], standing, 0, why)
    assert (change.outcome, change.card, change.reason, change.alert) == (
        *(Outcome.RESOLVED, Card("branch", "甲")),
        *(Reason.CLOSED, 0),
    )


def test_the_card_of_a_branch_that_its_source_removed_is_resolved_as_moved() -> None:
    standing = [Standing(1, "branch", "1", "yellow", 1, 0, "甲")]
    for left in ((branch("乙", limit_days=9),), ()):
        seen = assessed(joint(*left))
        (change,) = changes(seen.findings()[0], standing, 0, reasons(seen, (), 0))
        assert (change.outcome, change.reason) == (Outcome.RESOLVED, Reason.MOVED)


def test_every_branch_is_explained_under_its_name() -> None:
    # Two that began at the same moment, with limits of their own.
    one = joint(branch("规划", limit_days=4), branch("消防", limit_days=2))
    shown = explain_all(BOOK, one, at("2026-09-17 09:00"))
    assert [limit.title for limit, _ in shown] == [
        "并联环节办理时限：规划",
        "并联环节办理时限：消防",
    ]
    dues = [found.due_at for _, found in shown if isinstance(found, Explanation)]
    assert dues == [at("2026-09-18 17:30"), at("2026-09-16 17:30")]


def test_an_audit_counts_a_case_with_two_late_branches_in_both() -> None:
    batch = Batch.of([joint(branch("规划"), branch("消防"))])
    result = inspect(BOOK, batch, np.array([at("2026-09-17 09:00")]))
    assert [len(one.cases) for one in result.found] == [1, 1]
    assert result.wrong[""] == 1


_HOURS = st.integers(0, 24 * 14)
_BRANCHES = st.lists(
    st.tuples(_HOURS, st.none() | _HOURS, st.none() | st.integers(0, 5)), max_size=5
)


@given(drawn=st.lists(_BRANCHES, min_size=1, max_size=4), hours=_HOURS)
def test_branches_side_by_side_are_each_as_if_alone(
    drawn: list[list[tuple[int, int | None, int | None]]], hours: int
) -> None:
    begin = at("2026-09-07 00:00")
    now = begin + hours * HOUR
    cases = [
        joint(
            *(
                Part(
                    *(PartKind.STEP, str(n), begin + start * HOUR),
                    None if lasts is None else begin + (start + lasts) * HOUR,
                    {"name": f"n{n}", "limit_days": days},
                )
                for n, (start, lasts, days) in enumerate(one)
            )
        )
        for one in drawn
    ]
    moments = np.full(len(cases), now)
    together = assess(BOOK, Batch.of(cases), moments)
    for index, one in enumerate(cases):
        alone = [
            assess(BOOK, Batch.of([replace(one, parts=(part,))]), moments[:1]) for part in one.parts
        ]
        expected = {f.part: f for seen in alone for f in seen.findings()[0]}
        assert {f.part: f for f in together.findings()[index]} == expected
        following = [optional(seen.next_check_at[0]) for seen in alone]
        assert optional(together.next_check_at[index]) == min(
            (one for one in following if one is not None), default=None
        )


def test_a_step_is_explained_by_its_name_and_by_what_it_allows() -> None:
    book = replace(BOOK, limits=(replace(LIMIT, each=False),))
    one = joint(branch("规划", "2026-09-15 10:00"), branch("消防", limit_days=4))
    ((_, shown),) = explain_all(book, one, at("2026-09-17 09:00"))
    assert isinstance(shown, Explanation)
    assert shown.step == "消防"
    first, second, *_ = grounds(shown, "zh_CN")
    assert "环节“消防”9月14日 10:00 开始" in first.text
    assert "取自该环节的 limit_days" in second.text
