"""``duban token``: keys of wall boards (大屏), which need no signing in, and of programs (API)."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from config import Words
from monitor.acts import tokens
from monitor.acts.rights import Rights
from monitor.cli import listing, phrases
from monitor.cli.account import (
    DepartmentOption,
    RegionOption,
    RoleOption,
    changing,
    refusing,
    scope_text,
)
from monitor.cli.listing import Column
from monitor.cli.options import CONFIG, ConfigOption, JsonOption
from monitor.cli.shell import Shell
from monitor.store import accounts
from monitor.store.accounts import Token
from rules.instants import DAY

_NAMES = ("id", "kind", "name", "role", "created_by", "expires_at", "used_at", "revoked_at")
_KIND_NAMES = {"board": Words("大屏", "board"), "api": Words("程序", "program")}
_COLUMNS = (
    Column("id", Words("编号", "id"), whole=True, right=True),
    Column("kind_text", Words("种类", "kind"), whole=True),
    Column("name", Words("名称", "name"), folds=True),
    Column("role", Words("角色", "role"), whole=True),
    Column("scope_text", Words("范围", "scope"), folds=True),
    Column("expires_text", Words("有效至", "until"), whole=True),
    Column("used_text", Words("最近使用", "last used"), whole=True),
    Column("revoked_text", Words("吊销", "revoked"), whole=True),
)


def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="给谁用 · whom it is for")],
    kind: Annotated[
        str,
        typer.Option("--kind", metavar="KIND", help="board 大屏、api 程序 · board or api"),
    ] = "board",
    role: RoleOption = "view",
    region: RegionOption = None,
    department: DepartmentOption = None,
    days: Annotated[
        int, typer.Option("--days", min=1, help="有效天数 · good for so many days")
    ] = 365,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """新建大屏或程序的令牌，只显示这一次 · add a token; it is shown this once."""
    shell = Shell(config, as_json)
    rights, until = Rights(role, region or None, department or None), shell.now + days * DAY
    with changing(shell) as (connection, directory, giver), refusing():
        ident, key = tokens.add(connection, directory, giver, kind, name, rights, until, shell.now)
    shell.result({"id": ident, "key": key}, key)


def revoke(
    ident: Annotated[int, typer.Argument(metavar="ID", help="编号 · id")],
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """吊销令牌 · revoke a token at once."""
    shell = Shell(config, as_json)
    with changing(shell) as (connection, directory, giver), refusing():
        tokens.revoke(connection, directory, giver, ident, shell.now)
    shell.result({"id": ident}, shell.word(f"✓ 已吊销 {ident}", f"✓ revoked {ident}"))


def show(config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """列出令牌 · list tokens, without their keys."""
    shell = Shell(config, as_json)
    with shell.store() as store, store.read() as connection:
        rows = accounts.tokens(connection)
    listing.show(shell, _NAMES, [_row(shell, one) for one in rows], _COLUMNS)


def _row(shell: Shell, one: Token) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "kind_text": _KIND_NAMES[one.kind].text(shell.language),
        "name": one.name,
        "role": one.role,
        "regions": one.regions,
        "departments": one.departments,
        "scope_text": scope_text(shell, one.regions, one.departments),
        "created_by": one.created_by,
        "expires_at": shell.iso(one.expires_at),
        "expires_text": phrases.short_moment(shell, one.expires_at),
        "used_at": shell.iso(one.used_at),
        "used_text": phrases.short_moment(shell, one.used_at),
        "revoked_at": shell.iso(one.revoked_at),
        "revoked_text": phrases.short_moment(shell, one.revoked_at),
    }


COMMANDS = (("add", add), ("list", show), ("revoke", revoke))
"""The commands of the group."""
