"""Addresses of databases as they may be printed: without passwords, wherever they stand."""

from __future__ import annotations

import re

from sqlalchemy import URL

_SECRET = re.compile(r"pass|pwd|secret|token|key", re.IGNORECASE)


def printable(url: URL) -> str:
    """Return an address with asterisks for its password, and for those in its query."""
    query = {name: "***" if _SECRET.search(name) else value for name, value in url.query.items()}
    return url.set(query=query).render_as_string()
