"""Files that channels append to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TextIO


def append_to(path: Path) -> TextIO:
    """Open a file to append UTF-8 to, with line ends as they are written; make it if missing.

    A new one is for its owner and the group alone, whatever the umask allows: names and telephone
    numbers stand in it.

    Raises:
        OSError: it cannot be opened.
    """
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    return os.fdopen(file, "a", encoding="utf-8", newline="")
