"""The directory as commands use it, the people and times that are typed, and how they are shown."""

from __future__ import annotations

from datetime import date, datetime

import typer
from sqlalchemy import Connection

from config.times import begins_at, ends_at, parse_when
from monitor.cli.phrases import short_moment
from monitor.cli.shell import Shell
from monitor.pipeline.in_force import InForce
from monitor.pipeline.peopling import load_directory
from monitor.store import calendar_days
from rules.directory import Directory, Person
from rules.instants import DAY, moment


def with_stored(shell: Shell, connection: Connection) -> InForce:
    """Give the rules in force with what the store keeps of the directory and of edited days."""
    rules = shell.rules.with_days(calendar_days.load(connection))
    return rules.with_directory(load_directory(connection, shell.settings))


def person_id(shell: Shell, directory: Directory, text: str) -> str:
    """Give the id of the person that somebody typed, by id or name.

    Raises:
        typer.BadParameter: nobody or several have it.
    """
    if text in directory.people:
        return text
    found = [one.id for one in directory.named(text)]
    if len(found) == 1:
        return found[0]
    listed = ", ".join(found)
    raise typer.BadParameter(
        shell.word(f"有多个“{text}”，请写编号：{listed}", f"several are named {text!r}: {listed}")
        if found
        else shell.word(
            f"名录里没有“{text}”；见 duban people list",
            f"nobody in the directory is {text!r}; see: duban people list",
        )
    )


def time(shell: Shell, text: str | None, *, last_day: bool = False) -> int | None:
    """Give the instant of a day or local time that was typed; of a ``last_day`` its end.

    Raises:
        typer.BadParameter: it is neither.
    """
    if text is None:
        return None
    try:
        when: date | datetime = parse_when(text)
    except ValueError:
        raise typer.BadParameter(
            shell.word(
                f"“{text}”不是日期或时间；写成 2026-10-01 或 2026-10-01T09:00",
                f"{text!r} is neither a day nor a time; write 2026-10-01 or 2026-10-01T09:00",
            )
        ) from None
    zone = shell.rules.zone
    return ends_at(when, zone) if last_day else begins_at(when, zone)


def named(directory: Directory, ident: str | None) -> str | None:
    """Give the name of a person with the id; the id alone where the directory lacks him."""
    found = directory.people.get(ident or "")
    return f"{found.name}（{found.id}）" if found else ident


def span(shell: Shell, from_at: int | None, until_at: int | None) -> str:
    """Write from when until when in a few characters; whole days without their midnights."""
    begin = day_or_time(shell, from_at) or shell.word("即日", "now")
    end = day_or_time(shell, until_at, end=True) or shell.word("未定", "open")
    return f"{begin} – {end}"


def day_or_time(shell: Shell, at: int | None, *, end: bool = False) -> str | None:
    """Write an instant for a column; a midnight as its day, as the ``end`` as the day before."""
    if at is None:
        return None
    written = short_moment(shell, at - DAY if end else at) or ""
    midnight = moment(at, shell.rules.zone).time() == datetime.min.time()
    return written.removesuffix(" 00:00") if midnight else short_moment(shell, at)


def place(directory: Directory, person: Person) -> str:
    """Give the names of where somebody works: region, department, window."""
    names = (
        (directory.regions, person.region),
        (directory.departments, person.department),
        (directory.windows, person.window),
    )
    return " ".join(
        known[ident].name if ident in known else ident
        for known, ident in names
        if ident is not None
    )
