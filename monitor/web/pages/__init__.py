"""The pages of the desk, each in a file of its own."""

from __future__ import annotations

from monitor.web.looking import Route
from monitor.web.pages import (
    accounts,
    appeals,
    audit,
    board,
    calendars,
    call_backs,
    case,
    cases,
    deliveries,
    health,
    items,
    orders,
    people,
    rank,
    rules,
    silences,
    wall,
)

ROUTES: tuple[Route, ...] = (
    *board.ROUTES,
    *wall.ROUTES,
    *cases.ROUTES,
    *case.ROUTES,
    *orders.ROUTES,
    *appeals.ROUTES,
    *call_backs.ROUTES,
    *rank.ROUTES,
    *silences.ROUTES,
    *deliveries.ROUTES,
    *rules.ROUTES,
    *items.ROUTES,
    *calendars.ROUTES,
    *health.ROUTES,
    *people.ROUTES,
    *accounts.ROUTES,
    *audit.ROUTES,
)
"""Every page and form for people."""
