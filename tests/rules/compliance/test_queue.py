"""Checks of waiting with a ticket: 14 September 2026 is a Monday, 9 to 12 and 13:30 to 17:30."""

from __future__ import annotations

import pytest

from rules.cases import Case
from tests.rules.compliance.looking import again, case, evidence, said
from tests.support.moments import at


def ticket(drawn: str | None, called: str | None = None, **facts: str) -> Case:
    return case(ticket_at=drawn, called_at=called, **facts)


@pytest.mark.parametrize(
    ("one", "now", "minutes"),
    [
        (ticket("2026-09-14 09:00", "2026-09-14 09:30"), "2026-09-14 12:00", None),
        (ticket("2026-09-14 09:00", "2026-09-14 09:31"), "2026-09-14 12:00", 31),
        (ticket("2026-09-14 09:00", "2026-09-14 09:00"), "2026-09-14 12:00", None),
        (ticket("2026-09-14 09:00", "2026-09-14 08:00"), "2026-09-14 12:00", None),
        # Before opening and at noon nobody is called, and that is no waiting.
        (ticket("2026-09-14 08:00", "2026-09-14 09:20"), "2026-09-14 12:00", None),
        (ticket("2026-09-14 11:50", "2026-09-14 13:45"), "2026-09-14 17:00", None),
        (ticket("2026-09-14 11:50", "2026-09-14 13:55"), "2026-09-14 17:00", 35),
        # Still waiting.
        (ticket("2026-09-14 09:00"), "2026-09-14 09:29", None),
        (ticket("2026-09-14 09:00"), "2026-09-14 09:30", 30),
        (ticket("2026-09-14 09:00"), "2026-09-14 17:29", 419),
        (ticket("2026-09-14 09:00"), "2026-09-14 17:30", None),
        # Served although nobody noted the call.
        (ticket("2026-09-14 09:00", accepted_at="2026-09-14 09:20"), "2026-09-14 12:00", None),
        (ticket("2026-09-14 09:00", accepted_at="2026-09-14 09:50"), "2026-09-14 12:00", 50),
        (ticket(None, "2026-09-14 09:31"), "2026-09-14 12:00", None),
    ],
)
def test_nobody_waits_longer_than_half_an_hour(one: Case, now: str, minutes: int | None) -> None:
    found = evidence("ticket-waits-too-long", one, now)
    assert (found and found["minutes"]) == minutes


def test_a_ticket_is_looked_at_when_it_has_waited_too_long_and_at_close() -> None:
    one = ticket("2026-09-14 09:00")
    assert again("ticket-waits-too-long", one, "2026-09-14 09:10") == at("2026-09-14 09:30")
    assert again("ticket-waits-too-long", one, "2026-09-14 09:30") == at("2026-09-14 17:30")
    assert again("ticket-waits-too-long", one, "2026-09-14 17:30") is None
    late = ticket("2026-09-14 17:15")
    assert again("ticket-waits-too-long", late, "2026-09-14 17:20") is None


def test_how_long_somebody_waited_is_told() -> None:
    one = ticket("2026-09-14 09:00", "2026-09-14 09:45")
    assert said("ticket-waits-too-long", one, minutes=20) == (
        "2026年9月14日 09:00取号，已等候 45 分钟（只计办公时间）",
        "waited 45 minutes of office hours with a ticket of 14 Sep 2026 09:00",
    )


@pytest.mark.parametrize(
    ("one", "now", "found"),
    [
        (ticket("2026-09-14 09:00"), "2026-09-14 17:29", False),
        (ticket("2026-09-14 09:00"), "2026-09-14 17:30", True),
        (ticket("2026-09-14 09:00", "2026-09-14 17:30"), "2026-09-15 09:00", False),
        (ticket("2026-09-14 09:00", accepted_at="2026-09-14 10:00"), "2026-09-15 09:00", False),
        (ticket("2026-09-14 09:00", closed_at="2026-09-14 10:00"), "2026-09-15 09:00", False),
        # Drawn after close or on a day off: it is for the next working day.
        (ticket("2026-09-14 17:30"), "2026-09-15 17:29", False),
        (ticket("2026-09-14 17:30"), "2026-09-15 17:30", True),
        (ticket("2026-09-19 10:00"), "2026-09-20 17:29", False),
        (ticket("2026-09-19 10:00"), "2026-09-20 17:30", True),
        (ticket(None), "2026-09-20 17:30", False),
    ],
)
def test_a_ticket_is_called_by_close_of_business(one: Case, now: str, found: bool) -> None:
    assert (evidence("ticket-never-called", one, now) is not None) is found


def test_a_ticket_never_called_is_looked_at_at_close_and_told() -> None:
    one = ticket("2026-09-14 09:00")
    assert again("ticket-never-called", one, "2026-09-14 09:10") == at("2026-09-14 17:30")
    assert said("ticket-never-called", one) == (
        "2026年9月14日取号，到下班仍未叫号",
        "the ticket of 14 Sep 2026 had not been called at close of business",
    )
