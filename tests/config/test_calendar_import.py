"""What notices, tables and calendar files say of a year, and what they may not say."""

from __future__ import annotations

import textwrap
import tomllib
from datetime import date
from pathlib import Path

import pytest

from config.calendars import CalendarSettings, Unreadable, build, china, read_published
from config.calendars.published import Published
from tests.support.settings import loaded

NOTICE_2026 = """
国务院办公厅关于2026年部分节假日安排的通知
经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
鼓励单位和个人结合落实带薪年休假等制度，实际形成较长假期，推动错峰出行。节假日期间，各地区、各部门要妥善安排好值班。
国务院办公厅
2025年11月4日
"""

NOTICE_2014 = """
一、元旦：1月1日放假1天。
二、春节：1月31日至2月6日放假调休，共7天。1月26日（星期日）、2月8日（星期六）上班。
三、清明节：4月5日放假，4月7日（星期一）补休。
四、劳动节：5月1日至3日放假调休，共3天。5月4日（星期日）上班。
五、端午节：6月2日放假，与周末连休。
六、中秋节：9月8日放假，与周末连休。
七、国庆节：10月1日至7日放假调休，共7天。9月28日（星期日）、10月11日（星期六）上班。
"""


def read(text: str, year: int | None = None) -> Published:
    return read_published(textwrap.dedent(text).encode(), year, [])


def refused(text: str, year: int | None = None) -> str:
    with pytest.raises(Unreadable) as caught:
        read(text, year)
    return str(caught.value)


def days_of_china(year: int) -> tuple[set[date], set[date]]:
    """The days off of the week from Monday to Friday and the extra working days of a year."""
    off = {day for day in china().holidays if day.year == year and day.weekday() < 5}
    return off, {day for day in china().workdays if day.year == year}


# ── notices ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("notice", "year"), [(NOTICE_2026, 2026), (NOTICE_2014, 2014)], ids=["2026", "2014"]
)
def test_a_notice_says_what_the_calendar_of_china_knows(notice: str, year: int) -> None:
    found = read(notice, year)
    off, on = days_of_china(year)
    assert {day for day in found.holidays if day.weekday() < 5} == off
    assert set(found.workdays) == on


def test_each_day_off_has_the_name_of_its_holiday() -> None:
    found = read(NOTICE_2026).holidays
    assert found[date(2026, 2, 20)] == "春节"
    assert found[date(2026, 10, 7)] == "国庆节"


def test_a_notice_names_its_year() -> None:
    assert read(NOTICE_2026).year == 2026
    assert "2026" in refused(NOTICE_2026, 2027)


@pytest.mark.parametrize(
    "heading",
    [
        "国务院办公厅关于2026年\n部分节假日安排的通知",
        "国务院办公厅关于2026年部分节假日\n安排的通知",
        "国务院办公厅关于 2026 年\n　　部分节假日安排的通知",
    ],
)
def test_a_heading_may_be_broken_over_two_lines(heading: str) -> None:
    broken = NOTICE_2026.replace("国务院办公厅关于2026年部分节假日安排的通知", heading)
    assert read(broken) == read(NOTICE_2026)


def test_a_notice_without_its_heading_needs_a_year() -> None:
    assert "--year" in refused(NOTICE_2014)


def test_a_notice_in_one_line_is_read_as_well() -> None:
    assert read(NOTICE_2026.replace("\n", "")) == read(NOTICE_2026)


def test_a_notice_may_come_in_the_encoding_of_old_systems() -> None:
    assert read_published(NOTICE_2026.encode("gb18030"), None, []) == read(NOTICE_2026)


def test_a_holiday_may_begin_in_the_year_before() -> None:
    text = "一、元旦：2018年12月30日至2019年1月1日放假调休，共3天。2018年12月29日（星期六）上班。\n"
    found = read(text, 2019)
    assert sorted(found.holidays) == [date(2018, 12, 30), date(2018, 12, 31), date(2019, 1, 1)]
    assert found.workdays == (date(2018, 12, 29),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("一、元旦：1月1日（周五）放假。", "2026-01-01 is no 周五"),
        ("一、元旦：1月1日至3日放假，共4天。", "it says 4 days, and names 3"),
        ("一、元旦：1月1日至3日。", "off or on"),
        ("一、元旦：13月1日放假。", "no such day: 2026-13-1"),
        ("一、元旦：1月3日至1月1日放假。", "2026-01-01 is before 2026-01-03"),
        ("一、元旦：1月1日至4日放假调休。1月4日上班。", "both off and worked on: 2026-01-04"),
        ("一、元旦：放假。", "no days off"),
    ],
)
def test_a_notice_that_contradicts_itself_or_the_calendar_is_refused(text: str, said: str) -> None:
    assert said in refused(text, 2026)


# ── tables ───────────────────────────────────────────────────────────────────────────────────────

TABLE = """\
    2027-01-01,2027-01-03,元旦,休
    2027-01-04,,,班
"""


def test_a_table_says_days_off_and_on() -> None:
    found = read(TABLE)
    assert found.holidays == {date(2027, 1, day): "元旦" for day in (1, 2, 3)}
    assert found.workdays == (date(2027, 1, 4),)
    assert found.year == 2027


def test_headings_comments_and_empty_lines_are_not_read() -> None:
    table = textwrap.dedent(TABLE)
    assert read(f"开始,结束,名称,类别\n# 待正式通知\n\n{table},,,\n") == read(TABLE)


def test_a_table_of_days_of_two_years_needs_a_year() -> None:
    two = textwrap.dedent(TABLE) + "2026-12-31,,元旦,休\n"
    assert "2026, 2027" in refused(two)
    found = read(two, 2027)
    assert found.year == 2027
    assert date(2026, 12, 31) in found.holidays


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2027-01-01,2027-01-03,元旦", "line 1"),
        ("2027-01-01,2027-01-03,元旦,半天", "line 1"),
        ("2027-02-30,,春节,休", "line 1"),
        ("2027-01-03,2027-01-01,元旦,休", "2027-01-01 before 2027-01-03"),
        ("2027-01-01,,元旦,休\n2027-01-01,,,班", "both off and worked on: 2027-01-01"),
        ("", "no days off"),
    ],
)
def test_a_table_that_is_not_understood_is_refused_with_its_line(line: str, said: str) -> None:
    assert said in refused(line)


def test_a_year_of_which_there_is_nothing_is_refused() -> None:
    assert "2028" in refused(TABLE, 2028)


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(Unreadable, match="UTF-8"):
        read_published(b"\xff\xff\xff", None, [])


# ── iCalendar ────────────────────────────────────────────────────────────────────────────────────


def ics(*events: str) -> bytes:
    body = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:test\n{body}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


OFF = "UID:1\nDTSTART;VALUE=DATE:20270101\nDTEND;VALUE=DATE:20270104\nSUMMARY:元旦（休）"
ON = "UID:2\nDTSTART;VALUE=DATE:20270104\nDTEND;VALUE=DATE:20270105\nSUMMARY:元旦（班）"


def test_the_end_of_an_event_is_not_part_of_it() -> None:
    found = read_published(ics(OFF, ON), None, [])
    assert found == read(TABLE)


@pytest.mark.parametrize(
    ("event", "works"),
    [
        ("SUMMARY:元旦\nX-APPLE-SPECIAL-DAY:WORK-HOLIDAY", False),
        ("SUMMARY:元旦\nX-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY", True),
        ("SUMMARY:元旦\nCATEGORIES:假期", False),
        ("SUMMARY:元旦\nCATEGORIES:上班", True),
        ("SUMMARY:春节补班", True),
        ("SUMMARY:New Year (day off)", False),
        ("SUMMARY:Special Working Day", True),
    ],
)
def test_an_event_says_in_several_ways_what_a_day_is(event: str, works: bool) -> None:
    found = read_published(ics(f"UID:1\nDTSTART;VALUE=DATE:20270101\n{event}"), None, [])
    assert found.workdays == ((date(2027, 1, 1),) if works else ())
    assert list(found.holidays) == ([] if works else [date(2027, 1, 1)])


def test_an_event_with_times_of_day_lasts_to_the_day_it_ends_on() -> None:
    event = "UID:1\nDTSTART:20270101T000000\nDTEND:20270104T000000\nSUMMARY:元旦 休"
    assert sorted(read_published(ics(event), None, []).holidays) == [
        date(2027, 1, day) for day in (1, 2, 3)
    ]


def test_what_says_neither_and_what_is_repeated_is_passed_over_and_told() -> None:
    term = "UID:3\nDTSTART;VALUE=DATE:20270105\nSUMMARY:小寒"
    yearly = "UID:4\nDTSTART;VALUE=DATE:20270501\nSUMMARY:劳动节 休\nRRULE:FREQ=YEARLY"
    passed_over: list[str] = []
    assert read_published(ics(OFF, ON, term, yearly), None, passed_over) == read(TABLE)
    assert passed_over == ["小寒", "劳动节 休"]


@pytest.mark.parametrize(
    "data",
    [ics("UID:1\nSUMMARY:元旦 休"), b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", ics()],
    ids=["no beginning", "cut off", "empty"],
)
def test_a_calendar_file_that_cannot_be_read_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read_published(data, None, [])


# ── as settings ──────────────────────────────────────────────────────────────────────────────────


def test_what_is_written_can_stand_in_the_settings(tmp_path: Path) -> None:
    text = read(TABLE).toml("cn-2027", '放假"通知".txt')
    settings = loaded(tmp_path, f'[daemon]\ncalendar = "cn-2027"\n{text}')
    calendar = settings.rulebook().calendars["cn-2027"]
    assert calendar.published_through == date(2027, 12, 31)
    assert calendar.holiday(date(2027, 1, 2)) == "元旦"
    assert calendar.spans(date(2027, 1, 4)) == china().spans(date(2026, 10, 10))
    assert calendar.holiday(date(2026, 10, 1)) == "国庆节"


def test_the_settings_it_gives_are_those_it_writes() -> None:
    found = read(NOTICE_2026)
    given = CalendarSettings.model_validate(found.settings("one", "2026"))
    [written] = tomllib.loads(found.toml("one", "2026"))["calendar"]
    assert CalendarSettings.model_validate(written) == given


def test_a_year_that_is_known_stays_as_it_is() -> None:
    settings = CalendarSettings.model_validate(read(NOTICE_2026).settings("one", "2026"))
    calendar = build(settings, {"cn": china()})
    assert all(
        calendar.spans(day) == china().spans(day)
        for day in (*china().holidays, *china().workdays)
        if day.year == 2026
    )
