"""Periods of statistics: the last week, month or quarter that is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from rules.instants import instant, moment

PERIODS = ("week", "month", "quarter")
"""The kinds of period."""


@dataclass(frozen=True, slots=True)
class Period:
    """A period from local midnight to local midnight: [``start``, ``end``) as instants.

    ``id`` names it: ``2026-W41`` (a week by ISO 8601), ``2026-10``, ``2026-Q3``. ``next_end`` is
    when the period after it ends.
    """

    id: str
    start: int
    end: int
    next_end: int


def last_complete(kind: str, now: int, zone: ZoneInfo) -> Period:
    """Give the last period of a kind that was over at the instant ``now``.

    Raises:
        ValueError: there is no such kind.
    """
    today = moment(now, zone).date()
    current = _begin(kind, today)
    start = _begin(kind, current - timedelta(days=1))
    following = _begin(kind, current + timedelta(days=100 if kind == "quarter" else 35))
    if kind == "week":
        following = current + timedelta(days=7)
    bounds = (start, current, following)
    return Period(_named(kind, start), *(_midnight(day, zone) for day in bounds))


def year_before(period: Period, zone: ZoneInfo) -> int:
    """Give the instant one year before a period begins."""
    begin = moment(period.start, zone).date()
    return _midnight(begin - timedelta(days=365), zone)


def _begin(kind: str, day: date) -> date:
    if kind == "week":
        return day - timedelta(days=day.weekday())
    if kind == "month":
        return day.replace(day=1)
    if kind == "quarter":
        return day.replace(month=day.month - (day.month - 1) % 3, day=1)
    raise ValueError(f"{kind!r} is no period; expected {', '.join(PERIODS)}")


def _named(kind: str, day: date) -> str:
    if kind == "week":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02d}"
    if kind == "month":
        return f"{day:%Y-%m}"
    return f"{day.year}-Q{(day.month + 2) // 3}"


def _midnight(day: date, zone: ZoneInfo) -> int:
    return instant(datetime(day.year, day.month, day.day, tzinfo=zone))
