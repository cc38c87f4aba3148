"""The pauses, steps and extensions of many cases as columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from rules.cases import Fact, Part, PartKind
from rules.columns import Coded, Numbers, Texts, number_of, taken
from rules.instants import NEVER, NONE, Instants


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one kind of a batch of ``n`` cases, ``m`` rows in all, in case order.

    ``offsets`` (int64, n + 1) says which rows are whose: those of case ``i`` are
    ``offsets[i]:offsets[i + 1]``. ``started`` and ``ended`` are instants (int64, m), ``ended``
    being ``NEVER`` while open; a part without a start has ``NONE``. ``kinds`` (object, m) is the
    fact ``kind``; ``amounts`` (float64, m) and ``units`` (object, m: Unit values) belong to
    extensions. ``rows`` are the parts themselves, or empty where only columns were given; then
    ``columns`` may give further facts (object or coded, m), and as ``key`` what names the rows.
    """

    offsets: NDArray[np.int64]
    started: Instants
    ended: Instants
    kinds: Texts
    amounts: Numbers
    units: Texts
    rows: tuple[Part, ...] = ()
    columns: Mapping[str, Texts | Coded] = field(default_factory=lambda: MappingProxyType({}))
    _coded: dict[str, Coded] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def of(cls, parts: Sequence[Sequence[Part]]) -> Self:
        """Gather the parts of each case, ``n`` sequences, into columns."""
        rows = tuple(part for one in parts for part in one)
        offsets = np.zeros(len(parts) + 1, dtype=np.int64)
        np.cumsum([len(one) for one in parts], out=offsets[1:])
        return cls(
            offsets,
            np.array([NONE if p.started_at is None else p.started_at for p in rows], np.int64),
            np.array([NEVER if p.ended_at is None else p.ended_at for p in rows], np.int64),
            np.array([p.facts.get("kind") for p in rows], dtype=object),
            np.array([number_of(p.facts.get("amount")) for p in rows], np.float64),
            np.array([p.facts.get("unit") for p in rows], dtype=object),
            rows,
        )

    @classmethod
    def none(cls, size: int) -> Self:
        """Give the parts of ``size`` cases that have none."""
        no_moments, no_facts = np.empty(0, np.int64), np.empty(0, dtype=object)
        offsets = np.zeros(size + 1, dtype=np.int64)
        return cls(offsets, no_moments, no_moments, no_facts, np.empty(0), no_facts)

    @property
    def owners(self) -> NDArray[np.int64]:
        """The index of the case each row belongs to (int64, m)."""
        return np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))

    def coded(self, name: str) -> Coded:
        """Give the fact called ``name`` of each row as codes of its values (m)."""
        found = self._coded.get(name)
        if found is None:
            values = self._column(name)
            if values is None and self.rows:
                values = np.empty(len(self.rows), dtype=object)
                values[:] = [part.facts.get(name) for part in self.rows]
            if values is None:
                found = Coded(np.zeros(len(self.started), np.int64), (None,))
            else:
                found = values if isinstance(values, Coded) else Coded.of(values)
            self._coded[name] = found
        return found

    def facts(self, name: str, rows: NDArray[np.int64]) -> list[Fact]:
        """Give the fact called ``name`` of some rows (k): cheaper than codes where they are few."""
        values = self._column(name)
        if isinstance(values, Coded):
            return [values.values[code] for code in values.codes[rows].tolist()]
        if values is not None:
            return list(values[rows])
        if not self.rows:
            return [None] * len(rows)
        return [self.rows[row].facts.get(name) for row in rows.tolist()]

    def tells(self, name: str) -> NDArray[np.bool_]:
        """Tell of which rows (bool, m) the source has the fact ``name`` at all, even if empty."""
        if not self.rows:
            return np.full(len(self.started), name in self.columns)
        return np.array([name in part.facts for part in self.rows], dtype=bool)

    def _column(self, name: str) -> Texts | Coded | None:
        return {"kind": self.kinds, "unit": self.units, **self.columns}.get(name)

    def key(self, row: int) -> str:
        """Give what names the source row of a row; its number where that is not known."""
        if self.rows:
            return self.rows[row].key
        given = self.columns.get("key")
        if given is None:
            return str(row)
        return str(given.values[given.codes[row]] if isinstance(given, Coded) else given[row])

    def keys(self, rows: NDArray[np.int64]) -> list[str]:
        """Give what names the source rows of some rows (k)."""
        given = self.columns.get("key")
        if self.rows or given is None or isinstance(given, Coded):
            return [self.key(row) for row in rows.tolist()]
        return [str(key) for key in given[rows].tolist()]

    def names(self, rows: NDArray[np.int64]) -> list[str]:
        """Give what each of some rows (k) is called within its case: the fact ``name``, or its key.

        Of several of one name the later ones are ``NAME#2``, ``NAME#3`` and so on, in order.
        """
        named = self.coded("name")
        groups = self.owners * len(named.values) + named.codes
        order = np.argsort(groups, kind="stable")
        _, first, counts = np.unique(groups[order], return_index=True, return_counts=True)
        place = np.empty(len(groups), np.int64)
        place[order] = np.arange(len(groups)) - np.repeat(first, counts)
        told = zip(self.facts("name", rows), self.keys(rows), place[rows].tolist(), strict=True)
        return [
            key if name in (None, "") else f"{name}#{before + 1}" if before else str(name)
            for name, key, before in told
        ]

    def name(self, row: int) -> str:
        """Return what one row is called, as :meth:`names` does, looking at its own case alone."""
        [called] = self.facts("name", np.array([row]))
        if called in (None, ""):
            return self.key(row)
        case = int(np.searchsorted(self.offsets, row, side="right")) - 1
        earlier = self.facts("name", np.arange(self.offsets[case], row))
        before = earlier.count(called)
        return f"{called}#{before + 1}" if before else str(called)

    def of_case(self, kind: PartKind, case: int) -> Iterator[Part]:
        """Give the parts of one case as such, with every fact that is told of them."""
        names = [name for name in ("kind", *self.columns) if name != "key"]
        extension = kind is PartKind.EXTENSION
        for row in range(self.offsets[case], self.offsets[case + 1]):
            if self.rows:
                facts = self.rows[row].facts
            else:
                at = np.array([row])
                facts = {name: self.facts(name, at)[0] for name in names}
                if extension:
                    facts |= {"amount": float(self.amounts[row]), "unit": self.units[row]}
            started, ended = int(self.started[row]), int(self.ended[row])
            yield Part(
                kind,
                self.key(row),
                None if started == NONE else started,
                None if ended == NEVER else ended,
                facts,
            )

    def known_at(self, now: int) -> Parts:
        """Give what was known at the instant ``now``: see :func:`known_at`."""
        there = self.started <= now
        offsets = np.concatenate([[0], np.cumsum(there)])[self.offsets]
        ended = np.where(self.ended > now, NEVER, self.ended)
        return self._taken(np.flatnonzero(there), offsets, ended)

    def in_order(self) -> Parts:
        """Give the same parts with those of each case in the order of their beginnings."""
        owners, started = self.owners, self.started
        wrong = (owners[1:] == owners[:-1]) & (started[1:] < started[:-1])
        if not wrong.any():
            return self
        # Sorting is dear: only the cases that need it are sorted.
        mixed = np.zeros(len(self.offsets) - 1, dtype=bool)
        mixed[owners[1:][wrong]] = True
        rows = np.flatnonzero(mixed[owners])
        order = np.arange(len(started))
        order[rows] = rows[np.lexsort((started[rows], owners[rows]))]
        return self._taken(order, self.offsets, self.ended)

    def _taken(self, rows: NDArray[np.int64], offsets: NDArray[np.int64], ended: Instants) -> Parts:
        return Parts(
            offsets,
            self.started[rows],
            ended[rows],
            self.kinds[rows],
            self.amounts[rows],
            self.units[rows],
            tuple(self.rows[i] for i in rows) if self.rows else (),
            {name: taken(column, rows) for name, column in self.columns.items()},
        )
