"""The periods of rankings: ``2026-10``, ``2026-Q3``, ``2026``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from rules.instants import instant

_FORM = re.compile(r"(20\d\d)(?:-(?:(0[1-9]|1[0-2])|Q([1-4])))?")


@dataclass(frozen=True, slots=True)
class Period:
    """A month, a quarter or a year: its first month, and how many months it has."""

    year: int
    month: int
    months: int

    @property
    def text(self) -> str:
        """How the address names it."""
        if self.months == 1:
            return f"{self.year}-{self.month:02}"
        return f"{self.year}-Q{(self.month + 2) // 3}" if self.months == 3 else f"{self.year}"

    @property
    def days(self) -> str:
        """How the list of cases names it."""
        if self.months == 1:
            return self.text
        return f"{self.year}-{self.month:02}..{self.year}-{self.month + self.months - 1:02}"

    def beside(self, number: int) -> Period:
        """Give the period so many of its kind later (or earlier, below 0)."""
        first = self.year * 12 + self.month - 1 + number * self.months
        return Period(first // 12, first % 12 + 1, self.months)

    def begin(self, zone: ZoneInfo) -> int:
        """Give the instant at which it begins."""
        return instant(datetime.combine(date(self.year, self.month, 1), time(), zone))

    def end(self, zone: ZoneInfo) -> int:
        """Give the instant at which it ends."""
        return self.beside(1).begin(zone)

    def name(self, language: str) -> str:
        """Give what people call it."""
        first = date(self.year, self.month, 1)
        if language == "en":
            return f"{first:%B} {self.year}" if self.months == 1 else self.text.replace("-", " ")
        if self.months == 1:
            return f"{self.year}年{self.month}月"
        quarter = "" if self.months == 12 else f"第{'一二三四'[self.month // 3]}季度"
        return f"{self.year}年{quarter}"


def period(text: str | None, today: date) -> Period | None:
    """Read a period, without a text the month of a day; ``None`` where it is none."""
    if text is None:
        return Period(today.year, today.month, 1)
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    year, month, quarter = found.groups()
    if month:
        return Period(int(year), int(month), 1)
    return Period(int(year), int(quarter) * 3 - 2, 3) if quarter else Period(int(year), 1, 12)
