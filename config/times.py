"""Kinds of field for the times of people: when leave and duty begin and end."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import PlainSerializer, PlainValidator

from config.fields import refusal
from rules.instants import instant


def begins_at(when: date | datetime, zone: ZoneInfo) -> int:
    """Give the instant at which a day or time begins; one without an offset is of ``zone``."""
    if not isinstance(when, datetime):
        when = datetime.combine(when, time())
    return instant(when if when.tzinfo else when.replace(tzinfo=zone))


def ends_at(when: date | datetime, zone: ZoneInfo) -> int:
    """Give the instant at which a time comes, or at which a whole day ends."""
    if not isinstance(when, datetime):
        when = when + timedelta(days=1)
    return begins_at(when, zone)


def parse_when(text: str) -> date | datetime:
    """Read a day such as ``2026-10-01`` or a time such as ``2026-10-01 09:00``.

    Raises:
        ValueError: it is neither, or of the first or last year that there is.
    """
    when: date | datetime
    try:
        when = date.fromisoformat(text)
    except ValueError:
        when = datetime.fromisoformat(text)
    if not MINYEAR < when.year < MAXYEAR:  # its end, or its instant in UTC, may be in none
        raise ValueError(f"the year is {when.year}")
    return when


def _when(value: Any) -> date | datetime:
    if isinstance(value, date):  # a datetime is one, too
        return value
    try:
        return parse_when(value)
    except (TypeError, ValueError):
        raise refusal("CFG-213") from None


def _hand_over(value: Any) -> time:
    try:
        at = value if isinstance(value, time) else time.fromisoformat(value)
    except (TypeError, ValueError):
        raise refusal("CFG-214") from None
    return at.replace(microsecond=0, tzinfo=None)


When = Annotated[
    date | datetime, PlainValidator(_when), PlainSerializer(lambda when: when.isoformat())
]
"""A day or a time, as TOML writes them or as text; without an offset it is local."""

HandOver = Annotated[time, PlainValidator(_hand_over), PlainSerializer(time.isoformat)]
"""A time of day such as ``"09:00"``, as TOML writes it or as text: that of the wall clock."""
