"""Every limit of a case explained: over steps, after others, anew, by law."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rules import explanations
from rules.amounts import Unit, parse_amount
from rules.cases import Case, Fact, Part, PartKind
from rules.explanation import DisagreementError, Explanation
from rules.explanations import explain_all
from rules.findings import ClockState
from rules.limits import Allowance, Deemed, Limit
from rules.rulebook import RuleBook
from rules.uses import PauseEffect
from tests.rules.test_explanation import at, autumn, explained, pause


def shown(*limits: Limit, parts: tuple[Part, ...] = (), **facts: Fact) -> list[Explanation]:
    """Explain a case accepted on 22 September at 15:20, on 20 October at 09:12."""
    book = RuleBook(("warning", "yellow", "red"), {"cn": autumn().calendar}, limits)
    case = Case("hall", "0173", {"accepted_at": at("09-22 15:20"), **facts}, parts)
    found = []
    for _, one in explain_all(book, case, at("10-20 09:12")):
        assert isinstance(one, Explanation)
        found.append(one)
    return found


def limit(**changed: Any) -> Limit:
    return replace(explained().limit, **changed)


def step(begin: str, days: float) -> Part:
    return Part(PartKind.STEP, "S-1", at(begin), None, {"name": "审查", "days": days})


def test_only_limits_that_are_for_the_case_are_explained() -> None:
    hotline = limit(id="hotline", when="case.kind == 'hotline'")
    assert [one.limit.id for one in shown(limit(), hotline)] == ["promise"]


def test_a_limit_over_a_step_takes_its_start_and_its_amount() -> None:
    over = limit(
        start="step:审查",
        until="step:审查",
        allow=Allowance(column="step.days", unit=Unit.WORKING_DAY),
    )
    (one,) = shown(over, parts=(step("10-12 09:00", 3),))
    assert (one.start_at, one.due_at) == (at("10-12 09:00"), at("10-15 17:30"))
    assert str(one.allowed) == "3 working days"


def test_a_limit_may_start_when_another_is_due() -> None:
    after = limit(id="after", start="due:promise", allow=Allowance(parse_amount("2 working days")))
    first, second = shown(limit(), after)
    assert second.start_at == first.due_at == at("10-13 17:30")
    assert second.due_at == at("10-15 17:30")


def test_a_clock_starts_anew_after_a_correction() -> None:
    correction = pause("09-24 09:00", "09-29 10:00", kind="补正")
    (one,) = shown(limit(restarts=("补正",)), parts=(correction,))
    assert one.start_at == at("09-29 10:00")
    assert one.pauses[0].effect is PauseEffect.RESTARTS


def test_a_limit_may_begin_by_law() -> None:
    deemed = limit(deemed=Deemed("submitted_at", parse_amount("5 working days"), ("corrected_at",)))
    (one,) = shown(deemed, accepted_at=None, submitted_at=at("09-22 10:00"))
    assert (one.start_at, one.due_at) == (at("09-22 10:00"), at("10-13 17:30"))
    assert one.state is ClockState.OVERDUE


def test_a_unit_may_be_a_fact_of_the_case() -> None:
    mixed = limit(allow=Allowance(column="many", unit_columns=("unit",)))
    (one,) = shown(mixed, many=12, unit="自然日")
    assert (one.unit, one.due_at) == (Unit.CALENDAR_DAY, at("10-08 17:30"))


def test_what_is_in_dispute_does_not_hide_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def disputed(limit: Limit, *given: Any) -> Explanation:
        if limit.id == "wrong":
            raise DisagreementError("0173")
        return explained()

    monkeypatch.setattr(explanations, "explain", disputed)
    book = RuleBook(
        ("warning", "yellow", "red"), {"cn": autumn().calendar}, (limit(id="wrong"), limit())
    )
    first, second = explain_all(book, explained().case, at("10-20 09:12"))
    assert isinstance(first[1], DisagreementError)
    assert isinstance(second[1], Explanation)
