from __future__ import annotations

import pytest

from notifiers.retry import GIVE_UP_AFTER, next_attempt


def test_pauses_double_until_an_hour() -> None:
    pauses = [next_attempt(n, "key") for n in range(1, 20)]
    expected = [min(5.0 * 2**n, 3600.0) for n in range(19)]
    for pause, base in zip(pauses, expected, strict=True):
        assert pause is not None
        assert 0.8 * base <= pause <= 1.2 * base


def test_the_same_key_always_waits_the_same_time() -> None:
    assert next_attempt(3, "a") == next_attempt(3, "a")


def test_messages_that_failed_together_do_not_come_back_together() -> None:
    pauses = {next_attempt(8, f"notice-{n}") for n in range(100)}
    assert len(pauses) == 100


def test_a_message_is_given_up_after_about_a_day() -> None:
    pauses: list[float] = []
    while (pause := next_attempt(len(pauses) + 1, "key")) is not None:
        pauses.append(pause)
    assert 0.8 * GIVE_UP_AFTER < sum(pauses) < 1.2 * GIVE_UP_AFTER


def test_it_stays_given_up() -> None:
    assert next_attempt(10_000, "key") is None


def test_a_permanent_failure_is_given_up_at_once() -> None:
    assert next_attempt(1, "key", permanent=True) is None


@pytest.mark.parametrize(
    ("asked", "least", "most"), [(300.0, 300.0, 300.0), (1.0, 4.0, 6.0), (1e9, 86_400.0, 86_400.0)]
)
def test_the_receiver_can_ask_for_more_time_but_for_a_day_at_most(
    asked: float, least: float, most: float
) -> None:
    pause = next_attempt(1, "key", asked)
    assert pause is not None
    assert least <= pause <= most
