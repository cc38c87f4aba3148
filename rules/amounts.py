"""Amounts of time as laws and settings write them: "20 working days", "36工作小时", "2 months"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Unit(StrEnum):
    """What an amount of time counts. The value is the plural English name."""

    WORKING_DAY = "working days"
    CALENDAR_DAY = "calendar days"
    MONTH = "months"
    WORKING_HOUR = "working hours"
    WORKING_MINUTE = "working minutes"
    WORKING_SECOND = "working seconds"
    HOUR = "hours"
    MINUTE = "minutes"
    SECOND = "seconds"

    @property
    def seconds(self) -> int | None:
        """Seconds in one unit of clock or working time; ``None`` for days and months."""
        return _SECONDS.get(self)

    @property
    def working(self) -> bool:
        """Whether only working time counts."""
        return self in _WORKING

    @property
    def counts_days(self) -> bool:
        """Whether it counts whole days or months, so that a due moment is the end of a day."""
        return self in (Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.MONTH)


_SECONDS = {
    Unit.WORKING_HOUR: 3600,
    Unit.WORKING_MINUTE: 60,
    Unit.WORKING_SECOND: 1,
    Unit.HOUR: 3600,
    Unit.MINUTE: 60,
    Unit.SECOND: 1,
}
_WORKING = frozenset(
    {Unit.WORKING_DAY, Unit.WORKING_HOUR, Unit.WORKING_MINUTE, Unit.WORKING_SECOND}
)

_YEARS = 100
LARGEST = {
    Unit.WORKING_DAY: 366 * _YEARS,
    Unit.CALENDAR_DAY: 366 * _YEARS,
    Unit.MONTH: 12 * _YEARS,
    **{unit: 366 * 86_400 * _YEARS // seconds for unit, seconds in _SECONDS.items()},
}
"""The largest amount of each unit that a limit may allow: a hundred years. More is no amount."""


def is_sound(value: object, unit: Unit) -> bool:
    """Return whether a fact is an amount that a limit can allow: from 0 to :data:`LARGEST`.

    ``None``, no amount at all, is sound.
    """
    if value is None:
        return True
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and 0 <= value <= LARGEST[unit]  # type: ignore[operator]


_SPELLINGS: dict[Unit, tuple[str, ...]] = {
    Unit.WORKING_DAY: ("working day", "workday", "business day", "wd", "个工作日", "工作日"),
    Unit.CALENDAR_DAY: (
        "calendar day",
        "natural day",
        "day",
        "d",
        "个自然日",
        "自然日",
        "日",
        "天",
    ),
    Unit.MONTH: ("month", "calendar month", "个月", "月"),
    Unit.WORKING_HOUR: ("working hour", "business hour", "wh", "个工作小时", "工作小时", "工作时"),
    Unit.WORKING_MINUTE: ("working minute", "工作分钟"),
    Unit.WORKING_SECOND: ("working second", "工作秒"),
    Unit.HOUR: ("hour", "h", "个小时", "小时", "时"),
    Unit.MINUTE: ("minute", "min", "m", "分钟", "分"),
    Unit.SECOND: ("second", "sec", "s", "秒钟", "秒"),
}
_UNITS = {word: unit for unit, words in _SPELLINGS.items() for word in words}
_UNITS |= {word + "s": unit for word, unit in _UNITS.items() if len(word) > 2 and word.isascii()}
_FORM = re.compile(r"\s*(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>\D+?)\s*")

EXPECTED = (
    'a number and a unit, such as "20 working days", "60 calendar days", "36 working hours", '
    '"4 hours", "2 months", "20个工作日", "60日" or "36工作小时"'
)


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of time: a number of zero or more, and what it counts."""

    value: float
    unit: Unit

    def __str__(self) -> str:
        """Write the amount as it can be read back by :func:`parse_amount`."""
        unit = self.unit.value if self.value != 1 else self.unit.value.removesuffix("s")
        return f"{figure(self.value)} {unit}"

    @property
    def seconds(self) -> float:
        """The amount in seconds of clock or working time.

        Raises:
            ValueError: the unit counts days or months, which have no fixed length.
        """
        seconds = self.unit.seconds
        if seconds is None:
            raise ValueError(f"{self} has no fixed length in seconds")
        return self.value * seconds


def figure(value: float) -> str:
    """Return a number in full, without an exponent or a needless fraction: 1234567.5, not 1e+06."""
    return str(int(value)) if value == int(value) else format(Decimal(repr(value)), "f")


def clock_seconds(value: object) -> float:
    """Return a length of time on the clock in seconds: ``30s``, ``2m``, ``1h``, ``1d``, or 30.

    A day has 24 hours here; a bare number is one of seconds.

    Raises:
        ValueError: it is no length of time, or none that is always the same, such as working hours
            or months.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    amount = parse_amount(value) if isinstance(value, str) else None
    if amount is not None and amount.unit is Unit.CALENDAR_DAY:
        return amount.value * 86_400
    if amount is None or amount.unit.working:
        raise ValueError(f"{value!r} has no fixed length")
    return amount.seconds


def parse_unit(text: str) -> Unit:
    """Read a unit by any of its English or Chinese names.

    Raises:
        ValueError: it is none of them; the message lists what was expected.
    """
    unit = _UNITS.get(" ".join(text.lower().split()))
    if unit is None:
        raise ValueError(f"{text!r} is not a unit of time; expected {EXPECTED}")
    return unit


def parse_amount(text: str) -> Amount:
    """Read an amount of time such as ``20 working days``, ``60日`` or ``30s``.

    Raises:
        ValueError: the text is no amount; the message lists what was expected.
    """
    form = _FORM.fullmatch(text)
    if form is None:
        raise ValueError(f"{text!r} is not an amount of time; expected {EXPECTED}")
    return Amount(float(form["number"]), parse_unit(form["unit"]))
