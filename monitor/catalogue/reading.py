"""Reading a whole list of items, from a table of a source or from a file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from zoneinfo import ZoneInfo

from config import CatalogueSettings, Settings
from monitor.catalogue.files import rows_of
from monitor.catalogue.mapping import ItemMapping
from monitor.sources import Reject, SourceReader
from monitor.sources.tables import place_of
from rules.catalogue_changes import Entry


@dataclass(frozen=True)
class Reading:
    """A list of items as read: its entries, the rows that could not be understood, whence."""

    entries: tuple[Entry, ...]
    rejects: tuple[Reject, ...]
    origin: str

    @cached_property
    def digest(self) -> str:
        """The same as long as the list says the same, in whatever order."""
        said = sorted(
            repr((one.code, one.valid_from, one.valid_to, sorted(one.facts.items())))
            for one in self.entries
        )
        return blake2b(repr((said, sorted(self.rejects))).encode(), digest_size=16).hexdigest()


def read_source(settings: CatalogueSettings, reader: SourceReader) -> Reading:
    """Read the table or query of a source, in one transaction.

    Raises:
        monitor.sources.SourceError: it cannot be read, or does not fit the settings.
    """
    mapping = ItemMapping(settings, reader.source.timezone)
    rows = reader.rows(place_of(settings, mapping.columns))
    entries, rejects = mapping.read(rows)
    return Reading(tuple(entries), tuple(rejects), reader.source.id)


def read_configured(settings: Settings, catalogue: CatalogueSettings) -> Reading:
    """Read where the settings say, by a connection of its own where that is a source.

    Raises:
        monitor.sources.SourceError: the source cannot be read, or does not fit the settings.
        monitor.catalogue.FileFault: the file cannot be read, or lacks a header.
    """
    if catalogue.file is not None:
        return read_file(catalogue, catalogue.file, settings.daemon.timezone)
    reader = SourceReader(next(one for one in settings.source if one.id == catalogue.source))
    try:
        return read_source(catalogue, reader)
    finally:
        reader.close()


def read_file(settings: CatalogueSettings, path: Path, zone: ZoneInfo) -> Reading:
    """Read a CSV or XLSX file whose headers are those of the settings, or the names of facts.

    Raises:
        monitor.catalogue.FileFault: it cannot be read, or lacks a header.
    """
    mapping = ItemMapping(settings, zone)
    entries, rejects = mapping.read(rows_of(path, settings.columns, mapping.columns))
    return Reading(tuple(entries), tuple(rejects), path.name)
