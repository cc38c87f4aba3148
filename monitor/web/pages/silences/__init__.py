"""Silences (静默): what is not told for a while, by whom, why, until when, and how much that is."""

from __future__ import annotations

from monitor.web.pages.silences.page import ROUTES

__all__ = ["ROUTES"]
