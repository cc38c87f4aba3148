"""Calendars of cases, drawn from what the engine itself explains day by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from config.calendars import china
from docs.pictures.svg import box, document, text
from rules.amounts import parse_amount
from rules.cases import Case, Part, PartKind
from rules.days import Day, DayKind
from rules.explanation import Explanation, explain
from rules.instants import HOUR, instant, moment
from rules.limits import Allowance, Level, Limit, PauseCount, Reckoning, parse_threshold
from rules.worktime import WorkingTime, working_time

_WIDE, _HIGH, _GAP, _EDGE = 106, 58, 4, 18
_WIDTH = 2 * _EDGE + 7 * _WIDE + 6 * _GAP
_RANKS = ("warning", "yellow", "red")

_WORDS = {
    "zh": {
        "week": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
        "start": "受理",
        "start-note": "当日不计",
        "start-clock": "15:30 起算",
        "off": "休",
        "weekend": "周末",
        "paused": "停",
        "rolled": "顺延",
        "shifted": "补时",
        "over": "超{}",
        "makeup": "调休上班",
        "due": "到期 {}",
        "warning": "预警",
        "yellow": "黄牌",
        "red": "{} 转红牌",
        "hours": "{:g} 小时",
        "legend": ("计入时限", "休息日，不计", "暂停计时，不计", "超期"),
        "names": {},
    },
    "en": {
        "week": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
        "start": "Accepted",
        "start-note": "does not count",
        "start-clock": "from 15:30",
        "off": "off",
        "weekend": "weekend",
        "paused": "paused",
        "rolled": "moved on",
        "shifted": "made up",
        "over": "+{}",
        "makeup": "make-up day",
        "due": "due {}",
        "warning": "warning",
        "yellow": "yellow card",
        "red": "red card {}",
        "hours": "{:g} h",
        "legend": ("counts", "day off, does not count", "paused, does not count", "overdue"),
        "names": {"中秋节": "Mid-Autumn", "国庆节": "National Day", "专家评审": "expert review"},
    },
}


@dataclass(frozen=True)
class Story:
    """A case to be drawn: what it is allowed, when it starts, what stops it, and the present."""

    allow: str
    start: str
    now: str
    pauses: tuple[tuple[str, str], ...] = ()
    count: PauseCount = PauseCount.TOUCHED
    levels: tuple[str, ...] = ("2 working days left", "over", "3 working days over")

    def explained(self) -> Explanation:
        """Let the engine explain it, on the calendar of China."""
        limit = Limit(
            "story",
            "",
            "accepted_at",
            "closed_at",
            Allowance(parse_amount(self.allow)),
            tuple(
                Level(_RANKS[rank], rank, parse_threshold(one))
                for rank, one in enumerate(self.levels)
            ),
            "cn",
            reckoning=Reckoning(pauses=self.count),
        )
        parts = tuple(
            Part(PartKind.PAUSE, str(n), _at(begin), _at(end), {"kind": "专家评审"})
            for n, (begin, end) in enumerate(self.pauses)
        )
        case = Case("hall", "story", {"accepted_at": _at(self.start)}, parts)
        return explain(limit, case, _work(), _at(self.now))


CASE = Story(
    "10 working days",
    "2026-09-22T15:20",
    "2026-10-20T09:12",
    (("2026-09-28T08:50", "2026-09-30T17:10"),),
)
"""The case of the page on working time: a pause, National Day, a make-up Saturday, a late end."""

ROLLED = Story("15 calendar days", "2026-09-21T10:00", "2026-09-22T09:00", levels=())
HOURS = Story("8 working hours", "2026-09-24T15:30", "2026-09-24T16:00", levels=())
_PAUSE = (("2026-11-04T15:00", "2026-11-05T10:30"),)
PAUSES = tuple(
    Story("4 working days", "2026-11-02T10:00", "2026-11-03T09:00", _PAUSE, count, levels=())
    for count in PauseCount
)


def picture(stories: Sequence[Story], language: str, title: str, legend: bool = True) -> str:
    """Draw stories below each other, each as the weeks it touches."""
    words = _WORDS[language]
    body = [
        text(_EDGE + i * (_WIDE + _GAP) + _WIDE / 2, 24, name, "soft middle")
        for i, name in enumerate(words["week"])
    ]
    y = 34.0
    for story in stories:
        if len(stories) > 1:
            name = f'pauses = "{story.count.value}"'
            body.append(text(_EDGE, y + 14, name, "ink bold", 13))
            y += 24
        drawn, y = _weeks(story.explained(), y, words)
        body += drawn
        y += 10 if len(stories) > 1 else 0
    if legend:
        body += _legend(words["legend"], y + 14)
        y += 26
    return document(_WIDTH, int(y + 10), title, body)


def _weeks(shown: Explanation, y: float, words: dict) -> tuple[list[str], float]:
    days = {day.date: day for day in shown.days}
    first, last = min(days), max(days)
    monday = first - timedelta(days=first.weekday())
    body = []
    while monday <= last:
        for column in range(7):
            when = monday + timedelta(days=column)
            x = _EDGE + column * (_WIDE + _GAP)
            label = _label(when, when in (first, min(days)) or when.day == 1 or column == 0)
            if when in days:
                body += _cell(x, y, label, days[when], shown, words)
            else:
                body.append(text(x + 9, y + 16, label, "soft", 11))
        monday += timedelta(days=7)
        y += _HIGH + _GAP
    return body, y


def _label(when: date, with_month: bool) -> str:
    return f"{when.month}/{when.day}" if with_month else str(when.day)


def _cell(x: float, y: float, label: str, day: Day, shown: Explanation, words: dict) -> list[str]:
    look, ink, big, note, extra = _face(day, shown, words)
    today = moment(shown.now, shown.timezone).date() == day.date and day.kind is DayKind.OVERDUE
    size = 17 if len(big) < 8 else 14
    thick = "2.4" if today or day.due_at is not None else "1"
    return [
        box(x + 0.5, y + 0.5, _WIDE - 1, _HIGH - 1, look, 5, f'stroke-width="{thick}" {extra}'),
        text(x + 9, y + 15, label, "soft", 11),
        text(x + 9, y + 34, big, f"{ink} bold", size),
        text(x + 9, y + 50, note, ink if ink != "ink" else "soft", 11),
    ]


def _face(day: Day, shown: Explanation, words: dict) -> tuple[str, str, str, str, str]:
    """Give the look of a day: classes of its box, its ink, the big word, the note, attributes."""
    names = words["names"]
    name = names.get(day.name, day.name.removesuffix("节")) or words["weekend"]
    due = moment(day.due_at, shown.timezone) if day.due_at is not None else None
    edge = "s-count"
    note = words["makeup"] if day.makeup else ""
    if due is not None:
        edge, note = "s-blue", words["due"].format(f"{due:%H:%M}")
    elif "warning" in day.levels:
        edge, note = "s-amber", words["warning"]
    match day.kind:
        case DayKind.START:
            clock = not shown.unit.counts_days
            note = words["start-clock" if clock else "start-note"]
            return "card s-blue", "blue", words["start"], note, ""
        case DayKind.COUNTED if day.counted is not None:
            if day.start_at is not None:
                note = words["start-clock"]
            return f"count {edge}", "blue", words["hours"].format(day.counted / HOUR), note, ""
        case DayKind.COUNTED:
            ink = "amber" if edge == "s-amber" else "blue"
            if day.pauses:
                kind = str(day.pauses[0].facts["kind"])
                note = note or names.get(kind, kind)
            elif day.name:
                note = note or name
            return f"count {edge}", ink, str(day.number), note, ""
        case DayKind.PAUSED:
            kind = str(day.pauses[0].facts["kind"])
            dashes = 'stroke-dasharray="4 3"'
            return "card s-soft", "soft", words["paused"], names.get(kind, kind), dashes
        case DayKind.ROLLED:
            return f"count {edge}", "blue", words["rolled"], note or name, ""
        case DayKind.SHIFTED:
            return f"count {edge}", "blue", words["shifted"], note, ""
        case DayKind.OVERDUE:
            if "red" in day.levels:
                at = moment(next(m.at for m in shown.levels if m.name == "red"), shown.timezone)
                note = words["red"].format(f"{at:%H:%M}")
                return "card s-red", "red", words["over"].format(day.number), note, ""
            return "over s-gold", "gold", words["over"].format(day.number), note, ""
    return "s-edge", "soft", words["off"], name, 'fill="url(#stripes)"'


def _legend(names: Sequence[str], y: float) -> list[str]:
    looks = (
        ("count s-count", ""),
        ("s-edge", 'fill="url(#stripes)"'),
        ("card s-soft", 'stroke-dasharray="3 2"'),
        ("over s-gold", ""),
    )
    body, x = [], float(_EDGE)
    for name, (look, extra) in zip(names, looks, strict=True):
        body.append(box(x, y - 10, 13, 13, look, 3, extra))
        body.append(text(x + 19, y + 1, name, "soft"))
        x += 19 + sum(12.5 if ord(c) > 255 else 6.6 for c in name) + 22
    return body


@cache
def _work() -> WorkingTime:
    return working_time(china())


def _at(text_: str) -> int:
    zone = china().timezone
    return instant(datetime.fromisoformat(text_).replace(tzinfo=zone))
