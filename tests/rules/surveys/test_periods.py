"""The last period that is over: week, month and quarter, from local midnight to local midnight."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.instants import instant
from rules.surveys.periods import PERIODS, last_complete, year_before
from tests.support.moments import SHANGHAI, at


@pytest.mark.parametrize(
    ("kind", "now", "ident", "start", "end", "next_end"),
    [
        ("month", "2026-10-15 09:00", "2026-09", "2026-09-01", "2026-10-01", "2026-11-01"),
        ("month", "2026-10-01 00:00", "2026-09", "2026-09-01", "2026-10-01", "2026-11-01"),
        ("month", "2027-01-31 23:59", "2026-12", "2026-12-01", "2027-01-01", "2027-02-01"),
        ("week", "2026-10-11 23:59", "2026-W40", "2026-09-28", "2026-10-05", "2026-10-12"),
        ("week", "2027-01-04 00:00", "2026-W53", "2026-12-28", "2027-01-04", "2027-01-11"),
        ("quarter", "2026-10-01 00:00", "2026-Q3", "2026-07-01", "2026-10-01", "2027-01-01"),
        ("quarter", "2026-03-31 09:00", "2025-Q4", "2025-10-01", "2026-01-01", "2026-04-01"),
    ],
)
def test_the_last_period(
    kind: str, now: str, ident: str, start: str, end: str, next_end: str
) -> None:
    period = last_complete(kind, at(now), SHANGHAI)
    assert period.id == ident
    assert (period.start, period.end, period.next_end) == (at(start), at(end), at(next_end))


@given(st.sampled_from(PERIODS), st.integers(at("1995-01-01"), at("2050-01-01")))
def test_periods_follow_one_another(kind: str, now: int) -> None:
    period = last_complete(kind, now, SHANGHAI)
    assert period.start < period.end <= now < period.next_end
    assert last_complete(kind, period.end - 1, SHANGHAI).end == period.start
    assert last_complete(kind, period.next_end, SHANGHAI).start == period.end


def test_what_is_no_period_is_refused() -> None:
    with pytest.raises(ValueError, match="'year' is no period; expected week, month, quarter"):
        last_complete("year", at("2026-10-01 00:00"), SHANGHAI)


def test_a_year_before_is_365_days_before_it_begins() -> None:
    period = last_complete("month", at("2026-10-15 09:00"), SHANGHAI)
    begin = datetime(2026, 9, 1, tzinfo=SHANGHAI) - timedelta(days=365)
    assert year_before(period, SHANGHAI) == instant(begin)
