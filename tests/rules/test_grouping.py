"""Grouping: the first few go by themselves, the rest in one digest, by a slow and simple oracle."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from rules.grouping import Group, Grouping, Plan, Waiting, plan
from rules.instants import MINUTE

GROUP = Group(3, 5 * MINUTE)
NOW = 100 * MINUTE
ALL = 1_000_000


def waiting(*receivers: str, grouping: Grouping = Grouping.MAY) -> list[Waiting]:
    return [Waiting(n, who, grouping) for n, who in enumerate(receivers)]


def test_a_few_go_by_themselves() -> None:
    assert plan(waiting("li", "li", "li", "chen"), {}, GROUP, NOW, ALL) == Plan([0, 1, 2, 3])


def test_what_comes_on_top_waits_until_the_end_of_the_minutes() -> None:
    made = plan(waiting(*["li"] * 10, "chen"), {}, GROUP, NOW, ALL)
    assert made == Plan([0, 1, 2, 10], held={"li": NOW + 5 * MINUTE})


def test_the_minutes_begin_with_the_first_of_those_that_count() -> None:
    recent = {"li": [NOW - MINUTE, NOW - 4 * MINUTE, NOW - 2 * MINUTE]}
    assert plan(waiting("li"), recent, GROUP, NOW, ALL).held == {"li": NOW + MINUTE}


def test_of_more_than_count_the_latest_begin_the_minutes() -> None:
    recent = {"li": [NOW - 4 * MINUTE, NOW - 3 * MINUTE, NOW - 2 * MINUTE, NOW - MINUTE]}
    assert plan(waiting("li"), recent, GROUP, NOW, ALL).held == {"li": NOW + 2 * MINUTE}


def test_at_their_end_all_that_waits_goes_as_one() -> None:
    held = waiting("li", "li", grouping=Grouping.HELD)
    fresh = [Waiting(7, "li"), Waiting(8, "chen")]
    assert plan([*held, *fresh], {}, GROUP, NOW, ALL) == Plan([8], ["li"])


def test_what_is_told_alone_is_never_merged_and_counts() -> None:
    alone = waiting(*["li"] * 5, grouping=Grouping.ALONE)
    made = plan([*alone, Waiting(9, "li")], {}, GROUP, NOW, ALL)
    assert made == Plan([0, 1, 2, 3, 4], held={"li": NOW + 5 * MINUTE})


def test_a_channel_takes_no_more_than_it_may() -> None:
    made = plan(waiting("a", "b", "c", "d"), {}, GROUP, NOW, 2, rated=True)
    assert made == Plan([0, 1])


def test_what_the_rate_makes_wait_anyway_is_merged_at_once() -> None:
    assert plan(waiting(*[""] * 5000), {}, GROUP, NOW, 20, rated=True) == Plan([0, 1, 2], [""])


def test_but_only_one_digest_comes_before_the_end_of_the_minutes() -> None:
    recent = {"": [NOW - MINUTE] * 4}
    made = plan(waiting(*[""] * 5000), recent, GROUP, NOW, 20, rated=True)
    assert made == Plan(held={"": NOW + 4 * MINUTE})


ARRIVALS = st.lists(
    st.tuples(
        st.integers(0, 20 * MINUTE // 10**6),
        st.sampled_from("abc"),
        st.sampled_from([Grouping.MAY, Grouping.MAY, Grouping.MAY, Grouping.ALONE]),
    ),
    max_size=60,
)


@given(ARRIVALS, st.integers(1, 5), st.none() | st.integers(1, 5))
def test_everything_is_told_once_and_nobody_is_told_too_often(
    arrivals: list[tuple[int, str, Grouping]], after: int, rate: int | None
) -> None:
    group = Group(after, 5 * MINUTE)
    coming = sorted(
        (second * 10**6, n, who, grouping) for n, (second, who, grouping) in enumerate(arrivals)
    )
    queue: dict[int, tuple[int, Waiting]] = {}  # by id: when it is due, and what it is
    sent: list[tuple[int, str, bool]] = []
    told: Counter[int] = Counter()
    now = 0
    while coming or queue:
        while coming and coming[0][0] <= now:
            _, ident, who, grouping = coming.pop(0)
            queue[ident] = (now, Waiting(ident, who, grouping))
        allowance = ALL
        if rate is not None:
            allowance = rate - sum(at > now - MINUTE for at, _, _ in sent)
        due = [one for at, one in queue.values() if at <= now]
        recent = {
            who: [at for at, whom, _ in sent if whom == who and at > now - group.within]
            for who in "abc"
        }
        made = plan(due, recent, group, now, allowance, rated=rate is not None)
        assert made.messages <= max(allowance, 0)
        for ident in made.single:
            told[ident] += 1
            sent.append((now, queue.pop(ident)[1].receiver, False))
        for who in made.merged:
            sent.append((now, who, True))
            for ident, (at, one) in list(queue.items()):
                held = one.grouping is Grouping.HELD
                if one.receiver == who and (held or (one.grouping is Grouping.MAY and at <= now)):
                    told[ident] += 1
                    del queue[ident]
        for who, until in made.held.items():
            assert until > now
            for ident, (at, one) in list(queue.items()):
                if one.receiver == who and one.grouping is Grouping.MAY and at <= now:
                    queue[ident] = (until, Waiting(ident, who, Grouping.HELD))
        now += 10**6 * 10
        assert now < 6 * 60 * MINUTE
    assert set(told.values()) <= {1}
    assert len(told) == len(arrivals)
    if rate is not None:
        times = sorted(at for at, _, _ in sent)
        assert all(b - a >= MINUTE for a, b in zip(times, times[rate:], strict=False))
    for who in "abc":
        digests = sorted(at for at, whom, merged in sent if whom == who and merged)
        # One may come early; from then on no two come within the minutes but for that one.
        assert all(b - a >= group.within for a, b in zip(digests, digests[2:], strict=False))


def test_messages_to_one_about_one_case_go_together_and_count_once() -> None:
    about = [("li", 1), ("li", 1), ("li", 2), ("li", 3), ("chen", 1), ("li", 3)]
    waits = [Waiting(n, who, about=(who, case)) for n, (who, case) in enumerate(about)]
    made = plan(waits, {}, GROUP, NOW, ALL)
    assert (made.single, made.together, made.held) == ([2, 4], [[0, 1], [3, 5]], {})
