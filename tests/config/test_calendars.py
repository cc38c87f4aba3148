from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest

from config import Faulty, build_all, calendar_from, china
from rules.calendars import Calendar, Spans, parse_span
from tests.support.settings import LIMIT, loaded
from tests.support.settings import refused as settings_refused

BASES = {"cn": china()}
USUAL: Spans = (parse_span("09:00-12:00"), parse_span("13:30-17:30"))
MORNING: Spans = (parse_span("09:00-12:00"),)


def own(folder: Path, text: str) -> Calendar:
    """Load the calendar ``own`` whose keys the text gives."""
    settings = loaded(folder, f'[[calendar]]\nid = "own"\n{text}')
    return build_all(settings.calendar)["own"]


def refused(data: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(Faulty) as caught:
        calendar_from(data, BASES)
    return [(fault.code, fault.path) for fault in caught.value.faults]


def test_china_works_on_the_days_that_chinesecalendar_says_2010_to_2026() -> None:
    day, wrong = date(2010, 1, 1), []
    while day <= date(2026, 12, 31):
        if bool(china().spans(day)) != chinese_calendar.is_workday(day):
            wrong.append(day)
        day += timedelta(days=1)
    assert wrong == []


@pytest.mark.parametrize(
    "day",
    [
        *("2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"),
        *("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"),
    ],
)
def test_a_make_up_day_has_the_usual_hours(day: str) -> None:
    assert china().spans(date.fromisoformat(day)) == USUAL


@pytest.mark.parametrize("year", [2025, 2026])
def test_a_year_has_248_working_days(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    assert sum(bool(china().spans(day)) for day in days) == 248


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-09-18", 5, "2026-09-24"),
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-02-13", 20, "2026-03-19"),
        ("2026-04-30", 1, "2026-05-06"),
        ("2025-09-26", 5, "2025-10-10"),
        ("2025-01-24", 5, "2025-02-07"),
    ],
)
def test_working_days_after_a_day_pass_over_holidays(start: str, days: int, due: str) -> None:
    day, left = date.fromisoformat(start), days
    while left:
        day += timedelta(days=1)
        left -= bool(china().spans(day))
    assert day == date.fromisoformat(due)


def test_holidays_are_named_in_chinese() -> None:
    assert china().holiday(date(2026, 10, 1)) == "国庆节"
    assert all(not name.isascii() for name in china().holidays.values())


def test_china_is_published_to_the_end_of_its_last_year() -> None:
    last = china().published_through
    assert last is not None
    assert (last.month, last.day) == (12, 31)
    assert max(china().holidays) <= last


def test_after_the_last_year_the_fixed_days_are_off() -> None:
    last = china().published_through
    assert last is not None
    fixed = [(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)]
    names = [china().holiday(date(last.year + 1, month, day)) for month, day in fixed]
    assert names == ["元旦", "劳动节", "劳动节", "国庆节", "国庆节", "国庆节"]
    assert china().holiday(date(last.year + 1, 5, 3)) is None


def test_summer_hours_hold_in_summer_only() -> None:
    calendar = build_all(())["cn-summer"]
    assert calendar.spans(date(2026, 7, 1))[1] == parse_span("15:00-18:00")
    assert calendar.spans(date(2026, 11, 2))[1] == parse_span("14:30-17:30")
    assert calendar.spans(date(2026, 9, 20))[1] == parse_span("15:00-18:00")
    assert calendar.spans(date(2026, 5, 1)) == ()


def test_an_own_calendar_lies_over_china_unless_it_says_otherwise(tmp_path: Path) -> None:
    calendar = own(tmp_path, 'holidays = { 2026-03-03 = "三月三" }')
    assert calendar.holiday(date(2026, 3, 3)) == "三月三"
    assert calendar.holiday(date(2026, 10, 1)) == "国庆节"
    assert calendar.spans(date(2026, 9, 20)) == USUAL
    assert calendar.published_through == china().published_through


def test_an_own_holiday_goes_before_a_make_up_day_of_the_base(tmp_path: Path) -> None:
    assert own(tmp_path, "holidays = [2026-09-20]").spans(date(2026, 9, 20)) == ()


def test_an_own_working_day_goes_before_a_holiday_of_the_base(tmp_path: Path) -> None:
    calendar = own(tmp_path, 'workdays = { 2026-10-01 = ["09:00-12:00"] }')
    assert calendar.spans(date(2026, 10, 1)) == MORNING


def test_own_working_days_may_be_a_list_of_dates(tmp_path: Path) -> None:
    assert own(tmp_path, "workdays = [2026-03-07]").spans(date(2026, 3, 7)) == USUAL


def test_a_day_that_a_table_of_hours_leaves_out_is_closed(tmp_path: Path) -> None:
    calendar = own(tmp_path, 'hours = { mon = ["09:00-12:00"], sat = ["09:00-12:00"] }')
    assert [bool(calendar.spans(date(2026, 3, 2 + n))) for n in range(7)] == [
        *(True, False, False, False, False, True, False)
    ]


def test_a_calendar_over_nothing_is_never_provisional(tmp_path: Path) -> None:
    calendar = own(tmp_path, 'base = "none"\nhours = ["00:00-24:00"]')
    assert calendar.published_through is None
    assert calendar.spans(date(2026, 10, 1)) == ((0, 86_400),)


def test_published_through_may_be_said(tmp_path: Path) -> None:
    calendar = own(tmp_path, "published_through = 2027-12-31")
    assert calendar.published_through == date(2027, 12, 31)


def test_a_calendar_may_lie_over_one_that_comes_later(tmp_path: Path) -> None:
    text = 'base = "hall"\n[[calendar]]\nid = "hall"\nhours = ["09:00-12:00"]'
    assert own(tmp_path, text).spans(date(2026, 3, 2)) == MORNING


def test_an_own_calendar_goes_before_a_shipped_one(tmp_path: Path) -> None:
    settings = loaded(tmp_path, '[[calendar]]\nid = "cn-summer"\nhours = ["09:00-12:00"]')
    assert build_all(settings.calendar)["cn-summer"].spans(date(2026, 7, 1)) == MORNING


def test_an_inline_calendar_without_a_base_lies_over_nothing() -> None:
    calendar = calendar_from({"hours": ["22:00-30:00"], "timezone": "Asia/Urumqi"}, BASES)
    assert calendar.spans(date(2026, 10, 1)) == ((79_200, 108_000),)
    assert calendar.timezone == ZoneInfo("Asia/Urumqi")
    assert calendar.published_through is None


def test_an_inline_calendar_may_lie_over_china() -> None:
    data = {
        "base": "cn",
        "timezone": "Asia/Shanghai",
        "hours": {"mon": ["09:00-12:00"], "tue": []},
        "holidays": ["2026-03-02"],
        "workdays": {"2026-10-01": ["09:00-12:00"], "2026-03-07": None},
    }
    calendar = calendar_from(data, BASES)
    days = [date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 10), date(2026, 10, 1)]
    assert [calendar.spans(day) for day in days] == [(), MORNING, (), MORNING]
    assert calendar.spans(date(2026, 3, 7)) == MORNING
    assert calendar.holiday(date(2026, 10, 2)) == "国庆节"


def test_hours_may_be_written_in_any_order() -> None:
    calendar = calendar_from({"hours": ["13:30-17:30", "09:00-12:00"]}, BASES)
    assert calendar.spans(date(2026, 3, 2)) == USUAL


@pytest.mark.parametrize(
    ("data", "code", "path"),
    [
        ({"base": "us"}, "CFG-302", "base"),
        ({"base": None}, "CFG-402", ""),
        ({"base": "cn", "hours": []}, "CFG-402", ""),
        ({"hours": {"mon": []}}, "CFG-402", ""),
        ({"hours": ["9-12"]}, "CFG-203", "hours[0]"),
        ({"hours": {"mo": ["09:00-12:00"]}}, "CFG-104", "hours.mo"),
        ({"base": "cn", "timezone": "Beijing"}, "CFG-207", "timezone"),
        ({"base": "cn", "holidays": ["2026-13-01"]}, "CFG-206", "holidays.2026-13-01"),
        ({"base": "cn", "workdays": {"2026-03-07": []}}, "CFG-105", "workdays.2026-03-07"),
        ({"base": "cn", "hollidays": []}, "CFG-101", "hollidays"),
        (
            {"base": "cn", "holidays": ["2026-03-07"], "workdays": ["2026-03-07"]},
            "CFG-402",
            "",
        ),
    ],
)
def test_a_faulty_inline_calendar_is_refused(data: dict[str, Any], code: str, path: str) -> None:
    assert refused(data) == [(code, path)]


def test_a_region_may_have_a_calendar_of_its_own(tmp_path: Path) -> None:
    own = '[[calendar]]\nid = "own"\nbase = "cn"\n'
    region = '[[region]]\nid = "4503"\nname = "县"\ncalendar = "own"\n'
    usual = loaded(tmp_path, LIMIT)
    book = loaded(tmp_path, LIMIT + own + region).rulebook()
    assert (book.calendar_of("4503"), book.calendar_of("4504")) == ("own", "cn")
    assert [limit.by_region for limit in book.limits] == [True]
    assert book.fingerprint != usual.fingerprint()
    assert not any(limit.by_region for limit in usual.rulebook().limits)
    named = loaded(tmp_path, LIMIT + 'calendar = "cn"\n' + own + region).rulebook()
    assert not any(limit.by_region for limit in named.limits)


def test_a_region_cannot_have_a_calendar_that_there_is_none_of(tmp_path: Path) -> None:
    region = '[[region]]\nid = "4503"\nname = "县"\ncalendar = "nowhere"\n'
    [fault] = settings_refused(tmp_path, LIMIT + region).faults
    assert (fault.code, fault.path) == ("CFG-302", "region[0].calendar")
