"""Tokens: the keys of programs (API) and of wall boards, made, listed and revoked."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.access import Role
from monitor.acts import tokens as acts
from monitor.acts.rights import may_handle, rights_of
from monitor.store import accounts
from monitor.store.accounts import Token
from monitor.web.looking import Doing, Done, Form, Look, Page, Route, Shown, UnknownError
from monitor.web.pages.accounts.me import giver_of
from monitor.web.pages.accounts.seen import sees_token
from monitor.web.pages.accounts.words import (
    expiry,
    giver,
    place_names,
    rights,
    role_name,
    roles_up_to,
    when,
)
from monitor.web.pages.orders.words import Filled, row_id
from rules.instants import moment


@dataclass(frozen=True, slots=True)
class Line:
    """A token in words; ``state`` is one of ``ok``, ``expired`` and ``revoked``."""

    id: int
    kind: str
    name: str
    role: str
    scope: str
    by: str
    made: str
    until: str
    used: str
    state: str
    revoked: str
    may: bool


def show(look: Look) -> Shown:
    """Show the tokens, and the form to make one."""
    regions, departments = look.regions, look.departments
    return Shown(
        "tokens.html",
        {
            "lines": [
                _line(look, one)
                for one in accounts.tokens(look.connection)
                if sees_token(look, one)
            ],
            "open": bool(look.form),
            "filled": Filled.of(look.form),
            "chosen": {name: look.form.get(name, ()) for name in ("region", "department")},
            "roles": roles_up_to(look),
            "regions": regions,
            "departments": departments,
            "usual": moment(look.now + acts.USUAL, look.rules.zone).date().isoformat(),
        },
    )


def add(doing: Doing) -> Shown:
    """Make a token, and show it this once."""
    directory, by = giver(doing)
    kind, name = doing.one("kind") or "", doing.one("name") or ""
    ident, key = acts.add(
        doing.connection, directory, by, kind, name, rights(doing), expiry(doing), doing.now
    )
    return Shown("tokens_once.html", {"id": ident, "name": name, "kind": kind, "key": key})


def revoke(doing: Doing) -> Done:
    """Revoke a token."""
    directory, by = giver(doing)
    ident = row_id(doing.path["id"])
    token = accounts.token_of(doing.connection, ident)
    if token is None or not sees_token(doing, token):
        raise UnknownError
    acts.revoke(doing.connection, directory, by, ident, doing.now)
    said = doing.say(f"令牌 {ident} 已吊销，立即失效", f"Token {ident} is revoked at once")
    return Done("/admin/tokens", said)


def _line(look: Look, one: Token) -> Line:
    expired = one.expires_at is not None and one.expires_at <= look.now
    state = "revoked" if one.revoked_at is not None else "expired" if expired else "ok"
    directory = look.rules.book.directory
    return Line(
        one.id,
        one.kind,
        one.name,
        role_name(one.role, look.language),
        place_names(look, one.regions, one.departments),
        one.created_by,
        when(look, one.created_at),
        when(look, one.expires_at),
        when(look, one.used_at),
        state,
        when(look, one.revoked_at),
        one.revoked_at is None and may_handle(giver_of(look), directory, rights_of(one)),
    )


ROUTES: tuple[Route, ...] = (
    Page("/admin/tokens", show, role=Role.SYSTEM),
    Form("/admin/tokens", add, show, role=Role.SYSTEM),
    Form("/admin/tokens/{id:int}/revoke", revoke, show, role=Role.SYSTEM),
)
