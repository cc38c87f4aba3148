"""Which calendar counts for which cases: a region may have office hours and days off of its own."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from rules.batches import Batch
from rules.cases import Fact

Flags = NDArray[np.bool_]


def by_calendar(
    batch: Batch, calendar: str, of_region: Callable[[Fact], str] | None
) -> list[tuple[str, Flags]]:
    """Return the calendars that count in a batch of ``n`` cases, each with its cases (bool, n).

    Args:
        batch: the cases.
        calendar: the calendar of all, if regions have no say.
        of_region: names the calendar of a region; ``None``: regions have no say.
    """
    everywhere = [(calendar, np.ones(batch.size, dtype=bool))]
    if of_region is None:
        return everywhere
    coded = batch.coded("region")
    named = [of_region(region) for region in coded.values]
    found = dict.fromkeys(named[code] for code in np.unique(coded.codes).tolist())
    own = [
        (one, np.array([name == one for name in named], dtype=bool)[coded.codes]) for one in found
    ]
    return own or everywhere
