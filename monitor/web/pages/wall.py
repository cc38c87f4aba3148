"""The wall board (大屏)."""

from __future__ import annotations

from monitor.web.looking import Route

ROUTES: tuple[Route, ...] = ()
