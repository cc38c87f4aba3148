"""``duban cases``: the cases that are watched, the earliest due moment first."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from config import Words
from monitor.cli import listing, phrases
from monitor.cli.listing import Column
from monitor.cli.options import CONFIG, ConfigOption, JsonOption, LimitOption
from monitor.cli.shell import Shell
from monitor.pipeline.wording import handler_name
from monitor.privacy import is_public
from monitor.store import case_list
from monitor.store.case_list import CaseRow, Filter
from rules.findings import ClockState

_NAMES = (
    *("source", "key", "no", "title", "item_code", "item", "department", "region", "handler"),
    *("state", "level", "due_at", "provisional", "margin", "accepted_at", "closed_at"),
)
_LAMP = ("level", phrases.LEVEL_STYLES)
_COLUMNS = (
    Column("no", Words("办件号", "case"), whole=True),
    Column("item", Words("事项", "item")),
    Column("department_name", Words("部门", "department")),
    Column("region_name", Words("区划", "region"), least=110),
    Column("state_name", Words("状态", "state"), least=125),
    Column("level_name", Words("灯", "level"), whole=True, styles=_LAMP),
    Column("due_text", Words("到期", "due"), whole=True, least=95),
    Column("margin_text", Words("剩余/超期", "left/over"), whole=True, styles=_LAMP),
)


def cases(
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
    level: Annotated[
        str | None, typer.Option(metavar="LEVEL", help="red、红牌 … · of this level")
    ] = None,
    state: Annotated[
        ClockState | None, typer.Option(metavar="STATE", help="overdue、paused … · in this state")
    ] = None,
    department: Annotated[
        str | None, typer.Option(metavar="ID|NAME", help="部门 · of this department")
    ] = None,
    region: Annotated[
        str | None, typer.Option(metavar="ID|NAME", help="区划 · of this region")
    ] = None,
    source: Annotated[str | None, typer.Option(metavar="ID", help="审批库 · source")] = None,
    item: Annotated[str | None, typer.Option(metavar="CODE", help="事项编码 · item code")] = None,
    text: Annotated[
        str | None,
        typer.Option("-q", "--query", metavar="TEXT", help="号码、名称含有 · number, title with"),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="连同已办结的 · closed ones too")] = False,
    limit: LimitOption = 50,
) -> None:
    """列出在办办件 · list open cases, the first due first."""
    shell = Shell(config, as_json)
    with shell.store() as store, store.read() as connection:
        shell.learn(connection)
        directory = shell.rules.book.directory
        chosen = Filter(
            source=source,
            level=phrases.level_id(shell, level),
            state=state,
            item_code=item,
            department=phrases.place_id(shell, directory.departments, department),
            region=phrases.place_id(shell, directory.regions, region),
            live=not every,
            text=text,
        )
        rows = case_list.listing(connection, chosen, limit)
        if not rows:
            phrases.warn_of_unknown_places(shell, connection, chosen.department, chosen.region)
    columns = listing.with_source(shell, _COLUMNS)
    listing.show(shell, _NAMES, [_record(shell, row) for row in rows], columns)


def _record(shell: Shell, row: CaseRow) -> dict[str, Any]:
    case, directory = row.case, shell.rules.book.directory
    facts = case.facts
    title = facts.get("title") if is_public(shell.rules, "title") else None
    rule, clock = _earliest(row)
    provisional = bool(clock.get("provisional"))
    margin = phrases.margin(shell, rule, row.due_at, clock)
    state = phrases.state_name(shell, row.state)
    return {
        "source": case.source,
        "key": case.key,
        "no": facts.get("no") or case.key,
        "title": title,
        "item_code": facts.get("item_code"),
        "item": facts.get("item_name") or title or facts.get("item_code"),
        "department": facts.get("department"),
        "department_name": phrases.place_name(directory.departments, facts.get("department")),
        "region": facts.get("region"),
        "region_name": phrases.place_name(directory.regions, facts.get("region")),
        "handler": facts.get("handler"),
        "handler_name": handler_name(shell.rules, facts.get("handler")) or None,
        "state": row.state,
        "state_name": state,
        "level": row.level,
        "level_name": phrases.level_text(shell, row.level),
        "due_at": shell.iso(row.due_at),
        "due_text": phrases.short_moment(shell, row.due_at),
        "provisional": provisional,
        "margin": margin,
        "margin_text": margin or state,
        "accepted_at": _moment(shell, facts.get("accepted_at")),
        "closed_at": _moment(shell, facts.get("closed_at")),
        "vanished_at": shell.iso(row.vanished_at),
        "limits": {rule: _clock(shell, clock) for rule, clock in _clocks(row).items()},
    }


def _clocks(row: CaseRow) -> dict[str, dict[str, Any]]:
    # A case that could not be checked has the error in the place of its clocks.
    return {rule: one for rule, one in (row.clocks or {}).items() if isinstance(one, dict)}


def _earliest(row: CaseRow) -> tuple[str, dict[str, Any]]:
    """Give the limit whose due moment is that of the case, and how it stands."""
    clocks = _clocks(row).items()
    return next(((rule, one) for rule, one in clocks if one["due_at"] == row.due_at), ("", {}))


def _clock(shell: Shell, clock: dict[str, Any]) -> dict[str, Any]:
    return {
        **clock,
        "due_at": shell.iso(clock["due_at"]),
        "next_level_at": shell.iso(clock["next_level_at"]),
    }


def _moment(shell: Shell, fact: object) -> str | None:
    return shell.iso(fact) if isinstance(fact, int) else None
