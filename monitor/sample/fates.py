"""What becomes of the sample's cases: each fate placed on the working days around ``now``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from monitor.sample.workdays import Coordinates, Workdays


class Fate(StrEnum):
    """What has become of a case by ``now``."""

    CLOSED = "closed"  # within the promise
    INSTANT = "instant"  # closed the hour it came
    RESUMED = "resumed"  # closed within the promise that a finished pause moved
    CLOSED_LATE = "closed late"
    OPEN = "open"  # with time left
    PAUSED = "paused"
    DUE_SOON = "due soon"  # today or within two working days
    OVERDUE = "overdue"  # by one or two working days
    BADLY_OVERDUE = "badly overdue"  # by five to twenty-five
    EXTENDED = "extended"  # past the promise, not past its extension
    HOTLINE = "hotline"  # with a limit in seconds; most closed in time
    HOTLINE_OPEN = "hotline open"  # it has just come in


SHARES: Final = {
    Fate.CLOSED: 0.43,
    Fate.INSTANT: 0.20,
    Fate.RESUMED: 0.05,
    Fate.CLOSED_LATE: 0.02,
    Fate.OPEN: 0.14,
    Fate.PAUSED: 0.02,
    Fate.DUE_SOON: 0.02,
    Fate.OVERDUE: 0.01,
    Fate.BADLY_OVERDUE: 0.004,
    Fate.EXTENDED: 0.01,
    Fate.HOTLINE: 0.092,
    Fate.HOTLINE_OPEN: 0.004,
}
FATES: Final = tuple(Fate)
_REACH = 430  # working days that the closed cases reach back
_GOLDEN = (5**0.5 - 1) / 2


def fates(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the fate of cases by number, as places in ``FATES`` (int64).

    Multiples of the golden ratio spread evenly, so that even a few hundred cases in a row have
    every fate in its share.
    """
    ends = np.cumsum([SHARES[fate] for fate in FATES])
    spread = numbers * _GOLDEN % 1.0
    return np.searchsorted(ends[:-1], spread, side="right").astype(np.int64)


@dataclass(frozen=True, slots=True)
class Courses:
    """The course of ``n`` cases in working-day coordinates (float64, n); NaN: has not happened.

    ``due_day`` is the number of the last working day of the promise, without pauses.
    """

    accepted: Coordinates
    due_day: NDArray[np.int64]
    closed: Coordinates
    paused: Coordinates
    resumed: Coordinates
    extended: Coordinates


def courses(
    fate: NDArray[np.int64],
    days: NDArray[np.int64],
    rng: np.random.Generator,
    workdays: Workdays,
) -> Courses:
    """Place cases with a promise of ``days`` (int64, n) so that each meets its fate by now.

    Whatever has happened lies before now, in its order: accepted, paused, resumed, closed.
    """
    n, today = len(fate), workdays.today

    def chance() -> Coordinates:
        return rng.random(n)

    def whole(low: int, high: int | NDArray[np.int64]) -> NDArray[np.int64]:
        return np.floor(low + chance() * (high - low + 1)).astype(np.int64)

    def of(kind: Fate) -> NDArray[np.bool_]:
        return np.equal(fate, FATES.index(kind))

    def hour() -> Coordinates:
        return 0.1 + 0.8 * chance()

    back, pause_days, late, reach = whole(0, _REACH), whole(1, 4), whole(1, 8), chance()
    due_days = {
        Fate.OPEN: today + whole(3, days - 1),
        Fate.PAUSED: today + whole(-3, days - 3),
        Fate.DUE_SOON: today + whole(0, 2),
        Fate.OVERDUE: today - whole(1, 2),
        Fate.BADLY_OVERDUE: today - whole(5, 25),
        Fate.EXTENDED: today - whole(1, 4),
        Fate.CLOSED_LATE: today - 1 - late - back,
        Fate.RESUMED: today - 1 - pause_days - 1 - back,
    }
    due = np.select([of(kind) for kind in due_days], list(due_days.values()), today - 1 - back)
    start = due - days
    accepted = start + hour()

    paused = np.full(n, np.nan)
    resumed, closed, extended = paused.copy(), paused.copy(), paused.copy()
    stands = of(Fate.PAUSED)
    until = np.minimum(due, today)
    paused[stands] = (accepted + hour() * (until - accepted))[stands]
    stood = of(Fate.RESUMED)
    paused[stood] = (start + 1 + hour())[stood]
    resumed[stood] = (start + 1 + pause_days + hour())[stood]
    closing_days = {
        Fate.CLOSED: start + 1 + np.floor(reach * days),
        Fate.RESUMED: start + pause_days + 2 + np.floor(reach * (days - 1)),
        Fate.CLOSED_LATE: due + late,
    }
    for kind, day in closing_days.items():
        closed[of(kind)] = (day + hour())[of(kind)]
    instant = of(Fate.INSTANT)
    closed[instant] = (accepted + 0.01 + 0.05 * chance())[instant]
    granted = of(Fate.EXTENDED)
    extended[granted] = (due - 1 + hour())[granted]
    return Courses(accepted, due, closed, paused, resumed, extended)


def patience(chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Say how long hotline cases take, as a multiple of their limit.

    ``chance`` is uniform in [0, 1): most are answered early, some only after half of the limit
    (a warning), after the limit, or after more than one and a half times the limit.
    """
    within = chance * 97 % 1.0
    low = np.select([chance < 0.55, chance < 0.73, chance < 0.88], [0.10, 0.60, 1.15], 1.7)
    high = np.select([chance < 0.55, chance < 0.73, chance < 0.88], [0.45, 0.95, 1.45], 3.0)
    taken: NDArray[np.float64] = low + within * (high - low)
    return taken
