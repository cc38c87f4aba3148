"""Calendars: the one of China, those shipped as files beside this one, and the operator's own."""

from __future__ import annotations

from config.calendars.building import build, build_all, calendar_from, shipped
from config.calendars.china import china
from config.calendars.importing import read_published
from config.calendars.published import Published, Unreadable
from config.calendars.shape import CalendarSettings

__all__ = [
    "CalendarSettings",
    "Published",
    "Unreadable",
    "build",
    "build_all",
    "calendar_from",
    "china",
    "read_published",
    "shipped",
]
