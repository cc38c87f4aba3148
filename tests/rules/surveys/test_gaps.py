"""Gaps in number sequences: what is missing, of what is a sequence at all."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.checks import CheckSettings
from rules.compliance import Setting
from rules.surveys.gaps import gaps, parted
from tests.rules.surveys.looking import Row, hall, look, said, subjects
from tests.support.moments import at

PATTERN = r"(?P<prefix>.*?)(?P<number>\d{1,18})"
SHORT: dict[str, Setting] = {"least": 3, "share": 0.5}


def numbered(*numbers: str, **facts: object) -> list[Row]:
    """Cases with these numbers, accepted minute by minute on one morning."""
    return hall(
        *(
            {"no": number, "accepted_at": f"2026-10-12 10:{minute:02d}", **facts}
            for minute, number in enumerate(numbers)
        )
    )


@pytest.mark.parametrize(
    ("numbers", "settings", "missing"),
    [
        pytest.param(("A-1", "A-2", "A-3"), {}, [], id="none missing"),
        pytest.param(("A-1", "A-2", "A-4"), {}, ["A-3"], id="one"),
        pytest.param(("A-4", "A-1", "A-2"), {}, ["A-3"], id="in any order"),
        pytest.param(("A-1", "A-2", "A-2", "A-4"), {}, ["A-3"], id="a number twice"),
        pytest.param(("A-08", "A-09", "A-12"), {}, ["A-10..A-11"], id="several"),
        pytest.param(("A-098", "A-099", "A-102"), {}, ["A-100..A-101"], id="leading zeros"),
        pytest.param(("A-98", "A-99", "A-102"), {}, ["A-100..A-101"], id="one figure more"),
        pytest.param(("A-1", "A-2", "B-4", "B-5"), {"least": 2}, [], id="another prefix"),
        pytest.param(("A-1", "A-2", "A-4"), {"least": 4}, [], id="too short to be a sequence"),
        pytest.param(("A-1", "A-5", "A-9"), {}, [], id="too sparse to be a sequence"),
        pytest.param(
            ("A-1", "A-2", "A-3", "A-90", "A-91", "A-92"),
            {},
            [],
            id="a block of numbers of its own",
        ),
        pytest.param(
            ("A-1", "A-2", "A-3", "A-90", "A-91", "A-92"),
            {"most": 100, "share": 0.05},
            ["A-4..A-89"],
            id="a wide hole where that is asked for",
        ),
        pytest.param(
            ("202610120001", "202610120002", "202610120004"),
            {},
            ["202610120003"],
            id="figures alone",
        ),
        pytest.param(("1/受", "2/受", "4/受"), {}, [], id="not by this pattern"),
        pytest.param(
            ("1/受", "2/受", "4/受"),
            {"pattern": r"(?P<prefix>)(?P<number>\d+)/受"},
            ["3"],
            id="by a pattern of one's own",
        ),
        pytest.param(("A-1", "A-2", "A-4"), {"regions": ("R2",)}, [], id="out of scope"),
    ],
)
def test_what_is_missing(
    numbers: tuple[str, ...], settings: dict[str, Setting], missing: list[str]
) -> None:
    found = subjects("number-gap", numbered(*numbers), **{**SHORT, **settings})
    assert found == [f"numbers:hall/{one}" for one in missing]


@pytest.mark.parametrize(
    ("now", "found"),
    [
        ("2026-10-13 10:01", 0),
        ("2026-10-13 10:02", 1),
        ("2027-10-13 10:02", 1),
        ("2027-10-13 10:03", 0),
    ],
)
def test_it_is_found_from_the_grace_on_until_it_is_too_long_ago(now: str, found: int) -> None:
    rows = numbered("A-1", "A-2", "A-4")
    assert len(look("number-gap", rows, now, **SHORT)) == found


def test_a_number_whose_case_was_never_accepted_is_not_missing() -> None:
    rows = numbered("A-1", "A-2", "A-4")
    applied = hall({"no": "A-3", "accepted_at": None, "first_seen_at": "2026-10-12 10:01"})
    assert subjects("number-gap", [*rows, *applied], **SHORT) == []


def test_two_sources_number_on_their_own() -> None:
    rows = numbered("A-1", "A-2", "A-4") + numbered("A-3", "A-4", source="other")
    assert subjects("number-gap", rows, **SHORT) == ["numbers:hall/A-3"]


def test_it_is_carried_by_the_unit_of_the_number_after_it_and_says_what_lies_around() -> None:
    rows = numbered("A-1", "A-2") + hall(
        {"no": "A-5", "accepted_at": "2026-10-12 11:00", "department": "ZR"}
    )
    [found] = look("number-gap", rows, **SHORT)
    assert found.carrier == {"region": "R1", "department": "ZR"}
    assert found.evidence["numbers"] == 2
    zh, en = said("number-gap", rows, **SHORT)
    assert zh == "A-2 之后直接到 A-5（2026年10月12日），缺 2 个号：A-3～A-4"
    assert en == "after A-2 comes A-5 (12 Oct 2026): 2 missing, A-3～A-4"


@given(st.sets(st.integers(1, 120), min_size=2), st.integers(1, 200))
def test_given_numbers_and_gaps_make_up_the_whole_range(numbers: set[int], most: int) -> None:
    """Whatever is neither given nor in a gap lies in a hole that is too wide."""
    ordered = sorted(numbers)
    given_out = np.array(ordered, np.int64)
    found = gaps(np.zeros(len(ordered), np.int64), given_out, most=most, least=1, share=0)
    missing: set[int] = set()
    for gap in found:
        between = set(range(ordered[gap.below] + 1, ordered[gap.above]))
        assert between
        assert len(between) <= most
        assert not between & (numbers | missing)
        missing |= between
    for below, above in pairwise(ordered):
        left = set(range(below + 1, above)) - missing
        assert not left or len(left) > most


@given(st.lists(st.tuples(st.sampled_from("AB"), st.integers(1, 40)), min_size=1))
def test_gaps_are_those_of_each_prefix_alone(numbers: list[tuple[str, int]]) -> None:
    texts = np.array([f"{prefix}-{number:03d}" for prefix, number in numbers], dtype=object)
    known = parted(texts, PATTERN)
    assert known.rows.tolist() == list(range(len(numbers)))
    assert list(zip(known.prefix.tolist(), known.number.tolist(), strict=True)) == [
        (f"{prefix}-", number) for prefix, number in numbers
    ]
    codes = np.array([ord(prefix) for prefix, _ in numbers], np.int64)
    together = gaps(codes, known.number, most=99, least=1, share=0)
    alone: list[tuple[str, int, int]] = []
    for letter in "AB":
        mine = sorted({number for prefix, number in numbers if prefix == letter})
        alone += [(letter, a, b) for a, b in pairwise(mine) if b - a > 1]
    assert [(numbers[g.above][0], numbers[g.below][1], numbers[g.above][1]) for g in together] == (
        alone
    )


@pytest.mark.parametrize("pattern", ["(", r"(\d+)", r"(?P<prefix>.*)"])
def test_a_pattern_that_parts_nothing_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="CFG-316"):
        CheckSettings.model_validate({"use": "number-gap", "settings": {"pattern": pattern}})


def set_aside(number: str, **facts: object) -> Row:
    """A row that could not be understood, with its number."""
    [row] = hall(
        {"no": number, "first_seen_at": at("2026-10-12 10:30"), "set_aside": True, **facts}
    )
    return {**row, "id": 99}


def test_a_number_whose_row_was_set_aside_is_not_missing() -> None:
    rows = numbered("A-1", "A-2", "A-4")
    assert subjects("number-gap", rows, **SHORT) == ["numbers:hall/A-3"]
    assert subjects("number-gap", [*rows, set_aside("A-3")], **SHORT) == []
    assert subjects("number-gap", [*rows, set_aside("A-3", source="other")], **SHORT) == [
        "numbers:hall/A-3"
    ]


def test_of_a_gap_only_what_is_in_no_row_is_missing() -> None:
    rows = [*numbered("A-1", "A-2", "A-5"), set_aside("A-4")]
    assert subjects("number-gap", rows, **SHORT) == ["numbers:hall/A-3"]
