"""Policies as they are kept: everything comes back, and everything tells one from another."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from rules.amounts import Amount, Unit
from rules.ladders import fingerprint, restored, snapshot
from rules.policies import OrderTerms, Policy, Repeat, Step, Unless

amounts = st.builds(
    Amount, st.floats(0, 1e4).map(lambda value: round(value, 3)), st.sampled_from(Unit)
)
names = st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=3).map(tuple)
steps = st.builds(
    Step,
    names,
    names,
    st.none() | amounts,
    st.none() | amounts,
    st.sampled_from(Unless),
    st.none() | st.builds(Repeat, amounts, st.integers(1, 9)),
    st.booleans(),
    st.none() | st.builds(OrderTerms, st.none() | amounts, st.none() | amounts, st.text()),
)
policies = st.builds(
    Policy,
    st.text(),
    st.lists(steps, min_size=1, max_size=4).map(tuple),
    st.text(),
    st.text(),
    st.lists(st.text(), max_size=3).map(tuple),
    st.text(),
    amounts,
    st.booleans(),
)


@given(policies)
def test_a_policy_comes_back_from_its_json_as_it_was(policy: Policy) -> None:
    kept = restored(json.loads(json.dumps(snapshot(policy))))
    assert kept == policy
    assert fingerprint(kept) == fingerprint(policy)


@given(policies, policies)
def test_policies_that_differ_have_other_fingerprints(one: Policy, other: Policy) -> None:
    assert (fingerprint(one) == fingerprint(other)) == (one == other)
    assert fingerprint(replace(one, with_milder=not one.with_milder)) != fingerprint(one)
