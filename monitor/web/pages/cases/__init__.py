"""The list of cases: filters, order, pages, files of it, and saved views."""

from __future__ import annotations

from monitor.web.pages.cases.page import ROUTES

__all__ = ["ROUTES"]
