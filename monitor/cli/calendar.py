"""``duban calendar``: a year as it is reckoned with, a change beforehand, a notice taken over."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from config import Words, build_all
from monitor.cli import stores
from monitor.cli.calendar_diff import show_difference
from monitor.cli.calendar_import import import_calendar
from monitor.cli.failure import Failed
from monitor.cli.options import CONFIG, ConfigOption, JsonOption, LimitOption
from monitor.cli.shell import Shell
from monitor.cli.year_view import show_year
from rules.calendar_days import edited
from rules.calendars import Calendar, write_span
from rules.year import YearDay, days_of, holidays_of

_YEARS = range(1990, 2061)


def calendar(
    what: Annotated[
        str,
        typer.Argument(
            metavar="YEAR|diff|import", help="年份，或 diff、import · a year, diff or import"
        ),
    ],
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE",
            help="diff：改过日历的设置；import：通知或 .ics · diff: changed settings; "
            "import: a notice or .ics",
        ),
    ] = None,
    ident: Annotated[
        str | None,
        typer.Option("--calendar", "--id", metavar="ID", help="日历 · which calendar"),
    ] = None,
    year: Annotated[
        int | None,
        typer.Option("--year", metavar="YEAR", help="import：哪一年的安排 · import: its year"),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="import：写到哪里 · import: write to"),
    ] = None,
    limit: LimitOption = 50,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """看一年的日历；diff 先看改动的影响；import 读入通知 · show a year, a change, or import.

    [dim]duban calendar 2026[/]
    [dim]duban calendar diff new.toml[/]
    [dim]duban calendar import 放假通知.txt --id cn-2027 --year 2027 -o cn-2027.toml[/]
    """
    shell = Shell(config, as_json)
    if what in ("diff", "import"):
        if file is None:
            named = "NEW.toml" if what == "diff" else "FILE"
            raise typer.BadParameter(
                shell.word(
                    f"写上文件：duban calendar {what} {named}",
                    f"name the file: duban calendar {what} {named}",
                )
            )
        if what == "diff":
            show_difference(shell, file, limit)
        else:
            import_calendar(shell, file, ident, year, output)
        return
    if not what.isdecimal() or int(what) not in _YEARS:
        raise typer.BadParameter(
            shell.word(
                f"{what!r} 不是 {_YEARS[0]}–{_YEARS[-1]} 的年份，也不是 diff 或 import",
                f"{what!r} is no year from {_YEARS[0]} to {_YEARS[-1]}, nor diff or import",
            )
        )
    chosen = _calendar(shell, ident)
    if shell.config != CONFIG or CONFIG.exists():
        chosen = edited(chosen, stores.days(shell.settings).of(chosen.id))
    days = days_of(chosen, int(what))
    if as_json:
        shell.print_json(_record(chosen, days))
    else:
        show_year(shell, chosen, days)


def _calendar(shell: Shell, ident: str | None) -> Calendar:
    """Give the calendar that is meant; without settings those that are shipped.

    Raises:
        Failed: there is none of that id.
        config.Faulty: the settings are refused.
    """
    if shell.config == CONFIG and not CONFIG.exists():
        known, default = build_all(()), "cn"
    else:
        known, default = build_all(shell.settings.calendar), shell.settings.daemon.calendar
    found = known.get(ident or default)
    if found is None:
        listed = ", ".join(known)
        raise Failed(
            Words(f"没有日历 {ident}", f"there is no calendar {ident}"),
            Words(f"有：{listed}", f"there are: {listed}"),
        )
    return found


def _record(chosen: Calendar, days: tuple[YearDay, ...]) -> dict[str, Any]:
    through = chosen.published_through
    return {
        "calendar": chosen.id,
        "version": chosen.version,
        "timezone": chosen.timezone.key,
        "year": days[0].date.year,
        "published_through": through.isoformat() if through else None,
        "provisional": any(day.provisional for day in days),
        "working_days": sum(day.works for day in days),
        "months": [
            {"month": month, "working_days": sum(d.works for d in days if d.date.month == month)}
            for month in range(1, 13)
        ],
        "holidays": [
            {
                "name": holiday.name,
                "first": holiday.first.isoformat(),
                "last": holiday.last.isoformat(),
                "days": holiday.days,
            }
            for holiday in holidays_of(days)
        ],
        "days": [_day_record(day) for day in days],
    }


def _day_record(day: YearDay) -> dict[str, Any]:
    return {
        "date": day.date.isoformat(),
        "weekday": day.date.isoweekday(),
        "kind": day.kind.value,
        "name": day.name or None,
        "hours": [write_span(span) for span in day.hours],
        "provisional": day.provisional,
    }
