"""Lists in files, of items or people: CSV as halls export it, and XLSX."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from config.codes import Words
from monitor.sources.mapping import Row

_HEADER_WITHIN = 20  # rows; above the header stand titles and dates
_SEPARATORS = ",\t;"

_MOST_ROWS = 200_000
_MOST_CELLS = 4_000_000  # a cell of the last column stands for a whole row of empty ones
_MOST_BYTES = 100_000_000  # of a workbook once it is expanded
_BROKEN = (
    *(OSError, KeyError, ValueError, TypeError, AttributeError, IndexError, EOFError),
    *(zipfile.BadZipFile, zlib.error, ParseError, InvalidFileException, NotImplementedError),
)
"""What the reader of workbooks raises for a workbook that is none, or is broken."""


class FileFault(Exception):  # noqa: N818  what the file has
    """A file that cannot be read as a list; ``why`` says what is wrong and the mend."""

    def __init__(self, why: Words) -> None:
        super().__init__(why.en)
        self.why = why


def rows_of(
    path: Path,
    columns: Mapping[str, str],
    order: Sequence[str],
    leading: str = "code",
    section: str = "[catalogue]",
) -> list[Row]:
    """Read the rows of a file, their values in the order of the headers ``order``.

    CSV is read as UTF-8 with or without its mark, as UTF-16 with it, else as GB18030; the values
    are separated by commas, tabs or semicolons. Of an XLSX workbook the first sheet is read. The
    header is the first row with the leading fact's header in it; a fact's own name is as good as
    the header mapped to it. Empty rows are passed over.

    Args:
        path: the file.
        columns: the header of each fact, the leading one among them.
        order: headers, each of them in ``columns``.
        leading: the fact that every list has.
        section: the section of the settings that a fault points to.

    Raises:
        FileFault: the file cannot be read, or lacks a header.
    """
    table = _xlsx(path) if path.suffix.lower() in (".xlsx", ".xlsm") else _csv(path)
    names = {_header(header): fact for fact, header in columns.items()}
    order = [_header(header) for header in order]
    code = {_header(columns[leading]), leading}
    seen: list[str] = []
    rows = iter(table)
    for _ in range(_HEADER_WITHIN):
        headers = [_header(cell) for cell in next(rows, ())]
        seen = seen or headers
        if code & set(headers):
            break
    else:
        raise _lacks(path, [columns[leading]], seen, seen, section)
    missing = [h for h in order if h not in headers and names[h] not in headers]
    if missing:
        others = [h for h in headers if h not in names and h not in columns]
        raise _lacks(path, missing, headers, others, section)
    at = [headers.index(h if h in headers else names[h]) for h in order]
    return [
        [row[i] if i < len(row) else None for i in at]
        for row in rows
        if any(cell is not None and str(cell).strip() for cell in row)
    ]


def _header(cell: object) -> str:
    return "" if cell is None else "".join(str(cell).split())


def _lacks(
    path: Path,
    missing: Sequence[str],
    headers: Sequence[str],
    others: Sequence[str],
    section: str,
) -> FileFault:
    """Tell which headers are missing, each with a near one among the ``others`` not taken yet."""
    known = [header for header in headers if header]
    zh, en = [], []
    for one in missing:
        near = get_close_matches(one, others, n=1)
        zh.append(f"{one}（是否 {near[0]}？）" if near else one)
        en.append(f"{one} (did you mean {near[0]}?)" if near else one)
    found = ", ".join(known[:30]) or "—"
    return FileFault(
        Words(
            f"{path} 没有表头 {'、'.join(zh)}；找到：{found}。改正 {section} 的 columns 或文件",
            f"{path} has no header {', '.join(en)}; found: {found}. "
            f"Correct the columns of {section} or the file",
        )
    )


def _csv(path: Path) -> Iterator[Sequence[object]]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from None
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise FileFault(
            Words(
                f"{path} 是 Excel 工作簿；请另存为 .xlsx 或 CSV",
                f"{path} is an Excel workbook; save it as .xlsx or as CSV",
            )
        )
    marked = raw.startswith((b"\xff\xfe", b"\xfe\xff"))  # what Excel calls Unicode text
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise FileFault(
            Words(
                f"{path} 既不是 UTF-8 也不是 GB18030 编码；请另存为 UTF-8",
                f"{path} is neither UTF-8 nor GB18030; save it as UTF-8",
            )
        )
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    return iter(list(csv.reader(io.StringIO(text, newline=""), delimiter=separator)))


def _xlsx(path: Path) -> Iterator[Sequence[object]]:
    try:
        with path.open("rb") as file:  # closed here also where the reader gives up half-way
            expanded = sum(part.file_size for part in zipfile.ZipFile(file).infolist())
            if expanded > _MOST_BYTES:
                raise _too_large(path, expanded // 1_000_000, _MOST_BYTES // 1_000_000, "MB")
            book = load_workbook(file, read_only=True, data_only=True)
            return iter(_first_sheet(path, book))
    except _BROKEN as error:
        raise _unreadable(path, error) from None


def _first_sheet(path: Path, book: Workbook) -> list[Sequence[object]]:
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # some programs write a wrong one
    rows: list[Sequence[object]] = []
    cells = 0
    for row in sheet.iter_rows(values_only=True):
        rows.append(row)
        cells += len(row)
        if len(rows) > _MOST_ROWS:
            raise _too_large(path, len(rows), _MOST_ROWS, "行", "rows")
        if cells > _MOST_CELLS:
            raise _too_large(path, cells, _MOST_CELLS, "格", "cells")
    return rows


def _too_large(path: Path, found: int, most: int, unit: str, unit_en: str = "") -> FileFault:
    en = unit_en or unit
    return FileFault(
        Words(
            f"{path} 太大：不少于 {found:,} {unit}，至多 {most:,} {unit}；"
            "请只留清单本身，或分成几个文件",
            f"{path} is too large: {found:,} {en} or more, {most:,} {en} at most; "
            "keep the list alone, or split the file",
        )
    )


def _unreadable(path: Path, error: Exception) -> FileFault:
    said = (getattr(error, "strerror", None) or str(error) or type(error).__name__).splitlines()[0]
    return FileFault(Words(f"{path} 读不了：{said}", f"{path} cannot be read: {said}"))
