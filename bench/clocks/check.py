"""The whole check of a case: promised and statutory limit, three levels each, 0-3 pauses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.clocks import sample
from bench.contest import Contest, Contestant, Trial
from rules.amounts import Unit
from rules.assessment import Assessment, assess
from rules.batches import Batch
from rules.cases import PartKind
from rules.instants import DAY, NONE, Instants
from rules.limits import Allowance, Level, Limit, parse_threshold
from rules.parts import Parts
from rules.rulebook import RuleBook

_NAMES = ("warning", "yellow", "red")
_THRESHOLDS = {
    "promised": ("2 working days left", "over", "3 working days over"),
    "statutory": ("80 %", "1 working days left", "over"),
}


def _limit(name: str) -> Limit:
    levels = tuple(
        Level(_NAMES[rank], rank, parse_threshold(text))
        for rank, text in enumerate(_THRESHOLDS[name])
    )
    allow = Allowance(column=f"{name}_days", unit=Unit.WORKING_DAY)
    return Limit(name, name, "accepted_at", "closed_at", allow, levels, sample.CALENDAR.id)


BOOK = RuleBook(
    _NAMES, {sample.CALENDAR.id: sample.CALENDAR}, (_limit("promised"), _limit("statutory"))
)


@dataclass(frozen=True)
class Part:
    """The columns of a batch, as they come out of a source, and when each case is looked at."""

    columns: Mapping[str, NDArray[Any]]
    pauses: Parts
    now: Instants

    def batch(self) -> Batch:
        """Make the batch; what it keeps of its columns is part of the work."""
        return Batch(len(self.now), self.columns, {PartKind.PAUSE: self.pauses})


def hall(count: int, size: int = sample.BATCH) -> list[Part]:
    """Give a hall at work, in batches: each case is looked at within 40 days of its start.

    Of the cases that should be closed by then nine in ten are; about one in ten stands at a level.
    """
    drawn = np.random.default_rng(22).random((count, 4))
    start = sample.starts(count)
    now = start + (drawn[:, 0] * 40 * DAY).astype(np.int64)
    promised = 3 + (drawn[:, 1] * 18).astype(np.int64)
    took = (promised * (0.2 + 1.4 * drawn[:, 2]) * DAY).astype(np.int64)
    late = drawn[:, 3] < 0.1
    parts = sample.pauses(start)
    columns = {
        "accepted_at": start,
        "closed_at": np.where((start + took <= now) & ~late, start + took, NONE),
        "promised_days": promised.astype(np.float64),
        "statutory_days": promised * 2.0,
    }
    found = []
    for first in range(0, count, size):
        last = min(first + size, count)
        given = {name: column[first:last] for name, column in columns.items()}
        found.append(Part(given, sample.take(parts, first, last), now[first:last]))
    return found


def _columns(count: int) -> Trial:
    """To columns: which level of which limit stands, since when, and the next due moment."""
    parts = hall(count)
    return Trial(lambda: [assess(BOOK, one.batch(), one.now) for one in parts], levels)


def _findings(count: int) -> Trial:
    """To findings: each with its law, due moment and evidence, ready to be compared to alerts."""
    parts = hall(count)

    def run() -> list[Assessment]:
        done = [assess(BOOK, one.batch(), one.now) for one in parts]
        for one in done:
            one.findings()
        return done

    return Trial(run, levels)


def levels(given: list[Assessment]) -> list[int]:
    """Give for each case and limit the index of the level that stands, -1 where none does."""
    found = [np.stack([one.level for one in each.limits], axis=1).ravel() for each in given]
    return [int(level) for level in np.concatenate(found)]


CONTESTS = (
    Contest(
        "whole check of a case, to columns",
        (Contestant("duban", _columns, 200_000),),
    ),
    Contest(
        "whole check of a case, to findings",
        (Contestant("duban", _findings, 200_000),),
    ),
)
