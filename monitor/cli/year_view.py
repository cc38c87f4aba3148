"""A year of a calendar on a terminal: months side by side, days off and make-up days marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from monitor.cli.shell import Shell
from rules.calendars import Calendar, write_span
from rules.year import YearDay, YearDayKind, holidays_of

_CELL = 3
_GAP = 3
_STYLES = {
    YearDayKind.WORKING: "",
    YearDayKind.OFF: "dim",
    YearDayKind.HOLIDAY: "red",
    YearDayKind.MAKEUP: "bold blue",
}
_WEEKDAYS = ("一二三四五六日", ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"))


def show_year(shell: Shell, calendar: Calendar, days: Sequence[YearDay]) -> None:
    """Print a year: its months, then what is special about it in words."""
    out = shell.out
    across = 4 if out.width >= 4 * (7 * _CELL + _GAP) else 3
    months = [[day for day in days if day.date.month == month] for month in range(1, 13)]
    out.print(_title(shell, calendar, days))
    table = Table.grid(padding=(0, _GAP, 0, 0))
    for at in range(0, 12, across):
        if at:
            table.add_row()
        table.add_row(*(_month(shell, month) for month in months[at : at + across]))
    out.print(table)
    out.print()
    for line in _legend(shell, calendar, days):
        out.print(line)


def _title(shell: Shell, calendar: Calendar, days: Sequence[YearDay]) -> Text:
    year, count = days[0].date.year, sum(day.works for day in days)
    text = Text(
        shell.word(f"{year} 年 · {count} 个工作日", f"{year} · {count} working days"), style="bold"
    )
    if any(day.provisional for day in days):
        text.append(shell.word("（暂定）", " (provisional)"), style="yellow")
    text.append(f"   {calendar.id} · {calendar.version}", style="not bold dim")
    return text.append("\n")


def _month(shell: Shell, days: Sequence[YearDay]) -> Text:
    first, count = days[0].date, sum(day.works for day in days)
    title = shell.word(f"{first.month} 月 · {count} 个工作日", f"{first:%b} · {count} working days")
    text = Text(_centred(title) + "\n", style="")
    text.stylize("bold", 0, len(text))
    names = _WEEKDAYS[shell.language == "en"]
    text.append("".join(_right(name) for name in names) + "\n", style="dim")
    for week in _weeks(days):
        text.append_text(_line((str(d.date.day) if d else "", _style(d)) for d in week))
        marks = [_mark(shell, day) for day in week]
        if any(marks):
            text.append_text(_line((m, _style(d)) for m, d in zip(marks, week, strict=True)))
    text.right_crop(1)
    return text


def _weeks(days: Sequence[YearDay]) -> Iterator[list[YearDay | None]]:
    cells: list[YearDay | None] = [None] * days[0].date.weekday()
    cells += days
    cells += [None] * (-len(cells) % 7)
    for at in range(0, len(cells), 7):
        yield cells[at : at + 7]


def _line(cells: Iterable[tuple[str, str]]) -> Text:
    line = Text()
    for text, style in cells:
        line.append(" " * (_CELL - cell_len(text))).append(text, style=style)
    return line.append("\n")


def _mark(shell: Shell, day: YearDay | None) -> str:
    if day is None:
        return ""
    return {
        YearDayKind.HOLIDAY: shell.word("休", "H"),
        YearDayKind.MAKEUP: shell.word("班", "W"),
    }.get(day.kind, "")


def _style(day: YearDay | None) -> str:
    return "" if day is None else _STYLES[day.kind]


def _legend(shell: Shell, calendar: Calendar, days: Sequence[YearDay]) -> Iterator[Text]:
    year = days[0].date.year
    if any(day.provisional for day in days):
        yield Text(
            shell.word(
                f"暂定：放假安排只公布到 {calendar.published_through}，之后只有周末和固定节日，"
                "没有调休；所算的到期时刻均为暂定，不亮最重的牌。",
                f"Provisional: published through {calendar.published_through} only; after that "
                "there are weekends and fixed holidays without make-up days. Due moments there "
                "are provisional and never the ground of the gravest card.",
            ),
            style="bold yellow",
        )
    earliest = min((*calendar.holidays, *calendar.workdays), default=None)
    if earliest is not None and earliest.year > year:
        yield Text(
            shell.word(
                f"注意：这个日历从 {earliest.year} 年起才有放假安排，此前只按周末计。",
                f"Note: holidays are known from {earliest.year} on, only weekends before.",
            ),
            style="yellow",
        )
    for holiday in holidays_of(days):
        until = "" if holiday.days == 1 else f" – {_day(shell, holiday.last)}"
        length = shell.word(f"{holiday.days} 天", f"{holiday.days} d")
        mark = Text(shell.word("休 ", "H  "), style=_STYLES[YearDayKind.HOLIDAY])
        span = (
            f"{_day(shell, holiday.first)}{until}（{length}）"
            if shell.language != "en"
            else (f"{_day(shell, holiday.first)}{until} ({length})")
        )
        yield mark.append(f"{holiday.name}  {span}", style="default")
    extra = [day for day in days if day.kind is YearDayKind.MAKEUP]
    if extra:
        listed = shell.word("、", ", ").join(_makeup(shell, calendar, day) for day in extra)
        mark = Text(shell.word("班 ", "W  "), style=_STYLES[YearDayKind.MAKEUP])
        yield mark.append(
            shell.word("调休上班  ", "make-up working days  ") + listed, style="not bold default"
        )
    hours = dict.fromkeys(" ".join(map(write_span, day.hours)) for day in days if day.works)
    yield Text(shell.word("作息  ", "hours  ") + "；".join(hours), style="dim")


def _makeup(shell: Shell, calendar: Calendar, day: YearDay) -> str:
    own = calendar.workdays.get(day.date)
    hours = " " + " ".join(map(write_span, own)) if own else ""
    return _day(shell, day.date) + hours


def _day(shell: Shell, day: date) -> str:
    weekday = "一二三四五六日"[day.weekday()]
    return shell.word(f"{day.month}月{day.day}日周{weekday}", f"{day:%a} {day.day} {day:%b}")


def _right(text: str) -> str:
    return " " * (_CELL - cell_len(text)) + text


def _centred(text: str) -> str:
    return " " * max(0, (7 * _CELL - cell_len(text)) // 2 + 1) + text
