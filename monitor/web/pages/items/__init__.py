"""The item catalogue (事项目录): the items in force, and what is behind each."""

from __future__ import annotations

from monitor.web.pages.items.page import ROUTES

__all__ = ["ROUTES"]
