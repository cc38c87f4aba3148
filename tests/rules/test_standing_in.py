"""Leave and deputies: when each holds, and loops of deputies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.standing_in import Delegation, Leave, loop_through


def test_a_leave_covers_its_beginning_and_not_its_end() -> None:
    leave = Leave("li", 10, 20)
    assert [leave.covers(at) for at in (9, 10, 19, 20)] == [False, True, True, False]
    assert Leave("li", 10).covers(10**18)


def test_a_delegation_without_dates_always_covers_and_is_undated() -> None:
    assert Delegation("li", "chen").covers(-(10**18))
    assert not Delegation("li", "chen").dated
    assert Delegation("li", "chen", until_at=5).dated


@pytest.mark.parametrize(
    ("links", "loop"),
    [
        ([("a", "b", 0, 9), ("b", "c", 0, 9)], ()),
        ([("a", "b", 0, 9), ("b", "a", 0, 9)], ("a", "b", "a")),
        ([("a", "b", 0, 9), ("b", "c", 0, 9), ("c", "a", 8, 20)], ("a", "b", "c", "a")),
        ([("a", "b", 0, 5), ("b", "a", 5, 9)], ()),  # never at one time
        ([("a", "b", 0, 9), ("b", "c", 0, 4), ("c", "a", 4, 9)], ()),  # two at a time, never all
        ([("a", "b", 2, None), ("b", "a", 3, 4)], ("a", "b", "a")),
        # Two who stand in for each other whenever one is away, as halls have it (AB岗).
        ([("a", "b", None, None), ("b", "a", None, None)], ()),
        ([("a", "b", 3, 4), ("b", "a", None, None)], ()),
        ([("a", "a", 0, 9)], ("a", "a")),
        ([("a", "a", None, None)], ("a", "a")),
    ],
)
def test_a_loop_is_one_only_where_all_of_it_holds_at_once(
    links: list[tuple[str, str, int | None, int | None]], loop: tuple[str, ...]
) -> None:
    delegations = [Delegation(*link) for link in links]
    assert loop_through(delegations[0], delegations) == loop


links = st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd"), st.integers(0, 6)).map(
    lambda link: Delegation(link[0], link[1], link[2], link[2] + 3)
)


@given(st.lists(links, max_size=7))
def test_links_taken_one_by_one_unless_they_close_a_loop_never_lead_anyone_to_himself(
    given_links: list[Delegation],
) -> None:
    kept: list[Delegation] = []
    for link in given_links:
        if not loop_through(link, kept):
            kept.append(link)
    for at in range(10):
        now = [link for link in kept if link.covers(at)]
        for person in "abcd":
            reached, waiting = set(), [person]
            while waiting:
                found = {link.deputy for link in now if link.person == waiting[-1]}
                waiting.pop()
                waiting += found - reached
                reached |= found
            assert person not in reached
