from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.sampling import Drawn, allocate, draw

KEYS = [f"C-{n}" for n in range(400)]
STRATA = ["东浦区" if n % 4 else "临江区" for n in range(400)]


def sample(size: int = 20, seed: int = 1, parts: int = 1) -> dict[str, list[str]]:
    """A sample drawn from the cases in so many parts."""
    drawn = [
        draw("hall", KEYS[part::parts], STRATA[part::parts], size, seed) for part in range(parts)
    ]
    return reduce(Drawn.plus, drawn, Drawn(size)).chosen()


def test_the_same_seed_draws_the_same_cases() -> None:
    assert sample(seed=7) == sample(seed=7)
    assert sample(seed=7) != sample(seed=8)


@pytest.mark.parametrize("parts", [2, 3, 7])
def test_it_does_not_matter_in_which_parts_the_cases_are_read(parts: int) -> None:
    assert sample(parts=parts) == sample()


def test_strata_have_their_shares_of_the_sample() -> None:
    keys = sample(20)["hall"]
    assert len(keys) == 20
    assert sum(STRATA[KEYS.index(key)] == "临江区" for key in keys) == 5


def test_a_sample_larger_than_the_whole_is_the_whole() -> None:
    assert sample(1000) == {"hall": sorted(KEYS)}


def test_every_case_is_as_likely_as_any_other() -> None:
    times = dict.fromkeys(KEYS, 0)
    for seed in range(400):
        for key in sample(40, seed)["hall"]:
            times[key] += 1
    # Each is drawn 40 times of 400; six standard deviations are 36.
    assert max(times.values()) < 76
    assert min(times.values()) > 4


@given(
    st.dictionaries(st.text(max_size=3), st.integers(1, 500), min_size=1, max_size=8),
    st.integers(1, 2000),
)
def test_shares_add_up_and_are_off_by_less_than_one(cases: Mapping[str, int], size: int) -> None:
    shares, total = allocate(cases, size), sum(cases.values())
    assert sum(shares.values()) == min(size, total)
    for name, count in cases.items():
        assert 0 <= shares[name] <= count
        assert size >= total or abs(shares[name] - size * count / total) < 1
