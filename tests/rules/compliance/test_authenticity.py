"""Checks of moments that cannot be, or that nobody would have.

14 September 2026 is a Monday, the 20th a Sunday on which work is done, 25 to 27 September are days
off. Work is 9 to 12 and 13:30 to 17:30.
"""

from __future__ import annotations

import itertools

import pytest

from rules.amounts import Unit
from rules.cases import Case, Fact
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


def test_what_was_entered_without_having_happened_is_not_late() -> None:
    assert evidence("recorded-late", case(recorded_at="2026-09-15 11:01")) is None


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


@pytest.mark.parametrize(
    ("promised", "statutory", "fact"),
    [
        ("2026-09-14 09:59", None, "promised_due"),
        ("2026-09-14 10:00", None, None),
        ("2026-09-14 00:00", None, None),  # a date means the end of its day
        ("2026-09-13 00:00", None, "promised_due"),
        (None, "2026-09-11 17:30", "statutory_due"),
        ("2026-09-10 17:30", "2026-09-11 17:30", "promised_due"),
        (None, None, None),
    ],
)
def test_nothing_is_due_before_it_was_accepted(
    promised: str | None, statutory: str | None, fact: str | None
) -> None:
    one = case(accepted_at=ACCEPTED, promised_due=promised, statutory_due=statutory)
    found = evidence("due-before-start", one)
    assert (found and found["fact"]) == fact
    unaccepted = case(promised_due=promised, statutory_due=statutory)
    assert evidence("due-before-start", unaccepted) is None


def test_a_due_moment_before_the_start_is_told() -> None:
    assert said("due-before-start", case(accepted_at=ACCEPTED, promised_due="2026-09-10")) == (
        "承诺办结时间为2026年9月10日，早于2026年9月14日受理",
        "the promised due moment is 10 Sep 2026, before it was accepted on 14 Sep 2026",
    )


@pytest.mark.parametrize(
    ("promised", "statutory", "found"),
    [
        ("2026-10-13 00:00", "2026-10-12 17:30", True),
        ("2026-10-12 18:00", "2026-10-12 00:00", False),
        ("2026-10-12 00:00", "2026-10-12 17:30", False),
        ("2026-10-13 00:00", None, False),
        (None, "2026-10-12 17:30", False),
    ],
)
def test_a_promise_is_not_later_than_the_statutory_due_moment(
    promised: str | None, statutory: str | None, found: bool
) -> None:
    one = case(promised_due=promised, statutory_due=statutory)
    assert (evidence("promise-after-statutory-due", one) is not None) is found


def test_a_promise_after_the_statutory_due_moment_is_told() -> None:
    one = case(promised_due="2026-10-13 17:30", statutory_due="2026-10-12 17:30")
    assert said("promise-after-statutory-due", one) == (
        "承诺2026年10月13日办结，法定2026年10月12日前办结",
        "promised for 13 Oct 2026, by law due on 12 Oct 2026",
    )


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        # Five working days from Monday the 14th end on Sunday the 20th.
        ({"statutory_days": 5, "promised_due": "2026-09-20 17:30"}, False),
        ({"statutory_days": 5, "promised_due": "2026-09-20 00:00"}, False),
        ({"statutory_days": 5, "promised_due": "2026-09-21 00:00"}, True),
        ({"item_statutory_days": 5, "promised_due": "2026-09-21 00:00"}, True),
        (
            {
                "statutory_days": 5,
                "statutory_unit": "calendar days",
                "promised_due": "2026-09-20 00:00",
            },
            False,  # the fifth day is a Saturday, and so it ends on Sunday, a working day
        ),
        (
            {
                "statutory_days": 4,
                "item_statutory_unit": "calendar days",
                "promised_due": "2026-09-20 00:00",
            },
            True,
        ),
        (
            {
                "statutory_days": 5,
                "statutory_unit": "working hours",
                "promised_due": "2026-09-30 00:00",
            },
            False,
        ),
        ({"statutory_days": 5}, False),
        ({"promised_due": "2026-09-21 00:00"}, False),
    ],
)
def test_a_promise_is_within_the_statutory_days(facts: dict[str, Fact], found: bool) -> None:
    one = case(accepted_at=ACCEPTED, **facts)
    assert (evidence("promise-beyond-statutory-days", one) is not None) is found
    assert evidence("promise-beyond-statutory-days", case(**facts)) is None


@pytest.mark.parametrize("part", [pause("2026-09-15 10:00"), extension("2026-09-15 10:00")])
def test_a_pause_or_an_extension_gives_more_time_than_the_days_say(part: object) -> None:
    facts: dict[str, Fact] = {"statutory_days": 5, "promised_due": "2026-09-28"}
    one = case(part, accepted_at=ACCEPTED, **facts)  # type: ignore[arg-type]
    assert evidence("promise-beyond-statutory-days", one) is None


def test_a_promise_beyond_the_statutory_days_is_told() -> None:
    one = case(accepted_at=ACCEPTED, promised_due="2026-09-28", statutory_days=5)
    zh, en = said("promise-beyond-statutory-days", one)
    assert zh == "2026年9月14日受理，承诺2026年9月28日办结，按法定时限 5 天应在2026年9月20日前"
    assert en.startswith(
        "accepted on 14 Sep 2026 and promised for 28 Sep 2026; the statutory 5 days"
    )
    assert en.endswith("end on 20 Sep 2026")


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"promised_days": 21, "statutory_days": 20}, True),
        ({"promised_days": 20, "statutory_days": 20}, False),
        ({"item_promised_days": 21, "item_statutory_days": 20}, True),
        ({"promised_days": 10, "item_promised_days": 21, "item_statutory_days": 20}, False),
        ({"promised_days": 21, "statutory_days": 20, "promised_unit": "working days"}, True),
        ({"promised_days": 21, "statutory_days": 20, "promised_unit": "calendar days"}, False),
        ({"promised_days": 21}, False),
        ({"statutory_days": 20}, False),
    ],
)
def test_a_promise_is_no_longer_than_the_statutory_limit(
    facts: dict[str, Fact], found: bool
) -> None:
    assert (evidence("promise-longer-than-statutory", case(**facts)) is not None) is found


def test_a_promise_longer_than_the_statutory_limit_is_told() -> None:
    one = case(promised_days=21, statutory_days=20)
    assert said("promise-longer-than-statutory", one) == (
        "承诺 21 天，法定 20 天",
        "21 days promised, 20 by law",
    )


def test_every_unit_that_a_catalogue_may_have_is_known() -> None:
    for unit in Unit:
        facts: dict[str, Fact] = {"promised_days": 2, "statutory_days": 1}
        units: dict[str, Fact] = {"promised_unit": unit.value, "statutory_unit": unit.value}
        assert evidence("promise-longer-than-statutory", case(**facts, **units)) is not None
