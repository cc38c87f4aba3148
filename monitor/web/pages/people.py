"""People: the directory, leave and deputies."""

from __future__ import annotations

from monitor.web.looking import Route

ROUTES: tuple[Route, ...] = ()
