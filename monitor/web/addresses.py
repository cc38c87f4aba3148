"""Where things are on the desk."""

from __future__ import annotations

from monitor.addresses import case_path

__all__ = ["case_path"]
