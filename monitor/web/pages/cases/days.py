"""The days that the address of the list of cases names: ``today``, ``10d``, ``2026-11-25``, ….

A day, a month (``2026-11``), and a range of them (``2026-11-01..2026-11-25``), either end open.
"""

from __future__ import annotations

import re
from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta

import numpy as np

from config import Words
from monitor.store.case_choice import Span
from monitor.web.looking import Look
from notifiers import words
from rules.instants import instant, moment
from rules.refusals import RefusedError

DUES = {
    "today": Words("今日到期", "Due today"),
    "10d": Words("10 个工作日内到期", "Due within 10 working days"),
    "overdue": Words("已超期", "Overdue"),
}
"""How the due moments are called that can be chosen; days and ranges of days are others."""

_DAYS = re.compile(r"(\d{1,3})d")


def span(look: Look, value: str) -> Span:
    """Give from when to when days of the address go, in the zone of the hall."""
    work = look.rules.calendars[look.rules.book.default_calendar]
    today = moment(look.now, look.rules.zone).date()
    found = _DAYS.fullmatch(value)
    if value == "today":
        return _begin(look, today), _begin(look, today + timedelta(days=1))
    if found and int(found[1]):
        before = int(work.ordinal[work.number_of(today) - 1])
        last = work.date_of(int(work.nth(np.array([before + int(found[1])]))[0]))
        return _begin(look, today), _begin(look, last + timedelta(days=1))
    begin, dots, end = value.partition("..")
    if not (begin or end):
        raise _no_days(value)
    first = _days(begin)[0] if begin else None
    last_day = _days(end if dots else begin)[1] if end or not dots else None
    return (
        None if first is None else _begin(look, first),
        None if last_day is None else _begin(look, last_day + timedelta(days=1)),
    )


def _days(text: str) -> tuple[date, date]:
    """Give the first and last day of a day, or of a month such as 2026-10."""
    try:
        if len(text) == 7:
            first = date.fromisoformat(f"{text}-01")
            last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        else:
            first = last = date.fromisoformat(text)
    except (ValueError, OverflowError):
        raise _no_days(text) from None
    if first.year == MINYEAR or last.year == MAXYEAR:  # its instant in UTC may be in no year
        raise _no_days(text)
    return first, last


def _no_days(value: str) -> RefusedError:
    return RefusedError(
        f"看不懂日期“{value}”；应为 today、10d、overdue、2026-11-25、2026-11 或 "
        "2026-11-01..2026-11-25",
        f"no days are called {value!r}; expected today, 10d, overdue, 2026-11-25, 2026-11 or "
        "2026-11-01..2026-11-25",
    )


def _begin(look: Look, day: date) -> int:
    return instant(datetime.combine(day, time(), look.rules.zone))


def _day_name(look: Look, text: str) -> str:
    if not text:
        return ""
    first, last = _days(text)
    if first != last:
        return look.say(f"{first.year}年{first.month}月", f"{first:%B} {first.year}")
    return words.day(_begin(look, first), look.rules.zone, look.language, look.now)


def name(look: Look, value: str) -> str:
    """Say which due or closing days a value of the address means."""
    if value in DUES:
        return DUES[value].text(look.language)
    found = _DAYS.fullmatch(value)
    if found:
        return look.say(f"{found[1]} 个工作日内", f"within {found[1]} working days")
    begin, dots, end = value.partition("..")
    names = [_day_name(look, one) for one in (begin, end)]
    if not dots:
        return names[0]
    if begin and end:
        return look.say("至", " to ").join(names)
    if begin:
        return look.say(f"{names[0]}起", f"from {names[0]}")
    return look.say(f"至{names[1]}", f"until {names[1]}")
