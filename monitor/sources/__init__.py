"""Sources: databases that somebody else owns, read as cases and never written.

:class:`SourceReader` reads; :func:`examine` says whether it would work before it has to.
"""

from monitor.sources.cursor import Cursor
from monitor.sources.errors import SourceDown, SourceError, SourceFault
from monitor.sources.reader import SourceReader
from monitor.sources.rows import Page, ReadCase, Reason, Reject

__all__ = [
    "Cursor",
    "Page",
    "ReadCase",
    "Reason",
    "Reject",
    "SourceDown",
    "SourceError",
    "SourceFault",
    "SourceReader",
]
