"""Batches of cases as columns."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Self, cast

import numpy as np
from numpy.typing import NDArray

from rules.cases import Case, Fact, PartKind
from rules.columns import Coded, Column, Numbers, Texts
from rules.history import FactChange
from rules.instants import NONE, Instants, is_moment
from rules.parts import Parts


class Batch:
    """A batch of ``size`` cases as columns.

    Args:
        size: the number of cases, ``n``.
        columns: for each fact its ``n`` values. A fact no column is given for is absent throughout.
        parts: the parts by kind; a kind that is not given has no rows.
        source: where the cases are from.
        keys: what identifies each case there (n), where that is known.
        changes: by the index of a case what its source changed about it, in the order in which it
            was seen, as far as that is known. A case that is not among them has none.
    """

    def __init__(
        self,
        size: int,
        columns: Mapping[str, Column],
        parts: Mapping[PartKind, Parts] = MappingProxyType({}),
        source: str = "",
        keys: Sequence[str] = (),
        changes: Mapping[int, Sequence[FactChange]] = MappingProxyType({}),
    ) -> None:
        self.size = size
        self.source = source
        self.keys = keys
        self.changes = changes
        self._columns = columns
        self._parts = parts
        self._ordered: dict[PartKind, Parts] = {}
        self._moments: dict[str, Instants] = {}
        self._numbers: dict[str, Numbers] = {}
        self._coded: dict[str, Coded] = {}
        self._cases: Sequence[Case] | None = None

    @classmethod
    def of(cls, cases: Sequence[Case]) -> Self:
        """Turn cases into columns, keeping their order."""
        names = dict.fromkeys(name for case in cases for name in case.facts)
        columns = {name: [case.facts.get(name) for case in cases] for name in names}
        parts = {
            kind: Parts.of([[p for p in case.parts if p.kind is kind] for case in cases])
            for kind in PartKind
        }
        source = cases[0].source if cases else ""
        changes = {index: case.changes for index, case in enumerate(cases) if case.changes}
        batch = cls(len(cases), columns, parts, source, [case.key for case in cases], changes)
        batch._cases = cases
        return batch

    @property
    def cases(self) -> Sequence[Case]:
        """The cases one by one: those that the batch was made of, or what its columns say."""
        if self._cases is None:
            self._cases = [self.case(index) for index in range(self.size)]
        return self._cases

    def case(
        self,
        index: int,
        names: Collection[str] | None = None,
        kinds: Collection[PartKind] = tuple(PartKind),
    ) -> Case:
        """Give one of the cases, of facts and parts at least those that are named; else all."""
        if self._cases is not None:
            return self._cases[index]
        given = self._columns if names is None else filter(self.tells, names)
        facts = {name: self._fact(name, index) for name in given}
        parts = [p for kind in kinds for p in self.parts(kind).of_case(kind, index)]
        key = self.keys[index] if self.keys else ""
        return Case(self.source, key, facts, tuple(parts), 0, tuple(self.changes.get(index, ())))

    def _fact(self, name: str, index: int) -> Fact:
        if is_moment(name):
            at = int(self.moments(name)[index])
            return None if at == NONE else at
        column = self._columns[name]
        value: Any = (
            column.values[column.codes[index]] if isinstance(column, Coded) else column[index]
        )
        value = value.item() if isinstance(value, np.generic) else value
        return None if value != value else value  # NaN, and only NaN, is not itself

    def known_at(self, now: int) -> Batch:
        """Give the batch as it was known at the instant ``now``: see :func:`known_at`."""
        known: dict[str, Column] = {}
        for name in self._columns:
            if is_moment(name) and not name.endswith("_due"):
                at = self.moments(name)
                known[name] = np.where(at > now, NONE, at)
        parts = {kind: self.parts(kind).known_at(now) for kind in self._parts}
        seen = {
            index: tuple(change for change in changes if change.seen_at <= now)
            for index, changes in self.changes.items()
        }
        return self.with_columns(known).with_parts(parts).with_changes(seen)

    def with_columns(self, more: Mapping[str, Column]) -> Batch:
        """Give the batch with further facts, or with others in their place."""
        # A chain leaves columns that are made when they are asked for as they are.
        columns = ChainMap(dict(more), cast("dict[str, Column]", self._columns))
        return Batch(self.size, columns, self._parts, self.source, self.keys, self.changes)

    def column(self, name: str, rows: NDArray[np.int64]) -> list[Fact] | Instants:
        """Give the fact called ``name`` of some cases (k), a moment as an instant or ``NONE``."""
        if is_moment(name):
            return self.moments(name)[rows]
        coded = self.coded(name)
        return [coded.values[code] for code in coded.codes[rows].tolist()]

    def with_parts(self, parts: Mapping[PartKind, Parts]) -> Batch:
        """Give the batch with these parts instead of its own."""
        return Batch(self.size, self._columns, parts, self.source, self.keys, self.changes)

    def with_changes(self, changes: Mapping[int, Sequence[FactChange]]) -> Batch:
        """Give the batch with these changes, by the index of a case, instead of its own."""
        return Batch(self.size, self._columns, self._parts, self.source, self.keys, changes)

    def tells(self, name: str) -> bool:
        """Tell whether a column is given for the fact ``name``."""
        return name in self._columns

    def moments(self, name: str) -> Instants:
        """Give the moments called ``name`` (int64, n), ``NONE`` where a case has none."""
        column = self._moments.get(name)
        if column is None:
            values = self._columns.get(name)
            if isinstance(values, np.ndarray):
                column = values.astype(np.int64, copy=False)
            elif values is None:
                column = np.full(self.size, NONE, np.int64)
            else:
                values = values.facts() if isinstance(values, Coded) else values
                column = np.array([NONE if v is None else v for v in values], dtype=np.int64)
            self._moments[name] = column
        return column

    def numbers(self, name: str) -> Numbers:
        """Give the numbers called ``name`` (float64, n), NaN where a case has none."""
        column = self._numbers.get(name)
        if column is None:
            values = self._columns.get(name)
            if isinstance(values, np.ndarray) and values.dtype.kind in "bif":
                column = values.astype(np.float64, copy=False)
            elif values is None:
                column = np.full(self.size, np.nan)
            else:
                column = self.coded(name).numbers()
            self._numbers[name] = column
        return column

    def texts(self, name: str) -> Texts:
        """Give the values called ``name`` as they are (object, n), ``None`` where absent."""
        values = self._columns.get(name)
        if values is None:
            return np.full(self.size, None, dtype=object)
        if isinstance(values, Coded):
            return values.facts()
        column = np.empty(self.size, dtype=object)
        column[:] = values
        if isinstance(values, np.ndarray):
            absent = values == NONE if values.dtype.kind == "i" else values != values
            column[absent] = None
        return column

    def coded(self, name: str) -> Coded:
        """Give the values called ``name`` as codes of the distinct ones (n)."""
        found = self._coded.get(name)
        if found is None:
            given = self._columns.get(name)
            if isinstance(given, Coded):
                found = given
            elif given is not None:
                found = Coded.of(self.texts(name))
            else:
                found = Coded(np.zeros(self.size, np.int64), (None,))
            self._coded[name] = found
        return found

    def parts(self, kind: PartKind) -> Parts:
        """Give the parts of one kind, those of each case in the order of their beginnings."""
        found = self._ordered.get(kind)
        if found is None:
            given = self._parts.get(kind)
            found = Parts.none(self.size) if given is None else given.in_order()
            self._ordered[kind] = found
        return found
