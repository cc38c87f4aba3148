"""Calendars: working days and days off."""

from __future__ import annotations

from monitor.web.looking import Route

ROUTES: tuple[Route, ...] = ()
