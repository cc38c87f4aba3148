"""Rankings (排名) of regions, departments, items and handlers for a month, a quarter or a year."""

from __future__ import annotations

from monitor.web.pages.rank.page import ROUTES

__all__ = ["ROUTES"]
