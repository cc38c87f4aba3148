"""Reading a year's days off and on from whatever file they come in."""

from __future__ import annotations

from config.calendars.icalendar_file import ics_entries
from config.calendars.notice import notice_entries, says_holidays, year_of
from config.calendars.published import Published, Unreadable, publish, table_entries


def read_published(data: bytes, year: int | None, passed_over: list[str]) -> Published:
    """Read an iCalendar file, the text of a notice or a table, told apart by what is in it.

    Args:
        data: the file; text in UTF-8 or GB 18030.
        year: the year that is published, where the file does not say it or has days of several.
        passed_over: the titles of events that are not taken over are added here.

    Raises:
        ModuleNotFoundError: it is an iCalendar file, and the extra ``ics`` is not installed.
        Unreadable: it cannot be understood, or contradicts itself.
    """
    if b"BEGIN:VCALENDAR" in data[:1000].upper():
        return publish(ics_entries(data, passed_over), year)
    text = _text(data)
    if not says_holidays(text):
        return publish(table_entries(text), year)
    told = year_of(text)
    if year is not None and told not in (None, year):
        raise Unreadable(f"通知说的是 {told} 年，不是 {year} 年", f"the notice is for {told}")
    year = year or told
    if year is None:
        raise Unreadable(
            "通知里没有年份：用 --year 写明", "the notice names no year: say it with --year"
        )
    return publish(notice_entries(text, year), year)


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("既不是 UTF-8 也不是 GB 18030 文本", "neither UTF-8 nor GB 18030 text")
