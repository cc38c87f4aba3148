"""The pages behind the links of messages, by which a phone can acknowledge."""

from __future__ import annotations

from monitor.web.links.handlers import link_pages

__all__ = ["link_pages"]
