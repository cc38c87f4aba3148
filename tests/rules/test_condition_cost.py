"""What conditions may cost is bounded by how they are written."""

from __future__ import annotations

import pytest

from rules.cases import Case, Part, PartKind
from rules.condition_cost import MOST, cost_of, weight
from rules.expressions import Expression

FROZE = (
    r"[1,1,1].all(x,[1,1,1].all(y,case.item_name.matches('\\pL{200}')||true))",
    r"now > timestamp('2026-10-15T00:00:00Z') && ["
    + ",".join("1" * 70)
    + "].all(x, ["
    + ",".join("1" * 70)
    + r"].all(y, case.item_name.matches('\\pL{200}') || true))",
)
"""Conditions that have frozen the daemon."""


@pytest.mark.parametrize("text", FROZE)
def test_conditions_that_have_frozen_the_daemon_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no other list"):
        Expression(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (r"case.a.matches('\\pL{200}')", "weight"),
        (r"case.a.matches('\\w{21}')", "weight"),
        ("case.a.matches('(a{60}){60}')", "weight"),
        ("case.a.matches(case.b)", "written out"),
        ("case.a.matches('a' + 'b')", "written out"),
        ("matches(case.a, 'a')", "written out"),
        ("case.a.matches('(?x) # [ \\n a{1000} # ]')", "not allowed here"),
        ("case.a.matches('[[a]b]{3}')", "not allowed here"),
        ("case.a.matches('a)b')", "not allowed here"),
        ("case.a.matches('(a')", "faulty"),
        ("(pauses).all(x, true)", "no other list"),
        ("case.pauses.all(x, true)", "no other list"),
        ("pauses.map(p, [p]).all(x, x.all(y, true))", "no other list"),
        ("pauses.all(x, steps.all(y, extensions.all(z, true)))", "2 deep"),
        ("'''a''' == case.a", "single quotes"),
        ("case.a == b'a'", "single quotes"),
        ("case.a == '" + "x" * 2000 + "'", "2000 characters"),
    ],
)
def test_what_cannot_be_bounded_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Expression(text)


@pytest.mark.parametrize(
    "text",
    [
        r"case.a.matches(r'^\d{17}[0-9X]$') // it's an identity number",
        "case.a.matches('^[一-龥]{2,20}(（.*）)?$')",
        "pauses.filter(p, p.kind == 'hearing').exists(p, p.ended_at == null)",
        "pauses.exists(p, steps.exists(s, s.name == p.kind && s.name.matches('^[A-Z]+')))",
        "case.all == 'a' && !(case.kind in ['a', 'b'])",
    ],
)
def test_what_is_bounded_is_taken(text: str) -> None:
    assert Expression(text).cost.units(20, 100) < MOST


@pytest.mark.parametrize(
    ("pattern", "weighs"),
    [
        ("abc", 3),
        ("a{10}", 10),
        ("a{2,10}", 10),
        ("a{10,}", 11),
        ("(ab){10}", 20),
        ("(?:a{10}){10}", 100),
        (r"\{a\}", 9),
        (r"\w{10}", 1040),
        (r"[\w-]{10}", 1040),
        (r"\p{Han}{10}", 1040),
        ("(?i)ab", 4),
        ("a|b*", 2),
    ],
)
def test_a_pattern_weighs_what_it_unfolds_to(pattern: str, weighs: int) -> None:
    assert weight(pattern) == weighs


@pytest.mark.parametrize(
    "text",
    [
        "steps.filter(s, s.name == 'a').size() > 0",
        "steps.all(s, steps.all(t, s.name == t.name))",
        "steps.all(s, s.name.matches('[a-z]{50}'))",
    ],
)
def test_a_case_with_too_many_parts_is_not_worked_out(text: str) -> None:
    steps = tuple(Part(PartKind.STEP, str(i), 0, None, {"name": "a"}) for i in range(2000))
    Expression(text).holds(Case("hall", "1", {}, steps[:20]), 0)
    with pytest.raises(ValueError, match="2000 parts"):
        Expression(text).holds(Case("hall", "1", {}, steps), 0)


def test_a_long_text_is_not_searched_for_much() -> None:
    search = Expression("case.title.matches('(a?){1000}b')")
    search.holds(Case("hall", "1", {"title": "a" * 1000}), 0)
    with pytest.raises(ValueError, match="a text of 1000000 characters"):
        search.holds(Case("hall", "1", {"title": "a" * 1_000_000}), 0)


def test_macros_and_searches_are_counted_by_how_deep_they_stand() -> None:
    text = "pauses.all(p, steps.filter(s, s.a.matches('x')).size() > 0) && case.b.matches('y')"
    cost = cost_of(text)
    assert cost.macros == ((1, 0), (2, 4))
    assert cost.searches == ((2, 1), (0, 1))
