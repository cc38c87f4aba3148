"""``duban audit-log``: who did what, when, from where; and the commands of the group."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from config import Words
from monitor.cli import listing, phrases
from monitor.cli.audit_chain import accept, export, head, verify
from monitor.cli.listing import Column
from monitor.cli.options import CONFIG, ConfigOption, JsonOption, LimitOption, SinceOption
from monitor.cli.shell import Shell
from monitor.cli.tick import moment_of
from monitor.pipeline.audit_wording import ACTS
from monitor.store import audit_list
from monitor.store.audit_list import Chosen
from monitor.store.audit_log import Recorded

UntilOption = Annotated[
    str | None,
    typer.Option("--until", metavar="TIME", help="到何时止（不含）· until, not included"),
]

_NAMES = ("at", "who", "act", "object", "origin", "before", "after", "note", "table", "id")
_COLUMNS = (
    Column("at_text", Words("时间", "at"), whole=True),
    Column("who", Words("谁", "who"), whole=True),
    Column("act_text", Words("做了什么", "act"), whole=True),
    Column("object", Words("对象", "object"), whole=True),
    Column("change_text", Words("变化", "change"), folds=True),
    Column("note", Words("说明", "note"), least=110),
    Column("origin", Words("来自", "from"), least=100),
)


def listed(
    since: SinceOption = None,
    until: UntilOption = None,
    who: Annotated[
        str | None, typer.Option("--who", metavar="NAME", help="谁做的 · by whom")
    ] = None,
    act: Annotated[
        str | None, typer.Option("--act", metavar="ACT", help="做了什么 · acts of this kind")
    ] = None,
    on: Annotated[
        str | None,
        typer.Option("--object", metavar="KIND:ID", help="对什么，如 alert:17 · done to this"),
    ] = None,
    machine: Annotated[
        bool,
        typer.Option(
            "--all", help="连同系统亮牌、通知 · with the alerts and notices of the system"
        ),
    ] = False,
    limit: LimitOption = 50,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """列出操作留痕，新的在前 · list acts, the newest first."""
    shell = Shell(config, as_json)
    chosen = Chosen(_at(shell, since), _at(shell, until), who, act, on, machine)
    with shell.store() as store, store.read() as connection:
        found = audit_list.newest(connection, chosen, limit)
    listing.show(shell, _NAMES, [_record(shell, *one) for one in found], _COLUMNS)


COMMANDS = (
    ("list", listed),
    ("verify", verify),
    ("head", head),
    ("accept", accept),
    ("export", export),
)
"""The commands of the group."""


def _at(shell: Shell, text: str | None) -> int | None:
    return None if text is None else moment_of(text, shell)


def _record(shell: Shell, table: str, one: Recorded) -> dict[str, Any]:
    act = one.act
    return {
        "at": shell.iso(one.at),
        "at_text": phrases.short_moment(shell, one.at),
        "who": act.who,
        "act": act.act,
        "act_text": ACTS[act.act].text(shell.language) if act.act in ACTS else act.act,
        "object": act.object,
        "origin": act.origin,
        "before": _plain(shell, act.before),
        "after": _plain(shell, act.after),
        "change_text": _change(act.before, act.after),
        "note": act.note,
        "table": table,
        "id": one.id,
    }


def _plain(shell: Shell, value: Any) -> Any:
    if shell.as_json or value is None:
        return value
    return json.dumps(value, ensure_ascii=False)


def _change(before: Any, after: Any) -> str:
    """Say what an act changed: ``state: issued → acknowledged``."""
    old = before if isinstance(before, dict) else {"": before}
    new = after if isinstance(after, dict) else {"": after}
    parts = []
    for name in {**old, **new}:
        was, now = old.get(name), new.get(name)
        if was == now:
            continue
        change = f"{_short(was)} → {_short(now)}" if was is not None else _short(now)
        parts.append(f"{name}: {change}" if name else change)
    return ", ".join(parts)


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else text[:39] + "…"
