"""Cases that were taken away under a card, and cases that others name and nobody has."""

from __future__ import annotations

import pytest

from rules.compliance import Setting
from tests.rules.surveys.looking import Row, cases, hall, said

GONE: Row = {
    "accepted_at": "2026-09-01 10:00",
    "vanished_at": "2026-10-10 09:00",
    "cards": [("2026-10-09 17:30", "yellow")],
}
NAMING: Row = {"accepted_at": "2026-10-12 10:00", "related_no": "A7"}


@pytest.mark.parametrize(
    ("row", "settings", "found"),
    [
        (GONE, {}, ["N1"]),
        ({**GONE, "cards": []}, {}, []),
        ({**GONE, "vanished_at": None}, {}, []),
        (GONE, {"days": 3}, []),
    ],
)
def test_cases_that_vanish(row: Row, settings: dict[str, Setting], found: list[str]) -> None:
    assert cases("vanished-with-card", hall(row), **settings) == found


def test_it_says_under_which_card() -> None:
    assert said("vanished-with-card", hall(GONE)) == (
        "2026年10月9日亮牌“承诺办结时限”，2026年10月10日起审批库里已没有这个办件",
        'the card "承诺办结时限" of 9 Oct 2026 stood when the case left its source on 10 Oct 2026',
    )


@pytest.mark.parametrize(
    ("row", "settings", "found"),
    [
        (NAMING, {}, ["N1"]),
        ({**NAMING, "related_no": "N2"}, {}, []),
        ({**NAMING, "related_no": "K2"}, {}, []),
        ({**NAMING, "related_no": None}, {}, []),
        ({**NAMING, "related_no": ""}, {}, []),
        ({**NAMING, "accepted_at": "2026-10-14 13:00"}, {}, []),
        ({**NAMING, "accepted_at": "2026-10-14 13:00"}, {"hours": 1}, ["N1"]),
        ({**NAMING, "accepted_at": None, "first_seen_at": "2026-10-12 10:00"}, {}, ["N1"]),
        ({**NAMING, "accepted_at": "2026-07-01 10:00"}, {}, []),
        ({**NAMING, "complaint_of": "A9", "related_no": None}, {"fact": "complaint_of"}, ["N1"]),
    ],
)
def test_cases_that_name_another(row: Row, settings: dict[str, Setting], found: list[str]) -> None:
    assert cases("named-but-missing", hall(row, {}), **settings) == found


def test_it_says_which() -> None:
    assert said("named-but-missing", hall(NAMING)) == (
        "本件提到办件 A7，各审批库里都没有这个号",
        "it is about the case A7, which is in no source",
    )
