"""Moments as the API writes and reads them: RFC 3339 with an offset."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from msgspec import Meta

from monitor import typed
from monitor.web.api.problems import ProblemError, invalid
from rules.instants import instant, moment
from rules.refusals import RefusedError

Moment = Annotated[
    datetime,
    Meta(
        tz=True,
        description="RFC 3339，带时区 · with an offset",
        examples=["2026-10-16T17:30:00+08:00"],
    ),
]
"""A moment of a request or an answer."""

DAY = r"\d{4}-\d{2}-\d{2}"
SPAN = rf"^{DAY}$|^{DAY}\.\.$|^\.\.{DAY}$|^{DAY}\.\.{DAY}$"

Days = Annotated[str, Meta(pattern=SPAN, examples=["2026-10-16", "2026-10-01..2026-10-16"])]
"""Days of a request: ``2026-10-16``, ``2026-10-01..2026-10-16``, and either side may be open."""

_YEARS = range(1990, 2101)  # what lies beyond is a slip of the pen


def written(zone: ZoneInfo) -> Callable[[int | None], datetime | None]:
    """Give what writes instants in a zone; ``None`` stays."""
    return lambda at: None if at is None else moment(at, zone)


def read(when: datetime | None, name: str) -> int | None:
    """Give the instant of a moment of a request.

    Raises:
        ProblemError: it is of another age.
    """
    if when is None:
        return None
    if when.year not in _YEARS:
        raise _beyond(name)
    return instant(when)


def span(text: str | None, zone: ZoneInfo, name: str) -> tuple[int | None, int | None] | None:
    """Give from which instant to which some days last.

    Raises:
        ProblemError: they are none.
    """
    if text is None:
        return None
    first, dots, last = text.partition("..")
    last = last if dots else first
    begin = _day(first, name) if first else None
    end = _day(last, name) + timedelta(days=1) if last else None
    return _midnight(begin, zone), _midnight(end, zone)


def _day(text: str, name: str) -> date:
    try:
        day = typed.day(text)
    except RefusedError as error:
        raise invalid(error.zh, error.en, parameter=name) from None
    if day.year not in _YEARS:
        raise _beyond(name)
    return day


def _midnight(day: date | None, zone: ZoneInfo) -> int | None:
    return None if day is None else instant(datetime.combine(day, time(), zone))


def _beyond(name: str) -> ProblemError:
    return invalid(
        f"{name}：年份在 {_YEARS[0]} 至 {_YEARS[-1]} 之外",
        f"{name}: the year is not from {_YEARS[0]} to {_YEARS[-1]}",
        parameter=name,
    )
