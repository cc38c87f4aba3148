"""The page of one case: how it stands, how its limits are reckoned, what happened, what is done."""

from __future__ import annotations

from monitor.web.pages.case.page import ROUTES

__all__ = ["ROUTES"]
