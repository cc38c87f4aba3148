from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from notifiers import words
from rules.amounts import Amount, Unit
from rules.instants import instant

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> int:
    return instant(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI))


@pytest.mark.parametrize(
    ("language", "now", "expected"),
    [
        ("zh_CN", "2026-09-30T08:00", "10月16日（周五）17:30"),
        ("zh_CN", "2027-01-04T08:00", "2026年10月16日（周五）17:30"),
        ("en", "2026-09-30T08:00", "Fri 16 Oct 17:30"),
        ("en", "2027-01-04T08:00", "Fri 16 Oct 2026 17:30"),
    ],
)
def test_a_moment_names_its_weekday_and_the_year_only_where_it_is_another(
    language: str, now: str, expected: str
) -> None:
    assert words.when(at("2026-10-16T17:30"), SHANGHAI, language, at(now)) == expected


def test_a_moment_is_written_in_the_zone_of_the_reader() -> None:
    noon = at("2026-10-16T00:30")
    assert words.when(noon, ZoneInfo("UTC"), "zh_CN") == "10月15日（周四）16:30"


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (Amount(2, Unit.WORKING_DAY), "剩 2 个工作日", "2 working days left"),
        (Amount(1, Unit.WORKING_DAY), "剩 1 个工作日", "1 working day left"),
        (Amount(1.5, Unit.HOUR), "剩 1.5 小时", "1.5 hours left"),
    ],
)
def test_what_is_left_reads_naturally(value: Amount, zh: str, en: str) -> None:
    assert (words.left(value, "zh_CN"), words.left(value, "en")) == (zh, en)


def test_what_is_over_reads_naturally() -> None:
    value = Amount(3, Unit.WORKING_DAY)
    assert words.over(value, "zh_CN") == "超期 3 个工作日"
    assert words.over(value, "en") == "3 working days overdue"


@pytest.mark.parametrize("unit", Unit)
def test_every_unit_has_a_chinese_name(unit: Unit) -> None:
    assert words.amount(Amount(2, unit), "zh_CN").startswith("2 ")


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (4800, "1 小时 20 分", "1 h 20 min"),
        (3600, "1 小时", "1 h"),
        (59, "59 秒", "59 s"),
        (61, "1 分", "1 min"),
        (90_061, "1 天 1 小时", "1 d 1 h"),
        (0, "0 秒", "0 s"),
        (-5, "0 秒", "0 s"),
    ],
)
def test_a_duration_shows_its_two_largest_units(seconds: float, zh: str, en: str) -> None:
    assert (words.duration(seconds, "zh_CN"), words.duration(seconds, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("李阳", "李*"),
        ("欧阳修之", "欧*"),
        ("买买提·吐尔逊", "买*"),
        ("Li Yang", "L*"),
        ("云岭宏达置业有限公司", "云岭**置业有限公司"),
        ("云岭市宏达星辰置业有限公司", "云岭**置业有限公司"),
        ("宏达商行部", "宏**行部"),
        ("", ""),
    ],
)
def test_names_are_masked(name: str, masked: str) -> None:
    assert words.mask_name(name) == masked


@pytest.mark.parametrize("length", range(1, 40))
def test_a_mask_always_hides_something(length: int) -> None:
    name = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙洪荒日月盈昃辰宿列张"[:length]
    hidden = set(name) - set(words.mask_name(name))
    assert hidden or length == 1


def test_the_tail_of_a_number_is_its_last_four_characters() -> None:
    assert words.tail("DP-ZJ-20260922-0173 ") == "0173"


@pytest.mark.parametrize(
    ("text", "length", "expected"),
    [
        ("特殊建设工程", 6, "特殊建设工程"),
        ("特殊建设工程", 5, "特殊建设…"),
        ("cafe\u0301s", 5, "caf…"),
        ("甲", 0, ""),
    ],
)
def test_text_is_cut_between_whole_characters(text: str, length: int, expected: str) -> None:
    assert words.cut(text, length) == expected


@pytest.mark.parametrize("size", range(25))
def test_bytes_are_cut_on_a_character_boundary(size: int) -> None:
    short = words.cut_bytes("特殊a建设b工程", size)
    assert len(short.encode()) <= size


def test_unseen_characters_and_line_breaks_are_removed() -> None:
    assert words.one_line("消防\u202e\ud800设\x00计\r\n\u200b审查\u2028x") == "消防设计 审查 x"
