from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from notifiers.rate import slots
from rules.instants import MINUTE, SECOND

NOW = 1_800_000_000 * SECOND


def test_without_a_limit_all_go_now() -> None:
    assert slots(None, [NOW] * 1000, NOW, 3) == [NOW] * 3


def test_below_the_limit_all_go_now() -> None:
    assert slots(20, [NOW - SECOND] * 5, NOW, 15) == [NOW] * 15


def test_a_flood_is_deferred_minute_by_minute() -> None:
    assert slots(2, [], NOW, 5) == [NOW, NOW, NOW + MINUTE, NOW + MINUTE, NOW + 2 * MINUTE]


def test_a_place_becomes_free_a_minute_after_it_was_taken() -> None:
    assert slots(2, [NOW - 50 * SECOND, NOW - 10 * SECOND], NOW, 1) == [NOW + 10 * SECOND]


def test_new_messages_queue_behind_those_already_planned() -> None:
    assert slots(1, [NOW + MINUTE], NOW, 1) == [NOW + 2 * MINUTE]
    assert slots(5, [NOW + MINUTE], NOW, 1) == [NOW + MINUTE]


@given(
    per_minute=st.integers(1, 30),
    ago=st.lists(st.integers(0, 3 * MINUTE), max_size=60),
    counts=st.lists(st.integers(0, 40), max_size=4),
)
def test_no_minute_ever_holds_more_than_the_limit_and_nothing_is_dropped(
    per_minute: int, ago: list[int], counts: list[int]
) -> None:
    taken = [NOW - past for past in ago]
    planned: list[int] = []
    for count in counts:
        new = slots(per_minute, taken + planned, NOW, count)
        assert len(new) == count
        planned += new
    everything = sorted(taken) + planned
    for index in range(max(len(taken), per_minute), len(everything)):
        assert everything[index] - everything[index - per_minute] >= MINUTE
    assert planned == sorted(planned)
    assert all(at >= NOW for at in planned)
