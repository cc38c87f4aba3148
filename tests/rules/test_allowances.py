"""Which allowance of a limit each case has: its own, its item's, in whatever unit they name."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import china
from rules.allowances import by_allowance
from rules.amounts import Amount, Unit, is_sound, parse_amount
from rules.assessment import Assessment, assess
from rules.batches import Batch
from rules.cases import Case, Fact, Part, PartKind
from rules.clocks import STATES
from rules.findings import ClockState
from rules.limits import Allowance, Level, Limit, parse_threshold
from rules.rulebook import RuleBook
from tests.support.moments import at

OWN = Allowance(column="days", unit_columns=("unit", "item_unit"), unit=Unit.WORKING_DAY)
ITEM = Allowance(column="item_days", unit_columns=("item_unit",), unit=Unit.WORKING_DAY)
GENERAL = Allowance(parse_amount("20 working days"))
CHAIN = Allowance(
    column="days",
    unit_columns=OWN.unit_columns,
    unit=OWN.unit,
    then=Allowance(
        column="item_days", unit_columns=ITEM.unit_columns, unit=ITEM.unit, then=GENERAL
    ),
)


def limit(allow: Allowance = CHAIN, start: str = "accepted_at") -> Limit:
    until = start if start.startswith("step:") else "closed_at"
    levels = (Level("yellow", 0, parse_threshold("over")),)
    return Limit("promise", "", start, until, allow, levels, "cn")


def checked(one: Limit, *cases: Case) -> Assessment:
    book = RuleBook(("yellow",), {"cn": china()}, (one,))
    now = np.full(len(cases), at("2026-09-15 09:00"), np.int64)
    return assess(book, Batch.of(cases), now)


def case(*parts: Part, **facts: Fact) -> Case:
    return Case("hall", "A1", {"accepted_at": at("2026-09-14 10:00"), **facts}, parts)


def allowed(one: Limit, given_case: Case) -> Amount | None:
    """The amount that a single case has, and ``None`` if it is not known."""
    batch = Batch.of([given_case])
    (found,) = (one for one in by_allowance(one, batch) if one.cases[0])
    allow = found.limit.allow
    if allow.amount is not None:
        return allow.amount
    value = given_case.facts.get(allow.column or "")
    assert isinstance(value, int) or value is None
    return None if value is None or allow.unit is None else Amount(value, allow.unit)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"days": 5}, "5 working days"),
        ({"days": 5, "unit": "自然日"}, "5 calendar days"),
        ({"days": 4, "unit": "hours"}, "4 hours"),
        ({"days": 90, "unit": "分钟"}, "90 minutes"),
        ({"days": 2, "unit": "月"}, "2 months"),
        ({"days": 5, "item_unit": "自然日"}, "5 calendar days"),
        ({"days": 5, "unit": "工作日", "item_unit": "自然日"}, "5 working days"),
        ({"days": 5, "item_days": 9}, "5 working days"),
        ({"item_days": 9}, "9 working days"),
        ({"item_days": 9, "item_unit": "日"}, "9 calendar days"),
        ({"item_days": 9, "unit": "hours"}, "9 working days"),
        ({"unit": "hours"}, "20 working days"),
        ({}, "20 working days"),
    ],
)
def test_the_case_goes_before_its_item_and_the_item_before_the_general(
    facts: dict[str, Fact], expected: str
) -> None:
    assert allowed(limit(), case(**facts)) == parse_amount(expected)


@pytest.mark.parametrize("facts", [{"days": 5, "unit": "旬"}, {"item_days": 5, "item_unit": 7}])
def test_a_unit_that_is_none_is_unknown_and_said_and_never_working_days(
    facts: dict[str, Fact],
) -> None:
    found = checked(limit(), case(**facts))
    (one,) = (one for one in found.limits if one.applies[0])
    assert STATES[one.state[0]] is ClockState.UNKNOWN
    assert "is not a unit of time" in found.faults["promise"]


def test_a_unit_that_nobody_needs_is_no_fault() -> None:
    assert checked(limit(), case(days=5, unit="hours", item_unit="旬")).faults == {}
    assert checked(limit(), case(unit="旬")).faults == {}


def test_a_case_without_a_length_has_no_fault_even_without_a_unit() -> None:
    bare = limit(Allowance(column="days", unit_columns=("unit",)))
    assert checked(bare, case(unit="hours")).faults == {}
    assert "unit: missing" in checked(bare, case(days=3)).faults["promise"]


def test_a_negative_length_of_the_case_is_not_replaced_by_the_items() -> None:
    found = checked(limit(), case(days=-5, item_days=9))
    (one,) = (one for one in found.limits if one.applies[0])
    assert STATES[one.state[0]] is ClockState.UNKNOWN


def test_a_given_moment_goes_before_a_column() -> None:
    one = limit(Allowance(due="promised_due", then=GENERAL))
    found = checked(one, case(promised_due=at("2026-09-16 12:00")), case())
    dues = [int(r.course.due[i]) for i in range(2) for r in found.limits if r.applies[i]]
    assert dues == [at("2026-09-16 12:00"), at("2026-10-16 17:30")]


def test_a_step_may_say_its_own_unit() -> None:
    steps = [
        Part(PartKind.STEP, "", at("2026-09-14 10:00"), None, {"name": "审查", **facts})
        for facts in ({"limit": 2, "unit": "hours"}, {"limit": 2})
    ]
    own = Allowance(column="step.limit", unit_columns=("step.unit",), unit=Unit.WORKING_DAY)
    found = checked(limit(own, "step:审查"), *(case(one) for one in steps))
    dues = [int(r.course.due[i]) for i in range(2) for r in found.limits if r.applies[i]]
    assert dues == [at("2026-09-14 12:00"), at("2026-09-16 17:30")]


@given(st.integers())
def test_every_case_is_in_exactly_one_part(seed: int) -> None:
    random = Random(seed)
    units = ("working days", "自然日", "hours", "旬", None, 3)
    cases = [
        Case("hall", str(i), {name: random.choice(units) for name in ("unit", "item_unit")})
        for i in range(random.randrange(20))
    ]
    cases = [
        Case(
            "hall",
            one.key,
            {**one.facts, "days": random.choice((None, 3)), "item_days": random.choice((None, 4))},
        )
        for one in cases
    ]
    batch = Batch.of(cases)
    times = sum((part.cases.astype(int) for part in by_allowance(limit(), batch)), 0)
    assert np.all(np.equal(times, 1))
    for part in by_allowance(limit(), batch):
        assert part.limit.allow.then is None
        assert not part.limit.allow.unit_columns


def test_a_limit_with_an_amount_of_its_own_is_for_all() -> None:
    plain = limit(GENERAL)
    [one] = by_allowance(plain, Batch.of([case(), case()]))
    assert one.limit == plain
    assert one.cases.all()


@pytest.mark.parametrize("days", [-1, float("nan"), "abc", 36_601, 1e300])
@pytest.mark.parametrize("unit", ["working days", "hours", "working seconds", "months"])
def test_an_amount_that_is_none_makes_a_limit_unknown_and_never_overdue(
    days: Fact, unit: str
) -> None:
    several = 86_400 if isinstance(days, float | int) and days > 0 else 1
    found = checked(limit(), case(days=days * several, unit=unit))  # type: ignore[operator]
    (one,) = (one for one in found.limits if one.applies[0])
    assert STATES[one.state[0]] is ClockState.UNKNOWN


@pytest.mark.parametrize("days", [0, 1, 0.5, 36_600])
def test_an_amount_from_nothing_to_a_hundred_years_is_sound(days: float) -> None:
    assert is_sound(days, Unit.WORKING_DAY)
