"""The directory as commands use it, the people and times that are typed, and how they are shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import typer

from config.times import begins_at, ends_at
from monitor import typed
from monitor.cli.phrases import short_moment
from monitor.cli.shell import Shell
from rules.directory import Directory, Person
from rules.instants import DAY, moment
from rules.refusals import RefusedError

_Read = TypeVar("_Read")


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
    when, zone = typed_as(shell, typed.when, text), shell.rules.zone
    return ends_at(when, zone) if last_day else begins_at(when, zone)


def typed_as(shell: Shell, read: Callable[[str], _Read], text: str) -> _Read:
    """Read what was typed, by a function of :mod:`monitor.typed`.

    Raises:
        typer.BadParameter: it is none of that kind.
    """
    try:
        return read(text)
    except RefusedError as error:
        raise typer.BadParameter(error.text(shell.language)) from None


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
