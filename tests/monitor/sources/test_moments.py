"""Moments as sources write them become instants."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.sources.moments import moment_reader
from monitor.sources.rows import Reason, Unreadable
from rules.instants import SECOND, instant

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
NOON = instant(datetime(2026, 10, 1, 4, 0, tzinfo=UTC))  # 12:00 in Shanghai
MIDNIGHT = NOON - 12 * 3600 * SECOND
read = moment_reader(SHANGHAI)


@pytest.mark.parametrize(
    ("written", "at"),
    [
        (datetime(2026, 10, 1, 12), NOON),  # noqa: DTZ001
        (datetime(2026, 10, 1, 12, 0, 0, 1), NOON + 1),  # noqa: DTZ001
        (datetime(2026, 10, 1, 4, tzinfo=UTC), NOON),
        (date(2026, 10, 1), MIDNIGHT),
        ("2026-10-01 12:00:00", NOON),
        ("2026-10-01 12:00", NOON),
        (" 2026-10-01 12:00:00 ", NOON),
        ("2026-10-01T12:00:00.000001", NOON + 1),
        ("2026-10-01T04:00:00Z", NOON),
        ("2026-10-01 06:00:00+02:00", NOON),
        ("2026-10-01 12:00:00+08", NOON),
        ("2026/10/1 12:0:0", NOON),
        ("2026-10-1 12:00:00.5", NOON + SECOND // 2),
        ("2026-10-01", MIDNIGHT),
        ("2026/10/01", MIDNIGHT),
        ("20261001", MIDNIGHT),
        ("20261001120000", NOON),
        ("202610011200", NOON),
        (b"2026-10-01 12:00:00", NOON),
        (NOON // SECOND, NOON),
        (NOON // 1000 + 1, NOON + 1000),
        (NOON / SECOND + 0.25, NOON + SECOND // 4),
        (Decimal(NOON // SECOND), NOON),
        (str(NOON // SECOND), NOON),
        (str(NOON // 1000), NOON),
        (20261001, MIDNIGHT),
        (20261001120000, NOON),
    ],
)
def test_a_moment_is_read(written: object, at: int) -> None:
    assert read(written) == at


@pytest.mark.parametrize(
    "written",
    [
        None,
        "",
        "  ",
        0,
        "0",
        "0000-00-00",
        "0000-00-00 00:00:00",
        "1900-01-01",
        "1900-01-01 00:00:00",
        "19000101",
        "9999-12-31",
        "9999-12-31 23:59:59.999999",
        "99991231",
        99991231,
        "0001-01-01 00:00:00",
        "infinity",
        date(1900, 1, 1),
        date(9999, 12, 31),
        datetime(1900, 1, 1),  # noqa: DTZ001
        datetime(9999, 12, 31, 23, 59, 59),  # noqa: DTZ001
        datetime.min,  # noqa: DTZ901
        datetime.max,  # noqa: DTZ901
        datetime.max.replace(tzinfo=UTC),
        datetime.min.replace(tzinfo=UTC),
    ],
)
def test_what_means_no_moment_is_none(written: object) -> None:
    assert read(written) is None
    assert moment_reader(ZoneInfo("America/New_York"))(written) is None


@pytest.mark.parametrize(
    "written",
    ["soon", "2026-13-01", "2026-02-30 10:00:00", "2026/2/30", "24:00", -5, True, timedelta(1),
     float("nan"), float("inf"), 10**18, "12345678901234567890", "20261301", [1], "NaN"],
)  # fmt: skip
def test_what_is_no_time_is_unreadable(written: object) -> None:
    with pytest.raises(Unreadable) as caught:
        read(written)
    assert caught.value.reason is Reason.BAD_TIME
    assert "expected a time such as" in str(caught.value)


def test_bytes_that_are_no_utf_8_are_unreadable() -> None:
    with pytest.raises(Unreadable) as caught:
        read(b"\xb0\xec")
    assert caught.value.reason is Reason.INVALID_UTF8


def test_a_date_without_a_time_is_its_midnight() -> None:
    assert read(date(2026, 10, 1)) == MIDNIGHT
    assert read("2026-10-01") == MIDNIGHT
    assert read("9999-12-31") is None


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2026-03-29 01:59:59", "00:59:59"),
        ("2026-03-29 02:30:00", "01:30:00"),  # skipped: counted from before the gap
        ("2026-03-29 03:00:00", "01:00:00"),
        ("2026-10-25 02:30:00", "00:30:00"),  # shown twice: the first
        ("2026-10-25 03:00:00", "02:00:00"),
    ],
)
def test_a_naive_time_around_a_change_of_the_clocks(local: str, utc: str) -> None:
    at = instant(datetime.fromisoformat(f"{local[:10]}T{utc}+00:00"))

    assert moment_reader(BERLIN)(local) == at
    assert moment_reader(BERLIN)(datetime.fromisoformat(local)) == at


@given(st.datetimes(datetime(1901, 1, 1), datetime(9990, 1, 1)))  # noqa: DTZ001
def test_a_naive_time_is_the_instant_its_zone_gives_it(when: datetime) -> None:
    expected = instant(when.replace(tzinfo=BERLIN))

    assert moment_reader(BERLIN)(when) == expected
    assert moment_reader(BERLIN)(str(when)) == expected


@given(st.one_of(st.text(), st.integers(), st.floats(), st.decimals(), st.binary(), st.dates()))
def test_whatever_is_written_is_a_moment_or_unreadable(written: object) -> None:
    try:
        at = read(written)
    except Unreadable:
        return
    assert at is None or isinstance(at, int)
