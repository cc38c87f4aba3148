"""Lists as data, to take along: JSON, CSV and XLSX of what a page shows.

A page of its own for each, ``/cases.csv`` beside ``/cases``, so that a link to it can be passed on:
see :func:`pages`. Rows are made while the page is, for its reading of the store ends with it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from urllib.parse import quote

from litestar import Response
from litestar.serialization import encode_json
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from config import Words
from monitor.access import Role
from monitor.web.looking import Look, Page
from notifiers.words import as_cell

KINDS = ("json", "csv", "xlsx")
"""The kinds of files, as their names end."""

LIMIT = 50_000
"""The most rows of one file."""

Value = str | int | float | bool | date | datetime | None
"""What a cell holds; moments with their zone."""

_TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_YES, _NO = Words("是", "yes"), Words("否", "no")
_NOT_IN_A_TITLE = str.maketrans(dict.fromkeys("[]:*?/\\", "-"))


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in JSON, its heading for people, and its width in a workbook.

    ``percent`` marks shares (0.987) that people read as 98.7%.
    """

    name: str
    heading: Words
    width: int = 14
    percent: bool = False


def pages(
    path: str, show: Callable[[str, Look], Response[bytes]], role: Role = Role.VIEW
) -> tuple[Page, ...]:
    """Give the pages of each kind of file beside the page at ``path``.

    Args:
        path: that of the page, such as ``/cases``; the files are at ``/cases.json`` and so on.
        show: makes a file of the given kind, normally by :func:`download`.
        role: whom they are for.
    """
    return tuple(Page(f"{path}.{kind}", partial(show, kind), role, live=False) for kind in KINDS)


def download(
    kind: str,
    name: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Value]],
    language: str,
) -> Response[bytes]:
    """Give a list as a file.

    Args:
        kind: one of :data:`KINDS`.
        name: what the file is called, without its ending.
        columns: what each row holds.
        rows: the values of each row, in the order of ``columns``.
        language: that of the headings; the names in JSON are the same in all.
    """
    make = {"json": _json, "csv": _csv, "xlsx": _xlsx}[kind]
    how = "inline" if kind == "json" else "attachment"
    file = quote(f"{name}.{kind}", safe="")
    headers = {
        # A name that is not ASCII: RFC 6266, section 5.
        "Content-Disposition": f"{how}; filename=\"list.{kind}\"; filename*=UTF-8''{file}",
    }
    content = make(name, columns, rows, language)
    return Response(content, media_type=_TYPES[kind], headers=headers)


def _json(
    _name: str, columns: Sequence[Column], rows: Iterable[Sequence[Value]], _language: str
) -> bytes:
    names = [column.name for column in columns]
    return encode_json({"rows": [dict(zip(names, row, strict=True)) for row in rows]})


def _csv(
    _name: str, columns: Sequence[Column], rows: Iterable[Sequence[Value]], language: str
) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(column.heading.text(language) for column in columns)
    for row in rows:
        writer.writerow(
            _text(value, column, language) for value, column in zip(row, columns, strict=True)
        )
    # The mark at the beginning tells a spreadsheet that it is UTF-8.
    return text.getvalue().encode("utf-8-sig")


def _text(value: Value, column: Column, language: str) -> str:
    match value:
        case None:
            return ""
        case bool():
            return (_YES if value else _NO).text(language)
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case str():
            return as_cell(value)
        case float() if column.percent:
            return f"{value:.1%}"
    return str(value)


def _xlsx(
    name: str, columns: Sequence[Column], rows: Iterable[Sequence[Value]], language: str
) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name.translate(_NOT_IN_A_TITLE)[:31])
    for at, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(at)].width = column.width
    sheet.freeze_panes = "A2"
    sheet.append([_heading(sheet, column.heading.text(language)) for column in columns])
    last = 1
    for last, row in enumerate(rows, 2):  # noqa: B007  how many there were
        sheet.append(
            [
                _cell(sheet, value, column, language)
                for value, column in zip(row, columns, strict=True)
            ]
        )
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{last}"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _heading(sheet: object, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, text)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: object, value: Value, column: Column, language: str) -> object:
    match value:
        case bool():
            return (_YES if value else _NO).text(language)
        case datetime():
            cell = WriteOnlyCell(sheet, value.replace(tzinfo=None))
            cell.number_format = "yyyy-mm-dd hh:mm"
            return cell
        case str():
            text = ILLEGAL_CHARACTERS_RE.sub("", value)
            if not text.startswith(("=", "#")):
                return text
            cell = WriteOnlyCell(sheet, text)
            cell.data_type = "s"  # a text, and neither a formula nor an error
            return cell
        case float() if column.percent:
            cell = WriteOnlyCell(sheet, value)
            cell.number_format = "0.0%"
            return cell
    return value
