"""What people type into forms, addresses and commands: days, times, and amounts of time."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, date, datetime

from config.times import parse_when
from rules.amounts import Amount, parse_amount
from rules.refusals import RefusedError


def day(text: str) -> date:
    """Read a day.

    Raises:
        RefusedError: it is none, or of the first or last year that there is.
    """
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    if not MINYEAR < found.year < MAXYEAR:
        raise RefusedError(
            f"“{text}”不是日期，写成 2026-10-22", f"{text!r} is no day; write 2026-10-22"
        )
    return found


def when(text: str) -> date | datetime:
    """Read a day or a local time.

    Raises:
        RefusedError: it is neither.
    """
    try:
        return parse_when(text)
    except ValueError:
        raise RefusedError(
            f"“{text}”不是日期或时间；写成 2026-10-22 或 2026-10-22T17:30",
            f"{text!r} is neither a day nor a time; write 2026-10-22 or 2026-10-22T17:30",
        ) from None


def amount(text: str) -> Amount:
    """Read an amount of time.

    Raises:
        RefusedError: it is none.
    """
    try:
        return parse_amount(text)
    except ValueError:
        raise RefusedError(
            f"“{text}”不是时间量；写成“5个工作日”或“4 working hours”",
            f'{text!r} is not an amount of time; write "5 working days" or "4 working hours"',
        ) from None
