"""Checks of what is promised, against the start and the law.

14 September 2026 is a Monday, the 20th a Sunday on which work is done, 25 to 27 September are days
off.
"""

from __future__ import annotations

import pytest

from rules.amounts import Unit
from rules.cases import Fact, Part
from tests.rules.compliance.looking import case, evidence, extension, pause, said

ACCEPTED = "2026-09-14 10:00"


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
def test_a_pause_or_an_extension_gives_more_time_than_the_days_say(part: Part) -> None:
    facts: dict[str, Fact] = {"statutory_days": 5, "promised_due": "2026-09-28"}
    one = case(part, accepted_at=ACCEPTED, **facts)
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
