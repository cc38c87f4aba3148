"""``duban leave`` and ``duban delegate``: who is away, and who stands in for him."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from typing import Annotated, Any

import typer

from config import Words
from monitor.acts import absences as acts
from monitor.acts.actor import Actor
from monitor.cli import directories, listing
from monitor.cli.failure import Failed
from monitor.cli.listing import Column
from monitor.cli.options import CONFIG, ConfigOption, JsonOption
from monitor.cli.shell import Shell
from monitor.pipeline.stored import with_stored
from rules.directory import Directory
from rules.refusals import RefusedError
from rules.standing_in import Delegation, Leave

PersonArgument = Annotated[str, typer.Argument(metavar="PERSON", help="编号或姓名 · id or name")]
FromOption = Annotated[
    str | None, typer.Option("--from", metavar="TIME", help="从何时起 · from (day or time)")
]
UntilOption = Annotated[
    str | None,
    typer.Option("--until", metavar="TIME", help="到何时，日期含当日 · a day is included"),
]
NoteOption = Annotated[str, typer.Option("--note", metavar="TEXT", help="说明 · a remark")]
ByOption = Annotated[
    str | None, typer.Option("--by", metavar="NAME", help="登记人 · who enters it")
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="只看，不登记 · only show")]
IdArgument = Annotated[int, typer.Argument(metavar="ID", help="登记编号 · id of the entry")]

_LEAVE = (
    Column("id", Words("编号", "id"), whole=True, right=True),
    Column("person_text", Words("姓名", "who"), whole=True),
    Column("span_text", Words("起止", "when"), whole=True),
    Column("note", Words("说明", "note"), folds=True),
)
_DEPUTY = (
    _LEAVE[0],
    _LEAVE[1],
    Column("deputy_text", Words("代理人", "deputy"), whole=True),
    _LEAVE[2],
    _LEAVE[3],
)
_NAMES = ("id", "person", "deputy", "from_at", "until_at", "note")


def add_leave(
    person: PersonArgument,
    start: FromOption = None,
    until: UntilOption = None,
    note: NoteOption = "",
    by: ByOption = None,
    dry_run: DryRunOption = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """登记请假 · enter that somebody is away."""
    _add(Shell(config, as_json), person, None, start, until, note, by, dry_run=dry_run)


def add_deputy(
    person: PersonArgument,
    to: Annotated[str, typer.Option("--to", metavar="PERSON", help="代理人 · the deputy")],
    start: FromOption = None,
    until: UntilOption = None,
    note: NoteOption = "",
    by: ByOption = None,
    dry_run: DryRunOption = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """登记代理：写起止的期间内一律生效，不写的请假时生效 · enter a deputy."""
    _add(Shell(config, as_json), person, to, start, until, note, by, dry_run=dry_run)


def list_leave(config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """列出现在和今后的请假 · list leave, now and to come."""
    shell = Shell(config, as_json)
    directory = _directory(shell)
    rows = [one for one in directory.leaves if one.ends_at > shell.now]
    listing.show(shell, _NAMES, [_record(shell, directory, one) for one in rows], _LEAVE)


def list_deputies(config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """列出现在和今后的代理 · list deputies, now and to come."""
    shell = Shell(config, as_json)
    directory = _directory(shell)
    rows = [one for one in directory.delegations if one.ends_at > shell.now]
    listing.show(shell, _NAMES, [_record(shell, directory, one) for one in rows], _DEPUTY)


def end(
    ident: IdArgument,
    by: ByOption = None,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """提前结束一条登记 · end an entry from now on."""
    shell = Shell(config, as_json)
    who = by or getpass.getuser()
    try:
        with shell.store() as store, store.write() as connection:
            directory = with_stored(connection, shell.rules).book.directory
            ended = acts.end(connection, Actor(who, shell.origin), ident, shell.now)
    except RefusedError as error:
        raise Failed(Words(error.zh, error.en)) from None
    name = directories.named(directory, ended.person)
    shell.result(
        {"ended": ended.id, "person": ended.person, "deputy": ended.deputy, "by": who},
        shell.word(f"✓ 已结束：{name}", f"✓ ended: {name}"),
    )


def _add(
    shell: Shell,
    person: str,
    deputy: str | None,
    start: str | None,
    until: str | None,
    note: str,
    by: str | None,
    *,
    dry_run: bool,
) -> None:
    who = by or getpass.getuser()
    from_at = directories.time(shell, start)
    until_at = directories.time(shell, until, last_day=True)
    try:
        with shell.store() as store, store.write() as connection:
            directory = with_stored(connection, shell.rules).book.directory
            ident = directories.person_id(shell, directory, person)
            other = directories.person_id(shell, directory, deputy) if deputy else None
            entered = acts.enter(
                connection,
                directory,
                Actor(who, shell.origin),
                ident,
                other,
                from_at,
                until_at,
                note,
                shell.now,
            )
            if dry_run:
                connection.rollback()
    except RefusedError as error:
        raise Failed(Words(error.zh, error.en)) from None
    name, span = (
        directories.named(directory, ident),
        directories.span(shell, entered.from_at, entered.until_at),
    )
    to = directories.named(directory, other)
    done = shell.word("将登记", "would enter") if dry_run else shell.word("✓ 已登记", "✓ entered")
    said = (
        shell.word(f"{name} 由 {to} 代理", f"{to} stands in for {name}")
        if to
        else shell.word(f"{name} 请假", f"{name} is away")
    )
    if to and from_at is None and until_at is None:
        span = shell.word("请假或联系不上时", "whenever he is away or cannot be reached")
    shell.result(
        {
            "id": None if dry_run else entered.id,
            "person": ident,
            "deputy": other,
            "from_at": shell.iso(entered.from_at),
            "until_at": shell.iso(entered.until_at),
            "dry_run": dry_run,
        },
        f"{done}：{said}，{span}" if shell.language == "zh_CN" else f"{done}: {said}, {span}",
    )


def _directory(shell: Shell) -> Directory:
    with shell.store() as store, store.read() as connection:
        return with_stored(connection, shell.rules).book.directory


def _record(shell: Shell, directory: Directory, one: Leave | Delegation) -> dict[str, Any]:
    deputy = one.deputy if isinstance(one, Delegation) else None
    always = isinstance(one, Delegation) and not one.dated
    return {
        "id": one.id or None,
        "person": one.person,
        "person_text": directories.named(directory, one.person),
        "deputy": deputy,
        "deputy_text": directories.named(directory, deputy),
        "from_at": shell.iso(one.from_at),
        "until_at": shell.iso(one.until_at),
        "span_text": shell.word("请假时", "when away")
        if always
        else directories.span(shell, one.from_at, one.until_at),
        "note": one.note,
    }


LEAVE: tuple[tuple[str, Callable[..., None]], ...] = (
    ("add", add_leave),
    ("list", list_leave),
    ("end", end),
)
"""The commands of ``duban leave``."""

DELEGATE: tuple[tuple[str, Callable[..., None]], ...] = (
    ("add", add_deputy),
    ("list", list_deputies),
    ("end", end),
)
"""The commands of ``duban delegate``."""
