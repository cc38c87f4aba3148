"""Checks of the order of moments, of correction notices, publicity and reopening."""

from __future__ import annotations

import pytest

from rules.cases import Case
from tests.rules.compliance.looking import case, evidence, pause, said, step

MONDAY, TUESDAY, FRIDAY = "2026-09-14 10:00", "2026-09-15 10:00", "2026-09-18 10:00"


@pytest.mark.parametrize(
    ("check", "early", "late"),
    [
        ("closed-before-accepted", "accepted_at", "closed_at"),
        ("accepted-before-submitted", "submitted_at", "accepted_at"),
        ("decided-after-closed", "decided_at", "closed_at"),
        ("delivered-before-decided", "decided_at", "delivered_at"),
        ("correction-answered-before-asked", "correction_at", "corrected_at"),
    ],
)
def test_moments_come_in_their_order(check: str, early: str, late: str) -> None:
    assert evidence(check, case(**{early: TUESDAY, late: MONDAY})) is not None
    assert evidence(check, case(**{early: MONDAY, late: MONDAY})) is None
    assert evidence(check, case(**{early: MONDAY, late: TUESDAY})) is None
    assert evidence(check, case(**{early: MONDAY})) is None
    assert evidence(check, case(**{late: MONDAY})) is None


def test_what_is_closed_was_accepted() -> None:
    assert evidence("closed-without-acceptance", case(closed_at=MONDAY)) is not None
    assert evidence("closed-without-acceptance", case(accepted_at=MONDAY)) is None
    both = case(accepted_at=MONDAY, closed_at=MONDAY)
    assert evidence("closed-without-acceptance", both) is None


@pytest.mark.parametrize(
    ("ended", "found"),
    [
        ({"result": "not-accepted"}, False),
        ({"result": "withdrawn"}, False),
        ({"refused_at": MONDAY}, False),
        ({"result": "granted"}, True),
        ({"result": "refused"}, True),
    ],
)
def test_what_ended_before_acceptance_need_not_have_been_accepted(
    ended: dict[str, str], found: bool
) -> None:
    one = case(closed_at=MONDAY, **ended)
    assert (evidence("closed-without-acceptance", one) is not None) is found


@pytest.mark.parametrize(
    ("check", "part"),
    [("pause-ends-before-it-begins", pause), ("step-ends-before-it-begins", step)],
)
def test_pauses_and_steps_begin_before_they_end(check: str, part: type) -> None:
    assert evidence(check, case(part(TUESDAY, MONDAY))) is not None
    assert evidence(check, case(part(MONDAY, MONDAY))) is None
    assert evidence(check, case(part(MONDAY, TUESDAY))) is None
    assert evidence(check, case(part(MONDAY))) is None
    assert evidence(check, case(part(None, MONDAY))) is None
    assert evidence(check, case()) is None


def test_a_step_and_a_pause_are_called_by_their_name() -> None:
    assert said("step-ends-before-it-begins", case(step(TUESDAY, MONDAY, name="审查"))) == (
        "环节审查2026年9月15日开始，却在2026年9月14日结束",
        "the step 审查 began on 15 Sep 2026 and ended on 14 Sep 2026",
    )
    assert said("pause-ends-before-it-begins", case(pause(TUESDAY, MONDAY, kind="听证"))) == (
        "特别程序听证2026年9月15日开始，却在2026年9月14日结束",
        "the special procedure 听证 began on 15 Sep 2026 and ended on 14 Sep 2026",
    )


@pytest.mark.parametrize(
    ("one", "times"),
    [
        (case(), None),
        (case(pause(MONDAY, kind="补正")), None),
        (case(pause(MONDAY, kind="补正"), pause(TUESDAY, kind="补正")), 2),
        (case(pause(MONDAY, kind="补正"), pause(TUESDAY, kind="听证")), None),
        # Two rows of one moment are one notice of two documents.
        (case(pause(MONDAY, kind="补正"), pause(MONDAY, kind="补正")), None),
        (case(*(pause(day, kind="补正") for day in (TUESDAY, MONDAY, MONDAY, FRIDAY))), 3),
        (case(pause(None, kind="补正"), pause(MONDAY, kind="补正")), None),
    ],
)
def test_what_is_missing_is_told_once(one: Case, times: int | None) -> None:
    found = evidence("corrections-more-than-once", one)
    assert (found and found["times"]) == times


def test_corrections_are_counted_case_by_case() -> None:
    one = case(pause(MONDAY, kind="补正"))
    assert evidence("corrections-more-than-once", one, most=0) is not None
    assert evidence("corrections-more-than-once", one, kinds=("听证",), most=0) is None


def test_corrections_in_words() -> None:
    one = case(*(pause(day, kind="补正") for day in (MONDAY, TUESDAY, FRIDAY)))
    assert said("corrections-more-than-once", one) == (
        "2026年9月14日至2026年9月18日告知补正 3 次，应当一次性告知",
        "told 3 times from 14 Sep 2026 to 18 Sep 2026 what is missing; once must be enough",
    )
    found = evidence("corrections-more-than-once", one)
    assert found is not None
    assert found["rows"] == FRIDAY


@pytest.mark.parametrize(
    ("decided", "ends", "found"),
    [
        (MONDAY, TUESDAY, True),
        (TUESDAY, TUESDAY, False),
        (TUESDAY, MONDAY, False),
        # A date is its whole day, to the close of business.
        ("2026-09-14 10:00", "2026-09-14 00:00", True),
        ("2026-09-14 00:00", "2026-09-14 00:00", True),
        ("2026-09-14 17:30", "2026-09-14 00:00", False),
        ("2026-09-15 00:00", "2026-09-14 00:00", False),
        (None, MONDAY, False),
        (MONDAY, None, False),
    ],
)
def test_a_decision_waits_for_the_end_of_publicity(
    decided: str | None, ends: str | None, found: bool
) -> None:
    one = case(decided_at=decided, publicity_ends_at=ends)
    assert (evidence("decided-before-publicity-ends", one) is not None) is found


def test_an_early_decision_in_words() -> None:
    one = case(decided_at=MONDAY, publicity_ends_at="2026-09-14 00:00")
    assert said("decided-before-publicity-ends", one) == (
        "2026年9月14日 10:00作出决定，公示到2026年9月14日 17:30才结束",
        "decided on 14 Sep 2026 10:00, but publicity ended only on 14 Sep 2026 17:30",
    )


@pytest.mark.parametrize(
    ("closed", "reopened", "found"),
    [
        (MONDAY, TUESDAY, True),
        (MONDAY, MONDAY, False),
        (TUESDAY, MONDAY, False),
        (None, MONDAY, False),
        (MONDAY, None, False),
    ],
)
def test_a_case_opened_again_after_it_was_closed_is_found(
    closed: str | None, reopened: str | None, found: bool
) -> None:
    one = case(closed_at=closed, reopened_at=reopened)
    assert (evidence("closed-and-reopened", one) is not None) is found


@pytest.mark.parametrize(
    ("accepted", "reopened", "found"),
    [
        (TUESDAY, MONDAY, True),
        (MONDAY, MONDAY, True),
        (MONDAY, TUESDAY, False),
        (None, MONDAY, False),
        (MONDAY, None, False),
    ],
)
def test_a_clock_that_reopening_reset_is_found(
    accepted: str | None, reopened: str | None, found: bool
) -> None:
    one = case(accepted_at=accepted, reopened_at=reopened)
    assert (evidence("clock-reset-by-reopening", one) is not None) is found


def test_reopening_and_a_correction_before_its_notice_in_words() -> None:
    assert said("closed-and-reopened", case(closed_at=MONDAY, reopened_at=TUESDAY)) == (
        "2026年9月14日办结，2026年9月15日又重新打开",
        "closed on 14 Sep 2026 and opened again on 15 Sep 2026",
    )
    assert said("clock-reset-by-reopening", case(accepted_at=TUESDAY, reopened_at=MONDAY)) == (
        "2026年9月14日重新打开，受理时间改为2026年9月15日，时限从头算起",
        (
            "opened again on 14 Sep 2026, and its acceptance is now of 15 Sep 2026: the limit "
            "starts from the beginning"
        ),
    )
    one = case(correction_at=TUESDAY, corrected_at=MONDAY)
    assert said("correction-answered-before-asked", one) == (
        "2026年9月14日补正，早于2026年9月15日告知补正",
        "corrected on 14 Sep 2026, before the correction was asked for on 15 Sep 2026",
    )
