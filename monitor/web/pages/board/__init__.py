"""The board (灯板): how every department of every region stands, and what is most urgent."""

from __future__ import annotations

from monitor.web.pages.board.page import ROUTES

__all__ = ["ROUTES"]
