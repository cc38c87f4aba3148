"""Reading a whole list of the directory, from a table of a source or from a file."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from config import Settings
from config.people_lists import ListSettings
from monitor.catalogue.files import rows_of
from monitor.people.joining import Entry
from monitor.people.mapping import ListMapping
from monitor.sources import Reject, SourceReader
from monitor.sources.tables import place_of


@dataclass(frozen=True)
class Reading:
    """A list as read: its entries, and the rows that could not be understood."""

    entries: tuple[Entry, ...]
    rejects: tuple[Reject, ...]


def read_list(settings: ListSettings, reader: SourceReader | None, zone: ZoneInfo) -> Reading:
    """Read a list; ``reader`` is that of its source, ``zone`` that of times in files.

    Raises:
        monitor.sources.SourceError: the source cannot be read, or does not fit the settings.
        monitor.catalogue.FileFault: the file cannot be read, or lacks a header.
    """
    if settings.file is not None:
        mapping = ListMapping(settings, zone)
        place = f"[[directory]] {settings.id}"
        columns = settings.columns
        rows = rows_of(settings.file, columns, mapping.columns, mapping.leading, place)
    else:
        assert reader is not None  # noqa: S101  settings without a source are refused
        mapping = ListMapping(settings, reader.source.timezone)
        rows = list(reader.rows(place_of(settings, mapping.columns)))
    entries, rejects = mapping.read(rows)
    return Reading(tuple(entries), tuple(rejects))


def read_configured(settings: Settings, one: ListSettings) -> Reading:
    """Read a list where the settings say, by a connection of its own where that is a source.

    Raises:
        monitor.sources.SourceError: the source cannot be read, or does not fit the settings.
        monitor.catalogue.FileFault: the file cannot be read, or lacks a header.
    """
    zone = settings.daemon.timezone
    if one.file is not None:
        return read_list(one, None, zone)
    reader = SourceReader(next(source for source in settings.source if source.id == one.source))
    try:
        return read_list(one, reader, zone)
    finally:
        reader.close()
