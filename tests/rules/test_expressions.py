from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rules.cases import Case, Part, PartKind
from rules.expressions import Expression
from rules.instants import DAY, instant

AT = instant(datetime(2026, 9, 22, 7, 20, tzinfo=UTC))
CASE = Case(
    "hall",
    "1",
    {
        "region": "450301",
        "title": "消防设计审查",
        "fee_standard": 0,
        "fee_paid": 12.5,
        "accepted_at": AT,
        "closed_at": None,
        "urgent": True,
    },
    (
        Part(PartKind.PAUSE, "p", AT, None, {"kind": "hearing"}),
        Part(PartKind.STEP, "s", AT, AT + DAY, {"name": "初审"}),
    ),
)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("case.region.startsWith('4503')", True),
        ("case.region.startsWith('4504')", False),
        ("case.title.contains('消防')", True),
        ("case.fee_standard == 0 && case.fee_paid > 0.0", True),
        ("case.urgent", True),
        ("case.closed_at == null", True),
        ("case.nothing == null", True),
        ("case.accepted_at < timestamp('2026-09-22T07:21:00Z')", True),
        ("now - case.accepted_at > duration('23h')", True),
        ("now - case.accepted_at > duration('25h')", False),
        ("pauses.exists(p, p.kind == 'hearing' && p.ended_at == null)", True),
        ("size(steps) == 1 && steps[0].name == '初审'", True),
        ("extensions.size() == 0", True),
    ],
)
def test_conditions_over_a_case(text: str, holds: bool) -> None:
    assert Expression(text).holds(CASE, AT + DAY) is holds


def test_a_condition_on_what_a_case_lacks_does_not_hold() -> None:
    assert Expression("case.nothing > 5").holds(CASE, AT) is False


def test_an_alert_is_seen_where_there_is_one() -> None:
    assert Expression("alert.level == 'red'").holds(CASE, AT, {"level": "red"})


@pytest.mark.parametrize("text", ["case.region > 5", "case.title"])
def test_what_cannot_be_true_or_false_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="case"):
        Expression(text).holds(CASE, AT)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("case.region ==", "(?i)pars|syntax|unexpected"),
        ("kase.region == '1'", "kase is not a name; did you mean case"),
        ("case.region.beginsWith('4')", "beginsWith is not a function"),
        ("case.regoin == '1'", "did you mean case.region"),
        ("case . regoin == '1'", "did you mean case.region"),
        ("has(case.region)", "has.. is always true.* write case.NAME != null"),
        ("case['region'] == '1'", "write case.NAME"),
        ("case.exists(name, name == 'region')", "write case.NAME"),
        ("case.region == 450301", "case.region is text .* write the code in quotes"),
    ],
)
def test_what_is_no_expression_is_refused_at_once(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Expression(text, CASE.facts)


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("case.region + case.nothing > 5", {"region": "4503"}),
        ("case.nothing == null && case.region > 5", {"region": "4503"}),
        ("case.fee_paid > case.region", {"region": "4503"}),
        ("int(case.region) > case.fee_paid", {"region": "四五"}),
    ],
)
def test_a_wrong_type_is_an_error_although_another_fact_is_lacking(
    text: str, facts: dict[str, str]
) -> None:
    with pytest.raises(ValueError, match="case"):
        Expression(text).holds(Case("hall", "1", facts), AT)


@pytest.mark.parametrize(
    "text",
    [
        "case.region.startsWith('45')",
        "case.closed_at - case.accepted_at > duration('1h')",
        "now - case.accepted_at > duration('1h')",
        "case.one + case.two > case.three * 2",
        "case.a + case.b + case.c + case.d > 5",
        "case.fee_paid > 0.0 || case.urgent",
        "pauses.exists(p, p.started_at > case.accepted_at)",
    ],
)
def test_what_would_fit_if_the_facts_were_there_is_no_error(text: str) -> None:
    lacking = Case("hall", "1", {}, CASE.parts)
    assert Expression(text).holds(lacking, AT) is False


def test_an_expression_knows_what_it_looks_at() -> None:
    over_facts = Expression("case.region == 'a.case.b' && case.no != ''")
    assert over_facts.facts == ("region", "no")
    assert over_facts.facts_alone
    over_time = Expression("now > case.accepted_at")
    assert over_time.looks_at_now
    assert not over_time.facts_alone
