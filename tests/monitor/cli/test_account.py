"""Accounts and tokens on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from monitor import access
from monitor.cli import app
from monitor.store import accounts, audit_log
from monitor.store.store import Store
from rules.directory import Directory
from tests.support.cli import CHINESE, duban

PASSWORD = "correct horse battery"  # of a test


def typed(*args: object, password: str = PASSWORD) -> tuple[int, str]:
    called = CliRunner().invoke(
        app, [str(one) for one in args], input=f"{password}\n", env=CHINESE, prog_name="duban"
    )
    return called.exit_code, called.output


def found(store: Store, login: str) -> accounts.Account:
    with store.read() as connection:
        account = accounts.find(connection, login)
    assert account is not None
    return account


def test_an_account_is_added_with_its_role_and_scope(config: Path, store: Store) -> None:
    code, _ = typed(
        *("account", "add", "wang", "--name", "王敏", "--role", "inspect"),
        *("--region", "R1", "--department", "ZJ", "--person", "h2", "-c", config),
    )
    assert code == 0
    account = found(store, "wang")
    assert (account.role, account.regions, account.departments) == ("inspect", ["R1"], ["ZJ"])
    assert PASSWORD not in (account.password or "")
    assert access.sign_in(store, "wang", PASSWORD, "web:", account.created_at)
    with store.read() as connection:
        acts = {one.act.act for one in audit_log.of_object(connection, "account:wang")}
    assert acts == {"account.add", "sign-in"}
    listed: list[dict[str, Any]] = json.loads(duban("account", "list", "--json", "-c", config).out)
    assert [(one["id"], one["role"]) for one in listed] == [("wang", "inspect")]
    assert "password" not in listed[0]


@pytest.mark.parametrize(
    ("options", "password", "why"),
    [
        (("--role", "boss"), PASSWORD, "没有角色 boss"),
        (("--region", "R9"), PASSWORD, "名录里没有 R9"),
        (("--person", "h9"), PASSWORD, "名录里没有 h9"),
        ((), "short", "口令太短"),
    ],
)
def test_what_cannot_be_is_refused(
    config: Path, store: Store, options: tuple[str, ...], password: str, why: str
) -> None:
    code, said = typed(
        *("account", "add", "wang", "--name", "王敏", *options, "-c", config), password=password
    )
    assert code == 1
    assert why in said
    with store.read() as connection:
        assert accounts.listed(connection) == []


def test_a_new_password_and_an_end_sign_its_browsers_out(config: Path, store: Store) -> None:
    typed("account", "add", "wang", "--name", "王敏", "-c", config)
    now = found(store, "wang").created_at
    with store.write() as connection:
        secret = access.signed_in(connection, found(store, "wang"), "web:", now)
    code, _ = typed("account", "password", "wang", "-c", config, password="another one here")
    assert code == 0
    with store.read() as connection:
        assert access.by_session(connection, secret, Directory(), now) is None
    assert access.sign_in(store, "wang", PASSWORD, "web:", now) is None
    assert access.sign_in(store, "wang", "another one here", "web:", now)
    assert json.loads(duban("account", "disable", "wang", "--json", "-c", config).out) == {
        "id": "wang",
        "sessions_ended": 1,
    }
    assert found(store, "wang").disabled_at is not None


def test_an_account_that_is_none_is_told(config: Path, store: Store) -> None:
    assert "没有账号 li" in duban("account", "disable", "li", "-c", config).err


def test_a_key_is_shown_once_and_can_be_revoked(config: Path, store: Store) -> None:
    key = duban("token", "add", "大屏", "--region", "R1", "-c", config).out.strip()
    with store.read() as connection:
        [token] = accounts.tokens(connection)
        assert access.by_key(connection, key, Directory(), token.created_at)
    shown = duban("token", "list", "--json", "-c", config).out
    assert key not in shown
    assert json.loads(shown)[0]["kind"] == "board"
    assert duban("token", "revoke", token.id, "-c", config).code == 0
    assert "没有可吊销的令牌" in duban("token", "revoke", token.id, "-c", config).err


def test_a_program_gets_a_key_with_a_role(config: Path, store: Store) -> None:
    options = ("--kind", "api", "--role", "inspect", "--region", "R1")
    key = duban("token", "add", "交换平台", *options, "-c", config).out.strip()
    with store.read() as connection:
        [token] = accounts.tokens(connection)
        found = access.by_key(connection, key, Directory(), token.created_at)
    assert found is not None
    assert (found[0].role, found[0].board) == (access.Role.INSPECT, False)
    assert "没有令牌种类 door" in duban("token", "add", "x", "--kind", "door", "-c", config).err


def test_the_last_account_of_the_system_stays_on_the_command_line_too(
    config: Path, store: Store
) -> None:
    typed("account", "add", "wang", "--name", "王敏", "--role", "system", "-c", config)
    assert "最后一个" in duban("account", "disable", "wang", "-c", config).err
    typed("account", "add", "li", "--name", "李", "--role", "system", "-c", config)
    assert duban("account", "disable", "wang", "-c", config).code == 0
    assert duban("account", "enable", "wang", "-c", config).code == 0
    assert found(store, "wang").disabled_at is None
