"""Lists as files: what a spreadsheet and a program read from them."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from openpyxl import load_workbook

from config import Words
from monitor.web.downloads import Column, Value, download

AT = datetime(2026, 10, 14, 15, 30, tzinfo=timezone(timedelta(hours=8)))
COLUMNS = [
    Column("no", Words("办件号", "Number"), 20),
    Column("at", Words("时间", "At")),
    Column("share", Words("占比", "Share"), percent=True),
]


def made(kind: str, *row: Value, language: str = "zh_CN") -> bytes:
    return download(kind, "办件", COLUMNS, [row], language).content


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def read_xlsx(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content)).active


def test_a_csv_says_that_it_is_utf_8_and_reads_as_people_write() -> None:
    content = made("csv", "NO-1", AT, 0.987)
    assert content.startswith(b"\xef\xbb\xbf")
    assert read_csv(content) == [["办件号", "时间", "占比"], ["NO-1", "2026-10-14 15:30", "98.7%"]]


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@SUM(A1)", " =1", "\t=1", "\r=1", "＝1"])
def test_a_cell_of_a_csv_is_never_a_formula(text: str) -> None:
    assert read_csv(made("csv", text, None, None))[1][0] == f"'{text}"


def test_a_number_of_a_csv_is_not_taken_for_a_formula() -> None:
    assert read_csv(made("csv", -3, None, None))[1] == ["-3", "", ""]


@pytest.mark.parametrize("text", ["=1+1", "#N/A", "+86", "000117019000"])
def test_a_text_of_a_workbook_stays_a_text(text: str) -> None:
    cell = read_xlsx(made("xlsx", text, None, None))["A2"]
    assert (cell.value, cell.data_type) == (text, "s")


def test_a_workbook_has_real_moments_days_and_shares() -> None:
    sheet = read_xlsx(made("xlsx", date(2026, 10, 14), AT, 0.987))
    assert sheet["A2"].value.date() == date(2026, 10, 14)
    assert sheet["B2"].value == AT.replace(tzinfo=None)
    assert (sheet["C2"].value, sheet["C2"].number_format) == (0.987, "0.0%")


def test_a_workbook_has_a_header_that_stays_in_sight_and_widths() -> None:
    sheet = read_xlsx(made("xlsx", "NO-1\x00", AT, None, language="en"))
    assert [cell.value for cell in sheet[1]] == ["Number", "At", "Share"]
    assert (sheet.freeze_panes, sheet.column_dimensions["A"].width) == ("A2", 20)
    assert (sheet["A2"].value, sheet.auto_filter.ref) == ("NO-1", "A1:C2")


def test_json_has_a_name_for_each_value() -> None:
    [row] = json.loads(made("json", "NO-1", AT, 0.987))["rows"]
    assert row == {"no": "NO-1", "at": "2026-10-14T15:30:00+08:00", "share": 0.987}


def test_the_name_of_a_file_is_told_in_its_own_letters() -> None:
    said = download("csv", "办件", COLUMNS, [], "zh_CN").headers["Content-Disposition"]
    assert said.endswith("filename*=UTF-8''%E5%8A%9E%E4%BB%B6.csv")
