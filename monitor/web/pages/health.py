"""How the daemon, its sources and its channels fare."""

from __future__ import annotations

from monitor.web.looking import Route

ROUTES: tuple[Route, ...] = ()
