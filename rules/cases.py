"""Cases and their parts, one by one and as batches of columns."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np
from numpy.typing import NDArray

from rules.instants import NEVER, NONE, Instants, is_moment

if TYPE_CHECKING:  # a change is of facts of cases
    from rules.history import FactChange

Fact = str | int | float | bool | None
"""What a source column becomes. A moment (see :func:`is_moment`) is an instant or ``None``."""

Facts = Mapping[str, Fact]
Numbers = NDArray[np.float64]
Texts = NDArray[np.object_]

CASE_MOMENTS = (
    "submitted_at",
    "accepted_at",
    "decided_at",
    "closed_at",
    "delivered_at",
    "promised_due",
    "statutory_due",
)
CASE_TEXTS = (
    "no",
    "title",
    "item_code",
    "item_name",
    "kind",
    "status",
    "department",
    "region",
    "window",
    "handler",
    "applicant",
    "step",
)
CASE_NUMBERS = ("promised_days", "statutory_days", "fee_standard", "fee_paid")
"""The columns every page and message knows by name; a source may map any others besides."""


_NUMBER_TYPES = frozenset((int, float, bool))


class PartKind(StrEnum):
    """What a row belonging to a case is."""

    PAUSE = "pause"
    STEP = "step"
    EXTENSION = "extension"


@dataclass(frozen=True, slots=True)
class Part:
    """One pause (特别程序), step (环节) or extension (延期) of a case.

    ``key`` names its source row, for evidence. A pause or step runs from ``started_at`` to
    ``ended_at`` (instants; ``None``: still open). An extension has ``started_at`` as the moment at
    which it was granted and the facts ``amount`` (a number) and ``unit`` (a :class:`Unit` value).
    """

    kind: PartKind
    key: str
    started_at: int | None
    ended_at: int | None = None
    facts: Facts = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Case:
    """One case as its source tells it now: where it is from, its facts and its parts.

    ``changes`` are those its source made to what it had told before, in the order in which they
    were seen, as far as they were asked for.
    """

    source: str
    key: str
    facts: Facts
    parts: tuple[Part, ...] = ()
    id: int = 0
    changes: tuple[FactChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of ``m`` facts, most of which repeat: the ``m`` are ``values[codes]``.

    ``codes`` (int64, m) are indexes into the distinct ``values``, in the order they first occur.
    What is worked out once for each value is spread over the rows by ``[codes]``.
    """

    codes: NDArray[np.int64]
    values: tuple[Fact, ...]

    @classmethod
    def of(cls, column: Texts) -> Self:
        """Code a column of facts (object, m)."""
        facts = column.tolist()
        # 1, 1.0 and true are one key to Python and three facts.
        mixed = len(_NUMBER_TYPES.intersection(map(type, facts))) > 1
        named = [(type(fact), fact) for fact in facts] if mixed else facts
        codes = {value: code for code, value in enumerate(dict.fromkeys(named))}
        found = np.fromiter(map(codes.__getitem__, named), np.int64, len(facts))
        return cls(found, tuple(value for _, value in codes) if mixed else tuple(codes))

    def among(self, names: Collection[Fact]) -> NDArray[np.bool_]:
        """Tell which of the facts (bool, m) are among ``names``."""
        return np.array([value in names for value in self.values], dtype=bool)[self.codes]

    def facts(self) -> Texts:
        """Give the facts as they are (object, m)."""
        values = np.empty(len(self.values), dtype=object)
        values[:] = self.values
        return values[self.codes]

    def numbers(self) -> Numbers:
        """Give the facts as numbers (float64, m), NaN where one is none."""
        return np.array([_number(value) for value in self.values], dtype=np.float64)[self.codes]

    def texts(self) -> Texts:
        """Give the facts as texts (object, m), "" where there is none."""
        values = ["" if value is None else str(value) for value in self.values]
        return np.array(values, dtype=object)[self.codes]


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
            np.array([_number(p.facts.get("amount")) for p in rows], np.float64),
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
            return np.full(len(self.started), self._column(name) is not None)
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


Column = Sequence[Fact] | NDArray[np.generic] | Coded
"""The values of one fact: an array, codes, or a sequence in which ``None`` means absent."""


def taken(column: Texts | Coded, rows: NDArray[np.int64]) -> Texts | Coded:
    """Give some rows (k) of a column."""
    return Coded(column.codes[rows], column.values) if isinstance(column, Coded) else column[rows]


class Batch:
    """A batch of ``size`` cases as columns.

    Args:
        size: the number of cases, ``n``.
        columns: for each fact its ``n`` values. A fact no column is given for is absent throughout.
        parts: the parts by kind; a kind that is not given has no rows.
        source: where the cases are from.
        keys: what identifies each case there (n), where that is known.
    """

    def __init__(
        self,
        size: int,
        columns: Mapping[str, Column],
        parts: Mapping[PartKind, Parts] = MappingProxyType({}),
        source: str = "",
        keys: Sequence[str] = (),
    ) -> None:
        self.size = size
        self.source = source
        self.keys = keys
        self._columns = columns
        self._parts = parts
        self._ordered: dict[PartKind, Parts] = {}
        self._moments: dict[str, Instants] = {}
        self._numbers: dict[str, Numbers] = {}
        self._coded: dict[str, Coded] = {}
        self.cases: Sequence[Case] = ()
        """The cases themselves, where the batch was made of them."""

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
        batch = cls(len(cases), columns, parts, source, [case.key for case in cases])
        batch.cases = cases
        return batch

    def case(
        self,
        index: int,
        names: Collection[str] | None = None,
        kinds: Collection[PartKind] = tuple(PartKind),
    ) -> Case:
        """Give one of the cases, of facts and parts at least those that are named; else all."""
        if self.cases:
            return self.cases[index]
        given = self._columns if names is None else filter(self.tells, names)
        facts = {name: self._fact(name, index) for name in given}
        parts = [p for kind in kinds for p in self.parts(kind).of_case(kind, index)]
        key = self.keys[index] if self.keys else ""
        return Case(self.source, key, facts, tuple(parts))

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
        return self.with_columns(known).with_parts(parts)

    def with_columns(self, more: Mapping[str, Column]) -> Batch:
        """Give the batch with further facts, or with others in their place."""
        # A chain leaves columns that are made when they are asked for as they are.
        columns = ChainMap(dict(more), cast("dict[str, Column]", self._columns))
        return Batch(self.size, columns, self._parts, self.source, self.keys)

    def column(self, name: str, rows: NDArray[np.int64]) -> list[Fact] | Instants:
        """Give the fact called ``name`` of some cases (k), a moment as an instant or ``NONE``."""
        if is_moment(name):
            return self.moments(name)[rows]
        coded = self.coded(name)
        return [coded.values[code] for code in coded.codes[rows].tolist()]

    def with_parts(self, parts: Mapping[PartKind, Parts]) -> Batch:
        """Give the batch with these parts instead of its own."""
        return Batch(self.size, self._columns, parts, self.source, self.keys)

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


def known_at(case: Case, now: int) -> Case:
    """Give the case as it was known at the instant ``now``: what is dated later has not happened.

    A later moment among the facts is absent, a part that starts later is left out, one that ends
    later is still open. Due moments are plans, not events, and stay.
    """
    facts = {
        name: None
        if is_moment(name) and not name.endswith("_due") and isinstance(value, int) and value > now
        else value
        for name, value in case.facts.items()
    }
    parts = []
    for part in case.parts:
        if part.started_at is not None and part.started_at > now:
            continue
        if part.ended_at is not None and part.ended_at > now:
            part = Part(part.kind, part.key, part.started_at, None, part.facts)
        parts.append(part)
    changes = tuple(change for change in case.changes if change.seen_at <= now)
    return Case(case.source, case.key, facts, tuple(parts), case.id, changes)


def _number(value: Fact) -> float:
    return float(value) if isinstance(value, int | float) else np.nan
