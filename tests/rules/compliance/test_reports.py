"""Checks of information reports: 迟报 and 漏报."""

from __future__ import annotations

import pytest

from tests.rules.compliance.looking import again, case, evidence, said
from tests.support.moments import at

DUE = "2026-09-14 16:00"


@pytest.mark.parametrize(
    ("due", "reported", "found"),
    [
        (DUE, "2026-09-14 16:00", False),
        (DUE, "2026-09-14 16:01", True),
        ("2026-09-14", "2026-09-14 17:30", False),  # a date: until close of business
        ("2026-09-14", "2026-09-14 17:31", True),
        (DUE, None, False),
        (None, "2026-09-14 16:01", False),
    ],
)
def test_a_report_comes_in_time(due: str | None, reported: str | None, found: bool) -> None:
    one = case(report_due=due, reported_at=reported)
    assert (evidence("report-late", one) is not None) is found


def test_a_late_report_is_told() -> None:
    assert said("report-late", case(report_due=DUE, reported_at="2026-09-14 18:00")) == (
        "应在2026年9月14日 16:00前报送，2026年9月14日 18:00才报送",
        "to be reported by 14 Sep 2026 16:00, reported on 14 Sep 2026 18:00",
    )


@pytest.mark.parametrize(
    ("due", "reported", "now", "days", "found"),
    [
        (DUE, None, "2026-09-14 15:59", 0, False),
        (DUE, None, "2026-09-14 16:00", 0, True),
        (DUE, None, "2026-09-15 17:29", 1, False),
        (DUE, None, "2026-09-15 17:30", 1, True),
        ("2026-09-14", None, "2026-09-14 17:29", 0, False),
        ("2026-09-14", None, "2026-09-14 17:30", 0, True),
        (DUE, "2026-09-20 09:00", "2026-09-30 12:00", 0, False),
        (None, None, "2026-09-30 12:00", 0, False),
    ],
)
def test_a_report_comes_at_all(
    due: str | None, reported: str | None, now: str, days: int, found: bool
) -> None:
    one = case(report_due=due, reported_at=reported)
    assert (evidence("report-missing", one, now, days=days) is not None) is found


def test_a_report_is_looked_for_when_it_is_due() -> None:
    one = case(report_due=DUE)
    assert again("report-missing", one, "2026-09-14 09:00") == at(DUE)
    assert again("report-missing", one, DUE) is None
    reported = case(report_due=DUE, reported_at="2026-09-14 08:00")
    assert again("report-missing", reported, "2026-09-14 09:00") is None


def test_a_missing_report_is_told() -> None:
    assert said("report-missing", case(report_due=DUE)) == (
        "应在2026年9月14日前报送，至今未报",
        "to be reported by 14 Sep 2026, still not reported",
    )
