"""``duban people``: who is in the directory, where from, and whether he is there now."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from typing import Annotated, Any

import typer

from config import Words
from monitor.acts.actor import Actor
from monitor.catalogue import FileFault
from monitor.cli import directories, listing, phrases
from monitor.cli.failure import Failed
from monitor.cli.listing import Column
from monitor.cli.options import CONFIG, ConfigOption, JsonOption
from monitor.cli.shell import Shell
from monitor.pipeline.in_force import InForce
from monitor.pipeline.peopling import read_now
from monitor.pipeline.stored import with_stored
from monitor.sources import SourceError, SourceReader
from rules.directory import Person

_NAMES = (
    "id",
    "name",
    "region",
    "department",
    "window",
    "posts",
    "contacts",
    "away_until",
    "deputy",
)
_COLUMNS = (
    Column("id", Words("编号", "id"), whole=True),
    Column("name", Words("姓名", "name"), whole=True),
    Column("place_text", Words("所在", "where")),
    Column("posts", Words("岗位", "posts")),
    Column("contacts", Words("可达", "by"), least=90),
    Column("away_text", Words("请假、代理", "away"), folds=True),
)


def list_people(
    post: Annotated[str | None, typer.Option(metavar="POST", help="任此岗位 · with a post")] = None,
    region: Annotated[
        str | None, typer.Option(metavar="ID", help="该区划及其下级 · a region and those below it")
    ] = None,
    department: Annotated[str | None, typer.Option(metavar="ID", help="部门 · department")] = None,
    away: Annotated[
        bool, typer.Option("--away", help="只列不在岗的 · only those who are away")
    ] = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """列出名录里的人 · list the people of the directory."""
    shell = Shell(config, as_json)
    with shell.store() as store, store.read() as connection:
        rules = with_stored(connection, shell.rules)
    directory = rules.book.directory
    region = phrases.place_id(shell, directory.regions, region)
    department = phrases.place_id(shell, directory.departments, department)
    regions = set(directory.below(region)) if region is not None else None
    records = [
        _record(shell, rules, person)
        for person in directory.people.values()
        if (post is None or post in person.posts)
        and (regions is None or person.region in regions)
        and (department is None or person.department == department)
        and (not away or directory.leave_of(person.id, shell.now))
    ]
    listing.show(shell, _NAMES, records, _COLUMNS)


def refresh(
    name: Annotated[str, typer.Argument(metavar="LIST", help="[[directory]] 的 id · its id")],
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """立即重读一份名单并采用 · read a list now and take it over, however much is gone."""
    shell = Shell(config, as_json)
    found = next((one for one in shell.settings.directory if one.id == name), None)
    if found is None:
        known = ", ".join(one.id for one in shell.settings.directory) or "—"
        raise Failed(
            Words(f"没有名单 {name}；有：{known}", f"there is no list {name}; there are: {known}")
        )
    source = next((one for one in shell.settings.source if one.id == found.source), None)
    reader = SourceReader(source) if source else None
    try:
        with shell.store() as store:
            who = Actor(getpass.getuser(), shell.origin)
            taken = read_now(store, shell.rules, found, reader, who, shell.now)
    except (SourceError, FileFault) as error:
        raise Failed(error.text if isinstance(error, SourceError) else error.why) from None
    finally:
        if reader is not None:
            reader.close()
    shell.result(
        {"list": name, "entries": taken.entries, "rejected": taken.rejected},
        shell.word(
            f"✓ {name}：{taken.entries} 条，{taken.rejected} 行隔离",
            f"✓ {name}: {taken.entries} entries, {taken.rejected} rows set aside",
        ),
    )


def _record(shell: Shell, rules: InForce, person: Person) -> dict[str, Any]:
    directory = rules.book.directory
    leave = directory.leave_of(person.id, shell.now)
    deputies = [
        one
        for one in directory.delegations_of(person.id)
        if one.covers(shell.now) and (one.dated or leave)
    ]
    deputy = directories.named(directory, deputies[0].deputy) if deputies else None
    until = leave.until_at if leave else deputies[0].until_at if deputies else None
    end = directories.day_or_time(shell, until, end=True)
    said = []
    if leave:
        said.append(
            shell.word("请假", "away") + (shell.word(f"至 {end}", f" until {end}") if end else "")
        )
    if deputy:
        said.append(shell.word(f"代理：{deputy}", f"deputy: {deputy}"))
    return {
        "id": person.id,
        "name": person.name,
        "region": person.region,
        "department": person.department,
        "window": person.window,
        "place_text": directories.place(directory, person),
        "posts": ", ".join(person.posts),
        "contacts": ", ".join(person.contacts),
        "away_until": shell.iso(until),
        "deputy": deputies[0].deputy if deputies else None,
        "away_text": shell.word("；", "; ").join(said),
    }


COMMANDS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("list", list_people),
    ("refresh", refresh),
)
"""The commands of the group."""
