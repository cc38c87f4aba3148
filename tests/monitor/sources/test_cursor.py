"""The cursor survives being written, and a round starts early enough."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.sources.cursor import Cursor, round_start, written
from rules.instants import instant

SHANGHAI = ZoneInfo("Asia/Shanghai")
ZONES = st.sampled_from([None, UTC, timezone(timedelta(hours=8))])
VALUES = st.one_of(
    st.integers(),
    st.text(),
    st.floats(allow_nan=False),
    st.datetimes(timezones=ZONES),
    st.dates(),
    st.decimals(allow_nan=False),
    st.binary(),
    st.uuids(),
)


def naive(text: str) -> datetime:
    return datetime.fromisoformat(text)


@given(VALUES, VALUES)
def test_a_cursor_is_read_back_exactly(changed: Any, key: Any) -> None:
    cursor = Cursor().moved(changed, key, changed).passed("pauses").moved(key, changed, key)

    back = Cursor.loads(cursor.dumps())

    assert back == cursor
    high = back.places["cases"].high
    assert type(high) is type(changed)
    assert str(high) == str(changed)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"turn": "cases", "places": {"cases": 1}}'])
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a cursor"):
        Cursor.loads(text)


def test_a_value_that_no_cursor_holds_is_refused() -> None:
    with pytest.raises(TypeError, match="timedelta"):
        Cursor().moved(timedelta(1), 1, 1).dumps()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("high", "overlap", "start"),
    [
        (None, 120.0, None),
        (naive("2026-10-01T12:00:00.000001"), 120.0, naive("2026-10-01T11:58:00.000001")),
        (date(2026, 10, 1), 120.0, date(2026, 9, 30)),
        (date(2026, 10, 1), 0.0, date(2026, 10, 1)),
        ("2026-10-01 12:00:00", 120.0, "2026-10-01 11:58:00"),
        ("2026-10-01T12:00:00.500000", 120.0, "2026-10-01T11:58:00.500000"),
        ("20261001120000", 120.0, "20261001115800"),
        ("2026-10-01 12:00:00+08:00", 120.0, "2026-10-01 11:58:00+08:00"),
        ("no time", 120.0, "no time"),
        (5000, 100, 4900),
        (1_790_000_000, 120.0, 1_789_999_880),
        (1_790_000_000_000, 120.0, 1_789_999_880_000),
        (1_790_000_000_000, 100, 1_789_999_999_900),
        (12.5, 2, 10.5),
        (Decimal("12.5"), 2, Decimal("10.5")),
        (b"\0\1", 120.0, b"\0\1"),
        (UUID(int=1), 120.0, UUID(int=1)),
    ],
)
def test_a_round_starts_the_overlap_before_the_highest(
    high: Any, overlap: float, start: Any
) -> None:
    assert round_start(high, overlap, SHANGHAI) == start


@pytest.mark.parametrize(
    ("high", "start"),
    [
        (naive("2999-01-01"), naive("2026-10-01T11:58:00")),
        (datetime(2999, 1, 1, tzinfo=UTC), datetime(2026, 10, 1, 3, 58, tzinfo=UTC)),
        (naive("2026-10-01T11:00:00"), naive("2026-10-01T10:58:00")),
        (date(2999, 1, 1), date(2026, 9, 30)),
        ("2999-01-01 00:00:00", "2026-10-01 11:58:00"),
        ("infinity", "2026-10-01 11:58:00+08:00"),
    ],
)
def test_a_round_does_not_start_in_the_future(high: Any, start: Any) -> None:
    now = instant(datetime.fromisoformat("2026-10-01T12:00:00+08:00"))

    assert round_start(high, 120.0, SHANGHAI, now) == start


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (7, "7"), (naive("2026-10-01T12:00:00"), "2026-10-01T12:00:00"), (b"\1", "01")],
)
def test_a_changed_value_is_written_for_people(value: Any, text: str) -> None:
    assert written(value) == text
