from __future__ import annotations

import pytest

from rules.cases import Case, Fact
from rules.history import FactChange
from tests.rules.compliance.looking import evidence, inspect, said
from tests.support.moments import at

# Tuesday 13 October 2026: a card is raised at 17:30, and the source is read every half minute.
CARD, READ, SEEN = "2026-10-13 17:30", "2026-10-14 10:00", "2026-10-14 10:01"
SOON = "2026-10-20 12:00"


def changed(
    name: str,
    before: str | float | None,
    after: str | float | None,
    card: str | None = CARD,
    read: str | None = READ,
    seen: str = SEEN,
    **facts: Fact,
) -> Case:
    """A case to one fact of which a change was seen; texts like moments are moments."""
    change = FactChange(
        name,
        _value(before),
        _value(after),
        at(seen),
        at(read) if read else None,
        at(card) if card else None,
    )
    return Case("", "", facts, changes=(change,))


def _value(value: str | float | None) -> Fact:
    return at(value) if isinstance(value, str) and value.startswith("2026-") else value


def is_found(check: str, one: Case) -> bool:
    return evidence(check, one, SOON) is not None


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (changed("accepted_at", "2026-09-22 15:20", "2026-09-29 15:20"), True),
        (changed("promised_days", 10.0, 20.0), True),
        (changed("pauses[1].started_at", "2026-10-08 09:00", "2026-09-24 09:00"), True),
        (changed("pauses[1].ended_at", "2026-10-08 09:00", "2026-10-10 09:00"), True),
        (changed("extensions[1].amount", 5.0, 10.0), True),
        (changed("closed_at", "2026-10-14 09:00", "2026-10-13 09:00"), True),
        # before any card was raised
        (changed("accepted_at", "2026-09-22 15:20", "2026-09-29 15:20", card=None), False),
        # how a case goes on
        (changed("closed_at", None, "2026-10-14 09:00"), False),
        (changed("pauses[1].ended_at", None, "2026-10-14 09:00"), False),
        (changed("pauses[1]", None, "2026-10-14 09:00"), False),
        # told by another check
        (changed("accepted_at", "2026-09-22 15:20", None), False),
        # no fact of a clock
        (changed("step", "受理", "审查"), False),
        (changed("pauses[1].kind", "听证", "补正"), False),
        (changed("steps[1].ended_at", "2026-10-08 09:00", "2026-10-09 09:00"), False),
    ],
)
def test_a_fact_of_the_clock_must_not_change_after_a_card(one: Case, found: bool) -> None:
    assert is_found("fact-changed-after-card", one) is found


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (changed("closed_at", None, "2026-10-13 17:00"), True),
        (changed("closed_at", "2026-10-14 09:30", "2026-10-13 11:00"), True),
        (changed("pauses[1]", None, "2026-10-12 09:00"), True),
        (changed("pauses[1].started_at", None, "2026-10-12 09:00"), True),
        # after the card
        (changed("closed_at", None, "2026-10-13 17:30"), False),
        (changed("closed_at", None, "2026-10-14 09:00"), False),
        # told as soon as the source was read again: after a night, and after two days down
        (changed("closed_at", None, "2026-10-13 17:10", read="2026-10-14 09:05"), False),
        (changed("closed_at", None, "2026-10-13 11:00", read="2026-10-13 10:59"), False),
        (changed("closed_at", None, "2026-10-13 11:00", read=None), False),
        # a date: closed at any time of that day
        (changed("closed_at", None, "2026-10-13 00:00", card="2026-10-13 09:00"), False),
        (changed("closed_at", None, "2026-10-12 00:00", card="2026-10-13 09:00"), True),
        # no card yet
        (changed("closed_at", None, "2026-10-09 11:00", card=None), False),
        # an end that was known in advance, or is told late, makes nothing in time
        (changed("pauses[1].ended_at", None, "2026-10-12 09:00"), False),
        (changed("closed_at", "2026-10-13 11:00", None), False),
        (changed("steps[1]", None, "2026-10-12 09:00"), False),
    ],
)
def test_a_moment_must_not_be_dated_back_to_before_a_card(one: Case, found: bool) -> None:
    assert is_found("back-dated", one) is found


def test_how_late_a_moment_may_be_told_can_be_tuned() -> None:
    one = changed("closed_at", None, "2026-10-13 17:10", read="2026-10-14 09:05")
    assert evidence("back-dated", one, SOON, minutes=24)
    assert not evidence("back-dated", one, SOON, minutes=25)


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (changed("accepted_at", "2026-09-22 15:20", None), True),
        (changed("closed_at", "2026-10-12 15:20", None, card=None), True),
        (changed("pauses[1]", "2026-10-08 09:00", None), True),
        (changed("pauses[1]", "row without a beginning", None), True),
        (changed("pauses[1].ended_at", "2026-10-08 09:00", None), True),
        (changed("extensions[1]", "2026-10-08 09:00", None), True),
        # the source tells of the reopening
        (changed("closed_at", "2026-10-12 15:20", None, reopened_at=at(SEEN)), False),
        (changed("accepted_at", "2026-09-22 15:20", None, reopened_at=at(SEEN)), True),
        (changed("accepted_at", "2026-09-22 15:20", "2026-09-23 15:20"), False),
        (changed("accepted_at", None, "2026-09-23 15:20"), False),
        (changed("window", "3", None), False),
        (changed("steps[1]", "2026-10-08 09:00", None), False),
        (changed("pauses[1].kind", "听证", None), False),
        (changed("vanished_at", "2026-10-08 09:00", None), False),
    ],
)
def test_what_was_recorded_must_not_be_taken_away(one: Case, found: bool) -> None:
    assert is_found("fact-removed", one) is found


def test_the_first_of_several_changes_is_told() -> None:
    first = changed("promised_days", 10.0, 20.0)
    second = changed("promised_days", 20.0, 30.0, seen="2026-10-15 09:00")
    both = Case("", "", {}, changes=(*first.changes, *second.changes))
    found, _ = inspect("fact-changed-after-card", [Case("", "", {}), both], [at(SOON)] * 2)
    assert list(found) == [1]
    assert found[1].evidence == {
        "fact": "promised_days",
        "before": 10.0,
        "after": 20.0,
        "seen_at": at(SEEN),
        "carded_at": at(CARD),
    }


@pytest.mark.parametrize(
    ("check", "one", "zh", "en"),
    [
        (
            "fact-changed-after-card",
            changed("accepted_at", "2026-09-22 15:20", "2026-09-29 15:20:30"),
            (
                "2026年10月13日亮牌之后，2026年10月14日看到受理时间由 2026-09-22 15:20 改为 "
                "2026-09-29 15:20:30"
            ),
            (
                "the moment of acceptance was changed from 2026-09-22 15:20 to 2026-09-29 15:20:30"
                ", seen on 14 Oct 2026, after the card of 13 Oct 2026"
            ),
        ),
        (
            "fact-changed-after-card",
            changed("extensions[7].amount", 5.0, 10.0),
            "2026年10月13日亮牌之后，2026年10月14日看到延期 7 的时长由 5 改为 10",
            (
                "the length of extension 7 was changed from 5 to 10, seen on 14 Oct 2026, "
                "after the card of 13 Oct 2026"
            ),
        ),
        (
            "back-dated",
            changed("pauses[88213]", None, "2026-10-12 09:00"),
            "2026年10月13日亮牌，2026年10月14日才看到特别程序 88213，却写的是 2026-10-12 09:00",
            (
                "the special procedure 88213 was first seen on 14 Oct 2026, "
                "after the card of 13 Oct 2026, and says 2026-10-12 09:00"
            ),
        ),
        (
            "fact-removed",
            changed("pauses[88213].ended_at", "2026-10-12 09:00", None),
            "特别程序 88213 的结束时间原为 2026-10-12 09:00，2026年10月14日看到已被删去",
            "the end of special procedure 88213 was 2026-10-12 09:00; on 14 Oct 2026 it was gone",
        ),
    ],
)
def test_what_was_done_is_put_into_words(check: str, one: Case, zh: str, en: str) -> None:
    assert said(check, one, SOON) == (zh, en)
