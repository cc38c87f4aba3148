"""The calendar of a limit: what each day counts as, and what falls on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from monitor.pipeline.wording import level_name
from monitor.web.looking import Look
from monitor.weeks import Fold, folded, weeks
from notifiers import words
from notifiers.telling import Telling
from rules.days import Day, DayKind
from rules.explanation import Explanation
from rules.instants import SECOND, moment

_STARTS = {
    "submitted_at": ("提交", "Submitted"),
    "accepted_at": ("受理", "Accepted"),
    "decided_at": ("决定", "Decided"),
    "closed_at": ("办结", "Closed"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A day: how it looks, its date, its mark, what falls on it, and its date in full."""

    look: str
    date: str
    mark: str
    note: str
    title: str


@dataclass(frozen=True, slots=True)
class Row:
    """A week of seven days; or, without days, what is said of the weeks that are left out."""

    cells: tuple[Cell, ...]
    folded: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The weeks, and what those looks mean that are used in them."""

    rows: tuple[Row, ...]
    legend: tuple[tuple[str, str], ...]


def calendar(look: Look, shown: Explanation, falls: Mapping[date, str]) -> Calendar | None:
    """Give the calendar of a limit; ``None`` where no day is counted.

    ``falls`` is what else happened on a day, in few characters.
    """
    if not shown.days:
        return None
    made = _Made(look, shown, falls)
    rows = tuple(made.rows())
    return Calendar(rows, tuple(made.legend()))


class _Made:
    def __init__(self, look: Look, shown: Explanation, falls: Mapping[date, str]) -> None:
        self._look = look
        self._shown = shown
        self._falls = falls
        self._today = moment(shown.now, shown.timezone).date()
        self._at = {mark.name: mark for mark in shown.levels}
        until = shown.until_at
        self._last = self._today if until is None else moment(until, shown.timezone).date()
        self._end = Telling(shown, look.language).end
        self._used: set[str] = set()
        self._red = False

    def rows(self) -> Iterator[Row]:
        say = self._look.say
        for row in folded(weeks(self._shown.days), self._today):
            if not isinstance(row, Fold):
                yield Row(tuple(self._cell(at, day) for at, day in row))
                continue
            text = say(f"略去 {row.weeks} 周", f"{row.weeks} weeks left out")
            if row.first is not None and row.last is not None:
                first, last = self._mark(row.first), self._mark(row.last)
                text += say(f"（{first} 至 {last}）", f" ({first} to {last})")
            yield Row((), text)

    def legend(self) -> Iterator[tuple[str, str]]:
        say = self._look.say
        unit = say("第几个工作日", "which working day it is")
        if not self._shown.unit.working:
            unit = say("第几日", "which day it is")
        if not self._shown.unit.counts_days:
            unit = say("当日计入的时间", "what counts that day")
        meanings = {
            "cnt": say(f"计入时限（{unit}）", f"counts ({unit})"),
            "off": say("休息日，不计", "day off, does not count"),
            "stop": say("暂停计时", "clock stopped"),
            "roll": say("顺延、补足", "moved on"),
            "over": say("超期", "overdue"),
        }
        for name, text in meanings.items():
            if name in self._used:
                yield name, text

    def _cell(self, at: date, day: Day | None) -> Cell:
        look, today = self._look, at == self._today
        first = day is not None and day.start_at is not None
        text = f"{at.month}/{at.day}" if at.day == 1 or first else f"{at.day}"
        title = words.date(at, look.language, with_year=True)
        if day is None:
            name = "out" + (" today" if today else "")
            return Cell(name, text, "", look.say("今天", "today") if today else "", title)
        kinds = [self._kind(day)]
        self._used.add(kinds[0])
        kinds += [name for name, holds in self._also(day, at).items() if holds]
        mark = "" if "ahead" in kinds and "over" in kinds and not day.levels else self._mark(day)
        return Cell(" ".join(kinds), text, mark, self._note(day, at), title)

    def _kind(self, day: Day) -> str:
        return {
            DayKind.START: "start",
            DayKind.COUNTED: "cnt",
            DayKind.OFF: "off",
            DayKind.PAUSED: "stop",
            DayKind.ROLLED: "roll",
            DayKind.SHIFTED: "roll",
            DayKind.OVERDUE: "over",
        }[day.kind]

    def _also(self, day: Day, at: date) -> dict[str, bool]:
        graver = [name for name in day.levels if self._at[name].rank > 1]
        self._red |= bool(graver)
        return {
            "ahead": at > self._last and day.kind in (DayKind.COUNTED, DayKind.OVERDUE),
            "today": at == self._today,
            "due": day.due_at is not None,
            "red": bool(graver) or (self._red and day.kind is DayKind.OVERDUE),
            "warning": any(self._at[name].rank == 0 for name in day.levels),
            "end": day.until_at is not None,
        }

    def _mark(self, day: Day) -> str:
        say = self._look.say
        if day.counted:
            return words.duration(day.counted / SECOND, self._look.language)
        if day.start_at is not None and day.kind is DayKind.START:
            return say(*_STARTS.get(self._shown.limit.start, ("起算", "Start")))
        return {
            DayKind.START: say("起", "Start"),
            DayKind.COUNTED: f"{day.number or ''}",
            DayKind.OFF: say("休", "off"),
            DayKind.PAUSED: say("停", "stop"),
            DayKind.ROLLED: say("延", "roll"),
            DayKind.SHIFTED: say("补", "add"),
            DayKind.OVERDUE: say(f"超{day.number}", f"+{day.number}"),
        }[day.kind]

    def _note(self, day: Day, at: date) -> str:
        """Give the most important of what falls on a day."""
        say, today = self._look.say, at == self._today
        if day.until_at is not None:
            clock = self._clock(day.until_at, day)
            return f"{self._end} {clock}"
        if day.due_at is not None:
            clock = self._clock(day.due_at, day) + ("?" if self._shown.provisional else "")
            return say(f"到期 {clock}", f"due {clock}")
        if day.levels:
            mark = self._at[day.levels[-1]]
            name = level_name(mark.name, self._look.language)
            if mark.at is not None and not mark.reached and not today:
                clock = self._clock(mark.at, day)
                return say(f"{clock} {name}", f"{name} {clock}")
            return name
        if today:
            return say("今天", "today")
        if at in self._falls:
            return self._falls[at]
        return self._plain(day, at)

    def _plain(self, day: Day, at: date) -> str:
        say = self._look.say
        if day.kind is DayKind.START:
            return say("当日不计", "not counted")
        if day.kind is DayKind.PAUSED and day.pauses:
            return str(day.pauses[0].facts.get("kind") or say("暂停", "paused"))
        if day.kind is DayKind.ROLLED:
            return say("末日顺延", "moves on")
        if day.kind is DayKind.SHIFTED:
            return say("补足暂停", "for pauses")
        if day.kind is DayKind.OFF and not day.name:
            return say("周末", "weekend") if at.weekday() > 4 else say("休息日", "day off")
        if day.start_at is not None:
            clock = self._clock(day.start_at, day)
            return say(f"{clock} 起", f"from {clock}")
        return day.name or (say("调休上班", "make-up day") if day.makeup else "")

    def _clock(self, at: int, day: Day) -> str:
        local = moment(at, self._shown.timezone)
        return "24:00" if local.date() > day.date and local.hour == 0 else f"{local:%H:%M}"
