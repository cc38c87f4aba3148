from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from notifiers.pacing import Pace


@given(
    count=st.integers(1, 5),
    pauses=st.lists(st.floats(0, 2), max_size=40),
    receivers=st.lists(st.sampled_from("ab"), min_size=40, max_size=40),
)
def test_no_period_holds_more_than_the_count_and_none_waits_in_vain(
    count: int, pauses: list[float], receivers: list[str]
) -> None:
    now = 0.0
    pace = Pace(count, 1.0, lambda: now)
    sent: dict[str, list[float]] = {"a": [], "b": []}
    for pause, receiver in zip(pauses, receivers, strict=False):
        now += pause
        recent = [at for at in sent[receiver] if at > now - 1.0]
        wait = pace.wait(receiver)
        if len(recent) < count:
            assert wait == 0
            sent[receiver].append(now)
        else:
            assert abs(wait - (recent[-count] + 1.0 - now)) < 1e-9
