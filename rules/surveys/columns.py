"""Columns of surveys: numbering what is alike, and the rows of each group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules.surveys.readings import Columns

Codes = NDArray[np.int64]


def size_of(columns: Columns) -> int:
    """Give how many rows there are."""
    return len(next(iter(columns.values()), ()))


def codes_of(column: NDArray[Any]) -> Codes:
    """Number the distinct values of a column from 0 on, in the order in which they first occur."""
    if column.dtype != object:
        return np.unique(column, return_inverse=True)[1].astype(np.int64)
    values = column.tolist()
    numbers = {value: number for number, value in enumerate(dict.fromkeys(values))}
    return np.fromiter(map(numbers.__getitem__, values), np.int64, len(values))


def groups_of(columns: Columns, names: Sequence[str]) -> Codes:
    """Number the distinct combinations of values (n): one number for each that occurs."""
    combined = np.zeros(size_of(columns), np.int64)
    for name in names:
        codes = codes_of(columns[name])
        combined = combined * (int(codes.max(initial=0)) + 1) + codes
        combined = np.unique(combined, return_inverse=True)[1].astype(np.int64)
    return combined


def taken(columns: Columns, rows: NDArray[Any]) -> Columns:
    """Give some rows of every column, by their indexes or a mask."""
    return {name: column[rows] for name, column in columns.items()}


def text(value: object) -> str:
    """Give a value as text, "" where there is none."""
    return "" if value is None else str(value)
