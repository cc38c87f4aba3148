"""Where things are on the desk."""

from __future__ import annotations

from urllib.parse import quote


def case_path(no: str | None, key: str) -> str:
    """Give the path of a case: by its number (办件号), where it has none by its key."""
    return f"/cases/{quote(no or key, safe='')}"
