"""The cases of the clock benches: the same for every contestant, in the same order."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from config.calendars.china import china
from rules.amounts import Amount
from rules.batches import Batch
from rules.calendars import Calendar
from rules.cases import PartKind
from rules.instants import DAY, HOUR, NONE, SECOND, Instants, instant
from rules.limits import Allowance, Level, Limit
from rules.parts import Parts

CALENDAR: Final[Calendar] = china()
BATCH: Final = 10_000
"""Batches are of the order of what a check takes up at once, and fit a processor's cache."""

FIRST: Final = date(2018, 1, 1)
LAST: Final = date(2023, 10, 1)
"""Where every peer has a calendar: workalendar's ends with 2023."""


def starts(count: int) -> Instants:
    """Give the moments at which the first ``count`` cases start (int64), at any time of day."""
    first = instant(datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=CALENDAR.timezone))
    drawn = np.random.default_rng(20).random((count, 2))
    return first + (drawn[:, 0] * (LAST - FIRST).days).astype(np.int64) * DAY + _part(drawn[:, 1])


def pauses(start: Instants) -> Parts:
    """Give each case none to three pauses of 1 hour to 5 days, in order; some overlap."""
    drawn = np.random.default_rng(21).random((len(start), 7))
    counts = (drawn[:, 0] * 4).astype(np.int64)
    there = np.arange(3) < counts[:, None]
    began = start[:, None] + np.sort(_part(drawn[:, 1:4] * 6), axis=1)
    ended = began + HOUR + _part(drawn[:, 4:7] * 5)
    offsets = np.concatenate([[0], np.cumsum(counts)])
    nothing = np.full(int(offsets[-1]), None, dtype=object)
    no_numbers = np.full(len(nothing), np.nan)
    return Parts(offsets, began[there], ended[there], nothing, no_numbers, nothing)


def _part(days: NDArray[np.float64]) -> Instants:
    seconds = (days * (DAY // SECOND)).astype(np.int64)
    return seconds * SECOND


def pauses_of(parts: Parts, case: int) -> list[tuple[int, int]]:
    """Give the pauses of one case as pairs of instants, in order."""
    rows = slice(parts.offsets[case], parts.offsets[case + 1])
    return list(zip(parts.started[rows].tolist(), parts.ended[rows].tolist(), strict=True))


def take(parts: Parts, first: int, last: int) -> Parts:
    """Give the parts of the cases from ``first`` up to ``last``."""
    rows = slice(parts.offsets[first], parts.offsets[last])
    return Parts(
        parts.offsets[first : last + 1] - parts.offsets[first],
        parts.started[rows],
        parts.ended[rows],
        parts.kinds[rows],
        parts.amounts[rows],
        parts.units[rows],
    )


def batches(start: Instants, parts: Parts | None = None, size: int = BATCH) -> list[Batch]:
    """Cut cases with nothing but a start, and pauses, into batches."""
    found = []
    for first in range(0, len(start), size):
        last = min(first + size, len(start))
        given = {} if parts is None else {PartKind.PAUSE: take(parts, first, last)}
        columns = {"accepted_at": start[first:last], "closed_at": np.full(last - first, NONE)}
        found.append(Batch(last - first, columns, given))
    return found


def limit(amount: Amount, levels: tuple[Level, ...] = ()) -> Limit:
    """Give the plain limit of an amount, reckoned as the law does."""
    return Limit(
        "bench", "", "accepted_at", "closed_at", Allowance(amount=amount), levels, CALENDAR.id
    )


def days_off() -> NDArray[np.datetime64]:
    """Give every day without work from 2018 to 2023, for peers that are told them one by one."""
    days = (date(2018, 1, 1) + timedelta(days=n) for n in range(6 * 366))
    off = [day for day in days if day.year < 2024 and not CALENDAR.spans(day)]
    return np.array(off, dtype="datetime64[D]")


def local(at: int) -> datetime:
    """Give the wall time of an instant."""
    return (
        datetime.fromtimestamp(at // 1_000_000, UTC)
        .astimezone(CALENDAR.timezone)
        .replace(microsecond=at % 1_000_000)
    )


def dates(start: Instants) -> list[date]:
    """Give the local dates of instants."""
    return [local(at).date() for at in start.tolist()]


def day_number(day: date) -> int:
    """Give a date as the number of days since 1970-01-01."""
    return (day - date(1970, 1, 1)).days
