"""The State Council's notice of a year's holidays (国务院办公厅关于部分节假日安排的通知)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NoReturn

from config.calendars.published import Entry, Unreadable

# As published the heading is broken over two lines, wherever the page was wide enough.
_YEAR = re.compile(r"(\d{4})\s*" + r"\s*".join("年部分节假日安排"))
_ITEM = re.compile(r"[一二三四五六七八九十]+、\s*([^：:。、\s]{1,12})\s*[：:]")
# What follows the last holiday where the whole notice is in one line.
_END = re.compile(r"\n|鼓励|节假日期间")
_TOKEN = re.compile(
    r"(?:(?P<year>\d{4})年)?(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})日"
    r"(?:\s*[（(](?P<note>[^）)]*)[）)])?"
    r"|(?P<to>至|—|－|-)|(?P<off>放假|补休|休息)|(?P<work>上班)|共(?P<count>\d+)天"
)
_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
_WEEKDAYS = {name: at for at, name in enumerate("一二三四五六日")} | {"天": 6}


def year_of(text: str) -> int | None:
    """Give the year that a notice is about, as its heading says it."""
    found = _YEAR.search(text)
    return int(found[1]) if found else None


def says_holidays(text: str) -> bool:
    """Tell whether a text is a notice, which lists holidays behind numbers such as 一、."""
    return _ITEM.search(text) is not None


def notice_entries(text: str, year: int) -> Iterator[Entry]:
    """Read the sentences of a notice for ``year``.

    They are such as 一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
    Days of the week and the number of days are held against the calendar.

    Raises:
        Unreadable: a sentence cannot be understood, or contradicts the calendar.
    """
    for start in _ITEM.finditer(text):
        rest = text[start.end() :]
        stops = [found.start() for found in (_END.search(rest), _ITEM.search(rest)) if found]
        yield from _Item(start[1], rest[: min(stops, default=None)], year).entries()


class _Item:
    """One holiday of a notice: its name and what is said of it."""

    def __init__(self, name: str, said: str, year: int) -> None:
        self._name = name
        self._said = said
        self._year = year

    def entries(self) -> Iterator[Entry]:
        """Give the days off and on."""
        waiting: list[tuple[date, date]] = []  # what has been named, until it is said what it is
        ranging = False
        off = month = 0
        for token in _TOKEN.finditer(self._said):
            if token["day"]:
                month = int(token["month"] or month)
                year = int(token["year"] or (waiting[-1][1].year if ranging else self._year))
                day = self._date(year, month, int(token["day"]), token["note"] or "")
                first = waiting.pop()[0] if ranging else day
                if day < first:
                    self._refuse(f"{day} 在 {first} 之前", f"{day} is before {first}")
                waiting.append((first, day))
                ranging = False
            elif token["to"]:
                ranging = bool(waiting)
            elif token["count"]:
                if int(token["count"]) != off:
                    self._refuse(
                        f"说是共 {token['count']} 天，数出来是 {off} 天",
                        f"it says {token['count']} days, and names {off}",
                    )
            else:
                found = [Entry(*days, self._name, bool(token["work"])) for days in waiting]
                off += sum(len(list(one.days)) for one in found if not one.works)
                yield from found
                waiting = []
        if waiting:
            self._refuse("没有说是放假还是上班", "it does not say whether days are off or on")

    def _date(self, year: int, month: int, day: int, note: str) -> date:
        try:
            found = date(year, month, day)
        except ValueError:
            self._refuse(f"没有 {year}-{month}-{day} 这一天", f"no such day: {year}-{month}-{day}")
        weekday = _WEEKDAY.search(note)
        if weekday and _WEEKDAYS[weekday[1]] != found.weekday():
            self._refuse(
                f"{found} 不是{weekday[0]}，年份对吗",
                f"{found} is no {weekday[0]}: is it that year?",
            )
        return found

    def _refuse(self, zh: str, en: str) -> NoReturn:
        said = " ".join(self._said.split())[:60]
        raise Unreadable(f"{self._name}：{zh}（{said}）", f"{self._name}: {en} ({said})")
