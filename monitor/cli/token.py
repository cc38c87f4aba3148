"""``duban token``: keys with which a wall board (大屏) shows the board without signing in."""

from __future__ import annotations

import getpass
from typing import Annotated, Any

import typer

from config import Words
from monitor import access
from monitor.cli import listing, phrases
from monitor.cli.account import (
    DepartmentOption,
    RegionOption,
    places,
    scope_text,
)
from monitor.cli.failure import Failed
from monitor.cli.listing import Column
from monitor.cli.options import CONFIG, ConfigOption, JsonOption
from monitor.cli.shell import Shell
from monitor.store import accounts, audit_log
from monitor.store.accounts import Token
from monitor.store.audit_log import Act
from rules.instants import DAY

_NAMES = ("id", "kind", "name", "created_by", "expires_at", "used_at", "revoked_at")
_COLUMNS = (
    Column("id", Words("编号", "id"), whole=True, right=True),
    Column("name", Words("名称", "name"), folds=True),
    Column("scope_text", Words("范围", "scope"), folds=True),
    Column("expires_text", Words("有效至", "until"), whole=True),
    Column("used_text", Words("最近使用", "last used"), whole=True),
    Column("revoked_text", Words("吊销", "revoked"), whole=True),
)


def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="给谁用 · whom it is for")],
    region: RegionOption = None,
    department: DepartmentOption = None,
    days: Annotated[
        int, typer.Option("--days", min=1, help="有效天数 · good for so many days")
    ] = 365,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """新建大屏令牌，只显示这一次 · add a token; it is shown this once."""
    shell = Shell(config, as_json)
    places(shell, region, department)
    key, hashed = access.new_key()
    token = Token(
        *(0, "board", name, "view", region or None, department or None),
        *(getpass.getuser(), shell.now, shell.now + days * DAY, None, None),
    )
    with shell.store() as store, store.write() as connection:
        ident = accounts.add_token(connection, token, hashed)
        after = {"name": name, "regions": region, "departments": department}
        _record(connection, shell, "token.add", ident, after)
    shell.result({"id": ident, "key": key}, key)


def revoke(
    ident: Annotated[int, typer.Argument(metavar="ID", help="编号 · id")],
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """吊销令牌 · revoke a token at once."""
    shell = Shell(config, as_json)
    with shell.store() as store, store.write() as connection:
        if not accounts.revoke_token(connection, ident, shell.now):
            raise Failed(
                Words(f"没有可吊销的令牌 {ident}", f"there is no token {ident} to be revoked")
            )
        _record(connection, shell, "token.revoke", ident, None)
    shell.result({"id": ident}, shell.word(f"✓ 已吊销 {ident}", f"✓ revoked {ident}"))


def show(config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """列出令牌 · list tokens, without their keys."""
    shell = Shell(config, as_json)
    with shell.store() as store, store.read() as connection:
        rows = accounts.tokens(connection)
    listing.show(shell, _NAMES, [_row(shell, one) for one in rows], _COLUMNS)


def _record(connection: Any, shell: Shell, act: str, ident: int, after: Any) -> None:
    done = Act(getpass.getuser(), shell.origin, act, f"token:{ident}", None, after)
    audit_log.record(connection, done, shell.now)


def _row(shell: Shell, one: Token) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "name": one.name,
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
