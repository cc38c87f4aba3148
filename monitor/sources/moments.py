"""Moments as sources write them, read as instants."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from monitor.sources.rows import Reason, Unreadable
from monitor.sources.values import finite
from rules.instants import DAY, NONE, SECOND, Instants, instant, instants

EXPECTED = (
    "a time such as 2026-10-16 17:30:00, 2026-10-16T17:30:00+08:00, 20261016173000, or seconds or "
    "milliseconds since 1970"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAIVE_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001
_MICROSECOND = timedelta(microseconds=1)
_NOTHING = ("0", "infinity", "-infinity")
_LOOSE = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(\.\d+)?)?)?"
)
_COMPACT = (8, 12, 14)  # digits: YYYYMMDD, with HHMM, with HHMMSS
_COMPACT_BELOW = 10**14
_FIRST_YEAR = (datetime(1900, 1, 3) - _NAIVE_EPOCH) // _MICROSECOND  # noqa: DTZ001
_LAST_YEAR = (datetime(9999, 12, 29) - _NAIVE_EPOCH) // _MICROSECOND  # noqa: DTZ001
_MILLISECONDS_FROM = 100_000_000_000  # as seconds this is the year 5138


def moment_reader(zone: ZoneInfo) -> Callable[[object], int | None]:
    """Make the function that reads one column of moments.

    It takes a datetime, date, text (ISO 8601, ``YYYY-MM-DD HH:MM:SS``, ``YYYYMMDDHHMMSS``) or
    number (seconds or milliseconds since 1970, or ``YYYYMMDDHHMMSS``) and gives the instant.
    ``None``, the empty text, 0, MySQL's zero date, infinity, 1900-01-01, 9999-12-31 and .NET's
    0001-01-01 mean that there is none.

    Args:
        zone: the zone of times that name none. A time that the clocks showed twice is the first
            of the two, one that they skipped is counted from before the gap (PEP 495, fold 0).
            A date without a time is its midnight; a limit takes that for the whole day.

    The function raises :class:`Unreadable` for what is no time.
    """
    first = instant(datetime(1900, 1, 1, tzinfo=zone))
    earliest = instant(datetime(1900, 1, 2, tzinfo=zone))
    latest = instant(datetime(9999, 12, 30, tzinfo=zone))
    ancient = instant(datetime(2, 1, 1, tzinfo=zone))
    offset_of = zone.utcoffset

    def of_datetime(value: datetime) -> int | None:
        if value.tzinfo is None:
            # The same as giving it the zone and taking the difference, four times as fast.
            at = (value - _NAIVE_EPOCH - offset_of(value)) // _MICROSECOND  # type: ignore[operator]
        else:
            at = (value - _EPOCH) // _MICROSECOND
        if earliest <= at < latest or ancient <= at < first:
            return at
        return None

    def of_date(value: date) -> int | None:
        return of_datetime(datetime.combine(value, time()))

    def of_number(value: float | Decimal) -> int | None:
        if not finite(value) or value < 0:
            raise Unreadable(Reason.BAD_TIME, value, EXPECTED)
        if value == 0:
            return None
        compact = str(int(value)) if value < _COMPACT_BELOW and value == int(value) else ""
        if len(compact) in _COMPACT and compact[:2] in ("19", "20", "99"):
            return of_text(compact)
        unit = SECOND if value < _MILLISECONDS_FROM else 1000
        at = int(value) * unit + round((value - int(value)) * unit)
        if at >= latest:
            raise Unreadable(Reason.BAD_TIME, value, EXPECTED)
        return at

    def of_text(value: str) -> int | None:
        text = value.strip()
        if not text or text in _NOTHING or text.startswith("0000-00-00"):
            return None
        try:
            found = _parsed(text)
        except (ValueError, ArithmeticError):
            raise Unreadable(Reason.BAD_TIME, value, EXPECTED) from None
        if isinstance(found, datetime):
            return of_datetime(found)
        return of_number(found) if isinstance(found, Decimal) else of_date(found)

    def read(value: object) -> int | None:
        if value is None:
            return None
        try:
            if isinstance(value, datetime):
                return of_datetime(value)
            if isinstance(value, str):
                return of_text(value)
            if isinstance(value, bytes):
                return of_text(value.decode())
            if isinstance(value, date):
                return of_date(value)
            if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
                return of_number(value)
        except OverflowError:
            # A time in the last or first hours that Python can hold: a stand-in for "none".
            return None
        except UnicodeDecodeError:
            raise Unreadable(Reason.INVALID_UTF8, value, "text in UTF-8") from None
        raise Unreadable(Reason.BAD_TIME, value, EXPECTED)

    return read


def moment_column(
    values: Sequence[object], zone: ZoneInfo, read: Callable[[object], int | None]
) -> Instants:
    """Read a column of moments as instants (int64, n), ``NONE`` where there is none.

    A column of datetimes without a zone is read as a whole; any other value by value.

    Args:
        values: the column.
        zone: the zone of times that name none.
        read: what :func:`moment_reader` made for that zone.
    """
    try:
        local = np.array(
            [
                NONE if value is None else (value - _NAIVE_EPOCH) // _MICROSECOND  # type: ignore[operator]
                for value in values
            ],
            np.int64,
        )
    except TypeError:  # one is no datetime, or has a zone
        return instants(map(read, values))
    return from_local(local, zone, read)


def from_local(local: Instants, zone: ZoneInfo, read: Callable[[object], int | None]) -> Instants:
    """Read local times, in microseconds since 1970-01-01T00:00 local time, as instants (n each).

    ``NONE`` stays. Arguments as for :func:`moment_column`.
    """
    there = (local >= _FIRST_YEAR) & (local < _LAST_YEAR)
    days, which = np.unique(local[there] // DAY, return_inverse=True)
    offsets = np.array([_offset(day, zone) for day in days.tolist()], np.int64)
    at = local.copy()
    at[there] -= offsets[which]
    odd = ~there & (local != NONE)
    odd[there] = offsets[which] == NONE
    for row in np.flatnonzero(odd).tolist():
        try:
            found = read(_NAIVE_EPOCH + int(local[row]) * _MICROSECOND)
        except OverflowError:  # beyond what Python can hold: a stand-in for "none"
            found = None
        at[row] = NONE if found is None else found
    return at


@lru_cache(maxsize=65536)
def _offset(day: int, zone: ZoneInfo) -> int:
    """Give the offset of a local day in microseconds, ``NONE`` where it changes on it."""
    begin = _NAIVE_EPOCH + timedelta(days=day)
    first, last = (zone.utcoffset(at) for at in (begin, begin + timedelta(days=1)))
    assert first is not None  # noqa: S101  # a zone has an offset at any time
    return first // _MICROSECOND if first == last else NONE


def _parsed(text: str) -> datetime | date | Decimal:
    """Read a text as a time, a date without a time, or a number.

    Raises:
        ValueError, ArithmeticError: it is none of these.
    """
    if text.isascii() and text.isdigit():
        if len(text) not in _COMPACT:
            return Decimal(text)
        day = date(int(text[:4]), int(text[4:6]), int(text[6:8]))
        if len(text) == 8:
            return day
        clock = time(int(text[8:10]), int(text[10:12]), int(text[12:] or 0))
        return datetime.combine(day, clock)
    if len(text) == 10 and text[4] == "-" == text[7]:
        return date.fromisoformat(text)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        loose = _LOOSE.fullmatch(text)
    if loose is None:
        return Decimal(text)
    year, month, day_of_month, hour, minute, second = (
        int(part or 0) for part in loose.groups()[:6]
    )
    found = date(year, month, day_of_month)
    if loose[4] is None:
        return found
    return datetime.combine(found, time(hour, minute, second, int(float(loose[7] or 0) * SECOND)))
