"""The delivery log (投递记录)."""

from __future__ import annotations

from monitor.web.looking import Route

ROUTES: tuple[Route, ...] = ()
