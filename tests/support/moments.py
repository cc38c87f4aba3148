"""Moments and amounts as tests write them: Shanghai time, working days."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from rules.amounts import Amount, Unit
from rules.instants import instant

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> int:
    """The instant of a moment in Shanghai, such as ``2026-09-22 15:20``."""
    return instant(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI))


def days(number: float, unit: Unit = Unit.WORKING_DAY) -> Amount:
    return Amount(float(number), unit)
