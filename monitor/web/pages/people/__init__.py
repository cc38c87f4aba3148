"""People: the directory in force, who is away and who stands in, and the duty rosters."""

from __future__ import annotations

from monitor.web.pages.people.page import ROUTES

__all__ = ["ROUTES"]
