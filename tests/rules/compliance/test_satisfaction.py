"""Checks of calling those who are dissatisfied or kept waiting.

14 September 2026 is a Monday, the 20th a Sunday on which work is done, 25 to 27 September are days
off. Work ends at 17:30.
"""

from __future__ import annotations

import pytest

from rules.cases import Case, Fact
from rules.compliance import Setting
from tests.rules.compliance.looking import again, case, evidence, extension, pause, said
from tests.support.moments import at

RATED = "2026-09-14 10:00"
DUE = "2026-09-20 17:30"  # five working days on


@pytest.mark.parametrize(
    ("rating", "called", "now", "found"),
    [
        ("5", None, "2026-09-20 17:29", False),
        ("5", None, DUE, True),
        ("4", None, DUE, True),
        (4, None, DUE, True),
        (4.0, None, DUE, True),
        ("3", None, DUE, False),
        (None, None, DUE, False),
        ("5", DUE, "2026-09-30 12:00", False),
        ("5", "2026-09-20 17:31", "2026-09-30 12:00", True),
        ("5", RATED, "2026-09-30 12:00", False),
    ],
)
def test_a_bad_rating_is_called_back_within_five_working_days(
    rating: Fact, called: str | None, now: str, found: bool
) -> None:
    one = case(rating=rating, rated_at=RATED, called_back_at=called)
    assert (evidence("bad-rating-without-call-back", one, now) is not None) is found


@pytest.mark.parametrize(
    ("settings", "found"),
    [({"days": 1}, True), ({"days": 20}, False), ({"ratings": ("不满意",), "days": 1}, False)],
)
def test_what_is_bad_and_how_soon_to_call_are_settings(
    settings: dict[str, Setting], found: bool
) -> None:
    one = case(rating="5", rated_at=RATED)
    assert (
        evidence("bad-rating-without-call-back", one, "2026-09-16 12:00", **settings) is not None
    ) is found


@pytest.mark.parametrize(
    ("rated", "due"),
    [
        ("2026-09-14 10:00", "2026-09-14 17:30"),
        ("2026-09-14 20:00", "2026-09-14 20:00"),
        ("2026-09-19 10:00", "2026-09-20 17:30"),
    ],
)
def test_no_days_to_call_mean_the_same_working_day(rated: str, due: str) -> None:
    one = case(rating="5", rated_at=rated)
    found = evidence("bad-rating-without-call-back", one, "2026-09-30 12:00", days=0)
    assert found is not None
    assert found["call_due"] == at(due)


def test_a_bad_rating_is_looked_at_when_the_call_is_due() -> None:
    one = case(rating="5", rated_at=RATED)
    assert again("bad-rating-without-call-back", one, RATED) == at(DUE)
    assert again("bad-rating-without-call-back", one, DUE) is None
    good = case(rating="1", rated_at=RATED)
    assert again("bad-rating-without-call-back", good, RATED) is None
    assert evidence("bad-rating-without-call-back", case(rating="5")) is None


def test_a_bad_rating_is_told() -> None:
    assert said("bad-rating-without-call-back", case(rating="5", rated_at=RATED)) == (
        "2026年9月14日评价为 5，应在2026年9月20日前回访，实际回访：—",
        "rated 5 on 14 Sep 2026, to be called back by 20 Sep 2026; called back: —",
    )


PROMISED: dict[str, Fact] = {"accepted_at": "2026-09-07 10:00", "promised_due": "2026-09-14 00:00"}
CALL = "2026-09-15 17:30"  # one working day after the end of the 14th


@pytest.mark.parametrize(
    ("one", "now", "found"),
    [
        (case(**PROMISED), "2026-09-15 17:29", False),
        (case(**PROMISED), CALL, True),
        (case(**PROMISED, applicant_called_at=CALL), "2026-09-30 12:00", False),
        (case(**PROMISED, applicant_called_at="2026-09-10 09:00"), "2026-09-30 12:00", False),
        (case(**PROMISED, applicant_called_at="2026-09-16 09:00"), "2026-09-30 12:00", True),
        (case(**PROMISED, closed_at="2026-09-14 17:30"), "2026-09-30 12:00", False),
        (case(**PROMISED, closed_at="2026-09-14 17:31"), CALL, True),
        (case(**PROMISED, closed_at="2026-09-14 17:31"), "2026-09-15 10:00", False),
        (case(accepted_at="2026-09-07 10:00", promised_days=5), "2026-09-15 17:30", True),
        (case(accepted_at="2026-09-07 10:00", item_promised_days=5), "2026-09-15 17:30", True),
        (
            case(accepted_at="2026-09-07 10:00", item_promised_days=5, item_promised_unit="months"),
            "2026-09-30 12:00",
            False,
        ),
        (case(accepted_at="2026-09-07 10:00"), "2026-09-30 12:00", False),
        (case(promised_due="2026-09-14"), "2026-09-30 12:00", False),
        (
            case(pause("2026-09-08 09:00"), accepted_at="2026-09-07 10:00", promised_days=5),
            "2026-09-30 12:00",
            False,
        ),
        (
            case(
                extension("2026-09-08 09:00", amount=5, unit="working days"),
                accepted_at="2026-09-07 10:00",
                promised_days=5,
            ),
            "2026-09-15 17:30",
            False,
        ),
    ],
)
def test_the_applicant_of_a_late_case_is_called_within_a_working_day(
    one: Case, now: str, found: bool
) -> None:
    assert (evidence("late-without-call", one, now) is not None) is found


def test_a_late_case_is_looked_at_when_the_call_is_due() -> None:
    assert again("late-without-call", case(**PROMISED), "2026-09-10 10:00") == at(CALL)
    assert again("late-without-call", case(**PROMISED), CALL) is None
    met = case(**PROMISED, closed_at="2026-09-11 10:00")
    assert again("late-without-call", met, "2026-09-12 10:00") is None
    told = case(**PROMISED, applicant_called_at="2026-09-12 10:00")
    assert again("late-without-call", told, "2026-09-12 10:00") is None
    ahead = case(**PROMISED, applicant_called_at="2026-09-20 10:00")
    assert again("late-without-call", ahead, "2026-09-12 10:00") == at("2026-09-14 17:30")


def test_that_nobody_called_is_told() -> None:
    one = case(**PROMISED, applicant_called_at="2026-09-17 09:00")
    assert said("late-without-call", one) == (
        "2026年9月14日到期，应在2026年9月15日前电话告知申请人，实际告知：2026年9月17日",
        "due on 14 Sep 2026; the applicant was to be called by 15 Sep 2026; called: 17 Sep 2026",
    )
