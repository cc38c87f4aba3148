"""Giving and taking who may sign in (账号), and what with: passwords, browsers, API and board keys.

Nobody gives more than he has, nor lays hands on what has more than he: neither a role above his,
nor places that he does not see, nor a person who works in none of them. One account with the role
``system`` always stays in force.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from monitor import access
from monitor.access import Role, Visitor
from monitor.acts.actor import Actor
from monitor.acts.rights import Giver, Rights, listed, may_handle, require, rights_of, too_much
from monitor.passwords import WeakPasswordError
from monitor.store import accounts, audit_log
from monitor.store.accounts import Account
from monitor.store.audit_log import Act
from rules.directory import Directory
from rules.refusals import RefusedError

_LONGEST_ID = 100


def add(
    connection: Connection,
    directory: Directory,
    giver: Giver,
    login: str,
    name: str,
    password: str | None,
    rights: Rights,
    person: str | None,
    now: int,
    *,
    must_change: bool = False,
) -> None:
    """Add an account. Without a ``password`` somebody else has to vouch for whoever signs in.

    Args:
        connection: a transaction that writes.
        directory: who is who.
        giver: who adds it.
        login: its login.
        name: what its owner is called.
        password: a password as :func:`hashed` returns it.
        rights: what it may do and see.
        person: the id of its owner in the directory.
        now: the instant.
        must_change: whether the password is to be changed at the first sign-in.

    Raises:
        RefusedError: its login is taken or none, the directory lacks who or what it names, or it
            has more than whoever gives it.
    """
    require(directory, giver, rights, person)
    if not login or len(login) > _LONGEST_ID or not login.isprintable() or " " in login:
        raise RefusedError(
            "登录名不能空，不能有空格，至多 100 个字符",
            "a login has no blanks and 1 to 100 characters",
        )
    account = Account(
        login,
        name or login,
        password,
        rights.role,
        listed(rights.regions),
        listed(rights.departments),
        person,
        0,
        None,
        now,
        None,
        must_change=must_change and password is not None,
    )
    if not accounts.add(connection, account):
        raise RefusedError(f"已有账号 {login}", f"there is an account {login} already")
    # The record names who acts by the id of a person, else by the login of his account: neither may
    # be taken for the other, nor for a token ("token:1").
    if ":" in login or (login in directory.people and person != login):
        raise RefusedError(
            f"登录名 {login} 会与人员编号或令牌混淆：不能有冒号，与人员编号相同的须是本人的账号",
            f"the login {login} could be taken for a person or a token: it has no colon, and is "
            "the id of a person only where the account is his",
        )
    told = {"name": account.name, "person": person, **rights.told()}
    _record(connection, giver, "account.add", login, None, told, now)


def change(
    connection: Connection,
    directory: Directory,
    giver: Giver,
    login: str,
    name: str,
    rights: Rights,
    person: str | None,
    now: int,
) -> None:
    """Change what somebody may do and see, what he is called, and who he is in the directory.

    Raises:
        RefusedError: as :func:`add`, or there is no such account, it has more than whoever changes
            it, or none with the role ``system`` would be left.
    """
    before = _handled(connection, directory, giver, login)
    require(directory, giver, rights, person)
    if rights.role != Role.SYSTEM.name.lower():
        _keep_one(connection, login)
    after = {"name": name or login, "person": person, **rights.told()}
    was = {"name": before.name, "person": before.person, **rights_of(before).told()}
    if after == was:
        return
    accounts.change(connection, login, **after)
    changed = {key for key in after if after[key] != was[key]}
    _record(
        connection,
        giver,
        "account.change",
        login,
        {key: was[key] for key in sorted(changed)},
        {key: after[key] for key in sorted(changed)},
        now,
    )


def set_password(
    connection: Connection,
    directory: Directory,
    giver: Giver,
    login: str,
    password: str,
    now: int,
    *,
    must_change: bool = False,
) -> None:
    """Set another ``password`` (see :func:`hashed`) for an account, unlock it, end its sessions.

    Raises:
        RefusedError: there is no such account, or it has more than whoever changes it.
    """
    _handled(connection, directory, giver, login)
    accounts.change(connection, login, password=password, must_change=must_change)
    accounts.unlock(connection, login)
    accounts.end_sessions(connection, login, now)
    _record(connection, giver, "account.password", login, None, None, now)


def change_own(connection: Connection, visitor: Visitor, actor: Actor, new: str, now: int) -> int:
    """Give one's own account another password, and sign out its other browsers; give how many.

    ``new`` is as :func:`hashed` returns it.
    """
    accounts.change(connection, visitor.id, password=new, must_change=False)
    ended = _end_others(connection, visitor, now)
    _record(connection, Giver(actor), "account.password", visitor.id, None, None, now)
    return ended


def end_others(connection: Connection, visitor: Visitor, actor: Actor, now: int) -> int:
    """Sign out one's own browsers but the one that asks; give how many."""
    ended = _end_others(connection, visitor, now)
    told = {"sessions": ended}
    _record(connection, Giver(actor), "account.sign-out", visitor.id, None, told, now)
    return ended


def end_own(connection: Connection, visitor: Visitor, actor: Actor, session: str, now: int) -> None:
    """Sign out one of one's own browsers, by its id."""
    accounts.end_session(connection, session, now)
    _record(connection, Giver(actor), "account.sign-out", visitor.id, None, {"sessions": 1}, now)


def disable(
    connection: Connection, directory: Directory, giver: Giver, login: str, now: int
) -> int:
    """Disable an account and sign its browsers out; give how many.

    Raises:
        RefusedError: there is no such account, it has more than whoever disables it, or none with
            the role ``system`` would be left.
    """
    _handled(connection, directory, giver, login)
    _keep_one(connection, login)
    accounts.change(connection, login, disabled_at=now)
    ended = accounts.end_sessions(connection, login, now)
    _record(connection, giver, "account.disable", login, None, None, now)
    return ended


def enable(
    connection: Connection, directory: Directory, giver: Giver, login: str, now: int
) -> None:
    """Put an account in force again, and unlock it.

    Raises:
        RefusedError: there is no such account, or it has more than whoever enables it.
    """
    _handled(connection, directory, giver, login)
    accounts.change(connection, login, disabled_at=None)
    accounts.unlock(connection, login)
    _record(connection, giver, "account.enable", login, None, None, now)


def unlock(
    connection: Connection, directory: Directory, giver: Giver, login: str, now: int
) -> None:
    """Let somebody try to sign in again who has used up his attempts.

    Raises:
        RefusedError: there is no such account, or it has more than whoever unlocks it.
    """
    _handled(connection, directory, giver, login)
    accounts.unlock(connection, login)
    _record(connection, giver, "account.unlock", login, None, None, now)


def end_sessions(
    connection: Connection, directory: Directory, giver: Giver, login: str, now: int
) -> int:
    """Sign every browser of an account out; give how many.

    Raises:
        RefusedError: there is no such account, or it has more than whoever does it.
    """
    _handled(connection, directory, giver, login)
    ended = accounts.end_sessions(connection, login, now)
    _record(connection, giver, "account.sign-out", login, None, {"sessions": ended}, now)
    return ended


def link(
    connection: Connection,
    directory: Directory,
    giver: Giver,
    login: str,
    issuer: str,
    subject: str,
    now: int,
) -> None:
    """Let whoever the provider ``issuer`` calls ``subject`` sign in as an account.

    Raises:
        RefusedError: there is no such account, it has more than whoever links it, or the provider's
            user is linked to another one.
    """
    account = _handled(connection, directory, giver, login)
    if not subject:
        raise RefusedError("没有写身份标识（sub）", "it says no subject (sub)")
    other = accounts.by_subject(connection, issuer, subject)
    if other is not None and other.id != login:
        raise RefusedError(
            f"这个身份已关联账号 {other.id}", f"this identity is linked to the account {other.id}"
        )
    accounts.change(connection, login, issuer=issuer, subject=subject)
    before = {"issuer": account.issuer, "subject": account.subject}
    after = {"issuer": issuer, "subject": subject}
    _record(connection, giver, "account.link", login, before, after, now)


def unlink(
    connection: Connection, directory: Directory, giver: Giver, login: str, now: int
) -> None:
    """Let nobody sign in as an account by a provider any more, and sign its browsers out.

    Raises:
        RefusedError: there is no such account, it has more than whoever unlinks it, or it is linked
            to nobody.
    """
    account = _handled(connection, directory, giver, login)
    if account.issuer is None:
        raise RefusedError(f"账号 {login} 没有关联", f"the account {login} is linked to nobody")
    accounts.change(connection, login, issuer=None, subject=None)
    accounts.end_sessions(connection, login, now)
    before = {"issuer": account.issuer, "subject": account.subject}
    _record(connection, giver, "account.unlink", login, before, None, now)


def hashed(password: str, login: str) -> str:
    """Return the hash of a new password for an account. Not within a transaction: it takes long.

    Raises:
        RefusedError: it is easily guessed.
    """
    try:
        return access.hashed(password, login)
    except WeakPasswordError as error:
        raise RefusedError(error.words.zh, error.words.en) from None


def _handled(connection: Connection, directory: Directory, giver: Giver, login: str) -> Account:
    account = accounts.find(connection, login)
    if account is None:
        raise RefusedError(f"没有账号 {login}", f"there is no account {login}")
    if not may_handle(giver, directory, rights_of(account), account.person):
        raise too_much()
    return account


def _keep_one(connection: Connection, login: str) -> None:
    if accounts.in_charge(connection) == [login]:
        raise RefusedError(
            f"{login} 是最后一个在用的系统管理员，不能停用或降级；请先给别人 system 角色",
            f"{login} is the last account with the role system, and stays: give it to another "
            "one first",
        )


def _record(
    connection: Connection,
    giver: Giver,
    act: str,
    login: str,
    before: Any,
    after: Any,
    now: int,
) -> None:
    actor = giver.actor
    done = Act(actor.who, actor.origin, act, f"account:{login}", before, after)
    audit_log.record(connection, done, now)


def _end_others(connection: Connection, visitor: Visitor, now: int) -> int:
    others = [one for one in accounts.sessions(connection, visitor.id) if one.id != visitor.session]
    for one in others:
        accounts.end_session(connection, one.id, now)
    return len(others)
