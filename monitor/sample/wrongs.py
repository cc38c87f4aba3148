"""What goes wrong in the sample hall now and then, so that every kind of check has a few to find.

A case is in for a wrong by its number, so that the generator and life agree on which.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

CHARGED_EVERY: Final = 200
"""One case in so many is charged although, for most items, it is free."""

REFUSED_AND_CHARGED_EVERY: Final = 2
"""One in so many of those that cost something is charged although it was refused."""

SAME_PERSON_EVERY: Final = 250
"""One in so many is decided by whoever examined it."""

ACCEPTED_LATE_EVERY: Final = 350
"""One in so many was applied for two weeks before it was accepted."""

ACCEPTED_AT_NIGHT_EVERY: Final = 600
"""One in so many was accepted in the evening, long after the counters had closed."""

NO_REASON_EVERY: Final = 15
"""One special procedure in so many gives no reason, and one refusal in so many neither."""

NO_APPROVAL_EVERY: Final = 10
"""One extension in so many was approved by nobody."""

NO_CALL_BACK_EVERY: Final = 6
"""About one bad rating in so many is never called back about."""


def charged(numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which cases (int64, n) are charged although they may be free."""
    return np.equal(numbers % CHARGED_EVERY, 0)


def charged_though_refused(numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which cases (int64, n) are charged even if they are refused."""
    return np.equal(numbers % REFUSED_AND_CHARGED_EVERY, 0)


def decided_by_the_examiner(numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which cases (int64, n) one person both examines and decides."""
    return np.equal(numbers % SAME_PERSON_EVERY, 17)


def accepted_late(numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which cases (int64, n) waited too long for acceptance."""
    return np.equal(numbers % ACCEPTED_LATE_EVERY, 9)


def accepted_at_night(numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which cases (int64, n) were accepted outside office hours."""
    return np.equal(numbers % ACCEPTED_AT_NIGHT_EVERY, 11)
