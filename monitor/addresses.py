"""Where things are on the desk, for its own pages and for messages that lead there."""

from __future__ import annotations

from urllib.parse import quote


def case_path(no: str | None, key: str) -> str:
    """Give the path of a case: by its number (办件号), where it has none by its key."""
    return f"/cases/{quote(no or key, safe='')}"


def order_path(no: str) -> str:
    """Give the path of a supervision order (督办单) by its number."""
    return f"/orders/{quote(no, safe='')}"
