"""The item catalogue: read from a table of a source or from a file, and loaded into the store."""

from monitor.catalogue.examine import examine
from monitor.catalogue.files import FileFault
from monitor.catalogue.loading import Loaded, first, load, planned
from monitor.catalogue.reading import Reading, read_configured, read_file, read_source

__all__ = [
    "FileFault",
    "Loaded",
    "Reading",
    "examine",
    "first",
    "load",
    "planned",
    "read_configured",
    "read_file",
    "read_source",
]
