"""How the daemon, its sources and its channels fare, and what to do where they do not."""

from __future__ import annotations

from monitor.web.pages.health.page import ROUTES

__all__ = ["ROUTES"]
