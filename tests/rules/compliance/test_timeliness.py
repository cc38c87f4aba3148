"""Checks of what took too long between two moments.

The calendar is the Chinese one: 2026-09-20 is a Sunday on which work is done, 25 to 27 September
and 1 to 7 October 2026 are days off. Work ends at 17:30.
"""

from __future__ import annotations

import pytest

from rules.cases import Case
from tests.rules.compliance.looking import again, case, evidence, pause, said, step
from tests.support.moments import at


@pytest.mark.parametrize(
    ("one", "now", "found"),
    [
        (case(submitted_at="2026-09-14 10:00"), "2026-09-18 17:30", False),
        (case(submitted_at="2026-09-14 10:00"), "2026-09-20 17:29", False),
        (case(submitted_at="2026-09-14 10:00"), "2026-09-20 17:30", True),
        (case(submitted_at="2026-09-19 10:00"), "2026-09-24 17:29", False),
        (case(), "2026-09-30 12:00", False),
        (case(accepted_at="2026-09-20 10:00"), "2026-09-30 12:00", False),
        (
            case(submitted_at="2026-09-14 10:00", accepted_at="2026-09-20 17:30"),
            "2026-09-30 12:00",
            False,
        ),
        (
            case(submitted_at="2026-09-14 10:00", accepted_at="2026-09-20 17:31"),
            "2026-09-30 12:00",
            True,
        ),
        (
            case(submitted_at="2026-09-14 10:00", refused_at="2026-09-15 10:00"),
            "2026-09-30 12:00",
            False,
        ),
        (
            case(submitted_at="2026-09-14 10:00", closed_at="2026-09-15 10:00"),
            "2026-09-30 12:00",
            False,
        ),
    ],
)
def test_acceptance_is_decided_within_five_working_days(one: Case, now: str, found: bool) -> None:
    assert (evidence("acceptance-late", one, now) is not None) is found


@pytest.mark.parametrize(
    ("one", "now", "found"),
    [
        # While the applicant mends, nothing runs.
        (
            case(pause("2026-09-16 10:00", kind="补正"), submitted_at="2026-09-14 10:00"),
            "2026-09-30 12:00",
            False,
        ),
        # After that it runs anew, from the last correction.
        (
            case(
                pause("2026-09-16 10:00", "2026-09-22 10:00", kind="补正"),
                submitted_at="2026-09-14 10:00",
            ),
            "2026-09-30 17:29",
            False,
        ),
        (
            case(
                pause("2026-09-16 10:00", "2026-09-18 10:00", kind="补正"),
                submitted_at="2026-09-14 10:00",
            ),
            "2026-09-24 17:30",
            True,
        ),
        (
            case(
                submitted_at="2026-09-14 10:00",
                correction_at="2026-09-16 10:00",
                corrected_at="2026-09-18 10:00",
            ),
            "2026-09-24 17:30",
            True,
        ),
        # A pause of another kind is no answer to the applicant.
        (
            case(pause("2026-09-16 10:00", kind="听证"), submitted_at="2026-09-14 10:00"),
            "2026-09-30 12:00",
            True,
        ),
        # A notice that came too late is for the other check, and time runs anew after it as well.
        (
            case(pause("2026-09-21 10:00", kind="补正"), submitted_at="2026-09-14 10:00"),
            "2026-09-30 12:00",
            False,
        ),
        (
            case(
                pause("2026-09-21 10:00", "2026-09-22 10:00", kind="补正"),
                submitted_at="2026-09-14 10:00",
            ),
            "2026-09-30 17:30",
            True,
        ),
    ],
)
def test_after_a_correction_the_time_of_acceptance_runs_anew(
    one: Case, now: str, found: bool
) -> None:
    assert (evidence("acceptance-late", one, now) is not None) is found


def test_acceptance_is_looked_at_again_when_its_time_is_over() -> None:
    one = case(submitted_at="2026-09-14 10:00")
    assert again("acceptance-late", one, "2026-09-15 10:00") == at("2026-09-20 17:30")
    assert again("acceptance-late", one, "2026-09-20 17:30") is None
    answered = case(submitted_at="2026-09-14 10:00", accepted_at="2026-09-14 11:00")
    assert again("acceptance-late", answered, "2026-09-14 12:00") is None


def test_late_acceptance_in_words() -> None:
    assert said("acceptance-late", case(submitted_at="2026-09-14 10:00"), "2026-09-22 09:00") == (
        "2026年9月14日收到申请材料，受理与否已到第 7 个工作日，规定 5 个",
        (
            "the material was received on 14 Sep 2026; deciding whether to accept it ran into "
            "working day 7, 5 are allowed"
        ),
    )


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (
            case(submitted_at="2026-09-14 10:00", correction_at="2026-09-20 17:30"),
            False,
        ),
        (
            case(submitted_at="2026-09-14 10:00", correction_at="2026-09-21 09:00"),
            True,
        ),
        (
            case(pause("2026-09-21 09:00", kind="补正"), submitted_at="2026-09-14 10:00"),
            True,
        ),
        # The first notice counts.
        (
            case(
                pause("2026-09-21 09:00", kind="补正"),
                submitted_at="2026-09-14 10:00",
                correction_at="2026-09-15 09:00",
            ),
            False,
        ),
        # Once it is accepted, what is asked later is no answer to the application.
        (
            case(
                pause("2026-09-21 09:00", kind="补正"),
                submitted_at="2026-09-14 10:00",
                accepted_at="2026-09-15 09:00",
            ),
            False,
        ),
        (case(submitted_at="2026-09-14 10:00"), False),
        (case(correction_at="2026-09-14 10:00"), False),
    ],
)
def test_what_is_missing_is_told_within_five_working_days(one: Case, found: bool) -> None:
    assert (evidence("correction-late", one) is not None) is found


def test_a_late_notice_in_words() -> None:
    one = case(submitted_at="2026-09-14 10:00", correction_at="2026-09-22 09:00")
    assert said("correction-late", one) == (
        "2026年9月14日申请，2026年9月22日才告知补正，是第 7 个工作日，规定 5 个",
        (
            "submitted on 14 Sep 2026, but told only on 22 Sep 2026 what is missing: on "
            "working day 7, 5 are allowed"
        ),
    )


@pytest.mark.parametrize(
    ("check", "begins", "ends", "close"),
    [
        ("delivery-late", "decided_at", "delivered_at", "2026-09-28 17:30"),
        ("answer-late", "asked_at", "answered_at", "2026-09-20 17:30"),
    ],
)
def test_delivery_and_answers_have_their_working_days(
    check: str, begins: str, ends: str, close: str
) -> None:
    start = "2026-09-14 10:00"
    minute_before, minute_after = close.replace(":30", ":29"), close.replace(":30", ":31")
    assert evidence(check, case(**{begins: start}), minute_before) is None
    assert again(check, case(**{begins: start}), minute_before) == at(close)
    assert evidence(check, case(**{begins: start}), close) is not None
    assert evidence(check, case(**{begins: start, ends: close})) is None
    assert evidence(check, case(**{begins: start, ends: minute_after})) is not None
    assert evidence(check, case(**{begins: start, ends: start})) is None
    assert evidence(check, case(**{ends: close})) is None


def test_late_delivery_and_answers_in_words() -> None:
    one = case(decided_at="2026-09-14 10:00", delivered_at="2026-09-29 10:00")
    assert said("delivery-late", one) == (
        "2026年9月14日作出决定，送达已到第 11 个工作日，规定 10 个",
        "decided on 14 Sep 2026; delivery ran into working day 11, 10 are allowed",
    )
    one = case(asked_at="2026-09-14 10:00")
    assert said("answer-late", one, days=3) == (
        "2026年9月14日提出，答复已到第 12 个工作日，规定 3 个",
        "asked on 14 Sep 2026; the answer ran into working day 12, 3 are allowed",
    )


ACCEPTED = "2026-09-14 10:00"


@pytest.mark.parametrize(
    ("one", "now", "found"),
    [
        (case(accepted_at=ACCEPTED), "2026-09-20 17:29", False),
        (case(accepted_at=ACCEPTED), "2026-09-20 17:30", True),
        (case(), "2026-09-30 12:00", False),
        (case(accepted_at=ACCEPTED, closed_at="2026-09-15 10:00"), "2026-09-30 12:00", False),
        (case(accepted_at=ACCEPTED, decided_at="2026-09-15 10:00"), "2026-09-30 12:00", False),
        (case(step("2026-09-16 10:00", name="审查"), accepted_at=ACCEPTED), "2026-09-30", False),
        (case(step(ACCEPTED, name="审查"), accepted_at=ACCEPTED), "2026-09-30", False),
        (case(step("2026-09-21 09:00", name="审查"), accepted_at=ACCEPTED), "2026-09-30", True),
        # The step of acceptance is no handling yet, nor is what came before it.
        (case(step(ACCEPTED, name="受理"), accepted_at=ACCEPTED), "2026-09-30", True),
        (case(step("2026-09-10 10:00", name="预审"), accepted_at=ACCEPTED), "2026-09-30", True),
        (case(step(None, name="审查"), accepted_at=ACCEPTED), "2026-09-30", True),
        # While a special procedure runs, the clock stands.
        (case(pause("2026-09-16 10:00", kind="听证"), accepted_at=ACCEPTED), "2026-09-30", False),
        (
            case(pause("2026-09-16 10:00", "2026-09-18 10:00"), accepted_at=ACCEPTED),
            "2026-09-23 17:29",
            False,
        ),
        (
            case(pause("2026-09-16 10:00", "2026-09-18 10:00"), accepted_at=ACCEPTED),
            "2026-09-23 17:30",
            True,
        ),
    ],
)
def test_after_acceptance_something_moves(one: Case, now: str, found: bool) -> None:
    assert (evidence("accepted-but-idle", one, now) is not None) is found


def test_an_idle_case_is_looked_at_again_when_its_time_is_over() -> None:
    paused = case(pause("2026-09-16 10:00", "2026-09-18 10:00"), accepted_at=ACCEPTED)
    assert again("accepted-but-idle", paused, "2026-09-21 10:00") == at("2026-09-23 17:30")
    assert again("accepted-but-idle", case(accepted_at=ACCEPTED), ACCEPTED) == at(
        "2026-09-20 17:30"
    )


def test_an_idle_case_in_words() -> None:
    assert said("accepted-but-idle", case(accepted_at=ACCEPTED)) == (
        "2026年9月14日受理，到2026年9月20日已满 5 个工作日，没有环节开始办理",
        "accepted on 14 Sep 2026; by 20 Sep 2026, 5 working days later, no step had begun",
    )
