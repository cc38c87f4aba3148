"""Accounts: who may sign in, with what role and places, since when not seen, and changing that."""

from __future__ import annotations

from monitor.web.pages.accounts.page import ROUTES

__all__ = ["ROUTES"]
