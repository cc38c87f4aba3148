"""Names and moments as lists show them, and the names that people type, back to ids."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Literal

import typer
from sqlalchemy import Connection

from config import Words
from monitor.cli.shell import Shell
from monitor.pipeline.wording import LEVEL_NAMES, level_name, margin_text
from monitor.store import case_list
from rules.cases import Fact
from rules.directory import Department, Region
from rules.findings import ClockState
from rules.instants import moment
from rules.subjects import called

STATES = {
    ClockState.NOT_STARTED: Words("未起算", "not started"),
    ClockState.RUNNING: Words("计时中", "running"),
    ClockState.PAUSED: Words("暂停", "paused"),
    ClockState.OVERDUE: Words("超期", "overdue"),
    ClockState.MET: Words("按期办结", "met"),
    ClockState.MISSED: Words("超期办结", "missed"),
    ClockState.UNKNOWN: Words("不明", "unknown"),
}
"""How people call the states of a limit."""

LEVEL_STYLES = {"warning": "cyan", "yellow": "bold yellow", "red": "bold red"}
"""The colours of the usual levels; their names stand beside, so that colour is never alone."""


def state_name(shell: Shell, state: str | None) -> str | None:
    """Give what people call a state."""
    return STATES[ClockState(state)].text(shell.language) if state else None


def level_text(shell: Shell, level: str | None) -> str | None:
    """Give what people call a level."""
    return level_name(level, shell.language) if level else None


def place_name(known: Mapping[str, Region] | Mapping[str, Department], ident: Fact) -> str | None:
    """Give the name of a region or department; its id where the directory does not know it."""
    return None if ident is None else called(known, str(ident))


def person_name(shell: Shell, ident: str | None) -> str | None:
    """Give the name of a person by id; what the settings do not know stands as it is."""
    found = shell.rules.book.directory.people.get(ident or "")
    return found.name if found else ident


def short_moment(shell: Shell, at: int | None) -> str | None:
    """Write an instant for a column: ``10-16 17:30``, with the year where it is another one."""
    if at is None:
        return None
    local, now = moment(at, shell.rules.zone), moment(shell.now, shell.rules.zone)
    return f"{local:%m-%d %H:%M}" if local.year == now.year else f"{local:%Y-%m-%d %H:%M}"


def margin(shell: Shell, rule: str, due_at: int | None, told: Mapping[str, object]) -> str | None:
    """Say how much of a rule's limit is left now, or by how much it has passed.

    ``told`` is what was noted of the limit when the case was checked: its unit and calendar, and
    whether the due moment is provisional.
    """
    if due_at is None:
        return None
    text = margin_text(shell.rules, rule, due_at, shell.now, shell.language, told)
    text = text or shell.word("已到期", "due now")
    return text + shell.word("（暂定）", " (provisional)") if told.get("provisional") else text


def level_id(shell: Shell, text: str | None) -> str | None:
    """Give the level that somebody typed, by its id or by what people call it.

    Raises:
        typer.BadParameter: there is no such level.
    """
    levels = shell.settings.daemon.levels
    if text is None or text in levels:
        return text
    for names in LEVEL_NAMES.values():
        for level, name in names.items():
            if name.casefold() == text.casefold() and level in levels:
                return level
    known = ", ".join(f"{level} {level_text(shell, level)}" for level in levels)
    raise typer.BadParameter(
        shell.word(f"没有“{text}”这种牌；可选：{known}", f"no level {text!r}; there are: {known}")
    )


def place_id(
    shell: Shell, known: Mapping[str, Region] | Mapping[str, Department], text: str | None
) -> str | None:
    """Give the id of the region or department that somebody typed, by its id or its name.

    What the directory does not know is taken as an id of the source.

    Raises:
        typer.BadParameter: several have that name.
    """
    if text is None or text in known:
        return text
    found = [one.id for one in known.values() if one.name == text]
    if len(found) > 1:
        listed = ", ".join(found)
        raise typer.BadParameter(
            shell.word(
                f"有多个“{text}”，请写 id：{listed}", f"several are named {text!r}: {listed}"
            )
        )
    return found[0] if found else text


def warn_of_unknown_places(
    shell: Shell, connection: Connection, department: str | None, region: str | None
) -> None:
    """Say which of these places, in which nothing was found, neither directory nor cases have.

    Both are as :func:`place_id` gives them.
    """
    directory = shell.rules.book.directory
    _warn(shell, connection, "department", directory.departments, department)
    _warn(shell, connection, "region", directory.regions, region)


def _warn(
    shell: Shell,
    connection: Connection,
    place: Literal["department", "region"],
    known: Mapping[str, Region] | Mapping[str, Department],
    ident: str | None,
) -> None:
    if ident is None or ident in known or case_list.has(connection, place, ident):
        return
    names = {name: one.id for one in known.values() for name in (one.id, one.name)}
    near = get_close_matches(ident, names, n=3, cutoff=0.3) or list(names)[:5]
    listed = ", ".join(dict.fromkeys(f"{names[name]} {known[names[name]].name}" for name in near))
    what = shell.word("部门" if place == "department" else "区划", place)
    text = shell.word(
        f"名录和办件里都没有{what}“{ident}”", f"neither directory nor cases have a {what} {ident!r}"
    )
    hint = shell.word(f"；相近的：{listed}", f"; close to it: {listed}") if listed else ""
    shell.say(text + hint, text + hint)
