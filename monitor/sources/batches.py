"""Reading a source as batches of columns, without an object for each case and part."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from monitor.sources import tables
from monitor.sources.cursor import Value
from monitor.sources.mapping import PartMapping, Row
from monitor.sources.reader import SourceReader
from monitor.sources.rows import Reason, Unreadable
from monitor.sources.values import code_text, code_texts
from rules.batches import Batch
from rules.cases import Case
from rules.parts import Parts

Chosen = Callable[[Batch], NDArray[np.bool_]]
"""Tells which cases (bool, n) of a batch, which need have no parts, are wanted."""

_AT_ONCE = 1000  # Oracle takes no longer list


class KeyRange(NamedTuple):
    """The ``size`` rows whose keys lie after one and up to another; ``None``: from the first."""

    after: Value | None
    last: Value
    size: int


class ReadBatch(NamedTuple):
    """The wanted cases as columns, and how many rows could not be understood."""

    batch: Batch
    rejected: int


class BatchReader(SourceReader):
    """Reads one source as columns; see :class:`SourceReader` for what its methods raise."""

    def ranges(self, size: int) -> list[KeyRange]:
        """Cut the source into ranges of about ``size`` rows, in the order of the keys."""
        return self._run(lambda connection, _: list(self._ranges(size, connection)))

    def read_range(self, keys: KeyRange, chosen: Chosen, *, parts: bool = True) -> ReadBatch:
        """Read the cases of a range, with their parts unless told otherwise."""
        return self._run(partial(self._range, keys, chosen, parts))

    def read_batch(self, keys: Collection[str], chosen: Chosen) -> ReadBatch:
        """Read the cases with these keys, with their parts."""
        return self._run(partial(self._some, keys, chosen))

    def _ranges(self, size: int, connection: Connection) -> Iterator[KeyRange]:
        key = self.source.cases.key
        after: Any = None
        while True:
            last, count = connection.execute(
                tables.end_of_keys(self._cases, key, after, size)
            ).one()
            if not count:
                return
            # Every row with the last key belongs to the range, be there one or more.
            yield KeyRange(after, last, count)
            after = last

    def _range(
        self, keys: KeyRange, chosen: Chosen, parts: bool, connection: Connection, careful: bool
    ) -> ReadBatch:
        statement = tables.rows_between(self._cases, self.source.cases.key, keys.after, keys.last)
        rows = connection.execute(statement).all()
        return self._batch(rows, chosen, parts, connection, careful)

    def _some(
        self, keys: Collection[str], chosen: Chosen, connection: Connection, careful: bool
    ) -> ReadBatch:
        found = self._rows_of(self._cases, self.source.cases.key, list(keys), connection, careful)
        return self._batch(found, chosen, True, connection, careful)

    def _batch(
        self,
        rows: Sequence[Row],
        chosen: Chosen,
        parts: bool,
        connection: Connection,
        careful: bool,
    ) -> ReadBatch:
        try:
            return ReadBatch(self._columns(rows, chosen, parts, connection, careful), 0)
        except Unreadable:
            # Row by row it is told which rows are in fault; the others are read.
            read, rejects = self._of_rows(rows, connection, careful)
        cases = [Case(self.source.id, one.key, one.facts, one.parts) for one in read]
        wanted = chosen(Batch.of(cases)).tolist()
        return ReadBatch(
            Batch.of([case for case, mine in zip(cases, wanted, strict=True) if mine]),
            len(rejects),
        )

    def _columns(
        self,
        rows: Sequence[Row],
        chosen: Chosen,
        parts: bool,
        connection: Connection,
        careful: bool,
    ) -> Batch:
        whole = self._cases_of(rows)
        mine = np.flatnonzero(chosen(whole))
        if len(mine) < whole.size:
            rows = [rows[index] for index in mine.tolist()]
            whole = self._cases_of(rows)
        if not parts or not whole.size:
            return whole
        index = {key: number for number, key in enumerate(whole.keys)}
        keys = [row[0] for row in rows]
        found = {}
        for table, mapping in self._parts.values():
            place = tables.place_of(table, mapping.columns)
            owned = self._rows_of(place, mapping.columns[0], keys, connection, careful)
            found[mapping.kind] = parts_of_rows(mapping, owned, index)
        return whole.with_parts(found)

    def _cases_of(self, rows: Sequence[Row]) -> Batch:
        keys = code_texts([row[0] for row in rows])
        if len(set(keys)) < len(keys) or any(
            not key or key != row[0]
            for key, row in zip(keys, rows, strict=True)
            if isinstance(row[0], str)
        ):
            raise Unreadable(Reason.DUPLICATE_KEY, keys, "keys as they are kept, each once")
        return Batch(len(keys), self._mapping.read_columns(rows), {}, self.source.id, keys)

    def _rows_of(
        self, place: Any, key: str, keys: Sequence[Any], connection: Connection, careful: bool
    ) -> list[Row]:
        if self.server.dialect == "postgresql" and not careful:
            return list(connection.execute(tables.rows_of_any(place, key, keys)).all())
        found: list[Row] = []
        for start in range(0, len(keys), _AT_ONCE):
            some = keys[start : start + _AT_ONCE]
            statement = tables.rows_of(place, key, some, as_text=careful)
            found += connection.execute(statement).all()
        return found


def parts_of_rows(mapping: PartMapping, rows: Sequence[Row], cases: dict[str, int]) -> Parts:
    """Turn rows of parts into columns; ``cases`` are the indexes of their cases by key.

    Raises:
        Unreadable: a value cannot be read.
    """
    columns = mapping.read_columns(rows)
    owners = np.array(
        [cases.get(row[0], -1) if isinstance(row[0], str) else -1 for row in rows], np.int64
    )
    for row in np.flatnonzero(owners < 0).tolist():
        owners[row] = cases.get(code_text(rows[row][0]), -1)
    return mapping.parts(rows, columns, owners, len(cases))
