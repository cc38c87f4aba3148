"""A hall for the checks: every fact that a built-in check speaks of, and violations of many kinds.

Most is handled in office hours and in time; something is found in about half of the cases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.clocks.sample import BATCH, CALENDAR
from rules.batches import Batch
from rules.cases import Fact, PartKind
from rules.columns import Coded, taken
from rules.instants import DAY, HOUR, MINUTE, NEVER, NONE, Instants, instant
from rules.parts import Parts
from rules.worktime import working_time

NOW: Final = instant(datetime(2023, 9, 15, 2, 0, tzinfo=UTC))
_FIRST: Final = instant(datetime(2022, 9, 1, tzinfo=UTC))
_RARE = 0.01
_WORK = working_time(CALENDAR)
_WORKING_DAY = 7 * HOUR

Columns = Mapping[str, NDArray[np.generic] | Coded]


@dataclass(frozen=True)
class Piece:
    """The columns of a batch, as they come out of a source."""

    size: int
    columns: Columns
    parts: Mapping[PartKind, Parts]

    def batch(self) -> Batch:
        """Make the batch; what it keeps of its columns is part of the work."""
        return Batch(self.size, self.columns, self.parts, "hall", range(self.size))  # type: ignore[arg-type]

    @property
    def now(self) -> Instants:
        """The moment each case is looked at."""
        return np.full(self.size, NOW)


def hall(count: int) -> list[Piece]:
    """Give the hall in batches, the same every time."""
    pieces = []
    for first in range(0, count, BATCH):
        size = min(BATCH, count - first)
        rng = np.random.default_rng([23, first])
        columns = _cases(size, rng)
        pieces.append(Piece(size, columns, _parts(columns["accepted_at"], rng)))  # type: ignore[arg-type]
    return pieces


def _cases(n: int, rng: np.random.Generator) -> dict[str, NDArray[np.generic] | Coded]:
    def after(begin: Instants, most: float, there: float = 1.0) -> Instants:
        at = _later(begin, rng.random(n) * most)
        return np.where((rng.random(n) < there) & (at < NOW), at, NONE)

    def among(*values: Fact, rare: Fact = None) -> Coded:
        codes = np.where(rng.random(n) < _RARE, len(values), rng.integers(0, len(values), n))
        return Coded(codes, (*values, rare))

    first, last = (int(at) for at in _WORK.passed_at(np.array([_FIRST, NOW])))
    accepted = _WORK.reached(rng.integers(first, last - _WORKING_DAY, n))
    closed = after(accepted, 22.0)
    oddly = rng.random(n)
    closed = np.where(oddly < _RARE, accepted, closed)  # at once
    closed = np.where(oddly > 1 - _RARE, accepted - DAY, closed)  # backwards
    closed = np.where(
        (oddly > 0.5) & (oddly < 0.5 + _RARE), accepted + 12 * HOUR, closed
    )  # at night
    free = rng.random(n) < 0.9
    standard = np.where(free, 0.0, 50.0)
    promised = rng.integers(5, 21, n).astype(np.float64)
    odd = rng.random(n) < _RARE
    called = after(accepted - HOUR, 0.05)
    return {
        "accepted_at": accepted,
        "submitted_at": np.where(odd, accepted + HOUR, _later(accepted, -12 * rng.random(n) ** 4)),
        "closed_at": closed,
        "decided_at": np.where(rng.random(n) < _RARE, NONE, closed),
        "delivered_at": np.where(closed == NONE, NONE, after(np.maximum(closed, accepted), 10.1)),
        "recorded_at": np.where(closed == NONE, accepted, closed) + np.where(odd, 4 * DAY, MINUTE),
        "promised_due": _later(accepted, np.where(odd, 3 * promised, promised)),
        "statutory_due": _later(accepted, 2 * promised),
        "correction_at": after(accepted, 3.0, 0.05),
        "corrected_at": after(accepted, 9.0, 0.05),
        "publicity_ends_at": after(accepted, 9.0, 0.05),
        "reopened_at": after(accepted, 22.0, _RARE),
        "asked_at": after(accepted, 3.0, 0.05),
        "answered_at": after(accepted, 7.0, 0.05),
        "ticket_at": np.where(called == NONE, NONE, called - rng.integers(1, 32, n) * MINUTE),
        "called_at": called,
        "rated_at": after(accepted, 20.0, 0.3),
        "called_back_at": after(accepted, 25.0, 0.3),
        "applicant_called_at": after(accepted, 22.0, 0.5),
        "report_due": after(accepted, 5.0, 0.05),
        "reported_at": after(accepted, 5.0, 0.05),
        "promised_days": promised,
        "statutory_days": 2 * promised,
        "fee_standard": standard,
        "fee_paid": np.where(odd, 60.0, standard),
        "fee_place": among("cashier", "online", rare="7"),
        "kind": among("promise", "instant"),
        "item_code": among(*(f"I-{n}" for n in range(60))),
        "department": among(*(f"D{n}" for n in range(10))),
        "handler": among(*(f"h{n}" for n in range(40))),
        "applicant": Coded(np.arange(n), tuple(f"申请人{n}" for n in range(n))),
        "result": among("granted", rare="refused"),
        "result_reason": among("材料不符"),
        "documents_missing": np.where(odd, 1.0, 0.0),
        "documents": among("申请表、身份证、营业执照", rare="申请表"),
        "item_documents": among("申请表、身份证、营业执照"),
        "item_steps": among("受理,审查,现场勘验?,决定"),
        "rating": among("1", "2", rare="5"),
    }


def _parts(accepted: Instants, rng: np.random.Generator) -> dict[PartKind, Parts]:
    n = len(accepted)
    begin = _later(np.repeat(accepted, 3), np.tile([0.0, 0.5, 2.0], n) + rng.random(3 * n) * 0.4)
    end = _later(begin, np.where(rng.random(3 * n) < _RARE, 2.0, 0.2))
    names = np.where(rng.random(3 * n) < _RARE / 3, 3, np.tile([0, 1, 2], n))
    step = {
        "name": Coded(names, ("受理", "审查", "决定", "复核")),
        "handler": Coded(
            (np.tile([0, 1, 2], n) + (rng.random(3 * n) < _RARE)) * 40 + rng.integers(0, 40, 3 * n),
            tuple(f"h{n}" for n in range(160)),
        ),
        "limit_days": Coded(np.zeros(3 * n, np.int64), (1,)),
    }
    paused = np.flatnonzero(rng.random(n) < 0.1)
    rare = np.where(rng.random(len(paused)) < 0.1, 1, 0)
    from_ = _later(accepted[paused], np.full(len(paused), 3.0))
    pause = {
        "reason": Coded(rare, ("需听证", None)),
        "told_days": Coded(np.zeros(len(paused), np.int64), (10,)),
    }
    extended = np.flatnonzero(rng.random(n) < 0.02)
    extension = {"approved_by": Coded(rng.integers(0, 2, len(extended)), ("谢东明", None))}
    return {
        PartKind.STEP: _rows(n, np.repeat(np.arange(n), 3), begin, end, step),
        PartKind.PAUSE: _rows(
            n, paused, from_, _later(from_, 9 + 4 * rng.random(len(paused))), pause, ("听证",)
        ),
        PartKind.EXTENSION: _rows(
            n, extended, _later(accepted[extended], np.full(len(extended), 3.0)), None, extension
        ),
    }


def _rows(
    n: int,
    owners: NDArray[np.int64],
    started: Instants,
    ended: Instants | None,
    columns: Mapping[str, Coded],
    kinds: Sequence[str | None] = (None,),
) -> Parts:
    there = np.flatnonzero(started < NOW)
    owners, started = owners[there], started[there]
    closed = np.full(len(there), NEVER) if ended is None else ended[there]
    offsets = np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=n))])
    kind, unit = (np.full(len(there), value, object) for value in (kinds[0], "working days"))
    further = {name: taken(column, there) for name, column in columns.items()}
    amounts = np.full(len(there), 10.0)
    return Parts(
        offsets, started, np.where(closed < NOW, closed, NEVER), kind, amounts, unit, (), further
    )


def _later(begin: Instants, working_days: NDArray[np.float64]) -> Instants:
    """Give the moment so many working days later, in office hours."""
    passed = _WORK.passed_at(np.clip(begin, 0, NOW + 400 * DAY))
    return _WORK.reached(passed + (working_days * _WORKING_DAY).astype(np.int64))
