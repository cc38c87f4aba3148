"""Checks of special procedures and steps that took too long.

The calendar is the Chinese one: 2026-09-20 is a Sunday on which work is done, 25 to 27 September
and 1 to 7 October 2026 are days off. Work ends at 17:30.
"""

from __future__ import annotations

import pytest

from rules.cases import Case
from tests.rules.compliance.looking import again, case, evidence, pause, said, step
from tests.support.moments import at

BEGAN = "2026-09-14 10:00"
FIFTH = "2026-09-20 17:30"
"""The close of the fifth working day after it."""


@pytest.mark.parametrize(
    ("one", "now", "found"),
    [
        (case(pause(BEGAN, told_days=5)), "2026-09-20 17:29", False),
        (case(pause(BEGAN, told_days=5)), FIFTH, True),
        (case(pause(BEGAN, FIFTH, told_days=5)), "2026-09-30", False),
        (case(pause(BEGAN, "2026-09-20 17:31", told_days=5)), "2026-09-30", True),
        (case(pause(BEGAN, told_days=4.5)), "2026-09-20 17:29", False),
        (case(pause(BEGAN, BEGAN, told_days=0)), "2026-09-30", False),
        (case(pause(BEGAN, told_days=0)), "2026-09-14 17:30", True),
        (case(pause(BEGAN, told_days=-1)), "2026-09-30", False),
        (case(pause(BEGAN)), "2026-09-30", False),
        (case(pause(None, told_days=5)), "2026-09-30", False),
        (case(), "2026-09-30", False),
        # It ends with its case if nobody ended it.
        (case(pause(BEGAN, told_days=5), closed_at="2026-09-18 10:00"), "2026-09-30", False),
        (case(pause(BEGAN, told_days=5), closed_at="2026-09-24 10:00"), "2026-09-30", True),
        (case(pause(BEGAN, told_days=5), closed_at="2026-09-01 10:00"), "2026-09-30", True),
    ],
)
def test_a_special_procedure_lasts_no_longer_than_was_told(
    one: Case, now: str, found: bool
) -> None:
    assert (evidence("pause-longer-than-told", one, now) is not None) is found


def test_the_first_special_procedure_that_was_too_long_is_named() -> None:
    one = case(
        pause("2026-09-14 10:00", "2026-09-14 11:00", key="a", kind="听证", told_days=1),
        pause("2026-09-21 10:00", "2026-09-24 11:00", key="c", kind="检测", told_days=1),
        pause("2026-09-15 10:00", "2026-09-17 11:00", key="b", kind="鉴定", told_days=1),
    )
    found = evidence("pause-longer-than-told", one)
    assert found is not None
    assert (found["name"], found["rows"], found["limit"]) == ("鉴定", "b", 1)
    assert found["ended_at"] == at("2026-09-17 11:00")


def test_an_open_special_procedure_is_looked_at_again_when_it_gets_too_long() -> None:
    one = case(
        pause("2026-09-14 10:00", told_days=5),
        pause("2026-09-15 10:00", told_days=2),
        pause("2026-09-15 10:00", "2026-09-15 11:00", told_days=1),
    )
    assert again("pause-longer-than-told", one, "2026-09-16 10:00") == at("2026-09-17 17:30")
    assert again("pause-longer-than-told", one, "2026-09-17 17:30") == at(FIFTH)
    assert again("pause-longer-than-told", one, FIFTH) is None


def test_a_special_procedure_longer_than_told_in_words() -> None:
    one = case(pause("2026-09-28 10:00", kind="检测", told_days=30))
    assert said("pause-longer-than-told", one, "2026-11-20 10:00") == (
        "2026年9月28日起特别程序检测已到第 35 个工作日，告知的是 30 个",
        "the special procedure 检测, begun on 28 Sep 2026, ran into working day 35; 30 were told",
    )


@pytest.mark.parametrize(
    ("one", "now", "found"),
    [
        (case(pause("2026-08-17 10:00", kind="听证")), "2026-09-14 17:29", False),
        (case(pause("2026-08-17 10:00", kind="听证")), "2026-09-14 17:30", True),
        (case(pause("2026-08-17 10:00", kind="检测")), "2026-09-30", False),
        (case(pause("2026-08-17 10:00")), "2026-09-30", False),
        # A cap of its own goes before that of its kind.
        (case(pause(BEGAN, kind="检测", cap_days=5)), FIFTH, True),
        (case(pause("2026-08-17 10:00", kind="听证", cap_days=40)), "2026-09-30", False),
    ],
)
def test_a_special_procedure_keeps_to_its_cap(one: Case, now: str, found: bool) -> None:
    assert (evidence("pause-over-cap", one, now) is not None) is found


def test_the_cap_can_be_for_every_kind() -> None:
    one = case(pause(BEGAN, kind="检测"))
    assert evidence("pause-over-cap", one, FIFTH, kinds=(), days=5) is not None


def test_a_special_procedure_over_its_cap_in_words() -> None:
    one = case(pause("2026-08-17 10:00", kind="听证"))
    assert said("pause-over-cap", one, "2026-09-14 17:30") == (
        "2026年8月17日起特别程序听证已到第 21 个工作日，法定最长 20 个",
        (
            "the special procedure 听证, begun on 17 Aug 2026, ran into working day 21; the law "
            "allows 20"
        ),
    )


@pytest.mark.parametrize(
    ("one", "now", "found"),
    [
        (case(step(BEGAN, limit_days=5)), "2026-09-20 17:29", False),
        (case(step(BEGAN, limit_days=5)), FIFTH, True),
        (case(step(BEGAN, FIFTH, limit_days=5)), "2026-09-30", False),
        (case(step(BEGAN, "2026-09-20 17:31", limit_days=5)), "2026-09-30", True),
        (case(step(BEGAN, limit_days=5), closed_at="2026-09-18 10:00"), "2026-09-30", False),
        (case(step(BEGAN)), "2026-09-30", False),
        (case(step(None, limit_days=5)), "2026-09-30", False),
        # A pause that touches two working days moves it on by two.
        (
            case(step(BEGAN, limit_days=5), pause("2026-09-15 10:00", "2026-09-16 10:00")),
            "2026-09-22 17:29",
            False,
        ),
        (
            case(step(BEGAN, limit_days=5), pause("2026-09-15 10:00", "2026-09-16 10:00")),
            "2026-09-22 17:30",
            True,
        ),
        (case(step(BEGAN, limit_days=5), pause("2026-09-15 10:00")), "2026-09-30", False),
        # One before the step began or after it was due does not.
        (
            case(step(BEGAN, limit_days=5), pause("2026-09-10 10:00", "2026-09-11 10:00")),
            FIFTH,
            True,
        ),
        (case(step(BEGAN, limit_days=5), pause("2026-09-21 10:00")), "2026-09-30", True),
    ],
)
def test_a_step_keeps_to_its_limit(one: Case, now: str, found: bool) -> None:
    assert (evidence("step-over-limit", one, now) is not None) is found


def test_an_open_step_is_looked_at_again_when_its_time_is_over() -> None:
    one = case(step(BEGAN, limit_days=5), pause("2026-09-15 10:00", "2026-09-16 10:00"))
    assert again("step-over-limit", one, "2026-09-21 10:00") == at("2026-09-22 17:30")


def test_a_step_over_its_limit_in_words() -> None:
    one = case(step(BEGAN, name="审查", limit_days=5))
    assert said("step-over-limit", one) == (
        "环节审查2026年9月14日开始，限 5 个工作日，到2026年9月20日没有办完",
        (
            "the step 审查 began on 14 Sep 2026 and had 5 working days, but was not done by "
            "20 Sep 2026"
        ),
    )
