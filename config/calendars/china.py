"""The calendar of China: the holidays and make-up days announced by the State Council."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib.metadata import version

from chinese_calendar import constants

from config.fields import SHANGHAI
from rules.calendars import Calendar, Spans, parse_span

_HOURS: Spans = (parse_span("09:00-12:00"), parse_span("13:30-17:30"))

_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}

# 全国年节及纪念日放假办法 (2025): the days off whose date is the same every year. They serve years
# not yet announced only, so that 2 May, a day off since 2025, may stand here without a year.
_YEARLY = {
    (1, 1): "元旦",
    (5, 1): "劳动节",
    (5, 2): "劳动节",
    (10, 1): "国庆节",
    (10, 2): "国庆节",
    (10, 3): "国庆节",
}


@cache
def china() -> Calendar:
    """Give the calendar ``cn``, as announced from 2004 to the last year that is known.

    Work is done Monday to Friday 09:00-12:00 and 13:30-17:30 and on make-up days (调休上班).
    """
    last = max(constants.holidays).year
    return Calendar(
        id="cn",
        timezone=SHANGHAI,
        week=(_HOURS,) * 5 + ((), ()),
        holidays={day: _NAMES[name] for day, name in sorted(constants.holidays.items())},
        workdays=dict.fromkeys(sorted(constants.workdays)),
        yearly=_YEARLY,
        published_through=date(last, 12, 31),
        version=f"chinesecalendar {version('chinesecalendar')}",
    )
