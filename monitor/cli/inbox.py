"""``duban inbox``: what a person was told in duban itself, the newest first."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from config import Words
from monitor.cli import listing, phrases
from monitor.cli.failure import Failed
from monitor.cli.listing import Column
from monitor.cli.options import CONFIG, ConfigOption, JsonOption, LimitOption
from monitor.cli.shell import Shell
from monitor.pipeline.delivering import message
from monitor.store import inbox as store_inbox
from monitor.store.deliveries import Delivery
from notifiers import InboxSettings

_NAMES = ("id", "at", "kind", "headline", "about", "read_at")
_COLUMNS = (
    Column("id", Words("编号", "id"), whole=True, right=True),
    Column("at_text", Words("时间", "at"), whole=True),
    Column("headline", Words("内容", "message"), folds=True),
    Column("about", Words("办件", "about"), folds=True),
    Column("read_text", Words("已读", "read"), whole=True),
)


def inbox(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="谁的 · whose, by id or name")],
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
    read_too: Annotated[bool, typer.Option("--all", help="含已读的 · also what was read")] = False,
    show: Annotated[
        int | None, typer.Option("--show", metavar="ID", help="全文，并记为已读 · one, whole")
    ] = None,
    read: Annotated[
        bool, typer.Option("--read", help="全部记为已读 · note all of it as read")
    ] = False,
    limit: LimitOption = 50,
) -> None:
    """列出收件箱 · list what a person has in his inbox."""
    shell = Shell(config, as_json)
    whose = _person(shell, person)
    channels = [one.id for one in shell.settings.channel if isinstance(one, InboxSettings)]
    if not channels:
        raise Failed(
            Words("没有收件箱", "there is no inbox"),
            Words(
                '在设置里加一个 [[channel]]，kind = "inbox"', 'add a [[channel]] of kind "inbox"'
            ),
        )
    with shell.store() as store:
        if show is not None:
            with store.write() as connection:
                rows = store_inbox.listed(connection, channels, whose, 10_000, read_too=True)
                found = next((one for one, _ in rows if one.id == show), None)
                if found is None:
                    raise Failed(
                        Words(f"收件箱里没有 {show} 号", f"there is no {show} in the inbox")
                    )
                store_inbox.mark_read(connection, channels, whose, [show], shell.now)
            shell.print_line(_text(shell, found))
            return
        with store.write() as connection:
            rows = store_inbox.listed(connection, channels, whose, limit, read_too=read_too)
            if read:
                store_inbox.mark_read(connection, channels, whose, None, shell.now)
    listing.show(shell, _NAMES, [_record(shell, one, at) for one, at in rows], _COLUMNS)


def _person(shell: Shell, wanted: str) -> str:
    people = shell.rules.book.directory.people
    found = [one.id for one in people.values() if wanted in (one.id, one.name)]
    if len(found) != 1:
        zh, en = ("不止一个", "more than one") if found else ("没有", "no")
        raise Failed(
            Words(f"名录里{zh}{wanted}", f"the directory has {en} {wanted}"),
            Words("写人员的编号", "give the id of the person"),
        )
    return found[0]


def _text(shell: Shell, one: Delivery) -> str:
    settings = next(c for c in shell.settings.channel if c.id == one.channel)
    return settings.open().payload(message(shell.rules, one))


def _record(shell: Shell, one: Delivery, read_at: int | None) -> dict[str, Any]:
    headline, _, rest = _text(shell, one).partition("\n")
    return {
        "id": one.id,
        "at": shell.iso(one.at),
        "at_text": phrases.short_moment(shell, one.at),
        "kind": one.kind,
        "headline": headline,
        "about": rest.partition("\n")[0],
        "read_at": shell.iso(read_at),
        "read_text": phrases.short_moment(shell, read_at),
    }
