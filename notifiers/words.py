"""Moments, amounts and names in people's words, Chinese and English. Pure.

A language is ``zh_CN`` or ``en``.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date as Date  # noqa: N812  # beside our own date
from zoneinfo import ZoneInfo

from rules.amounts import Amount, Unit, figure
from rules.instants import moment

ELLIPSIS = "…"

_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_UNITS_ZH = {
    Unit.WORKING_DAY: "个工作日",
    Unit.CALENDAR_DAY: "日",
    Unit.MONTH: "个月",
    Unit.WORKING_HOUR: "个工作小时",
    Unit.WORKING_MINUTE: "工作分钟",
    Unit.WORKING_SECOND: "工作秒",
    Unit.HOUR: "小时",
    Unit.MINUTE: "分钟",
    Unit.SECOND: "秒",
}
_WEEKDAY = re.compile(r"（周[一二三四五六日]）")
_BLANKS = re.compile(r"(?<=[\u3000-\uffef]) | (?=[\u3000-\uffef])")
# What a reader does not see but a client obeys: control, bidirectional and zero-width
# characters, and halves of pairs that no UTF-8 can hold.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def when(at: int, zone: ZoneInfo, language: str, now: int | None = None) -> str:
    """Write the instant ``at`` for people: ``10月16日（周五）17:30``, ``Fri 16 Oct 17:30``.

    The year is written where it is not the year of ``now``.
    """
    date = day(at, zone, language, now)
    return date + (" " if language == "en" else "") + f"{moment(at, zone):%H:%M}"


def day(at: int, zone: ZoneInfo, language: str, now: int | None = None) -> str:
    """Write the day of an instant: ``10月16日（周五）``, ``Fri 16 Oct``; the year as above."""
    local = moment(at, zone)
    year = now is not None and moment(now, zone).year != local.year
    if language == "en":
        date = f"{_WEEKDAYS_EN[local.weekday()]} {local.day} {_MONTHS_EN[local.month - 1]}"
        return f"{date} {local.year}" if year else date
    date = f"{local.month}月{local.day}日（周{_WEEKDAYS_ZH[local.weekday()]}）"
    return f"{local.year}年{date}" if year else date


def date(day_: Date, language: str, *, with_year: bool) -> str:
    """Write a date without its day of the week: ``9月22日``, ``22 Sep``, or ``2026年9月22日``."""
    if language == "en":
        text = f"{day_.day} {_MONTHS_EN[day_.month - 1]}"
        return f"{text} {day_.year}" if with_year else text
    return (f"{day_.year}年" if with_year else "") + f"{day_.month}月{day_.day}日"


def amount(value: Amount, language: str) -> str:
    """Write an amount of time: ``2 个工作日``, ``1.5 小时``, ``2 working days``."""
    # Six digits are enough for people, and no exponent.
    shown = round(value.value) if value.value >= 1e6 else float(f"{value.value:.6g}")
    if language == "en":
        return str(Amount(shown, value.unit))
    return f"{figure(shown)} {_UNITS_ZH[value.unit]}"


def length(value: Amount, language: str) -> str:
    """Write how much is left or over.

    Days are written as they are, working time in working hours, other time by its largest units.
    """
    if value.unit.counts_days:
        return amount(value, language)
    if value.unit.working and value.seconds >= 3600:
        return amount(Amount(round(value.seconds / 3600, 1), Unit.WORKING_HOUR), language)
    return duration(value.seconds, language)


def tight(text: str) -> str:
    """Take out of Chinese what a text message can do without: days of the week, and blanks.

    ``10月16日（周五）17:30`` becomes ``10月16日17:30``, ``剩 2 个工作日`` becomes ``剩2个工作日``.
    """
    return _BLANKS.sub("", _WEEKDAY.sub("", text))


def left(value: Amount, language: str) -> str:
    """Write what is left: ``剩 2 个工作日``, ``2 working days left``."""
    text = amount(value, language)
    return f"{text} left" if language == "en" else f"剩 {text}"


def over(value: Amount, language: str) -> str:
    """Write by how much a limit has passed: ``超期 3 个工作日``, ``3 working days overdue``."""
    text = amount(value, language)
    return f"{text} overdue" if language == "en" else f"超期 {text}"


def duration(seconds: float, language: str) -> str:
    """Write a length of time by its two largest units: ``1 小时 20 分``, ``1 h 20 min``.

    Less than a minute is written in seconds; a negative length as zero.
    """
    whole = max(0, int(seconds))
    names = ("d", "h", "min", "s") if language == "en" else ("天", "小时", "分", "秒")
    counts = (whole // 86400, whole // 3600 % 24, whole // 60 % 60, whole % 60 if whole < 60 else 0)
    parts = [f"{count} {name}" for count, name in zip(counts, names, strict=True) if count]
    return " ".join(parts[:2]) or f"0 {names[3]}"


def mask_name(name: str) -> str:
    """Mask the name of a person or an organisation.

    A person keeps the first character (``李*``). An organisation, five characters or more in a
    script without spaces, keeps the place before and the kind behind its own name
    (``云岭**置业有限公司``).
    """
    name = one_line(name)
    if len(name) < 5 or "·" in name or name.isascii():
        return f"{name[:1]}*" if name else ""
    head = 2 if len(name) >= 8 else 1
    return f"{name[:head]}**{name[-min(6, len(name) - head - 2) :]}"


def tail(number: str, length: int = 4) -> str:
    """Give the last ``length`` characters of a number, by which people recognise it."""
    return number.strip()[-length:]


_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def as_cell(text: str) -> str:
    """Return text as a CSV cell that no spreadsheet takes for a formula and carries out.

    What could be one has an apostrophe before it (OWASP, "CSV Injection").
    """
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text


def one_line(text: str) -> str:
    """Put text on one line and drop what a reader does not see (control, bidi, zero-width)."""
    seen = text if text.isprintable() else _UNSEEN.sub("", text)  # nearly all of it is
    return " ".join(seen.split())


def cut(text: str, length: int) -> str:
    """Shorten to at most ``length`` characters, the last of them ``…`` where something was cut."""
    if len(text) <= length:
        return text
    end = max(0, length - 1)
    while end and (unicodedata.combining(text[end]) or "\u200d" in text[end - 1 : end + 1]):
        end -= 1  # an accent or a joined sign stays with its letter or goes with it
    return text[:end].rstrip() + ELLIPSIS if length > 0 else ""


def cut_bytes(text: str, size: int) -> str:
    """Shorten to at most ``size`` bytes of UTF-8, ending in ``…`` where something was cut."""
    encoded = text.encode()
    if len(encoded) <= size:
        return text
    room = size - len(ELLIPSIS.encode())
    return encoded[:room].decode(errors="ignore") + ELLIPSIS if room >= 0 else ""
