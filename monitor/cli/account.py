"""``duban account``: who may sign in to the pages."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from config import Words
from monitor.acts import accounts as acts
from monitor.acts.actor import Actor
from monitor.acts.rights import Giver, Rights
from monitor.cli import listing, phrases
from monitor.cli.failure import Failed
from monitor.cli.listing import Column
from monitor.cli.options import CONFIG, ConfigOption, JsonOption
from monitor.cli.shell import Shell
from monitor.pipeline.peopling import load_directory
from monitor.store import accounts
from monitor.store.accounts import Account
from rules.directory import Directory
from rules.refusals import RefusedError

LoginArgument = Annotated[str, typer.Argument(metavar="LOGIN", help="登录名 · login")]
RoleOption = Annotated[
    str, typer.Option("--role", metavar="ROLE", help="view、inspect、issue、manage、system")
]
RegionOption = Annotated[
    list[str] | None,
    typer.Option("--region", metavar="ID", help="只看此区划及下级 · this region and below"),
]
DepartmentOption = Annotated[
    list[str] | None,
    typer.Option("--department", metavar="ID", help="只看此部门 · this department only"),
]
MustChangeOption = Annotated[
    bool,
    typer.Option("--must-change", help="首次登录须改口令 · to be changed at the next sign-in"),
]
SubjectOption = Annotated[
    str, typer.Option("--subject", metavar="SUB", help="认证系统里的 sub · the sub of the provider")
]
_NAMES = ("id", "name", "role", "regions", "departments", "person", "disabled_at")
_COLUMNS = (
    Column("id", Words("登录名", "login"), whole=True),
    Column("name", Words("姓名", "name"), whole=True),
    Column("role", Words("角色", "role"), whole=True),
    Column("scope_text", Words("范围", "scope"), folds=True),
    Column("disabled_text", Words("停用", "disabled"), whole=True),
)


def add(
    login: LoginArgument,
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="姓名 · name")],
    role: RoleOption = "view",
    region: RegionOption = None,
    department: DepartmentOption = None,
    person: Annotated[
        str | None, typer.Option("--person", metavar="ID", help="名录里是谁 · in the directory")
    ] = None,
    must_change: MustChangeOption = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """新建账号，口令从键盘或管道读入 · add an account; the password is asked for."""
    shell = Shell(config, as_json)
    rights = Rights(role, region or None, department or None)
    password = _password(shell, login)  # first: nobody waits for the store meanwhile
    with changing(shell) as (connection, directory, giver), refusing():
        acts.add(
            connection,
            directory,
            giver,
            login,
            name,
            password,
            rights,
            person,
            shell.now,
            must_change=must_change,
        )
    shell.result(
        {"id": login, "role": role}, shell.word(f"✓ 已建账号 {login}", f"✓ added account {login}")
    )


def change_password(
    login: LoginArgument,
    must_change: MustChangeOption = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """换口令，并退出此人所有的浏览器 · change a password and sign its browsers out."""
    shell = Shell(config, as_json)
    password = _password(shell, login)
    with changing(shell) as (connection, directory, giver), refusing():
        acts.set_password(
            connection, directory, giver, login, password, shell.now, must_change=must_change
        )
    shell.result({"id": login}, shell.word(f"✓ 已换 {login} 的口令", f"✓ changed for {login}"))


def disable(
    login: LoginArgument, config: ConfigOption = CONFIG, as_json: JsonOption = False
) -> None:
    """停用账号，并退出此人所有的浏览器 · disable an account at once."""
    shell = Shell(config, as_json)
    with changing(shell) as (connection, directory, giver), refusing():
        ended = acts.disable(connection, directory, giver, login, shell.now)
    shell.result(
        {"id": login, "sessions_ended": ended},
        shell.word(f"✓ 已停用 {login}，退出 {ended} 处登录", f"✓ disabled {login}: {ended} ended"),
    )


def enable(
    login: LoginArgument, config: ConfigOption = CONFIG, as_json: JsonOption = False
) -> None:
    """恢复停用或锁定的账号 · put an account in force again, and unlock it."""
    shell = Shell(config, as_json)
    with changing(shell) as (connection, directory, giver), refusing():
        acts.enable(connection, directory, giver, login, shell.now)
    shell.result({"id": login}, shell.word(f"✓ 已恢复 {login}", f"✓ enabled {login}"))


def link(
    login: LoginArgument,
    subject: SubjectOption,
    issuer: Annotated[
        str | None,
        typer.Option("--issuer", metavar="URL", help="签发者 · of [oidc] unless given"),
    ] = None,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """把账号关联到统一身份认证里的人 · let a user of the identity provider sign in as it."""
    shell = Shell(config, as_json)
    oidc = shell.settings.oidc
    by = issuer or (oidc.issuer if oidc is not None else None)
    if by is None:
        raise Failed(Words("设置里没有 [oidc]，请写 --issuer", "no [oidc]: give --issuer"))
    with changing(shell) as (connection, directory, giver), refusing():
        acts.link(connection, directory, giver, login, by, subject, shell.now)
    shell.result(
        {"id": login, "issuer": by, "subject": subject},
        shell.word(f"✓ 已关联 {login}", f"✓ linked {login}"),
    )


def unlink(
    login: LoginArgument, config: ConfigOption = CONFIG, as_json: JsonOption = False
) -> None:
    """解除账号与统一身份认证的关联 · let nobody sign in as it by a provider any more."""
    shell = Shell(config, as_json)
    with changing(shell) as (connection, directory, giver), refusing():
        acts.unlink(connection, directory, giver, login, shell.now)
    shell.result({"id": login}, shell.word(f"✓ 已解除 {login} 的关联", f"✓ unlinked {login}"))


def show(config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """列出账号 · list accounts."""
    shell = Shell(config, as_json)
    with shell.store() as store, store.read() as connection:
        rows = accounts.listed(connection)
    listing.show(shell, _NAMES, [_row(shell, one) for one in rows], _COLUMNS)


@contextmanager
def changing(shell: Shell) -> Iterator[tuple[Connection, Directory, Giver]]:
    """Give a transaction that writes, the directory in force, and whoever types as the giver."""
    with shell.store() as store, store.write() as connection:
        directory = load_directory(connection, shell.settings)
        yield connection, directory, Giver(Actor(getpass.getuser(), shell.origin))


@contextmanager
def refusing() -> Iterator[None]:
    """Tell what an act refuses.

    Raises:
        Failed: in place of the refusal.
    """
    try:
        yield
    except RefusedError as error:
        raise Failed(Words(error.zh, error.en)) from None


def scope_text(shell: Shell, regions: list[str] | None, departments: list[str] | None) -> str:
    """Say what someone may see."""
    directory = shell.rules.book.directory
    named = [
        str(phrases.place_name(known, ident))
        for known, idents in ((directory.regions, regions), (directory.departments, departments))
        for ident in idents or ()
    ]
    return "、".join(named) or shell.word("全部", "everything")


def _password(shell: Shell, login: str) -> str:
    """Return the hash of a password that somebody types or pipes in."""
    if sys.stdin.isatty():
        password = str(typer.prompt(shell.word("口令", "Password"), hide_input=True))
        if typer.prompt(shell.word("再输一次", "Again"), hide_input=True) != password:
            raise Failed(Words("两次输入不同", "the two are different"))
    else:
        password = sys.stdin.readline().rstrip("\n")
    with refusing():
        return acts.hashed(password, login)


def _row(shell: Shell, one: Account) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "role": one.role,
        "regions": one.regions,
        "departments": one.departments,
        "scope_text": scope_text(shell, one.regions, one.departments),
        "person": one.person,
        "disabled_at": shell.iso(one.disabled_at),
        "disabled_text": phrases.short_moment(shell, one.disabled_at),
    }


COMMANDS = (
    ("add", add),
    ("password", change_password),
    ("disable", disable),
    ("enable", enable),
    ("link", link),
    ("unlink", unlink),
    ("list", show),
)
"""The commands of the group."""
