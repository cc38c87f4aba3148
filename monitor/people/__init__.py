"""Lists of the directory that are kept elsewhere: read from tables of a source or from files."""

from monitor.people.faults import faulty
from monitor.people.joining import Entry, joined
from monitor.people.reading import Reading, read_configured, read_list

__all__ = [
    "Entry",
    "Reading",
    "faulty",
    "joined",
    "read_configured",
    "read_list",
]
