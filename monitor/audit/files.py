"""Portions of columnar files: the row groups of Parquet files of cases, with their parts.

A file whose name begins with ``cases`` has cases, one that begins with ``pauses``, ``steps`` or
``extensions`` has parts. Their columns are named as facts are: ``key`` is the key of a case or
part, ``case`` that of the case a part belongs to. Moments are timestamps or dates; without a zone
they are in the zone of the settings. Files sorted by the key of the case are read fastest: of the
others each portion has to look at every part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from monitor.audit.arrow import FileFault, coded, moments, text
from monitor.audit.job import BEGINNINGS, Chosen
from rules.amounts import Unit, parse_unit
from rules.batches import Batch
from rules.cases import PartKind, is_text
from rules.columns import Coded, Column
from rules.gathering import gather
from rules.instants import NONE, is_moment
from rules.parts import Parts

KINDS = {f"{kind}s": kind for kind in PartKind}
"""The kinds of parts by what the names of their files begin with."""

_PERIOD = (*BEGINNINGS, "closed_at")
_Paths = tuple[Path, ...]


@dataclass(frozen=True)
class FilePortion:
    """A row group of a file of cases, with the files of parts by kind.

    ``keys``: only the cases with these.
    """

    path: Path
    group: int
    size: int
    zone: ZoneInfo
    parts: tuple[tuple[PartKind, _Paths], ...] = ()
    keys: tuple[str, ...] | None = None

    def read(self, chosen: Chosen, names: Sequence[str] = ()) -> tuple[Batch, int]:
        """Read the wanted cases. No row is rejected: a file has types.

        Raises:
            FileFault: a column is missing or of the wrong type.
        """
        with pq.ParquetFile(self.path) as file:
            there = file.schema_arrow.names
            _require(self.path, there, "key")
            wanted = [name for name in ("key", *names) if name in there] if names else None
            table = file.read_row_group(self.group, columns=wanted)
        table = table.set_column(table.column_names.index("key"), "key", text(table["key"]))
        if self.keys is not None:
            table = table.filter(pc.is_in(table["key"], pa.array(self.keys, pa.string())))
        period = [name for name in _PERIOD if name in table.column_names]
        mine = chosen(self._batch(table.select(["key", *period])))
        if not mine.all():
            table = table.filter(pa.array(mine))
        batch = self._batch(table)
        if names or not batch.size:
            return batch, 0
        keys = table["key"].combine_chunks()
        parts = {kind: _parts(paths, kind, keys, self.zone) for kind, paths in self.parts}
        return batch.with_parts(parts), 0

    def _batch(self, table: Any) -> Batch:
        keys = table["key"].to_pylist()
        return Batch(
            table.num_rows, _Columns(self.path, table, self.zone), {}, self.path.stem, keys
        )


class _Columns(Mapping[str, Column]):
    """The facts of a table as columns, each made when it is first asked for."""

    def __init__(self, path: Path, table: Any, zone: ZoneInfo) -> None:
        self._path = path
        self._table = table
        self._zone = zone
        self._names = tuple(name for name in table.column_names if name != "key")
        self._made: dict[str, Column] = {}

    def __getitem__(self, name: str) -> Column:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._made:
            self._made[name] = _column(self._path, name, self._table[name], self._zone)
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def portions(paths: Sequence[Path], zone: ZoneInfo) -> list[FilePortion]:
    """Cut files into portions, in the order given.

    Raises:
        FileFault: a file is none of cases or parts, no Parquet, or there are no cases.
    """
    parts: dict[PartKind, list[Path]] = {}
    cases = []
    for path in paths:
        kind = next((kind for name, kind in KINDS.items() if path.name.startswith(name)), None)
        if kind is not None:
            parts.setdefault(kind, []).append(path)
        elif path.name.startswith("cases"):
            cases.append(path)
        else:
            begins = ", ".join(("cases", *KINDS))
            raise FileFault(f"{path}: the name of a file begins with one of {begins}")
    if not cases:
        raise FileFault("no file of cases; expected one whose name begins with cases")
    owned = tuple((kind, tuple(files)) for kind, files in parts.items())
    found = []
    for path in cases:
        sizes = _group_sizes(path)
        found += [FilePortion(path, at, size, zone, owned) for at, size in enumerate(sizes)]
    return found


def sampled(portions: Sequence[FilePortion], keys: dict[str, list[str]]) -> list[FilePortion]:
    """Give the portions with only the cases that have these keys, by source."""
    return [
        replace(one, keys=tuple(keys[one.path.stem]), size=min(one.size, len(keys[one.path.stem])))
        for one in portions
        if one.path.stem in keys
    ]


def _group_sizes(path: Path) -> list[int]:
    try:
        with pq.ParquetFile(path) as file:
            groups = range(file.num_row_groups)
            return [file.metadata.row_group(group).num_rows for group in groups]
    except (pa.ArrowInvalid, OSError) as error:
        raise FileFault(f"{path}: {str(error).splitlines()[0]}; expected a Parquet file") from None


def _parts(paths: _Paths, kind: PartKind, keys: Any, zone: ZoneInfo) -> Parts:
    """Read the parts of the cases with some keys (an Arrow array of text)."""
    table = pa.concat_tables([_rows_of(path, keys) for path in paths], promote_options="default")
    path = paths[0]
    start = "granted_at" if kind is PartKind.EXTENSION else "started_at"
    _require(path, table.column_names, start)
    owners = pc.fill_null(pc.index_in(text(table["case"]), keys), -1)
    owners = owners.combine_chunks().to_numpy(zero_copy_only=False).astype(np.int64)
    times = {
        name: moments(path, name, table[name], zone)
        for name in (start, "ended_at")
        if name in table.column_names
    }
    facts: dict[str, Any] = {
        name: _column(path, name, table[name], zone)
        for name in table.column_names
        if name not in ("case", "key", "amount", start, "ended_at")
    }
    amounts = None
    if kind is PartKind.EXTENSION:
        _require(path, table.column_names, "amount")
        amounts = coded(table["amount"]).numbers()
        facts["unit"] = _units(path, facts.get("unit"), table.num_rows)
    named = text(table["key"]).to_pylist() if "key" in table.column_names else []
    ended = times.get("ended_at", np.full(table.num_rows, NONE))
    return gather(len(keys), owners, times[start], ended, named, facts, amounts)


def _rows_of(path: Path, keys: Any) -> Any:
    """Read the row groups that can have parts of these cases."""
    least, most = (found.as_py() for found in pc.min_max(keys).values())
    with pq.ParquetFile(path) as file:
        _require(path, file.schema_arrow.names, "case")
        at = file.schema_arrow.names.index("case")
        groups = [
            group
            for group in range(file.num_row_groups)
            if _overlaps(file.metadata.row_group(group).column(at).statistics, least, most)
        ]
        return file.read_row_groups(groups)


def _overlaps(statistics: Any, least: str, most: str) -> bool:
    if statistics is None or not statistics.has_min_max or not isinstance(statistics.min, str):
        return True
    return bool(statistics.min <= most and statistics.max >= least)


def _column(path: Path, name: str, column: Any, zone: ZoneInfo) -> Column:
    if is_moment(name):
        return moments(path, name, column, zone)
    return coded(column, as_text=is_text(name))


def _units(path: Path, given: Coded | None, size: int) -> Coded:
    if given is None:
        return Coded(np.zeros(size, np.int64), (Unit.WORKING_DAY.value,))
    try:
        values = tuple(
            Unit.WORKING_DAY.value if value is None else parse_unit(str(value)).value
            for value in given.values
        )
    except ValueError as error:
        raise FileFault(f"{path}: column unit: {error}") from None
    return Coded(given.codes, values)


def _require(path: Path, names: Sequence[str], name: str) -> None:
    if name not in names:
        raise FileFault(f"{path}: no column {name} among {', '.join(names)}")
