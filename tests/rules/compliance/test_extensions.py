"""Checks of extensions: approved, in time, and within what the law allows.

The calendar is the Chinese one: 2026-09-20 is a Sunday on which work is done, 25 to 27 September
and 1 to 7 October 2026 are days off.
"""

from __future__ import annotations

import pytest

from rules.cases import Case, Fact
from tests.rules.compliance.looking import case, evidence, extension, pause, said

GRANTED = "2026-09-16 10:00"


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"approved_by": "周正平"}, False),
        ({"approved_by": ""}, True),
        ({"approved_by": None}, True),
        ({}, False),
    ],
)
def test_an_extension_is_approved(facts: dict[str, Fact], found: bool) -> None:
    one = case(extension(GRANTED, amount=10, **facts))
    assert (evidence("extension-without-approval", one) is not None) is found


def extended(*grants: str | None, days: int | None = 5, **facts: Fact) -> Case:
    """Due on 20 September 17:30, after five working days."""
    more = [extension(granted, amount=2, unit="working days") for granted in grants]
    return case(*more, accepted_at="2026-09-14 10:00", statutory_days=days, **facts)


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (extended(), False),
        (extended("2026-09-20 17:30"), False),
        (extended("2026-09-20 17:31"), True),
        # The first one in time moved it to the 22nd.
        (extended("2026-09-18 10:00", "2026-09-22 17:30"), False),
        (extended("2026-09-18 10:00", "2026-09-23 09:00"), True),
        # What came too late opens no time for another one.
        (extended("2026-09-21 09:00", "2026-09-22 10:00"), True),
        (extended(None), False),
        (extended("2026-09-30 10:00", days=None), False),
        (extended("2026-10-30 10:00", days=None), True),
        (extended("2026-10-30 10:00", days=None, kind="joint"), False),
        (extended("2026-10-30 10:00", days=None, item_kind="joint"), False),
        # Of its item, and counted in calendar days: due on the 19th, which is a day off.
        (extended("2026-09-21 09:00", days=None, item_statutory_days=5), True),
        (extended("2026-09-20 17:00", days=None, item_statutory_days=5), False),
        (extended("2026-09-21 09:00", statutory_unit="calendar days"), True),
        (extended("2026-09-20 17:00", statutory_unit="calendar days"), False),
        (case(extension("2026-10-30 10:00", amount=2), statutory_days=5), False),
        (
            case(
                extension("2026-09-20 17:30", amount=0),
                accepted_at="2026-09-14 10:00",
                statutory_days=5,
            ),
            False,
        ),
    ],
)
def test_an_extension_comes_before_the_limit_is_over(one: Case, found: bool) -> None:
    assert (evidence("extension-after-due", one) is not None) is found


def test_a_special_procedure_gives_an_extension_more_time() -> None:
    parts = (
        pause("2026-09-15 10:00", "2026-09-16 10:00"),
        extension("2026-09-22 17:30", amount=2),
    )
    facts: dict[str, Fact] = {"accepted_at": "2026-09-14 10:00", "statutory_days": 5}
    assert evidence("extension-after-due", case(*parts, **facts)) is None
    assert evidence("extension-after-due", case(parts[1], **facts)) is not None
    is_open = pause("2026-09-15 10:00")
    assert evidence("extension-after-due", case(is_open, parts[1], **facts)) is None


@pytest.mark.parametrize(
    ("amounts", "kind", "found"),
    [
        ((10,), None, False),
        ((10.5,), None, True),
        ((5, 5), None, False),
        ((5, 6), None, True),
        ((11,), "joint", False),
        ((16,), "joint", True),
        ((None,), None, False),
        ((), None, False),
    ],
)
def test_extensions_are_no_longer_than_the_law_allows(
    amounts: tuple[float | None, ...], kind: str | None, found: bool
) -> None:
    one = case(*(extension(GRANTED, amount=amount) for amount in amounts), kind=kind)
    assert (evidence("extension-beyond-law", one) is not None) is found


def test_only_working_days_are_added_up() -> None:
    days = case(extension(GRANTED, amount=12, unit="calendar days"))
    assert evidence("extension-beyond-law", days) is None
    working = case(extension(GRANTED, amount=12, unit="working days"))
    assert evidence("extension-beyond-law", working) is not None


def test_a_case_is_extended_once() -> None:
    assert evidence("extended-more-than-once", extended(GRANTED)) is None
    assert evidence("extended-more-than-once", extended()) is None
    assert evidence("extended-more-than-once", extended(GRANTED, None)) is not None
    assert evidence("extended-more-than-once", extended(GRANTED, GRANTED), most=2) is None


def test_what_is_wrong_with_extensions_in_words() -> None:
    assert said("extension-without-approval", case(extension(GRANTED, approved_by=""))) == (
        "2026年9月16日的延期没有批准人",
        "nobody approved the extension of 16 Sep 2026",
    )
    assert said("extension-after-due", extended("2026-09-21 09:00")) == (
        "法定时限2026年9月20日已到，2026年9月21日才延期",
        "extended on 21 Sep 2026, when the statutory limit had ended on 20 Sep 2026",
    )
    twice = case(
        extension("2026-09-16 10:00", amount=10), extension("2026-09-18 10:00", amount=2.5)
    )
    assert said("extension-beyond-law", twice) == (
        "共延期 12.5 个工作日，法律允许 10 个",
        "extended by 12.5 working days in all; the law allows 10",
    )
    assert said("extended-more-than-once", twice) == (
        "2026年9月16日至2026年9月18日共延期 2 次",
        "extended 2 times from 16 Sep 2026 to 18 Sep 2026",
    )
