"""Sources: databases that somebody else owns, read as cases and never written."""

from monitor.sources.cursor import Cursor
from monitor.sources.errors import SourceDown, SourceError, SourceFault
from monitor.sources.examine import CheckResult
from monitor.sources.reader import SourceReader
from monitor.sources.rows import Page, ReadCase, Reason, Reject

__all__ = [
    "CheckResult",
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
