"""Supervision orders (督办单): the list of them, and the addresses of all pages about them."""

from __future__ import annotations

from monitor.web.pages.orders.page import ROUTES

__all__ = ["ROUTES"]
