"""Working days as a coordinate for placing sample moments: day number plus part of the day.

The generator only needs moments that look right and stand in order, so this is the plain table of
days; the deadlines themselves are reckoned by the core, independently of it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import numpy as np
from numpy.typing import NDArray

from rules.instants import DAY, HOUR, MINUTE, SECOND

Coordinates = NDArray[np.float64]
Moments = NDArray[np.datetime64]

_ZONE_OFFSET = 8 * HOUR  # Asia/Shanghai, without summer time since 1991
_OPENS, _LUNCH, _BACK, _CLOSES = (
    9 * HOUR,
    12 * HOUR,
    13 * HOUR + 30 * MINUTE,
    17 * HOUR + 30 * MINUTE,
)
_MORNING = _LUNCH - _OPENS
_LENGTH = _MORNING + _CLOSES - _BACK
_PAST_DAYS, _FUTURE_DAYS = 800, 120


def local(now: int) -> datetime:
    """Give the hall's local time, without a zone, of an instant."""
    return (datetime.fromtimestamp(0, UTC) + timedelta(microseconds=now + _ZONE_OFFSET)).replace(
        tzinfo=None
    )


def works_on(day: date) -> bool:
    """Tell whether the hall is open that day: published holidays, else Monday to Friday."""
    if day in chinese_calendar.workdays:
        return True
    return day.weekday() < 5 and day not in chinese_calendar.holidays


def is_open(now: int) -> bool:
    """Tell whether the counters are staffed at the instant ``now``."""
    clock = (now + _ZONE_OFFSET) % DAY
    return works_on(local(now).date()) and (_OPENS <= clock < _LUNCH or _BACK <= clock < _CLOSES)


class Workdays:
    """The working days around ``now`` (an instant), numbered, and where now is among them.

    ``now`` is its coordinate: outside working hours that of the next opening. ``today`` is its
    whole number: the working day that is running or comes next.
    """

    def __init__(self, now: int) -> None:
        here = local(now)
        first = here.date() - timedelta(days=_PAST_DAYS)
        days = (first + timedelta(days=n) for n in range(_PAST_DAYS + _FUTURE_DAYS))
        working = np.array([day for day in days if works_on(day)], dtype="datetime64[D]")
        self.today = int(np.searchsorted(working, np.datetime64(here.date())))
        self._midnights = working.astype("datetime64[us]").astype(np.int64)
        clock = (now + _ZONE_OFFSET) % DAY
        passed = min(max(clock - _OPENS, 0), _MORNING) + max(clock - _BACK, 0)
        if not works_on(here.date()):
            passed = 0
        elif clock >= _CLOSES:
            passed = 0
            self.today += 1
        self.now = self.today + passed / _LENGTH

    def moments(self, at: Coordinates) -> Moments:
        """Give the local moments (datetime64[us], whole seconds) of coordinates; NaN gives NaT."""
        known = ~np.isnan(at)
        number = np.floor(np.where(known, at, 0)).astype(np.int64)
        passed = ((np.where(known, at, 0) - number) * _LENGTH).astype(np.int64)
        clock = _OPENS + passed + np.where(passed >= _MORNING, _BACK - _LUNCH, 0)
        moments = self._midnights[number] + clock // SECOND * SECOND
        return np.where(known, moments.astype("datetime64[us]"), np.datetime64("NaT"))

    def closes(self, number: NDArray[np.int64]) -> Moments:
        """Give the local close of business (datetime64[us]) of working days by number."""
        return (self._midnights[number] + _CLOSES).astype("datetime64[us]")
