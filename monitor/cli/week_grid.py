"""The days of an explanation as a calendar of weeks, for a terminal of 80 columns."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from rich.box import SQUARE
from rich.cells import cell_len, set_cell_size
from rich.table import Table
from rich.text import Text

from monitor.cli import phrases
from monitor.cli.shell import Shell
from monitor.weeks import Fold, folded, weeks
from notifiers.telling import Telling
from rules.days import Day, DayKind
from rules.explanation import Explanation
from rules.instants import SECOND, moment

_CELL = 10
_STYLES = {
    DayKind.START: "blue",
    DayKind.COUNTED: "bold blue",
    DayKind.OFF: "dim",
    DayKind.PAUSED: "magenta",
    DayKind.ROLLED: "cyan",
    DayKind.SHIFTED: "cyan",
    DayKind.OVERDUE: "bold yellow",
}
_STARTS = {"submitted_at": "提交", "accepted_at": "受理", "decided_at": "决定"}


def week_grid(shell: Shell, shown: Explanation) -> Table:
    """Draw the days: one row a week from Monday on, each day by its mark and what falls on it.

    Marks tell all that colours tell. Long stretches of weeks on which nothing falls are left out.
    """
    table = Table(box=SQUARE, show_lines=True, padding=0, border_style="dim")
    names = "一二三四五六日"
    english = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    for at in range(7):
        table.add_column(
            Text(shell.word(f"周{names[at]}", english[at])), width=_CELL, justify="left"
        )
    grid = _Grid(shell, shown)
    for row in folded(weeks(shown.days), grid.today):
        if isinstance(row, Fold):
            count = shell.word(f"… {row.weeks} 周", f"… {row.weeks} wk")
            marks = [mark_of(shell, day) for day in (row.first, row.last) if day is not None]
            table.add_row(*(Text(text, style="dim") for text in (count, *marks)))
        else:
            table.add_row(*(grid.cell(day, at) for at, day in row))
    return table


def legend(shell: Shell, shown: Explanation) -> Text:
    """Say what the marks mean that were used."""
    meanings = {
        DayKind.COUNTED: ("计N 计入（第 N 日）", "N counted (day N)"),
        DayKind.OFF: ("休 不计", "off does not count"),
        DayKind.PAUSED: ("停 暂停计时", "stop paused"),
        DayKind.ROLLED: ("延 末日顺延", "roll last day moves on"),
        DayKind.SHIFTED: ("补 补足暂停时间", "add makes up for pauses"),
        DayKind.OVERDUE: ("超N 超期第 N 日", "+N overdue day N"),
    }
    if not shown.unit.counts_days:
        meanings[DayKind.COUNTED] = ("计 当日计入 / 累计", "counted that day / in all")
    used = {day.kind for day in shown.days}
    text = Text()
    for kind, (zh, en) in meanings.items():
        if kind in used:
            text.append(shell.word(zh, en), style=_STYLES[kind]).append("   ")
    if shown.provisional:
        text.append(shell.word("? 暂定", "? provisional"), style="yellow")
    text.rstrip()
    return text


def mark_of(shell: Shell, day: Day) -> str:
    """Give the mark of a day: what it counts as, in few characters."""
    if day.counted:
        return shell.word(f"计{_time(day.counted)}", _time(day.counted))
    return {
        DayKind.START: shell.word("起", "start"),
        DayKind.COUNTED: shell.word(f"计{day.number}", f"{day.number}"),
        DayKind.OFF: shell.word("休", "off"),
        DayKind.PAUSED: shell.word("停", "stop"),
        DayKind.ROLLED: shell.word("延", "roll"),
        DayKind.SHIFTED: shell.word("补", "add"),
        DayKind.OVERDUE: shell.word(f"超{day.number}", f"+{day.number}"),
    }[day.kind]


class _Grid:
    def __init__(self, shell: Shell, shown: Explanation) -> None:
        self._shell = shell
        self._shown = shown
        self._zone: ZoneInfo = shown.timezone
        self._end = Telling(shown, shell.language).end
        self.today = moment(shown.now, self._zone).date()
        self._red_levels = {mark.name for mark in shown.levels if mark.rank > 1}
        self._red = False

    def cell(self, day: Day | None, at: date) -> Text:
        """Write one day in two lines: its date and mark, then what falls on it."""
        first = day is not None and day.start_at is not None
        number = (
            f"{at.month}/{at.day}" if at.day == 1 or at.weekday() == 0 or first else f"{at.day}"
        )
        today = at == self.today
        if day is None:
            text = Text(number, style="dim")
            return text.append(self._shell.word("\n今天", "\ntoday")) if today else text
        mark, style = mark_of(self._shell, day), _STYLES[day.kind]
        graver = [name for name in day.levels if name in self._red_levels]
        self._red |= bool(graver)
        if self._red and day.kind is DayKind.OVERDUE:
            style = "bold red"
        if cell_len(number) + cell_len(mark) >= _CELL:
            number = f"{at.day}"
        gap = max(1, _CELL - cell_len(number) - cell_len(mark))
        text = Text(number, style="dim" if day.kind is DayKind.OFF else "")
        text.append(" " * gap).append(mark, style=f"{style} reverse" if today else style)
        note, note_style = self._note(day, today=today)
        return text.append("\n" + _cut(note), style=note_style or style.removeprefix("bold "))

    def _note(self, day: Day, *, today: bool) -> tuple[str, str]:
        """Give the most important of what falls on a day, and its style if it has one."""
        word = self._shell.word
        if day.due_at is not None:
            clock = self._clock(day.due_at, day) + ("?" if self._shown.provisional else "")
            return word(f"到期{clock}", f"due {clock}"), "bold"
        if day.until_at is not None:
            clock = self._clock(day.until_at, day)
            return word(f"{self._end}{clock}", f"{self._end} {clock}"), "green"
        if day.levels:
            level = day.levels[-1]
            name = phrases.level_text(self._shell, level) or level
            return name, phrases.LEVEL_STYLES.get(level, "")
        if today:
            return word("今天", "today"), "bold"
        if day.start_at is not None:
            name = _STARTS.get(self._shown.limit.start, "起算")
            return word(
                f"{name}{self._clock(day.start_at, day)}", f"from {self._clock(day.start_at, day)}"
            ), ""
        if day.pauses and day.kind is DayKind.PAUSED:
            return str(day.pauses[0].facts.get("kind") or ""), ""
        if day.total is not None and day.kind is DayKind.COUNTED:
            return f"/ {_time(day.total)}", "dim"
        return day.name or (word("调休上班", "make-up") if day.makeup else ""), ""

    def _clock(self, at: int, day: Day) -> str:
        local = moment(at, self._zone)
        return "24:00" if local.date() > day.date and local.hour == 0 else f"{local:%H:%M}"


def _time(microseconds: int) -> str:
    seconds = microseconds // SECOND
    hours, minutes = seconds // 3600, seconds // 60 % 60
    if hours:
        return f"{hours}h{minutes:02d}" if minutes else f"{hours}h"
    return f"{minutes}m" if minutes else f"{seconds}s"


def _cut(text: str) -> str:
    return text if cell_len(text) <= _CELL else set_cell_size(text, _CELL).rstrip()
