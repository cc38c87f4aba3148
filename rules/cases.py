"""Cases and their parts, one by one and as batches of columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

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
        codes = {value: code for code, value in enumerate(dict.fromkeys(facts))}
        found = np.fromiter(map(codes.__getitem__, facts), np.int64, len(facts))
        return cls(found, tuple(codes))

    def among(self, names: Collection[Fact]) -> NDArray[np.bool_]:
        """Tell which of the facts (bool, m) are among ``names``."""
        return np.array([value in names for value in self.values], dtype=bool)[self.codes]

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
    ``columns`` may give further facts (object, m).
    """

    offsets: NDArray[np.int64]
    started: Instants
    ended: Instants
    kinds: Texts
    amounts: Numbers
    units: Texts
    rows: tuple[Part, ...] = ()
    columns: Mapping[str, Texts] = field(default_factory=lambda: MappingProxyType({}))
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
                values = np.full(len(self.started), None, dtype=object)
            found = self._coded[name] = Coded.of(values)
        return found

    def facts(self, name: str, rows: NDArray[np.int64]) -> list[Fact]:
        """Give the fact called ``name`` of some rows (k): cheaper than codes where they are few."""
        values = self._column(name)
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

    def _column(self, name: str) -> Texts | None:
        return {"kind": self.kinds, "unit": self.units, **self.columns}.get(name)

    def key(self, row: int) -> str:
        """Give what names the source row of a row; its number where only columns were given."""
        return self.rows[row].key if self.rows else str(row)

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
        return Parts(
            self.offsets,
            started[order],
            self.ended[order],
            self.kinds[order],
            self.amounts[order],
            self.units[order],
            tuple(self.rows[i] for i in order) if self.rows else (),
            {name: column[order] for name, column in self.columns.items()},
        )


class Batch:
    """A batch of ``size`` cases as columns.

    Args:
        size: the number of cases, ``n``.
        columns: for each fact its ``n`` values, as an array or a sequence in which ``None`` means
            absent. A fact no column is given for is absent throughout.
        parts: the parts by kind; a kind that is not given has no rows.
    """

    def __init__(
        self,
        size: int,
        columns: Mapping[str, Sequence[Fact] | NDArray[np.generic]],
        parts: Mapping[PartKind, Parts] = MappingProxyType({}),
    ) -> None:
        self.size = size
        self._columns = columns
        self._parts = parts
        self._ordered: dict[PartKind, Parts] = {}
        self._moments: dict[str, Instants] = {}
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
        batch = cls(len(cases), columns, parts)
        batch.cases = cases
        return batch

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
                column = np.array([NONE if v is None else v for v in values], dtype=np.int64)
            self._moments[name] = column
        return column

    def numbers(self, name: str) -> Numbers:
        """Give the numbers called ``name`` (float64, n), NaN where a case has none."""
        values = self._columns.get(name)
        if isinstance(values, np.ndarray):
            return values.astype(np.float64, copy=False)
        if values is None:
            return np.full(self.size, np.nan)
        return np.array([_number(value) for value in values], dtype=np.float64)

    def texts(self, name: str) -> Texts:
        """Give the values called ``name`` as they are (object, n), ``None`` where absent."""
        values = self._columns.get(name)
        if values is None:
            return np.full(self.size, None, dtype=object)
        column = np.empty(self.size, dtype=object)
        column[:] = values
        return column

    def coded(self, name: str) -> Coded:
        """Give the values called ``name`` as codes of the distinct ones (n)."""
        found = self._coded.get(name)
        if found is None:
            if name in self._columns:
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
