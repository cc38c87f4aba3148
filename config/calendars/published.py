"""What an official notice or a calendar file says of days off and extra working days."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from config.codes import Words

_DAY = timedelta(days=1)

_OFF = frozenset(("休", "放假", "休息", "off", "holiday"))
_WORK = frozenset(("班", "上班", "补班", "work", "workday"))


class Unreadable(ValueError):  # noqa: N818  a notice that cannot be read, as people say it
    """Why a notice cannot be taken over; ``words`` tells it, and where."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.words = Words(zh, en)


@dataclass(frozen=True, slots=True)
class Entry:
    """Days in a row, both included, that are off or (``works``) worked on."""

    first: date
    last: date
    name: str
    works: bool

    @property
    def days(self) -> Iterator[date]:
        """The days one by one."""
        for at in range((self.last - self.first).days + 1):
            yield self.first + at * _DAY


@dataclass(frozen=True, slots=True)
class Published:
    """The days off by name and the extra working days of a year, in order."""

    year: int
    holidays: dict[date, str]
    workdays: tuple[date, ...]

    def settings(self, ident: str, version: str) -> dict[str, Any]:
        """Give them as a calendar over ``cn``, with the keys and values of settings."""
        return {
            "id": ident,
            "base": "cn",
            "published_through": date(self.year, 12, 31),
            "version": version,
            "workdays": list(self.workdays),
            "holidays": {day.isoformat(): name for day, name in self.holidays.items()},
        }

    def toml(self, ident: str, version: str) -> str:
        """Write them as a calendar over ``cn`` that can stand in ``supervisor.toml``."""
        lines = [
            "[[calendar]]",
            f"id = {_text(ident)}",
            'base = "cn"',
            f"published_through = {self.year}-12-31",
            f"version = {_text(version)}",
            f"workdays = [{', '.join(map(str, self.workdays))}]",
            "[calendar.holidays]",
            *(f"{day} = {_text(name)}" for day, name in self.holidays.items()),
        ]
        return "\n".join(lines) + "\n"


def publish(entries: Iterable[Entry], year: int | None) -> Published:
    """Put entries together; ``year`` need not be given where all of them are of one year.

    Raises:
        Unreadable: there are none, a day is both off and worked on, or the year is not known.
    """
    holidays: dict[date, str] = {}
    workdays: set[date] = set()
    for entry in entries:
        if entry.works:
            workdays.update(entry.days)
        else:
            holidays.update(dict.fromkeys(entry.days, entry.name))
    if not holidays and not workdays:
        raise Unreadable("没有找到放假或上班的日期", "no days off or working days were found")
    both = ", ".join(str(day) for day in sorted(holidays.keys() & workdays))
    if both:
        raise Unreadable(f"既放假又上班：{both}", f"both off and worked on: {both}")
    years = sorted({day.year for day in (*holidays, *workdays)})
    if year is None and len(years) > 1:
        listed = ", ".join(map(str, years))
        raise Unreadable(
            f"日期分属 {listed} 年：用 --year 写明是哪一年的安排",
            f"there are days of {listed}: say with --year which year is published",
        )
    if year is not None and year not in years:
        raise Unreadable(f"没有 {year} 年的日期", f"there are no days of {year}")
    ordered = {day: holidays[day] for day in sorted(holidays)}
    return Published(year or years[0], ordered, tuple(sorted(workdays)))


def table_entries(text: str) -> Iterator[Entry]:
    """Read a table with the columns first day, last day (may be empty), name and 休 or 班.

    A first line without a date is a heading; empty lines and those that begin with # are not read.

    Raises:
        Unreadable: a line is not of this form.
    """
    lines = text.splitlines()
    for number, row in enumerate(csv.reader(lines), 1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or cells[0].startswith("#") or (number == 1 and not _has_digit(cells)):
            continue
        try:
            first = date.fromisoformat(cells[0])
            last = date.fromisoformat(cells[1] or cells[0])
            name, kind = cells[2], cells[3].lower()
        except (ValueError, IndexError):
            kind = ""
        if kind not in _OFF | _WORK:
            raise Unreadable(
                f"第 {number} 行：{lines[number - 1]!r} 应为“2027-01-01,2027-01-03,元旦,休”"
                "或“2027-01-04,,,班”",
                f"line {number}: {lines[number - 1]!r}; expected "
                '"2027-01-01,2027-01-03,元旦,休" or "2027-01-04,,,班"',
            )
        if last < first:
            raise Unreadable(
                f"第 {number} 行：{last} 在 {first} 之前", f"line {number}: {last} before {first}"
            )
        yield Entry(first, last, name or "放假", kind in _WORK)


def _has_digit(cells: list[str]) -> bool:
    return any(character.isdigit() for character in cells[0])


def _text(value: str) -> str:
    """Write a text as TOML does: what JSON escapes, TOML reads back."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
