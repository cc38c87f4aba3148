"""The highest changed value: text is compared as times, and what is no time is no place."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from monitor.sources.stamps import highest, is_stamp

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    "odd", ["2026/11/25 10:00:00", "2026-11-25T01:00:00+08:00", "待定", "~", "infinity"]
)
def test_what_is_written_otherwise_is_not_the_place_that_was_reached(odd: str) -> None:
    values = ["2026-11-25 09:00:00", "2026-11-25 10:00:00", odd]
    assert highest(None, values, ZONE) == "2026-11-25 10:00:00"
    assert highest("2026-11-25 09:30:00", [odd], ZONE) == "2026-11-25 09:30:00"


def test_a_place_that_is_no_time_is_left_for_one_that_is() -> None:
    assert highest("待定", ["2026-11-25 09:00:00", "待定"], ZONE) == "2026-11-25 09:00:00"


def test_times_of_one_form_are_compared_as_times() -> None:
    values = ["2026-11-25 09:00:00.5", "2026-11-25 09:00:00", "2026-11-25"]
    assert highest(None, values, ZONE) == "2026-11-25 09:00:00.5"


def test_what_is_no_text_is_the_place_in_the_order_of_the_source() -> None:
    first, second = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    assert highest(first, [second], ZONE) == second
    assert highest(7, [8, "待定"], ZONE) == 8
    assert highest("007", ["008", "009", "待定"], ZONE) == "009"


def test_versions_of_any_form_are_compared_as_text() -> None:
    assert highest(None, ["0xA1", "0xB2"], ZONE, times=False) == "0xB2"
    assert highest("0xB2", [], ZONE, times=False) == "0xB2"


@pytest.mark.parametrize("value", [None, "", "2026-11-25", "20261125101010", 7, "0000-00-00"])
def test_times_numbers_and_nothing_are_stamps(value: object) -> None:
    assert is_stamp(value, ZONE)


@pytest.mark.parametrize("value", ["待定", "gestern", "2026-13-01 00:00:00"])
def test_other_text_is_none(value: str) -> None:
    assert not is_stamp(value, ZONE)
