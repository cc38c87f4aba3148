"""The rules in force: what each says, in which version, and the cards that stand under it."""

from __future__ import annotations

from monitor.web.pages.rules.page import ROUTES

__all__ = ["ROUTES"]
