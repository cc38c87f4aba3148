"""Who carries a card: the case's own unit and person, or those that a finding names."""

from __future__ import annotations

import pytest

from rules.carriers import carried, carrier, every
from rules.cases import Case, Fact, Part, PartKind

OWN: dict[str, Fact] = {"region": "4503", "department": "zj", "handler": "li", "no": "A1"}


@pytest.mark.parametrize(
    ("case", "named", "expected"),
    [
        (OWN, {}, ("4503", "zj", "li")),
        (OWN, {"department": "fire", "handler": None}, ("4503", "fire", None)),
        (OWN, {"handler": 7}, ("4503", "zj", "7")),
        ({}, {}, (None, None, None)),
        ({}, {"region": "4503"}, ("4503", None, None)),
    ],
)
def test_it_is_the_case_s_own_but_for_what_the_finding_names(
    case: dict[str, Fact], named: dict[str, Fact], expected: tuple[str | None, ...]
) -> None:
    assert tuple(carrier(case, named).values()) == expected


def test_a_carried_case_has_the_carrier_in_the_place_of_its_own() -> None:
    by = carrier(OWN, {"department": "fire", "handler": None})
    case = carried(Case("hall", "1", OWN), by)
    assert case.facts == {**OWN, "department": "fire", "handler": None}
    assert case.key == "1"


def test_everybody_who_may_carry_a_card_of_a_case_is_known_beforehand() -> None:
    facts = {"region": "R", "department": "ZJ", "handler": "li", "branch": "XF", "upper": "R0"}
    steps = (
        Part(PartKind.STEP, "1", 0, None, {"handler": "wang"}),
        Part(PartKind.STEP, "2", 0, None, {"department": "XF"}),
        Part(PartKind.PAUSE, "3", 0, None, {"handler": "nobody"}),
    )
    limits = ({}, {"department": "branch"}, {"region": "upper"})
    borne = [
        tuple(one.facts[place] for place in ("region", "department", "handler"))
        for one in every(Case("hall", "A", facts, steps), limits)
    ]
    assert borne == [
        ("R", "ZJ", "li"),
        ("R", "ZJ", "wang"),
        ("R", "XF", None),
        ("R0", "ZJ", "li"),
    ]
