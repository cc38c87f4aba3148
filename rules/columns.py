"""A fact of many cases or parts as a column."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from rules.cases import Fact

Numbers = NDArray[np.float64]
Texts = NDArray[np.object_]

_NUMBER_TYPES = frozenset((int, float, bool))


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
        return np.array([number_of(value) for value in self.values], dtype=np.float64)[self.codes]

    def texts(self) -> Texts:
        """Give the facts as texts (object, m), "" where there is none."""
        values = ["" if value is None else str(value) for value in self.values]
        return np.array(values, dtype=object)[self.codes]


Column = Sequence[Fact] | NDArray[np.generic] | Coded
"""The values of one fact: an array, codes, or a sequence in which ``None`` means absent."""


def taken(column: Texts | Coded, rows: NDArray[np.int64]) -> Texts | Coded:
    """Give some rows (k) of a column."""
    return Coded(column.codes[rows], column.values) if isinstance(column, Coded) else column[rows]


def number_of(value: Fact) -> float:
    """Give a fact as a number, NaN where it is none."""
    return float(value) if isinstance(value, int | float) else np.nan
