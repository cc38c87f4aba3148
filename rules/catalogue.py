"""The item catalogue (事项目录): what is known of each item, by editions with dates.

An item's limits, fees and documents change from a day on, and a case is handled by what was in
force when it was accepted (立法法 第一百零四条：不溯及既往). What a region decides for itself is an
item of its own, known by :func:`item_key`, and goes before what holds everywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from types import MappingProxyType
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from rules.batches import Batch
from rules.cases import Case, Fact, Facts
from rules.columns import Coded
from rules.instants import NEVER, NONE, Instants, instant, instants, is_moment

EVER = date.min
"""The ``valid_from`` of an edition that has always been in force as far as anybody knows."""

PREFIX = "item_"
"""Before the facts of an item in a case: ``promised_days`` is ``item_promised_days`` there."""

EDITION = "item_edition"
"""The fact of a case that tells which edition of its item it has: its ``valid_from`` as text."""

_SHANGHAI = ZoneInfo("Asia/Shanghai")


REGION = "region"
"""The fact of an item that tells in which region it holds; it holds everywhere if missing."""


def item_key(code: str, region: str | None = None) -> str:
    """Return what an item is known by: its code, or ``CODE@REGION`` for that of a region."""
    return f"{code}@{region}" if region else code


def code_of(key: str) -> str:
    """Return the code by which cases name an item, from what the item is known by."""
    return key.rpartition("@")[0] or key


@dataclass(frozen=True, slots=True)
class Item:
    """One edition of an item, in force from ``valid_from`` until the day before ``valid_to``.

    ``code`` is what it is known by: see :func:`item_key`. ``valid_to`` is ``None`` where no end is
    known. ``facts`` have no prefix.
    """

    code: str
    valid_from: date
    valid_to: date | None
    facts: Facts

    def covers(self, day: date) -> bool:
        """Tell whether this edition is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


_Span = tuple[int, int, Mapping[str, Fact]]
"""From which instant, until which, and the facts that a case gets."""


class Catalogue:
    """Items with all their editions, those of one item not overlapping.

    Args:
        items: the editions, in any order.
        zone: the zone whose midnights editions begin at.
        version: tells one state of a stored catalogue from another; 0 where nothing is stored.
        parents: the region above each region, by their ids.
    """

    def __init__(
        self,
        items: Iterable[Item] = (),
        zone: ZoneInfo = _SHANGHAI,
        version: int = 0,
        parents: Mapping[str, str | None] = MappingProxyType({}),
    ) -> None:
        self.version = version
        self._parents = parents
        self.zone = zone
        editions: dict[str, list[Item]] = {}
        for item in items:
            editions.setdefault(item.code, []).append(item)
        self._editions = {
            code: tuple(sorted(several, key=lambda one: one.valid_from))
            for code, several in editions.items()
        }
        # The newest edition first: it is the one that most cases have.
        self._spans: dict[str, tuple[_Span, ...]] = {
            code: tuple(self._span(one) for one in reversed(several))
            for code, several in self._editions.items()
        }

    def within(self, parents: Mapping[str, str | None]) -> Catalogue:
        """Return the same catalogue for a directory in which these regions are above others."""
        placed = copy(self)
        placed._parents = parents  # noqa: SLF001  a copy of its own kind
        return placed

    @cached_property
    def _regional(self) -> frozenset[str]:
        """The codes of which some region has an item of its own."""
        return frozenset(code_of(key) for key in self._editions if "@" in key)

    @property
    def codes(self) -> tuple[str, ...]:
        """What all items are known by, in order: see :func:`item_key`."""
        return tuple(sorted(self._editions))

    def editions(self, code: str) -> tuple[Item, ...]:
        """Return all editions of an item, the oldest first; none for one that is not known."""
        return self._editions.get(code, ())

    def edition(self, code: str, on: date) -> Item | None:
        """Give the edition of an item that is in force on a day."""
        return next((one for one in self.editions(code) if one.covers(on)), None)

    def enrich(self, case: Case, now: int) -> Case:
        """Give a case the facts of its item, as in force when it was accepted.

        A case that is not accepted yet has the edition of its submission, one without that moment
        the edition in force at the instant ``now``. The item of its region goes before those of the
        regions above it, and these before what holds everywhere. What the case itself says under
        the same name stands. A case of an item that is not known, or was not in force, is given
        back as it is.
        """
        facts = case.facts
        added = self._added(facts, now)
        if added is None:
            return case
        merged = {**added, **facts}
        for name, value in added.items():
            if merged[name] is None:
                merged[name] = value
        return Case(case.source, case.key, merged, case.parts, case.id, case.changes)

    def enrich_batch(self, batch: Batch, now: int) -> Batch:
        """Give the cases of a batch the facts of their items, as :meth:`enrich` does."""
        if not self._spans:
            return batch
        codes = batch.coded("item_code")
        accepted, submitted = batch.moments("accepted_at"), batch.moments("submitted_at")
        at = np.where(accepted == NONE, submitted, accepted)
        at = np.where(at == NONE, now, at)
        editions: list[Mapping[str, Fact]] = [{}]
        which = np.zeros(batch.size, np.int64)
        regions = batch.coded(REGION)
        for code, value in enumerate(codes.values):
            mine = codes.codes == code
            regional = str(value) in self._regional
            for number, region in enumerate(regions.values if regional else (None,)):
                some = mine & (regions.codes == number) if regional else mine
                for spans in self._spans_of(value, region):
                    for start, end, added in spans:
                        which[some & (which == 0) & (start <= at) & (at < end)] = len(editions)
                        editions.append(added)
        names = dict.fromkeys(name for added in editions for name in added)
        return batch.with_columns({name: _merged(batch, name, editions, which) for name in names})

    def unknown_in(self, batch: Batch) -> int:
        """Count the cases of an enriched batch whose item has no edition in force for them."""
        named = np.array([value is not None for value in batch.texts("item_code")], dtype=bool)
        found = np.array([value is not None for value in batch.texts(EDITION)], dtype=bool)
        return int((named & ~found).sum())

    def unknown(self, cases: Iterable[Case], now: int) -> Counter[str]:
        """Count the cases that name an item of which no edition is in force for them, by code."""
        return Counter(
            str(case.facts["item_code"])
            for case in cases
            if case.facts.get("item_code") is not None and self._added(case.facts, now) is None
        )

    def _added(self, facts: Facts, now: int) -> Mapping[str, Fact] | None:
        at = facts.get("accepted_at")
        if at is None:
            at = facts.get("submitted_at")
        if not isinstance(at, int):
            at = now
        for spans in self._spans_of(facts.get("item_code"), facts.get(REGION)):
            for start, end, added in spans:
                if start <= at < end:
                    return added
        return None

    def _spans_of(self, code: Fact, region: Fact) -> Iterator[tuple[_Span, ...]]:
        """Return the editions of the item for a region, for those above it, and for everywhere."""
        if code is None:
            return
        named = str(code)
        above = None if region is None or named not in self._regional else str(region)
        passed: set[str] = set()
        while above is not None and above not in passed:
            passed.add(above)
            yield self._spans.get(item_key(named, above), ())
            above = self._parents.get(above)
        yield self._spans.get(named, ())

    def _span(self, item: Item) -> _Span:
        added = {PREFIX + name: value for name, value in item.facts.items()}
        added[EDITION] = item.valid_from.isoformat()
        end = NEVER if item.valid_to is None else self._midnight(item.valid_to)
        return self._midnight(item.valid_from), end, added

    def _midnight(self, day: date) -> int:
        return instant(datetime.combine(day, time(), self.zone))


def _merged(
    batch: Batch, name: str, editions: Sequence[Mapping[str, Fact]], which: NDArray[np.int64]
) -> Coded | Instants:
    """Give a fact of the items as a column, except where the case itself has it."""
    if is_moment(name):
        given_at = (one.get(name) for one in editions)
        values = instants(at if isinstance(at, int) else None for at in given_at)
        mine = batch.moments(name)
        return np.where(mine == NONE, values[which], mine)
    given = Coded(which, tuple(one.get(name) for one in editions))
    if not batch.tells(name):
        return Coded.of(given.facts())
    own = batch.texts(name)
    lacking = np.array([value is None for value in own.tolist()], dtype=bool)
    return Coded.of(np.where(lacking, given.facts(), own))
