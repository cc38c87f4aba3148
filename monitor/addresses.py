"""Where things are on the desk, for its own pages and for messages that lead there."""

from __future__ import annotations

from urllib.parse import quote, unquote


def case_path(no: str | None, key: str) -> str:
    """Give the path of a case: by its number (办件号), where it has none by its key."""
    return f"/cases/{_part(no or key)}"


def alert_path(alert_id: int, section: str = "") -> str:
    """Return the path that leads to the case of an alert without naming it, or to a section."""
    return f"/alerts/{alert_id}" + (f"/{section}" if section else "")


def order_path(no: str) -> str:
    """Give the path of a supervision order (督办单) by its number."""
    return f"/orders/{_part(no)}"


def named(part: str) -> str:
    """Give what a part of a path names, as a handler is given that part."""
    return unquote(part)


def _part(name: str) -> str:
    """Give a name, which may have any characters, as one part of a path.

    A slash parts paths even where it is quoted, so that it is quoted twice.
    """
    return quote(name.replace("%", "%25").replace("/", "%2F"), safe="")
