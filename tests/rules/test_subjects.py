"""What alerts are about where that is no case, and what people call it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from rules.directory import Department, Directory, Person, Region
from rules.subjects import Place, about, closings, name_of, numbers, place_name, unit, window

SHANGHAI = ZoneInfo("Asia/Shanghai")
DIRECTORY = Directory(
    {"li": Person("li", "李阳")},
    departments={
        "ZJ": Department("ZJ", "住房和城乡建设局"),
        "WJ": Department("WJ", "东浦区卫生健康局"),
    },
    regions={"990102": Region("990102", "东浦区")},
)
AT = 1_760_000_005_000_000  # 2025-10-09 16:53:25 in Shanghai


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (None, "case"),
        ("", "case"),
        (unit("990102", "ZJ"), "unit"),
        (window("990102", "3"), "unit"),
        (numbers("hall", "1", "1"), "unit"),
        (closings("li", AT), "unit"),
        ("source:hall", "system"),
        ("rule:promise@1f", "system"),
        ("daemon", "system"),
    ],
)
def test_what_it_is_about(subject: str | None, expected: str) -> None:
    assert about(subject) == expected


@pytest.mark.parametrize(
    ("subject", "zh", "en"),
    [
        (unit("990102", "ZJ"), "东浦区住房和城乡建设局", "东浦区住房和城乡建设局"),
        (unit("990102", "ZJ", "2026-10"), "东浦区住房和城乡建设局 2026-10", None),
        (unit("1", "X", "2026-W41"), "1 X 2026-W41", "1 X 2026-W41"),
        (unit("", "ZJ"), "住房和城乡建设局", "住房和城乡建设局"),
        (window("990102", "3"), "东浦区 3 窗口", "东浦区 window 3"),
        (window("990102", "6 号窗口"), "东浦区 6 号窗口", "东浦区 6 号窗口"),
        (window("", "A/3"), "A/3 窗口", "window A/3"),
        (numbers("hall", "A-017", "A-019"), "A-017～A-019", "A-017 to A-019"),
        (numbers("hall", "A/017", "A/017"), "A/017", "A/017"),
        (closings("li", AT), "李阳 10-09 16:53:25", None),
        (closings("王敏", AT), "王敏 10-09 16:53:25", None),
        ("source:hall", "source:hall", "source:hall"),
    ],
)
def test_what_people_call_it(subject: str, zh: str, en: str | None) -> None:
    assert name_of(subject, DIRECTORY, SHANGHAI, "zh_CN") == zh
    if en is not None:
        assert name_of(subject, DIRECTORY, SHANGHAI, "en") == en


@pytest.mark.parametrize(
    ("department", "name"), [("ZJ", "东浦区住房和城乡建设局"), ("WJ", "东浦区卫生健康局")]
)
def test_a_unit_names_its_region_once(department: str, name: str) -> None:
    assert place_name(Place("990102", department), DIRECTORY) == name
