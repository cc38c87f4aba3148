"""What an audit does to one part of the cases: read it, and inspect it or draw from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from monitor.audit.history import History
from rules.audit import BatchResult, inspect, stratum_of
from rules.batches import Batch
from rules.instants import NONE
from rules.rulebook import RuleBook
from rules.sampling import Drawn, draw

BEGINNINGS = ("accepted_at", "submitted_at", "asked_at", "ticket_at", "report_due")
"""The moments by which a case had begun, the one that counts first; any of them may be missing."""

Chosen = Callable[[Batch], NDArray[np.bool_]]
"""Tells which cases (bool, n) of a batch are wanted."""


class Portion(Protocol):
    """A portion of the cases, small enough to be read at once; it can be sent to a worker.

    ``size`` is how many cases there are in it, about.
    """

    @property
    def size(self) -> int:
        """How many cases there are in it, about."""

    def read(self, chosen: Chosen, names: Sequence[str] = ()) -> tuple[Batch, int]:
        """Read the wanted cases, and count the rows that could not be understood.

        With ``names`` only these facts, and no parts, are needed.
        """


@dataclass(frozen=True)
class Job:
    """An audit: under which rules, of which period, at which instant ``now``.

    A case belongs to the period if it had begun before ``until`` and was not closed before
    ``since``; both are instants. It began with the first of :data:`BEGINNINGS` that it has, or else
    with its closing; one that tells none of them cannot be said to lie outside any period. ``past``
    tells that ``now`` is not the present: what happened later is then left out. ``by`` is the fact
    that makes the strata, ``single`` asks for the single findings. ``history`` has what sources
    changed, for checks that go by it.
    """

    book: RuleBook
    since: int
    until: int
    now: int
    past: bool
    by: str = ""
    single: bool = False
    history: History | None = None

    def chosen(self, batch: Batch) -> NDArray[np.bool_]:
        """Tell which cases (bool, n) belong to the period."""
        began = np.full(batch.size, NONE)
        for name in (*BEGINNINGS, "closed_at"):
            began = np.where(began == NONE, batch.moments(name), began)
        closed = batch.moments("closed_at")
        # What has not begun at any moment is NONE, which is before every instant.
        held: NDArray[np.bool_] = began < self.until
        held &= (closed == NONE) | (closed >= self.since)
        return held

    def inspect(self, portion: Portion) -> BatchResult:
        """Inspect the cases of a portion."""
        batch, rejected = portion.read(self.chosen)
        if self.history is not None:
            batch = batch.with_changes(self.history.of(batch))
        if self.past:
            batch = batch.known_at(self.now)
        catalogue = self.book.catalogue
        batch = catalogue.enrich_batch(batch, self.now)
        now = np.full(batch.size, self.now, np.int64)
        result = inspect(self.book, batch, now, self.by, single=self.single)
        unknown = catalogue.unknown_in(batch) if catalogue.codes else 0
        return replace(result, rejected=rejected, unknown=unknown)

    def draw(self, portion: Portion, size: int, seed: int) -> Drawn:
        """Draw from the cases of a portion for a sample of ``size``."""
        moments = (*BEGINNINGS, "closed_at")
        batch, _ = portion.read(self.chosen, (*moments, *([self.by] if self.by else [])))
        strata = map(stratum_of, batch.texts(self.by).tolist() if self.by else [None] * batch.size)
        return draw(batch.source, batch.keys, strata, size, seed)
