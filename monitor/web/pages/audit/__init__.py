"""The audit log (操作留痕): who did what, what that changed, and whether the record is whole."""

from __future__ import annotations

from monitor.web.pages.audit.page import ROUTES

__all__ = ["ROUTES"]
