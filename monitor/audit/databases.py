"""Portions of a database: ranges of keys, or the keys themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from config.sources import Source
from monitor.audit.job import Chosen
from monitor.sources.batches import BatchReader, KeyRange
from rules.batches import Batch

AT_ONCE = 10_000
"""Cases that are read and inspected at once: a batch of that size fits a processor's cache."""


@dataclass(frozen=True)
class KeyPortion:
    """The cases of a source whose keys lie in a range, or are among ``keys``."""

    source: Source
    range: KeyRange
    keys: tuple[str, ...] | None = None

    @property
    def size(self) -> int:
        """How many rows there are in it."""
        return self.range.size if self.keys is None else len(self.keys)

    def read(self, chosen: Chosen, names: Sequence[str] = ()) -> tuple[Batch, int]:
        """Read the wanted cases; raises as :class:`monitor.sources.SourceReader` does."""
        with _reader(only(self.source, names) if names else self.source) as reader:
            if self.keys is not None:
                return reader.read_batch(self.keys, chosen)
            return reader.read_range(self.range, chosen)


def portions(source: Source) -> list[KeyPortion]:
    """Cut a source into portions; raises as :class:`monitor.sources.SourceReader` does."""
    with _reader(source) as reader:
        return [KeyPortion(source, keys) for keys in reader.ranges(AT_ONCE)]


def sampled(source: Source, keys: Sequence[str]) -> list[KeyPortion]:
    """Give the portions that have only the cases with these keys."""
    nowhere = KeyRange(None, 0, 0)
    chunks = (tuple(keys[at : at + AT_ONCE]) for at in range(0, len(keys), AT_ONCE))
    return [KeyPortion(source, nowhere, chunk) for chunk in chunks]


def only(source: Source, names: Sequence[str]) -> Source:
    """Give a source with only some facts of its cases, and without parts."""
    columns = {name: c for name, c in source.cases.columns.items() if name in names}
    values = {name: codes for name, codes in source.cases.values.items() if name in names}
    cases = source.cases.model_copy(update={"columns": columns, "values": values})
    without = dict.fromkeys(("pauses", "steps", "extensions"))
    return source.model_copy(update={"cases": cases, **without})


@contextmanager
def _reader(source: Source) -> Iterator[BatchReader]:
    reader = BatchReader(source)
    try:
        yield reader
    finally:
        reader.close()
