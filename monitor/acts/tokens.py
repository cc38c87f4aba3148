"""Making and revoking the keys of programs (API) and wall boards (大屏)."""

from __future__ import annotations

from sqlalchemy import Connection

from monitor import access
from monitor.acts.rights import Giver, Rights, listed, may_handle, require, rights_of, too_much
from monitor.store import accounts, audit_log
from monitor.store.accounts import Token
from monitor.store.audit_log import Act
from rules.directory import Directory
from rules.instants import DAY
from rules.refusals import RefusedError

KINDS = ("api", "board")
"""Kinds of keys: of programs, and of wall boards."""

USUAL = 365 * DAY
"""For so long a key is good unless whoever makes it says otherwise."""


def add(
    connection: Connection,
    directory: Directory,
    giver: Giver,
    kind: str,
    name: str,
    rights: Rights,
    expires_at: int | None,
    now: int,
) -> tuple[int, str]:
    """Make a key; give its id, and the key itself, which nobody can read again.

    It is good until ``expires_at``, else for :data:`USUAL`, and as long as the account of whoever
    made it: see :func:`monitor.access.by_key`.

    Raises:
        RefusedError: it has no name or kind, more than whoever makes it, or names a place that the
            directory lacks.
    """
    if kind not in KINDS:
        raise RefusedError(f"没有令牌种类 {kind}", f"there is no kind of token {kind}")
    if not name:
        raise RefusedError("请写明令牌给谁用", "say whom the token is for")
    require(directory, giver, rights)
    if kind == "board" and rights.role != "view":
        raise RefusedError("大屏令牌只能查看", "the token of a board can but view")
    key, digest = access.new_key()
    until = now + USUAL if expires_at is None else expires_at
    regions, departments = listed(rights.regions), listed(rights.departments)
    token = Token(
        *(0, kind, name, rights.role, regions, departments),
        *(giver.actor.who, now, until, None, None),
        owner=giver.account,
    )
    ident = accounts.add_token(connection, token, digest)
    told = {"kind": kind, "name": name, **rights.told(), "expires_at": until}
    act = Act(giver.actor.who, giver.actor.origin, "token.add", f"token:{ident}", None, told)
    audit_log.record(connection, act, now)
    return ident, key


def revoke(
    connection: Connection, directory: Directory, giver: Giver, ident: int, now: int
) -> None:
    """Revoke a key.

    Raises:
        RefusedError: there is none that could be, or it has more than whoever revokes it.
    """
    token = accounts.token_of(connection, ident)
    if token is None or not accounts.revoke_token(connection, ident, now):
        raise RefusedError(f"没有可吊销的令牌 {ident}", f"there is no token {ident} to be revoked")
    if not may_handle(giver, directory, rights_of(token)):
        raise too_much()
    act = Act(giver.actor.who, giver.actor.origin, "token.revoke", f"token:{ident}")
    audit_log.record(connection, act, now)
