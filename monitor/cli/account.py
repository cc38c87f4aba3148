"""``duban account``: who may sign in to the pages."""

from __future__ import annotations

import getpass
import sys
from typing import Annotated, Any

import typer

from config import Words
from monitor import access
from monitor.access import Role
from monitor.cli import listing, phrases
from monitor.cli.failure import Failed
from monitor.cli.listing import Column
from monitor.cli.options import CONFIG, ConfigOption, JsonOption
from monitor.cli.shell import Shell
from monitor.store import accounts, audit_log
from monitor.store.accounts import Account
from monitor.store.audit_log import Act

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
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """新建账号，口令从键盘或管道读入 · add an account; the password is asked for."""
    shell = Shell(config, as_json)
    role_of(role)
    places(shell, region, department)
    if person is not None and person not in shell.rules.book.directory.people:
        raise Failed(Words(f"名录里没有 {person}", f"the directory has no {person}"))
    account = Account(
        *(login, name, _password(shell), role, region or None, department or None),
        *(person, 0, None, shell.now, None),
    )
    with shell.store() as store, store.write() as connection:
        if not accounts.add(connection, account):
            raise Failed(Words(f"已有账号 {login}", f"there is an account {login} already"))
        after = {"role": role, "regions": region, "departments": department}
        _record(connection, shell, "account.add", login, after)
    shell.result(
        {"id": login, "role": role}, shell.word(f"✓ 已建账号 {login}", f"✓ added account {login}")
    )


def change_password(
    login: LoginArgument, config: ConfigOption = CONFIG, as_json: JsonOption = False
) -> None:
    """换口令，并退出此人所有的浏览器 · change a password and sign its browsers out."""
    shell = Shell(config, as_json)
    with shell.store() as store, store.write() as connection:
        _known(connection, login)
        changed = {"password": _password(shell), "failures": 0, "locked_until": None}
        accounts.change(connection, login, **changed)
        accounts.end_sessions(connection, login, shell.now)
        _record(connection, shell, "account.password", login, None)
    shell.result({"id": login}, shell.word(f"✓ 已换 {login} 的口令", f"✓ changed for {login}"))


def disable(
    login: LoginArgument, config: ConfigOption = CONFIG, as_json: JsonOption = False
) -> None:
    """停用账号，并退出此人所有的浏览器 · disable an account at once."""
    shell = Shell(config, as_json)
    with shell.store() as store, store.write() as connection:
        _known(connection, login)
        accounts.change(connection, login, disabled_at=shell.now)
        ended = accounts.end_sessions(connection, login, shell.now)
        _record(connection, shell, "account.disable", login, None)
    shell.result(
        {"id": login, "sessions_ended": ended},
        shell.word(f"✓ 已停用 {login}，退出 {ended} 处登录", f"✓ disabled {login}: {ended} ended"),
    )


def show(config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """列出账号 · list accounts."""
    shell = Shell(config, as_json)
    with shell.store() as store, store.read() as connection:
        rows = accounts.listed(connection)
    listing.show(shell, _NAMES, [_row(shell, one) for one in rows], _COLUMNS)


def role_of(name: str) -> Role:
    """Give a role by its name.

    Raises:
        Failed: there is none.
    """
    try:
        return Role.named(name)
    except ValueError as error:
        known = "、".join(one.name.lower() for one in Role)
        raise Failed(Words(f"没有角色 {name}；可用 {known}", str(error))) from None


def places(shell: Shell, regions: list[str] | None, departments: list[str] | None) -> None:
    """Require that the directory has regions and departments.

    Raises:
        Failed: it has one of them not.
    """
    directory = shell.rules.book.directory
    for known, asked in ((directory.regions, regions), (directory.departments, departments)):
        for ident in asked or ():
            if ident not in known:
                raise Failed(Words(f"名录里没有 {ident}", f"the directory has no {ident}"))


def scope_text(shell: Shell, regions: list[str] | None, departments: list[str] | None) -> str:
    """Say what someone may see."""
    directory = shell.rules.book.directory
    named = [
        str(phrases.place_name(known, ident))
        for known, idents in ((directory.regions, regions), (directory.departments, departments))
        for ident in idents or ()
    ]
    return "、".join(named) or shell.word("全部", "everything")


def _password(shell: Shell) -> str:
    if sys.stdin.isatty():
        password = typer.prompt(shell.word("口令", "Password"), hide_input=True)
        if typer.prompt(shell.word("再输一次", "Again"), hide_input=True) != password:
            raise Failed(Words("两次输入不同", "the two are different"))
    else:
        password = sys.stdin.readline().rstrip("\n")
    try:
        return access.hashed(password)
    except ValueError as error:
        zh = f"口令太短，至少 {access.SHORTEST} 个字符"
        raise Failed(Words(zh, str(error))) from None


def _known(connection: Any, login: str) -> None:
    if accounts.find(connection, login) is None:
        raise Failed(Words(f"没有账号 {login}", f"there is no account {login}"))


def _record(connection: Any, shell: Shell, act: str, login: str, after: Any) -> None:
    done = Act(getpass.getuser(), shell.origin, act, f"account:{login}", None, after)
    audit_log.record(connection, done, shell.now)


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
    ("list", show),
)
"""The commands of the group."""
