"""Appeals (申诉) against cards: the list, one appeal, and deciding it."""

from __future__ import annotations

from monitor.web.pages.appeals.page import ROUTES

__all__ = ["ROUTES"]
