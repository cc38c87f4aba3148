"""Checks of reported-up items: reported, answered above, and closed as the upper level decided."""

from __future__ import annotations

import pytest

from rules.cases import Fact
from tests.rules.compliance.looking import case, evidence, said

REPORTED, ANSWERED, CLOSED = "2026-09-07 10:00", "2026-09-14 10:00", "2026-09-18 16:00"
WHOLE: dict[str, Fact] = {
    "reported_up_at": REPORTED,
    "upper_answered_at": ANSWERED,
    "closed_at": CLOSED,
    "result": "granted",
    "upper_result": "granted",
}
CHECKS = (
    *("closed-without-reporting-up", "closed-before-upper-answer"),
    *("answered-before-reported-up", "result-against-upper-answer"),
)


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({}, None),
        ({"closed_at": None, "upper_answered_at": None}, None),
        ({"reported_up_at": None, "upper_answered_at": None}, "closed-without-reporting-up"),
        ({"reported_up_at": "2026-09-18 16:01"}, "closed-without-reporting-up"),
        ({"upper_answered_at": None}, "closed-before-upper-answer"),
        ({"upper_answered_at": "2026-09-18 16:01"}, "closed-before-upper-answer"),
        ({"upper_answered_at": CLOSED}, None),
        ({"upper_answered_at": "2026-09-07 09:59"}, "answered-before-reported-up"),
        ({"upper_answered_at": REPORTED}, None),
        ({"upper_result": "refused"}, "result-against-upper-answer"),
        ({"upper_result": "refused", "closed_at": None}, None),
        ({"upper_result": None}, None),
        ({"result": None}, None),
        # What ended before it needed an answer.
        ({"reported_up_at": None, "result": "not-accepted", "upper_result": None}, None),
        ({"upper_answered_at": None, "result": "withdrawn", "upper_result": None}, None),
    ],
)
def test_a_reported_up_item_is_carried_through(facts: dict[str, Fact], found: str | None) -> None:
    one = case(**{**WHOLE, **facts})
    # An answer that is older than its report is a finding beside that it was not reported in time.
    told = [check for check in CHECKS if evidence(check, one) is not None]
    assert told[:1] == ([found] if found else [])


@pytest.mark.parametrize(
    ("check", "facts", "words"),
    [
        (
            "closed-without-reporting-up",
            {"reported_up_at": None},
            (
                "2026年9月18日办结，办结前没有上报上级机关",
                "closed on 18 Sep 2026 without having been reported to the upper level",
            ),
        ),
        (
            "closed-before-upper-answer",
            {"upper_answered_at": None},
            (
                "2026年9月7日上报，2026年9月18日办结时上级还没有批复",
                (
                    "reported up on 7 Sep 2026 and closed on 18 Sep 2026, before the upper level "
                    "had answered"
                ),
            ),
        ),
        (
            "answered-before-reported-up",
            {"upper_answered_at": "2026-09-07 09:00"},
            (
                "2026年9月7日 10:00上报，上级批复却在此前的2026年9月7日 09:00",
                (
                    "reported up on 7 Sep 2026 10:00, but the upper level's answer is of "
                    "7 Sep 2026 09:00, before that"
                ),
            ),
        ),
        (
            "result-against-upper-answer",
            {"upper_result": "refused"},
            (
                "上级批复为不予许可，2026年9月18日却以准予许可办结",
                (
                    "the upper level decided refused, but on 18 Sep 2026 the case was closed as "
                    "granted"
                ),
            ),
        ),
    ],
)
def test_what_is_wrong_is_told(check: str, facts: dict[str, Fact], words: tuple[str, str]) -> None:
    assert said(check, case(**{**WHOLE, **facts})) == words
