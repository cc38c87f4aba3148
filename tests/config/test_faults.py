from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from config import CODES, Faulty, load
from tests.support.settings import LIMIT, SOURCE, refused

FILES = sorted((Path(__file__).parent / "faults").glob("*.toml"))
EXPECT = re.compile(r"^# expect: (\S+) ?(.*)$", re.MULTILINE)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_bad_file_is_refused_with_its_fault_and_no_other(file: Path) -> None:
    with pytest.raises(Faulty) as caught:
        load(file, {})
    found = {(fault.code, fault.path) for fault in caught.value.faults}
    assert found == set(EXPECT.findall(file.read_text("utf-8")))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_fault_names_its_line_in_both_languages_and_prints_no_password(file: Path) -> None:
    with pytest.raises(Faulty) as caught:
        load(file, {})
    written = file.read_text("utf-8").splitlines()
    for fault in caught.value.faults:
        assert fault.line is not None
        assert not written[fault.line - 1].startswith("#")
        for language, word in (("zh_CN", "应为"), ("en", "expected")):
            text = fault.text(language)
            assert text.startswith(fault.code)
            assert word in text
            assert "hunter2" not in text


def test_every_code_of_what_a_file_says_has_a_bad_file() -> None:
    covered = {code for file in FILES for code, _ in EXPECT.findall(file.read_text("utf-8"))}
    assert covered == CODES.keys() - {"CFG-001", "CFG-317", "CFG-330"}


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(Faulty, match="CFG-001"):
        load(tmp_path / "supervisor.toml", {})


def test_a_file_that_is_not_utf8_is_a_fault_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "supervisor.toml"
    path.write_bytes("[daemon]\n# 督办".encode("gbk"))
    with pytest.raises(Faulty, match="CFG-002") as caught:
        load(path, {})
    assert [fault.line for fault in caught.value.faults] == [2]


def test_all_faults_of_a_file_come_in_one_report_in_its_order(tmp_path: Path) -> None:
    text = """
[daemon]
timezon = "Asia/Shanghai"
calendar = "us"
[[source]]
id = "hall"
poll_every = "often"
[source.cases]
columns = { accepted_at = "a" }
[[limit]]
id = "promise"
title = 5
from = "accepted_at"
levels = { rad = "late" }
[[calendar]]
id = "own"
holidays = [2026-03-07]
workdays = [2026-03-07]
"""
    assert [(fault.line, fault.code, fault.path) for fault in refused(tmp_path, text).faults] == [
        (3, "CFG-101", "daemon.timezon"),
        (4, "CFG-302", "daemon.calendar"),
        (5, "CFG-102", "source[0].url"),
        (7, "CFG-204", "source[0].poll_every"),
        (8, "CFG-401", "source[0].cases"),
        (8, "CFG-102", "source[0].cases.key"),
        (10, "CFG-102", "limit[0].until"),
        (10, "CFG-401", "limit[0]"),
        (12, "CFG-103", "limit[0].title"),
        (14, "CFG-202", "limit[0].levels.rad"),
        (14, "CFG-303", "limit[0].levels.rad"),
        (15, "CFG-402", "calendar[0]"),
    ]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ('[daemon]\ntimezon = "Asia/Shanghai"', "timezone"),
        ('[daemon]\nlanguage = "zh_cn"', "zh_CN"),
        ('[daemon]\npresets = ["administrative-license"]', "administrative-licence"),
        ('[daemon]\ncalendar = "cn-sumer"', "cn-summer"),
        (LIMIT.replace("red =", "rad ="), "red"),
        (LIMIT.replace("{ red", '{ "红" = "over", rad'), "red"),
        (SOURCE + LIMIT.replace("closed_at", "close_at"), "closed_at"),
        ('[[channel]]\nid = "a"\nkind = "wecon"', "wecom"),
        (SOURCE.replace("table", "tabel"), "table"),
    ],
)
def test_a_misspelt_name_is_told_the_nearest(tmp_path: Path, text: str, meant: str) -> None:
    assert any(f"是否想写 {meant}？" in f.text() for f in refused(tmp_path, text).faults)


def test_a_fault_is_a_plain_value() -> None:
    with pytest.raises(Faulty) as caught:
        load(FILES[0], {})
    assert set(dataclasses.asdict(caught.value.faults[0])) == {
        *("code", "path", "found", "expected", "mend", "line")
    }


def test_a_table_in_a_list_has_the_line_it_is_on(tmp_path: Path) -> None:
    text = """
region = [
  # 区划
  { id = "a", name = "甲" },
  { id = "b", name = "乙", parent = "c" },
]
[[policy]]
id = "all"
steps = [  # 升级
  { after = "0m", tell = ["handler"], via = ["log"] },
  { after = "now", tell = ["handler"], via = ["log"] },
]
[[channel]]
id = "log"
kind = "console"
"""
    assert [(fault.path, fault.line) for fault in refused(tmp_path, text).faults] == [
        ("region[1].parent", 5),
        ("policy[0].steps[1].after", 11),
    ]
