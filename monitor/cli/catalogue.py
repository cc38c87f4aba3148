"""``duban catalogue``: import editions of the item catalogue, look into it, find what it lacks."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from config import Words
from monitor.acts.actor import Actor
from monitor.catalogue import (
    FileFault,
    Reading,
    load,
    planned,
    read_file,
)
from monitor.cli import catalogue_report, listing, stores
from monitor.cli.failure import Failed
from monitor.cli.listing import Column
from monitor.cli.options import CONFIG, ConfigOption, JsonOption, LimitOption
from monitor.cli.shell import Shell
from monitor.pipeline.cataloguing import note_rejects, record_load, remember
from monitor.store import items
from monitor.store.items import Edition
from rules.cases import Fact
from rules.catalogue import EVER
from rules.instants import moment

_FACTS = ("name", "department", "kind", "promised_days", "promised_unit", "statutory_days")
_NAMES = ("code", *_FACTS, "valid_from", "valid_to", "origin")
_COLUMNS = (
    Column("code", Words("事项编码", "code"), whole=True),
    Column("name", Words("名称", "name")),
    Column("department", Words("部门", "department"), least=100),
    Column("promised_text", Words("承诺", "promised"), whole=True),
    Column("statutory_text", Words("法定", "statutory"), whole=True),
    Column("since_text", Words("起", "from"), whole=True),
    Column("valid_to", Words("止", "until"), whole=True, least=90),
)
_UNKNOWN = (
    Column("code", Words("事项编码", "code"), whole=True),
    Column("name", Words("名称", "name")),
    Column("cases", Words("办件", "cases"), whole=True, right=True),
    Column("live", Words("其中在办", "open"), whole=True, right=True),
)

FileArgument = Annotated[
    Path | None,
    typer.Argument(metavar="[FILE]", help="CSV 或 XLSX；不写则读设置所指 · CSV or XLSX"),
]
FromOption = Annotated[
    str | None,
    typer.Option("--from", metavar="DATE", help="从哪天起施行，默认今天 · in force from (today)"),
]
PartialOption = Annotated[
    bool,
    typer.Option("--partial", help="只含部分事项，其余不动 · items not in it stay as they are"),
]


def import_items(
    file: FileArgument = None,
    start: FromOption = None,
    partial: PartialOption = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只看会改什么 · only show what it would change")
    ] = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """导入一版事项目录 · import an edition of the catalogue, and tell what it changes."""
    shell = Shell(config, as_json)
    on = _day(shell, start) if start else moment(shell.now, shell.rules.zone).date()
    reading = _read(shell, file)
    if not reading.entries:
        raise Failed(
            Words(
                f"{reading.origin} 里没有读得懂的事项，未导入{_first_reject(reading)}",
                f"there is no item in {reading.origin} that can be understood; nothing was "
                f"imported{_first_reject(reading)}",
            )
        )
    zone = shell.rules.zone
    with shell.store() as store:
        if dry_run:
            with store.read() as connection:
                _, _, loaded = planned(connection, reading, on, zone, partial=partial)
        else:
            with store.write() as connection:
                note_rejects(connection, shell.rules, reading, shell.now)
                loaded = load(connection, reading, on, zone, shell.now, partial=partial)
                who = Actor(getpass.getuser(), shell.origin)
                record_load(connection, who, reading, loaded, shell.now)
                if file is None:
                    remember(connection, reading)
    catalogue_report.show(shell, reading, loaded, dry_run=dry_run)


def diff(
    file: FileArgument = None,
    start: FromOption = None,
    partial: PartialOption = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """看一版目录会改什么，不导入 · show what an edition would change, without importing it."""
    import_items(file, start, partial, dry_run=True, config=config, as_json=as_json)


def list_items(
    text: Annotated[
        str | None,
        typer.Option("-q", "--query", metavar="TEXT", help="编码、名称含有 · code, name with"),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="连同历次版本 · every edition, past and to come")
    ] = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
    limit: LimitOption = 50,
) -> None:
    """列出现行事项 · list the items in force."""
    shell = Shell(config, as_json)
    today = moment(shell.now, shell.rules.zone).date()
    with shell.store() as store, store.read() as connection:
        found = [
            one
            for one in items.editions(connection)
            if (every or one.item.covers(today)) and _has(one, text)
        ]
    records = [_record(shell, one) for one in found[:limit]]
    listing.show(shell, _NAMES, records, _COLUMNS)
    if len(found) > limit:
        shell.say(
            f"共 {len(found)} 项，列出 {limit} 项；-n 多列一些",
            f"{limit} of {len(found)} are listed; -n for more",
        )


def show_item(
    code: Annotated[str, typer.Argument(metavar="CODE", help="事项编码 · code of the item")],
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """看一个事项的历次版本 · show every edition of an item."""
    shell = Shell(config, as_json)
    with shell.store() as store, store.read() as connection:
        found = items.editions(connection, code)
    if not found:
        raise Failed(
            Words(f"事项目录里没有 {code}", f"the catalogue has no item {code}"),
            Words("有哪些见 duban catalogue list", "for the items see: duban catalogue list"),
        )
    if as_json:
        shell.print_json([_whole(shell, one) for one in found])
        return
    for one in found:
        catalogue_report.show_edition(shell, one)


def unknown(
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
    limit: LimitOption = 50,
) -> None:
    """列出办件用到、目录没有的事项 · list items that cases name and the catalogue lacks."""
    shell = Shell(config, as_json)
    with shell.store() as store, store.read() as connection:
        found = items.unknown(connection, limit)
    records = [
        {"code": one.code, "name": one.name, "cases": one.cases, "live": one.live} for one in found
    ]
    listing.show(shell, ("code", "name", "cases", "live"), records, _UNKNOWN)


COMMANDS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("import", import_items),
    ("diff", diff),
    ("list", list_items),
    ("show", show_item),
    ("unknown", unknown),
)
"""The commands of the group."""


def _read(shell: Shell, file: Path | None) -> Reading:
    """Read the file, or else what the settings name.

    Raises:
        Failed: it cannot be read, or the settings have no catalogue.
    """
    settings = shell.settings.catalogue
    if file is None or settings is None:
        return stores.listed(shell.settings)
    try:
        return read_file(settings, file, shell.rules.zone)
    except FileFault as error:
        raise Failed(error.why) from None


def _day(shell: Shell, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            shell.word(
                f"{text!r} 不是日期，应如 2027-01-01", f"{text!r} is no date; expected 2027-01-01"
            )
        ) from None


def _first_reject(reading: Reading) -> str:
    return f"：{reading.rejects[0].detail}" if reading.rejects else ""


def _has(edition: Edition, text: str | None) -> bool:
    if text is None:
        return True
    parts = (edition.item.code, edition.item.facts.get("name"))
    return any(text.casefold() in str(part).casefold() for part in parts)


def _record(shell: Shell, edition: Edition) -> dict[str, Any]:
    item = edition.item
    facts: dict[str, Fact] = {name: item.facts.get(name) for name in _FACTS}
    return {
        "code": item.code,
        **facts,
        "valid_from": None if item.valid_from == EVER else item.valid_from.isoformat(),
        "valid_to": None if item.valid_to is None else item.valid_to.isoformat(),
        "origin": edition.origin,
        "promised_text": catalogue_report.length(shell, item.facts, "promised"),
        "statutory_text": catalogue_report.length(shell, item.facts, "statutory"),
        "since_text": catalogue_report.since(shell, item.valid_from),
    }


def _whole(shell: Shell, edition: Edition) -> dict[str, Any]:
    item = edition.item
    return {
        "code": item.code,
        "valid_from": None if item.valid_from == EVER else item.valid_from.isoformat(),
        "valid_to": None if item.valid_to is None else item.valid_to.isoformat(),
        "facts": dict(item.facts),
        "origin": edition.origin,
        "imported_at": shell.iso(edition.imported_at),
    }
