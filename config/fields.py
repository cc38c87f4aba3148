"""Kinds of field that settings share: amounts, lengths of time, thresholds, hours, dates, URLs.

Each is written as text and held as the value the rules work with. A validator refuses text with
the code of its fault; :mod:`config.translation` makes a :class:`config.Fault` of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from math import inf
from typing import Annotated, Any, LiteralString, TypeVar
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    PlainValidator,
    SecretStr,
    StringConstraints,
)
from pydantic_core import PydanticCustomError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from config.codes import CODES, Words
from rules.amounts import Amount, Unit, clock_seconds, parse_amount, parse_unit
from rules.calendars import Span, parse_span, write_span
from rules.courses import DUE, STEP
from rules.instants import is_moment
from rules.limits import Threshold, parse_threshold

_T = TypeVar("_T")


class Model(BaseModel):
    """The base of all settings: frozen, and refusing keys that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def refusal(code: LiteralString, expected: Words | None = None) -> PydanticCustomError:
    """Give the error that a validator raises to refuse a value with a fault's code."""
    known = CODES[code]
    return PydanticCustomError(
        code, "{reason}", {"reason": known.title.en, "expected": expected or known.expected}
    )


def _read(parse: Callable[[str], _T], code: LiteralString) -> Callable[[Any], _T]:
    def read(value: Any) -> _T:
        if not isinstance(value, str):
            raise refusal(code)
        try:
            return parse(value)
        except ValueError:
            raise refusal(code) from None

    return read


def _seconds(value: Any) -> float:
    try:
        seconds = clock_seconds(value)
    except ValueError:
        raise refusal("CFG-204") from None
    if not 0 <= seconds < inf:
        raise refusal("CFG-204")
    return seconds


def _length(value: Any) -> float:
    seconds = _seconds(value)
    if not seconds:
        raise refusal("CFG-204")
    return seconds


def _overlap(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    return _seconds(value)


def _date(value: Any) -> date:
    if isinstance(value, datetime) or not isinstance(value, date | str):
        raise refusal("CFG-206")
    return value if isinstance(value, date) else _read(date.fromisoformat, "CFG-206")(value)


def _year_day(value: Any) -> tuple[int, int]:
    # 2000 was a leap year, so that 02-29 is a day.
    day = _read(lambda text: date.fromisoformat(f"2000-{text}"), "CFG-206")(value)
    return (day.month, day.day)


def _moment(value: str) -> str:
    if not is_moment(value):
        raise refusal("CFG-211")
    return value


def _start(value: str) -> str:
    for prefix in (STEP, DUE):
        if value.startswith(prefix) and value != prefix:
            return value
    return _moment(value)


def _database(value: SecretStr) -> SecretStr:
    try:
        url = make_url(value.get_secret_value())
        url.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise refusal("CFG-208") from None
    if "@" in (url.host or ""):  # the rest of a password, which no message may show as a host
        raise refusal("CFG-208")
    return value


def _address(value: str) -> str:
    host, colon, port = value.rpartition(":")
    if not (host and colon and port.isdecimal() and int(port) < 65_536):
        raise refusal("CFG-210")
    return value


Id = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
"""A name by which other settings, alerts and metrics know a thing."""

Name = Annotated[str, StringConstraints(pattern=r"^[a-z_][a-z0-9_]*$")]
"""The name of a fact: what ``case.`` is followed by in an expression."""

AmountField = Annotated[
    Amount, PlainValidator(_read(parse_amount, "CFG-201")), PlainSerializer(str)
]
"""An amount of time such as ``"20 working days"``."""

UnitField = Annotated[Unit, PlainValidator(_read(parse_unit, "CFG-205")), PlainSerializer(str)]
"""A unit of time by any of its names."""

ThresholdField = Annotated[
    Threshold, PlainValidator(_read(parse_threshold, "CFG-202")), PlainSerializer(str)
]
"""The point of a limit's course from which a level stands, such as ``"80 %"``."""

SpanField = Annotated[
    Span, PlainValidator(_read(parse_span, "CFG-203")), PlainSerializer(write_span)
]
"""Working time within a day such as ``"09:00-12:00"``."""

DateField = Annotated[date, PlainValidator(_date), PlainSerializer(date.isoformat)]
"""A date, as TOML writes it or as text ``2026-10-01``."""

YearDay = Annotated[
    tuple[int, int],
    PlainValidator(_year_day),
    PlainSerializer(lambda day: f"{day[0]:02d}-{day[1]:02d}"),
]
"""A day of every year, month and day, written ``10-01``."""

Seconds = Annotated[float, BeforeValidator(_length)]
"""A length of clock time, as :func:`rules.amounts.clock_seconds` reads it, held in seconds."""

Overlap = Annotated[float | int, PlainValidator(_overlap)]
"""How far a poll reaches back: seconds (a length of time, float) or a number of versions (int)."""

MomentName = Annotated[str, AfterValidator(_moment)]
"""The name of a fact that is a moment."""

StartName = Annotated[str, AfterValidator(_start)]
"""Where a limit begins: a moment, ``step:NAME`` or ``due:LIMIT`` (see :mod:`rules.courses`)."""

AmountColumn = Annotated[str, StringConstraints(pattern=r"^(step\.)?[a-z_][a-z0-9_]*$")]
"""The fact that says how long: the case's, or with ``step.`` before it the step's own."""

DatabaseUrl = Annotated[SecretStr, AfterValidator(_database)]
"""An SQLAlchemy database URL; it holds a password, so it never prints."""

Address = Annotated[str, AfterValidator(_address)]
"""Where to listen: ``host:port``."""

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""The time zone of all of China."""
