from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook

from monitor.catalogue import FileFault, Reading, read_file
from rules.catalogue_changes import Entry
from tests.support.catalogue import HEADERS, of_file

ZONE = ZoneInfo("Asia/Shanghai")
HEADER = ("事项编码", "事项名称", "承诺时限", "承诺时限单位", "法定时限", "收费标准")
ROW = ("11A", "施工许可", "5", "1", "20", "0")
READ = Entry(
    "11A",
    {
        "name": "施工许可",
        "promised_days": 5,
        "promised_unit": "working days",
        "statutory_days": 20,
        "fee_standard": 0,
    },
)


def lines(*rows: Sequence[str], separator: str = ",") -> str:
    return "".join(separator.join(row) + "\r\n" for row in rows)


def written(folder: Path, content: str | bytes, name: str = "items.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def workbook(folder: Path, *rows: Sequence[Any], name: str = "items.xlsx") -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    book.create_sheet("说明").append(["事项编码"])
    book.save(folder / name)
    book.close()
    return folder / name


def read(path: Path, **given: Any) -> Reading:
    return read_file(of_file(**given), path, ZONE)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_csv_is_read_however_it_is_encoded_and_separated(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    text = lines(HEADER, ROW, separator=separator)
    reading = read(written(tmp_path, text.encode(encoding)))
    assert (reading.entries, reading.rejects, reading.origin) == ((READ,), (), "items.csv")


def test_a_workbook_is_read_from_its_first_sheet(tmp_path: Path) -> None:
    path = workbook(tmp_path, HEADER, ["11A", "施工许可", 5, 1, 20.0, 0])
    assert read(path).entries == (READ,)


def test_codes_that_a_workbook_keeps_as_numbers_are_text(tmp_path: Path) -> None:
    path = workbook(tmp_path, HEADER, [1101, "施工许可", 5, "G", 20, 0])
    assert [one.code for one in read(path).entries] == ["1101"]


def test_dates_are_read_as_a_workbook_keeps_them_and_as_text(tmp_path: Path) -> None:
    columns = {"code": "编码", "valid_from": "施行日期", "valid_to": "失效日期"}
    path = workbook(
        tmp_path,
        ["编码", "施行日期", "失效日期"],
        ["A", datetime(2026, 1, 1), "2027-01-01"],  # noqa: DTZ001  workbooks know no zones
        ["B", date(2026, 1, 1), None],
        ["C", "2026/1/1", "9999-12-31"],
    )
    begin = date(2026, 1, 1)
    assert [(e.valid_from, e.valid_to) for e in read(path, columns=columns, values={}).entries] == [
        (begin, date(2027, 1, 1)),
        (begin, None),
        (begin, None),
    ]


def test_titles_above_the_header_and_empty_rows_are_passed_over(tmp_path: Path) -> None:
    rows = [("某县政务服务事项目录", *[""] * 5), ("", *[""] * 5), HEADER, ("", *[""] * 5), ROW]
    assert read(written(tmp_path, lines(*rows))).entries == (READ,)


def test_headers_may_be_broken_over_lines(tmp_path: Path) -> None:
    header = ["事项\n编码", " 事项名称 ", "承诺 时限", *HEADER[3:]]
    assert read(workbook(tmp_path, header, ROW)).entries == (READ,)


def test_the_names_of_facts_are_headers_too(tmp_path: Path) -> None:
    assert read(written(tmp_path, lines(tuple(HEADERS), ROW))).entries == (READ,)


def test_columns_nobody_mapped_are_left_out_and_the_order_does_not_matter(tmp_path: Path) -> None:
    header, row = ("备注", *reversed(HEADER)), ("x", *reversed(ROW))
    assert read(written(tmp_path, lines(header, row))).entries == (READ,)


def test_a_short_row_has_nothing_in_what_is_missing(tmp_path: Path) -> None:
    (one,) = read(written(tmp_path, lines(HEADER, ROW[:3]))).entries
    assert one.facts["fee_standard"] is None


def test_a_missing_header_is_told_with_the_near_one_and_what_there_is(tmp_path: Path) -> None:
    header = tuple("承诺时间" if name == "承诺时限" else name for name in HEADER)
    with pytest.raises(FileFault) as caught:
        read(written(tmp_path, lines(header, ROW)))
    assert "承诺时限（是否 承诺时间？）" in caught.value.why.zh
    assert "事项名称" in caught.value.why.en


def test_a_file_without_the_code_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileFault, match="no header 事项编码"):
        read(written(tmp_path, lines(("名称", "时限"), ("a", "b"))))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("items.csv", b"\xff\x00\x81", "neither UTF-8 nor GB18030"),
        ("items.csv", b"PK\x03\x04rest", "Excel workbook"),
        ("items.xls", b"\xd0\xcf\x11\xe0rest", "save it as .xlsx"),
        ("items.xlsx", b"no workbook", "cannot be read"),
        ("items.csv", b"", "no header"),
    ],
)
def test_another_kind_of_file_is_refused(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    with pytest.raises(FileFault, match=said):
        read(written(tmp_path, content, name))


_SHEET = "xl/worksheets/sheet1.xml"
_BEGIN = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_END = "</sheetData></worksheet>"


def with_sheet(folder: Path, content: str) -> Path:
    """Write a workbook whose first sheet is this XML."""
    whole = workbook(folder, HEADER, ROW, name="whole.xlsx")
    path = folder / "items.xlsx"
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, content if part == _SHEET else old.read(part))
    return path


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        (_BEGIN + "<row/>" * 300_000 + _END, "rows at most"),
        (_BEGIN + '<row><c r="XFD1"/></row>' * 1_000 + _END, "cells at most"),
        (_BEGIN + " " * 150_000_000 + _END, "MB at most"),
        ("<!DOCTYPE x [<!ENTITY" + _BEGIN, "cannot be read"),
        (_BEGIN + "<row><c", "cannot be read"),
    ],
    ids=["rows", "cells", "bytes", "DTD", "cut off"],
)
def test_a_workbook_that_expands_without_bound_or_is_broken_is_refused(
    tmp_path: Path, sheet: str, said: str
) -> None:
    path = with_sheet(tmp_path, sheet)
    assert path.stat().st_size < 400_000
    with pytest.raises(FileFault, match=said):
        read(path)


@pytest.mark.parametrize("name", ["items.csv", "items.xlsx"])
def test_a_file_that_is_not_there_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileFault, match="No such file"):
        read(tmp_path / name)
