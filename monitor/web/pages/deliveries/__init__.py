"""The delivery log (投递记录): the list, one delivery, and sending again what failed."""

from __future__ import annotations

from monitor.web.pages.deliveries.page import ROUTES

__all__ = ["ROUTES"]
