"""Audits of a batch: cases that one can recount by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from config import china
from config.checks import CheckSettings
from rules.amounts import Unit
from rules.assessment import assess
from rules.audit import BatchResult, Count, Found, inspect
from rules.batches import Batch
from rules.cases import Case, Fact, Part, PartKind
from rules.checks import Check
from rules.limits import Allowance, Level, Limit, parse_threshold
from rules.rulebook import RuleBook
from tests.support.moments import at

LEVELS = ("warning", "yellow", "red")
NOW = at("2026-09-30 12:00")
LIMIT = Limit(
    "promise",
    "承诺办结时限",
    "accepted_at",
    "closed_at",
    Allowance(column="promised_days", unit=Unit.WORKING_DAY),
    tuple(
        Level(name, rank, parse_threshold(text))
        for rank, (name, text) in enumerate(
            zip(LEVELS, ("2 working days left", "over", "3 working days over"), strict=True)
        )
    ),
    "cn",
)


def builtin(name: str) -> Check:
    rule = CheckSettings.model_validate({"use": name}).rule(LEVELS, "zh_CN")
    assert isinstance(rule, Check)
    return rule


def condition(when: str) -> Check:
    return Check("own", "自定", when, "red", 2)


BOOK = RuleBook(
    LEVELS,
    {"cn": china()},
    (LIMIT,),
    (
        builtin("closed-before-accepted"),
        builtin("step-ends-before-it-begins"),
        condition("case.fee_paid > 0"),
    ),
)


def case(key: str, accepted: str, closed: str | None = None, *parts: Part, **facts: Fact) -> Case:
    moments: dict[str, Fact] = {"accepted_at": at(accepted), "closed_at": closed and at(closed)}
    return Case("hall", key, {"promised_days": 5, **moments, **facts}, parts)


STEP = Part(PartKind.STEP, "s1", at("2026-09-02 10:00"), at("2026-09-01 10:00"), {"name": "审查"})
CASES = [
    case("in time", "2026-09-01 10:00", "2026-09-03 10:00", region="A"),
    case("one day late", "2026-09-01 10:00", "2026-09-09 10:00", region="A"),
    case("days late", "2026-09-01 10:00", "2026-09-17 10:00", region="B"),
    case("overdue", "2026-09-01 10:00", region="B"),
    case("new", "2026-09-30 10:00", region=None),
    case("backwards", "2026-09-09 10:00", "2026-09-03 10:00", STEP, region="A", fee_paid=5),
]


def looked(book: RuleBook = BOOK, batch: Batch | None = None, by: str = "") -> BatchResult:
    batch = batch or Batch.of(CASES)
    return inspect(book, batch, np.full(batch.size, NOW), by)


def found(result: BatchResult, rule: str, *, late: bool = False) -> dict[object, str]:
    """The level that a rule found by the key of the case."""
    return {
        about["key"]: level
        for one in result.found
        if one.rule == rule and one.late is late
        for level, about, _ in one.rows()
    }


def test_what_stands_is_found_as_the_daemon_finds_it() -> None:
    assert found(looked(), "promise") == {"overdue": "red"}


def test_a_closed_case_that_missed_its_limit_is_found_with_the_level_it_had_come_to() -> None:
    assert found(looked(), "promise", late=True) == {"one day late": "yellow", "days late": "red"}


def test_a_case_closed_late_before_any_level_has_none() -> None:
    gravest_only = replace(LIMIT, levels=LIMIT.levels[2:])
    result = looked(replace(BOOK, limits=(gravest_only,)))
    assert found(result, "promise", late=True) == {"one day late": "", "days late": "red"}


def test_checks_find_their_cases_with_evidence_and_source_rows() -> None:
    result = looked()
    assert found(result, "closed-before-accepted") == {"backwards": "yellow"}
    assert found(result, "own") == {"backwards": "red"}
    [step] = [one for one in result.found if one.rule == "step-ends-before-it-begins"]
    [(_, about, evidence)] = step.rows()
    assert (about["key"], about["region"]) == ("backwards", "A")
    assert (evidence["rows"], evidence["name"]) == ("s1", "审查")


def test_counts_are_those_of_the_single_findings_by_stratum() -> None:
    result = looked(by="region")
    regions = {case.key: str(case.facts["region"] or "") for case in CASES}
    recounted = Counter(
        Count(regions[str(about["key"])], one.rule, level, one.late)
        for one in result.found
        for level, about, _ in one.rows()
    )
    assert result.counts == recounted
    assert result.cases == {"A": 3, "B": 2, "": 1}
    assert result.wrong == {"A": 2, "B": 2}


def test_results_of_parts_add_up_to_that_of_the_whole() -> None:
    parts = [looked(batch=Batch.of(CASES[at : at + 2]), by="region") for at in (0, 2, 4)]
    whole = looked(by="region")
    together = parts[0].plus(parts[1]).plus(parts[2])
    assert (together.cases, together.wrong) == (whole.cases, whole.wrong)
    assert together.counts == whole.counts


def test_every_finding_of_the_assessment_is_in_the_audit() -> None:
    batch = Batch.of(CASES)
    findings = assess(BOOK, batch, np.full(batch.size, NOW)).findings()
    expected = Counter((one.rule, one.level) for each in findings for one in each)
    standing = Counter[tuple[str, str]]()
    for one, count in looked().counts.items():
        if not one.late:
            standing[one.rule, one.level] += count
    assert standing == expected


def test_a_batch_of_columns_gives_what_its_cases_give() -> None:
    whole = Batch.of(CASES)
    columns = whole.with_columns({}).with_parts({kind: whole.parts(kind) for kind in PartKind})
    by_parts = replace(BOOK, checks=(*BOOK.checks, replace(condition("size(steps) > 0"), id="p")))
    assert looked(by_parts, columns).counts == looked(by_parts).counts
    assert found(looked(by_parts, columns), "p") == {"backwards": "red"}


def test_a_rule_that_cannot_be_worked_out_is_told_and_does_not_stop_the_others() -> None:
    broken = replace(BOOK, checks=(condition("case.region > 5"), *BOOK.checks[:1]))
    result = looked(broken)
    assert "own" in result.faults
    assert found(result, "closed-before-accepted") == {"backwards": "yellow"}


@pytest.mark.parametrize("single", [True, False])
def test_single_findings_are_left_out_unless_asked_for(single: bool) -> None:
    batch = Batch.of(CASES)
    result = inspect(BOOK, batch, np.full(batch.size, NOW), single=single)
    assert bool(result.found) is single
    assert all(isinstance(one, Found) for one in result.found)
    assert result.counts


def test_a_batch_with_other_columns_has_its_cases_one_by_one() -> None:
    """Conditions in CEL go through the cases: they find the same as on cases made anew."""
    later = Batch.of(CASES).with_columns({"region": ["elsewhere"] * len(CASES)})
    assert [one.facts["region"] for one in later.cases] == ["elsewhere"] * len(CASES)
    book = replace(BOOK, limits=(), checks=(condition("case.region == 'elsewhere'"),))
    now = np.full(later.size, CASES[0].facts["accepted_at"], np.int64)
    assert all(assess(book, later, now).findings())


def test_known_at_hides_what_came_later_from_columns_as_from_cases() -> None:
    from rules.cases import known_at

    then = at("2026-09-02 12:00")
    columns = Batch.of(CASES).known_at(then)
    assert [columns.case(i).facts["closed_at"] for i in range(columns.size)] == [
        known_at(one, then).facts["closed_at"] for one in CASES
    ]
    earlier = at("2026-09-02 09:00")
    assert not Batch.of(CASES).known_at(earlier).case(5).parts
    assert Batch.of(CASES).known_at(then).case(5).parts == (STEP,)
