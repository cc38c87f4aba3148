"""Calendars: a year as it is reckoned with, and the days that were entered by hand."""

from __future__ import annotations

from monitor.web.pages.calendars.page import ROUTES

__all__ = ["ROUTES"]
