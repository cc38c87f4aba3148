"""Holidays and extra working days in an iCalendar file (RFC 5545), as phones subscribe to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from config.calendars.published import Entry, Unreadable

# Apple marks the days of its calendar of Chinese holidays with this property.
_MARK = "X-APPLE-SPECIAL-DAY"
_MARKS = {"WORK-HOLIDAY": False, "ALTERNATE-WORKDAY": True}
_WORK = ("班", "working day", "workday")
_OFF = ("休", "假", "day off", "holiday")


def ics_entries(data: bytes, passed_over: list[str]) -> Iterator[Entry]:
    """Read the events that are marked as days off or on, by property, title or category.

    A title with 班 is an extra working day, one with 休 or 假 is off. What is neither, and what is
    repeated by a rule, is passed over; its titles are added to ``passed_over``.

    Raises:
        ModuleNotFoundError: the extra ``ics`` is not installed.
        Unreadable: it is no iCalendar file, or an event has no beginning.
    """
    from icalendar import Calendar

    try:
        calendars = Calendar.from_ical(data, multiple=True)
        events: list[Any] = [event for one in calendars for event in one.walk("VEVENT")]
    except ValueError as error:
        raise Unreadable(f"不是 iCalendar 文件：{error}", f"no iCalendar file: {error}") from None
    for event in events:
        title = str(event.get("SUMMARY", ""))
        works = _works(event, title)
        if works is None or "RRULE" in event:
            passed_over.append(title)
            continue
        try:
            first, end = event.start, event.end
        except ValueError as error:
            raise Unreadable(f"事件 {title!r}：{error}", f"event {title!r}: {error}") from None
        yield Entry(_day(first), max(_day(first), _last(end)), _name(title), works)


def _works(event: Any, title: str) -> bool | None:
    mark = str(event.get(_MARK, "")).upper()
    if mark in _MARKS:
        return _MARKS[mark]
    categories = event.get("CATEGORIES")
    named = ",".join(map(str, categories.cats)) if categories is not None else ""
    for text in (title.lower(), named.lower()):
        if any(word in text for word in _WORK):
            return True
        if any(word in text for word in _OFF):
            return False
    return None


def _day(at: date) -> date:
    return at.date() if isinstance(at, datetime) else at


def _last(end: date) -> date:
    """The end is not part of an event."""
    if isinstance(end, datetime):
        return (end - timedelta(microseconds=1)).date()
    return end - timedelta(days=1)


def _name(title: str) -> str:
    """Give the holiday's own name, without the marks that such files put around it."""
    for mark in ("（休）", "(休)", "（班）", "(班)", " 休", " 假期", "假期"):
        title = title.removesuffix(mark)
    return title.strip() or "放假"
