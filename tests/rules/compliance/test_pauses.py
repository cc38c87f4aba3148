"""Checks of the ground of special procedures, and of those that hold up a limit.

The calendar is the Chinese one: 2026-09-20 is a Sunday on which work is done, 25 to 27 September
and 1 to 7 October 2026 are days off.
"""

from __future__ import annotations

import pytest

from rules.cases import Case, Fact, Part
from tests.rules.compliance.looking import case, evidence, extension, pause, said

MONDAY, TUESDAY = "2026-09-14 10:00", "2026-09-15 10:00"


@pytest.mark.parametrize(
    ("one", "name"),
    [
        (case(), None),
        (case(pause(MONDAY, kind="听证")), None),
        (case(pause(MONDAY, kind="领导出差")), "领导出差"),
        (case(pause(TUESDAY, kind="其他"), pause(MONDAY, kind="领导出差")), "领导出差"),
        (case(pause(MONDAY, kind=None)), ""),
        # A source that tells no kinds has no say.
        (case(pause(MONDAY)), None),
    ],
)
def test_a_special_procedure_is_one_that_the_law_knows(one: Case, name: str | None) -> None:
    found = evidence("pause-without-ground", one)
    assert (found and found["name"]) == name


def test_the_kinds_allowed_are_a_setting() -> None:
    one = case(pause(MONDAY, kind="听证"))
    assert evidence("pause-without-ground", one, kinds=("检测",)) is not None
    assert evidence("pause-without-ground", one, kinds=()) is None


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"reason": "现场检测"}, False),
        ({"reason": ""}, True),
        ({"reason": " \u3000"}, True),
        ({"reason": None}, True),
        ({"reason": 3}, False),
        ({}, False),
    ],
)
def test_a_special_procedure_has_a_reason(facts: dict[str, Fact], found: bool) -> None:
    assert (evidence("pause-without-reason", case(pause(MONDAY, **facts))) is not None) is found


def serial(*parts: Part, days: int | None = 5, **facts: Fact) -> Case:
    """Due on 20 September, after five working days."""
    return case(*parts, accepted_at=MONDAY, promised_days=days, **facts)


@pytest.mark.parametrize(
    ("one", "times"),
    [
        (serial(), None),
        (serial(pause("2026-09-18 10:00", "2026-09-18 11:00")), None),
        # The 17th is two working days before the due day: the 18th and the 20th are left.
        (
            serial(
                pause("2026-09-17 10:00", "2026-09-17 11:00"),
                pause("2026-09-18 10:00", "2026-09-18 11:00"),
            ),
            2,
        ),
        (
            serial(
                pause("2026-09-16 10:00", "2026-09-16 11:00"),
                pause("2026-09-18 10:00", "2026-09-18 11:00"),
            ),
            None,
        ),
        # The first one moved the due day on to the 22nd, so that the second one is not near it.
        (
            serial(
                pause("2026-09-16 10:00", "2026-09-17 10:00"),
                pause("2026-09-18 10:00", "2026-09-18 11:00"),
            ),
            None,
        ),
        # Each begins when two days are left of what the one before it gave.
        (
            serial(
                pause("2026-09-17 10:00", "2026-09-20 10:00"),
                pause("2026-09-21 10:00", "2026-09-22 10:00"),
                pause("2026-09-23 10:00", "2026-09-24 10:00"),
            ),
            3,
        ),
        # The item says how long it may take, in working days or in others.
        *(
            (
                serial(
                    pause("2026-09-17 10:00", "2026-09-17 11:00"),
                    pause("2026-09-18 10:00", "2026-09-18 11:00"),
                    days=None,
                    item_promised_days=days,
                    item_promised_unit=unit,
                ),
                times,
            )
            for days, unit, times in (
                (5, None, 2),
                (9, None, None),
                (5, "calendar days", 2),
                (9, "calendar days", None),
                (5, "weeks", None),
            )
        ),
        # After the due moment there is no limit to hold up.
        (
            serial(
                pause("2026-09-18 10:00", "2026-09-18 10:30"),
                pause("2026-09-24 10:00", "2026-09-24 11:00"),
            ),
            None,
        ),
        # While one is open, there is no due moment to be near.
        (serial(pause("2026-09-18 10:00"), pause("2026-09-20 10:00")), None),
        (
            serial(
                pause("2026-09-17 10:00", "2026-09-17 11:00"),
                pause("2026-09-18 10:00", "2026-09-18 11:00"),
                days=None,
            ),
            None,
        ),
        (
            serial(
                pause("2026-09-17 10:00", "2026-09-17 11:00"),
                pause("2026-09-18 10:00", "2026-09-18 11:00"),
                days=None,
                statutory_days=5,
            ),
            2,
        ),
        # Of a limit of two days all but the last is far from its end.
        (
            serial(pause(MONDAY, "2026-09-14 11:00"), pause(MONDAY, "2026-09-14 12:00"), days=2),
            None,
        ),
    ],
)
def test_one_special_procedure_after_another_near_the_limit(one: Case, times: int | None) -> None:
    found = evidence("serial-pauses-near-limit", one)
    assert (found and found["times"]) == times


def test_an_extension_moves_the_limit_from_its_grant_on() -> None:
    pauses = (
        pause("2026-09-17 10:00", "2026-09-17 11:00"),
        pause("2026-09-18 10:00", "2026-09-18 11:00"),
    )
    before = extension("2026-09-16 10:00", amount=10)
    later = extension("2026-09-18 12:00", amount=10)
    assert evidence("serial-pauses-near-limit", serial(*pauses, before)) is None
    assert evidence("serial-pauses-near-limit", serial(*pauses, later)) is not None


def test_how_near_and_how_often_are_settings() -> None:
    one = serial(pause("2026-09-18 10:00", "2026-09-18 11:00"))
    assert evidence("serial-pauses-near-limit", one, times=1) is not None
    assert evidence("serial-pauses-near-limit", one, times=1, within=0) is None


def test_what_is_wrong_with_special_procedures_in_words() -> None:
    assert said("pause-without-ground", case(pause(MONDAY, kind="领导出差"))) == (
        "2026年9月14日起的特别程序“领导出差”不在法定种类之内",
        "the special procedure “领导出差”, begun on 14 Sep 2026, is none that the law knows",
    )
    assert said("pause-without-reason", case(pause(MONDAY, kind="听证", reason=""))) == (
        "2026年9月14日起的特别程序听证没有写明理由",
        "the special procedure 听证, begun on 14 Sep 2026, gives no reason",
    )
    one = serial(
        pause("2026-09-17 10:00", "2026-09-17 11:00"), pause("2026-09-18 10:00", "2026-09-18 11:00")
    )
    assert said("serial-pauses-near-limit", one) == (
        "2026年9月17日至2026年9月18日，在期限只剩 2 个工作日以内时 2 次启动特别程序",
        (
            "from 17 Sep 2026 to 18 Sep 2026 special procedures were begun 2 times with no more "
            "than 2 working days left"
        ),
    )
