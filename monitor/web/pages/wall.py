"""The wall board (大屏)."""

from __future__ import annotations

from monitor.web.looking import Events, Route

ROUTES: tuple[Route, ...] = (Events("/wall/events", board=True),)
