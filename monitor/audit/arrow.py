"""Columns of Arrow as the columns of a batch: codes of what repeats, moments as instants."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from monitor.sources.moments import from_local, moment_reader
from monitor.sources.values import plain_column, text_column
from rules.columns import Coded
from rules.instants import NONE, Instants

_reader = lru_cache(maxsize=64)(moment_reader)


class FileFault(ValueError):  # noqa: N818 - what the file is
    """A file that is not what it should be: what was found, where, and what was expected."""


def text(column: Any) -> Any:
    """Give a column of keys as text."""
    return pc.cast(column, pa.string())


def coded(column: Any, *, as_text: bool = False) -> Coded:
    """Give a column as codes of its values, which are read as those of a database are.

    ``as_text``: they are text, however the file keeps them.

    Raises:
        ValueError: a number that is not finite.
    """
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    found = (text_column if as_text else plain_column)(column.dictionary.to_pylist())
    indices = pc.fill_null(column.indices, len(found)).to_numpy(zero_copy_only=False)
    codes = indices.astype(np.int64)
    found.append(None)
    values = dict.fromkeys(found)
    if len(values) < len(found):  # several are one once they are read
        places = {value: place for place, value in enumerate(values)}
        codes = np.array([places[value] for value in found], np.int64)[codes]
    return Coded(codes, tuple(values))


def moments(path: Path, name: str, column: Any, zone: ZoneInfo) -> Instants:
    """Give a column of timestamps or dates as instants, ``NONE`` where there is none.

    Raises:
        FileFault: it is a column of something else.
    """
    kind = column.type
    if pa.types.is_null(kind):
        return np.full(len(column), NONE)
    if not (pa.types.is_timestamp(kind) or pa.types.is_date(kind)):
        raise FileFault(f"{path}: column {name} is of {kind}; expected timestamps or dates")
    aware = pa.types.is_timestamp(kind) and kind.tz is not None
    in_microseconds = pa.timestamp("us", kind.tz if aware else None)
    whole = pc.cast(pc.cast(column, in_microseconds, safe=False), pa.int64())
    if isinstance(whole, pa.ChunkedArray):
        whole = whole.combine_chunks()
    there = whole.is_valid().to_numpy(zero_copy_only=False)
    at = np.where(there, pc.fill_null(whole, 0).to_numpy(zero_copy_only=False), NONE)
    return at if aware else from_local(at, zone, _reader(zone))
