"""Checks of moments that cannot be, or that nobody would have.

14 September 2026 is a Monday, the 20th a Sunday on which work is done, 25 to 27 September are days
off. Work is 9 to 12 and 13:30 to 17:30.
"""

from __future__ import annotations

import itertools

import pytest

from rules.cases import Case, Part
from tests.rules.compliance.looking import (
    again,
    case,
    evidence,
    extension,
    pause,
    said,
    step,
)
from tests.support.moments import at

ACCEPTED = "2026-09-14 10:00"
NOW = "2026-09-30 12:00"


@pytest.mark.parametrize(
    ("one", "fact", "row"),
    [
        (case(accepted_at="2026-09-30 12:05"), None, None),
        (case(accepted_at="2026-09-30 12:06"), "accepted_at", ""),
        (case(accepted_at="2026-10-01 12:00", closed_at="2026-10-02 12:00"), "closed_at", ""),
        (case(accepted_at="2026-10-02 12:00", closed_at="2026-10-02 12:00"), "accepted_at", ""),
        # What is planned is no fault.
        (case(promised_due="2026-10-20 12:00"), None, None),
        (case(hearing_held_at="2026-10-20 12:00"), None, None),
        (case(step("2026-10-09 09:00", key="s1")), "step.started_at", "s1"),
        (case(step("2026-09-29 09:00", "2026-10-09 09:00", key="s1")), "step.ended_at", "s1"),
        (case(step("2026-09-29 09:00")), None, None),
        (case(pause("2026-10-09 09:00", key="p1")), "pause.started_at", "p1"),
        (case(pause("2026-09-29 09:00", "2026-10-09 09:00")), None, None),
        (case(pause(None), step(None)), None, None),
        (
            case(step("2026-10-08 09:00", key="s1"), accepted_at="2026-10-09 09:00"),
            "accepted_at",
            "",
        ),
        (case(), None, None),
    ],
)
def test_nothing_has_happened_in_the_future(one: Case, fact: str | None, row: str | None) -> None:
    found = evidence("moment-in-future", one, NOW)
    assert (found and found["fact"]) == fact
    assert (found and found["rows"]) == row


def test_the_order_of_parts_does_not_matter() -> None:
    parts = (
        step("2026-10-09 09:00", key="s1"),
        step("2026-10-08 09:00", "2026-10-10 09:00", key="s2"),
        pause("2026-10-09 10:00", key="p1"),
    )
    found = {
        str(evidence("moment-in-future", case(*one), NOW)) for one in itertools.permutations(parts)
    }
    assert len(found) == 1
    assert "s2" in found.pop()


def test_a_moment_in_the_future_is_looked_at_when_it_has_come() -> None:
    one = case(accepted_at="2026-10-09 09:00")
    assert again("moment-in-future", one, NOW) == at("2026-10-09 08:55")
    assert evidence("moment-in-future", one, "2026-10-09 08:55") is None
    assert again("moment-in-future", one, "2026-10-09 08:55") is None


def test_a_moment_in_the_future_is_told() -> None:
    assert said("moment-in-future", case(accepted_at="2026-10-09 09:00"), NOW) == (
        "受理时间写的是2026年10月9日，查看时才2026年9月30日",
        "the moment of acceptance is given as 9 Oct 2026, seen on 30 Sep 2026",
    )


@pytest.mark.parametrize(
    ("closed", "recorded", "fact"),
    [
        ("2026-09-15 10:00", "2026-09-16 11:00", None),  # a day of 7 hours and one hour
        ("2026-09-15 10:00", "2026-09-16 11:01", "closed_at"),
        ("2026-09-18 17:30", "2026-09-20 12:00", None),  # the night and a Saturday are no delay
        (None, "2026-09-15 11:00", None),
        (None, "2026-09-15 11:01", "accepted_at"),
        # Entered before it was closed, so it is the acceptance that was entered.
        ("2026-09-20 10:00", "2026-09-15 11:01", "accepted_at"),
        ("2026-09-15 10:00", "2026-09-15 10:00", None),
        ("2026-09-15 10:00", "2026-09-11 10:00", None),
        ("2026-09-15 10:00", None, None),
    ],
)
def test_what_happened_is_entered_within_a_working_day(
    closed: str | None, recorded: str | None, fact: str | None
) -> None:
    one = case(accepted_at=ACCEPTED, closed_at=closed, recorded_at=recorded)
    found = evidence("recorded-late", one)
    assert (found and found["fact"]) == fact


@pytest.mark.parametrize(
    ("part", "fact"),
    [
        (step("2026-09-15 10:30"), None),
        (step("2026-09-14 10:30", "2026-09-15 10:30"), None),
        (pause("2026-09-15 10:30"), None),
        (extension("2026-09-15 10:30"), None),
        (pause("2026-09-14 10:30", "2026-09-15 10:30"), None),
        (step("2026-09-14 10:30"), "step.started_at"),
        (step("2026-09-20 10:30"), "accepted_at"),  # later than what was entered
        (step(None), "accepted_at"),
    ],
)
def test_what_is_entered_with_each_step_is_not_late_for_what_was_before(
    part: Part, fact: str | None
) -> None:
    one = case(part, accepted_at=ACCEPTED, recorded_at="2026-09-15 17:00")
    found = evidence("recorded-late", one)
    assert (found and found["fact"]) == fact


def test_what_was_entered_without_having_happened_is_not_late() -> None:
    assert evidence("recorded-late", case(recorded_at="2026-09-15 11:01")) is None


@pytest.mark.parametrize(
    "event", ["rated_at", "called_back_at", "applicant_called_at", "corrected_at", "reported_at"]
)
def test_a_row_that_is_written_anew_for_a_later_event_is_not_late(event: str) -> None:
    one = {"accepted_at": ACCEPTED, "recorded_at": "2026-09-22 10:30"}
    assert evidence("recorded-late", case(**one)) is not None
    assert evidence("recorded-late", case(**one, **{event: "2026-09-22 10:00"})) is None


def test_how_late_it_was_entered_is_told() -> None:
    one = case(accepted_at=ACCEPTED, recorded_at="2026-09-16 10:30")
    assert said("recorded-late", one) == (
        "受理时间为2026年9月14日，2026年9月16日才录入，迟 14.5 个工作小时",
        "the moment of acceptance is 14 Sep 2026, entered on 16 Sep 2026, 14.5 working hours later",
    )


@pytest.mark.parametrize(
    ("accepted", "closed", "fact"),
    [
        ("2026-09-14 08:30", "2026-09-14 18:00", None),
        ("2026-09-14 08:29", "2026-09-14 18:01", "accepted_at"),
        ("2026-09-14 12:45", "2026-09-14 18:01", "closed_at"),
        ("2026-09-19 10:00", None, "accepted_at"),  # a Saturday
        ("2026-09-20 10:00", None, None),  # a Sunday on which work is done
        ("2026-09-25 10:00", None, "accepted_at"),  # a holiday
        ("2026-09-25 00:00", None, None),  # a date, with no time of day
        (None, "2026-09-14 23:00", "closed_at"),
        (None, None, None),
    ],
)
def test_windows_work_in_office_hours(
    accepted: str | None, closed: str | None, fact: str | None
) -> None:
    found = evidence("outside-office-hours", case(accepted_at=accepted, closed_at=closed))
    assert (found and found["fact"]) == fact


def test_the_time_of_day_outside_office_hours_is_told() -> None:
    assert said("outside-office-hours", case(accepted_at="2026-09-14 22:41")) == (
        "受理时间为2026年9月14日 22:41，不在办公时间",
        "the moment of acceptance is 14 Sep 2026 22:41, outside office hours",
    )


@pytest.mark.parametrize(
    ("one", "settings", "found"),
    [
        (case(accepted_at=ACCEPTED, closed_at=ACCEPTED, kind="promise"), {}, True),
        (case(accepted_at=ACCEPTED, closed_at=ACCEPTED, item_kind="promise"), {}, True),
        (case(accepted_at=ACCEPTED, closed_at=ACCEPTED, kind="instant"), {}, False),
        (
            case(accepted_at=ACCEPTED, closed_at=ACCEPTED, kind="instant", item_kind="promise"),
            {},
            False,
        ),
        (case(accepted_at=ACCEPTED, closed_at=ACCEPTED), {}, False),
        (case(accepted_at=ACCEPTED, closed_at="2026-09-14 10:01", kind="promise"), {}, False),
        (
            case(accepted_at=ACCEPTED, closed_at="2026-09-14 10:01", kind="promise"),
            {"seconds": 60},
            True,
        ),
        (
            case(accepted_at=ACCEPTED, closed_at="2026-09-14 09:59", kind="promise"),
            {"seconds": 60},
            False,
        ),
        (case(accepted_at="2026-09-14", closed_at="2026-09-14", kind="promise"), {}, False),
        (case(accepted_at=ACCEPTED, kind="promise"), {}, False),
        (case(closed_at=ACCEPTED, kind="promise"), {}, False),
    ],
)
def test_what_takes_its_time_is_not_closed_in_the_instant_of_acceptance(
    one: Case, settings: dict[str, int], found: bool
) -> None:
    assert (evidence("accepted-and-closed-at-once", one, NOW, **settings) is not None) is found


def test_closing_at_once_is_told() -> None:
    one = case(accepted_at=ACCEPTED, closed_at=ACCEPTED, kind="promise")
    assert said("accepted-and-closed-at-once", one) == (
        "承诺件2026年9月14日 10:00受理，同一时刻2026年9月14日 10:00办结",
        "no instant item, yet accepted on 14 Sep 2026 10:00 and closed on 14 Sep 2026 10:00",
    )
