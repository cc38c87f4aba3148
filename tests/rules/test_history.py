from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.cases import Fact, Facts, Part, PartKind
from rules.history import ChangeKind, FactChange, Place, differences

EXTENSION = Part(PartKind.EXTENSION, "E-1", 5, None, {"amount": 10.0})


def pause(key: str, began: int | None, ended: int | None = None, **facts: Fact) -> Part:
    return Part(PartKind.PAUSE, key, began, ended, facts)


def of_parts(before: list[Part], after: list[Part]) -> list[tuple[str, Fact, Fact]]:
    return [(*one,) for one in differences({}, before, {}, after)]


@pytest.mark.parametrize(
    ("name", "before", "after", "kind"),
    [
        ("closed_at", None, 5, ChangeKind.FILLED),
        ("closed_at", 5, 6, ChangeKind.CORRECTED),
        ("closed_at", 5, None, ChangeKind.REMOVED),
        ("fee_paid", 5.0, 0.0, ChangeKind.CORRECTED),
        ("pauses[1]", None, 5, ChangeKind.PART_ADDED),
        ("pauses[1]", 5, None, ChangeKind.PART_REMOVED),
        ("pauses[1].ended_at", None, 5, ChangeKind.FILLED),
        ("pauses[1].ended_at", 5, None, ChangeKind.REMOVED),
    ],
)
def test_a_change_is_of_a_kind(name: str, before: Fact, after: Fact, kind: ChangeKind) -> None:
    assert FactChange(name, before, after, 9).kind is kind


@pytest.mark.parametrize(
    ("change", "progress"),
    [
        (FactChange("closed_at", None, 5, 9), True),
        (FactChange("closed_at", None, 5, 9, carded_at=5), True),
        (FactChange("closed_at", None, 5, 9, carded_at=6), False),
        (FactChange("pauses[1]", None, 5, 9, carded_at=6), False),
        (FactChange("fee_paid", None, 5, 9, carded_at=6), True),
        (FactChange("step", "受理", "审查", 9, carded_at=6), True),
        (FactChange("step", "受理", None, 9), False),
        (FactChange("closed_at", 5, 6, 9), False),
        (FactChange("pauses[1]", 5, None, 9), False),
        (FactChange("vanished_at", None, 5, 9), False),
    ],
)
def test_how_a_case_goes_on_is_told_from_rewriting(change: FactChange, progress: bool) -> None:
    assert change.is_progress is progress


@pytest.mark.parametrize(
    ("name", "place", "is_moment"),
    [
        ("closed_at", Place("", "", "closed_at"), True),
        ("promised_due", Place("", "", "promised_due"), True),
        ("promised_days", Place("", "", "promised_days"), False),
        ("steps[a].name", Place("steps", "a", "name"), False),
        ("pauses[a].ended_at", Place("pauses", "a", "ended_at"), True),
        ("pauses[a].[b]]", Place("pauses", "a].[b]", ""), True),
        ("pauses[x].y].ended_at", Place("pauses", "x].y", "ended_at"), True),
        ("windows[a]", Place("", "", "windows[a]"), False),
    ],
)
def test_a_name_says_what_a_change_is_about(name: str, place: Place, is_moment: bool) -> None:
    change = FactChange(name, 1, 2, 9)
    assert (change.place, change.is_moment) == (place, is_moment)


def test_facts_differ_where_both_tellings_have_them() -> None:
    before: Facts = {"accepted_at": 1, "closed_at": None, "step": "受理", "window": "3", "fee": 1.0}
    after: Facts = {"accepted_at": 1, "closed_at": 7, "step": "审查", "title": "x", "fee": None}
    assert [tuple(one) for one in differences(before, (), after, ())] == [
        ("closed_at", None, 7),
        ("step", "受理", "审查"),
        ("fee", 1.0, None),
    ]


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ([], [pause("1", 5, 9, kind="听证")], [("pauses[1]", None, 5)]),
        ([], [pause("1", None)], [("pauses[1]", None, "1")]),
        ([pause("1", 5)], [pause("1", 5, 9)], [("pauses[1].ended_at", None, 9)]),
        ([pause("1", 5, 9)], [pause("1", 5)], [("pauses[1].ended_at", 9, None)]),
        ([pause("1", 5)], [pause("1", 3)], [("pauses[1].started_at", 5, 3)]),
        ([pause("1", 5, kind="a")], [pause("1", 5, kind="b")], [("pauses[1].kind", "a", "b")]),
        ([pause("1", 5)], [pause("1", 5, kind="b")], []),
        (
            [pause("1", 5, 9, kind="听证", reason=None), EXTENSION],
            [EXTENSION],
            [
                ("pauses[1]", 5, None),
                ("pauses[1].ended_at", 9, None),
                ("pauses[1].kind", "听证", None),
            ],
        ),
        # Rows without keys of their own are counted: one before them moves them on.
        ([pause("1", 5, 9)], [pause("1", 2, 3), pause("2", 5, 9)], [("pauses[1]", None, 2)]),
        (
            [pause("1", 2, 3), pause("2", 5, 9)],
            [pause("1", 5, 9)],
            [("pauses[1]", 2, None), ("pauses[1].ended_at", 3, None)],
        ),
        # Two that begin together are told apart by their keys.
        (
            [pause("a", 5), pause("b", 5)],
            [pause("b", 5, 9), pause("a", 5)],
            [("pauses[b].ended_at", None, 9)],
        ),
        ([pause("1", 5)], [Part(PartKind.STEP, "1", 5)], [("pauses[1]", 5, None)]),
    ],
)
def test_parts_differ(
    before: list[Part], after: list[Part], found: list[tuple[str, Fact, Fact]]
) -> None:
    assert of_parts(before, after)[: len(found) or None] == found


def draw(random: Random) -> list[Part]:
    return [
        Part(
            random.choice(list(PartKind)),
            str(random.randrange(4)),
            random.choice((None, 1, 2, 3)),
            random.choice((None, 5)),
            {"kind": random.choice((None, "a", "b"))},
        )
        for _ in range(random.randrange(5))
    ]


@given(random=st.randoms(use_true_random=False))
def test_nothing_differs_from_itself_in_any_order(random: Random) -> None:
    parts = draw(random)
    assert of_parts(parts, parts) == []
    distinct = list({(p.kind, p.key, p.started_at): p for p in parts}.values())
    assert of_parts(distinct, random.sample(distinct, len(distinct))) == []


@given(random=st.randoms(use_true_random=False))
def test_as_many_parts_are_added_less_removed_as_there_are_more(random: Random) -> None:
    before, after = draw(random), draw(random)
    kinds = [FactChange(*one, 9).kind for one in of_parts(before, after)]
    added, removed = kinds.count(ChangeKind.PART_ADDED), kinds.count(ChangeKind.PART_REMOVED)
    assert added - removed == len(after) - len(before)
