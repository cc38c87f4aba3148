"""Accounts: who may sign in, with what role and places, since when not seen, and changing that."""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_urlsafe
from urllib.parse import quote, unquote

from monitor import access
from monitor.access import Role
from monitor.acts import accounts as acts
from monitor.acts.rights import may_handle, rights_of
from monitor.passwords import SHORTEST
from monitor.pipeline.order_wording import person_name
from monitor.store import accounts
from monitor.store.accounts import Account
from monitor.web.looking import Doing, Done, Form, Look, Page, Route, Sent, Shown, UnknownError
from monitor.web.pages.accounts import me, tokens
from monitor.web.pages.accounts.seen import sees_account
from monitor.web.pages.accounts.words import (
    giver,
    place_names,
    rights,
    role_name,
    roles_up_to,
    when,
)
from monitor.web.pages.orders.words import Filled
from rules.refusals import RefusedError


@dataclass(frozen=True, slots=True)
class Line:
    """An account in words; ``state`` is one of ``ok``, ``locked`` and ``disabled``."""

    id: str
    path: str
    name: str
    role: str
    scope: str
    person: str
    state: str
    locked: str
    seen: str
    sessions: int
    vouched: bool


def show_list(look: Look) -> Shown:
    """Show every account, and the form to add one."""
    seen = accounts.last_seen(look.connection)
    locked = accounts.locked(look.connection, look.now)
    lines = [
        _line(look, one, seen.get(one.id), locked.get(one.id))
        for one in accounts.listed(look.connection)
        if sees_account(look, one)
    ]
    text = (look.one("q") or "").casefold()
    if text:
        lines = [one for one in lines if text in f"{one.id} {one.name} {one.person}".casefold()]
    return Shown(
        "accounts.html",
        {"lines": lines, "q": look.one("q") or "", "open": bool(look.form), **_choices(look)},
    )


def show(look: Look) -> Shown:
    """Show one account, and what can be changed of it."""
    return _one(look, _found(look))


def add(doing: Doing) -> Done | Shown:
    """Add an account; without a password a random one is shown this once."""
    directory, by = giver(doing)
    login, new = doing.one("login") or "", _new(doing)
    acts.add(
        doing.connection,
        directory,
        by,
        login,
        doing.one("name") or "",
        new.hashed if new is not None else None,
        rights(doing),
        doing.one("person"),
        doing.now,
        must_change=True,
    )
    if new is None or new.drawn is None:
        return Done(_path(login), doing.say(f"已建账号 {login}", f"Added the account {login}"))
    return _once(login, new.drawn)


def change(doing: Doing) -> Done:
    """Change the name, the rights and the person of an account."""
    directory, by = giver(doing)
    account = _found(doing)
    acts.change(
        doing.connection,
        directory,
        by,
        account.id,
        doing.one("name") or "",
        rights(doing),
        doing.one("person"),
        doing.now,
    )
    return _back(doing, account, "已改，下一次请求起生效", "Changed, from the next request on")


def password(doing: Doing) -> Done | Shown:
    """Give an account another password: the typed one, or a random one shown this once."""
    directory, by = giver(doing)
    account, new = _found(doing), _new(doing)
    assert new is not None  # noqa: S101  for the type checker: the form has no way to vouch
    acts.set_password(
        doing.connection, directory, by, account.id, new.hashed, doing.now, must_change=True
    )
    if new.drawn is not None:
        return _once(account.id, new.drawn)
    return _back(
        doing,
        account,
        "口令已换，此人所有的浏览器已退出",
        "The password is another one, and every browser is signed out",
    )


def disable(doing: Doing) -> Done:
    """Disable an account."""
    account, (directory, by) = _found(doing), giver(doing)
    ended = acts.disable(doing.connection, directory, by, account.id, doing.now)
    return _back(
        doing, account, f"已停用，退出 {ended} 处登录", f"Disabled; {ended} browsers signed out"
    )


def enable(doing: Doing) -> Done:
    """Put an account in force again."""
    account, (directory, by) = _found(doing), giver(doing)
    acts.enable(doing.connection, directory, by, account.id, doing.now)
    return _back(doing, account, "已恢复", "In force again")


def unlock(doing: Doing) -> Done:
    """Let somebody try to sign in again."""
    account, (directory, by) = _found(doing), giver(doing)
    acts.unlock(doing.connection, directory, by, account.id, doing.now)
    return _back(doing, account, "已解锁", "Unlocked")


def end(doing: Doing) -> Done:
    """Sign every browser of an account out."""
    account, (directory, by) = _found(doing), giver(doing)
    ended = acts.end_sessions(doing.connection, directory, by, account.id, doing.now)
    return _back(doing, account, f"已退出 {ended} 处登录", f"{ended} browsers signed out")


def _one(look: Look, account: Account) -> Shown:
    seen = accounts.last_seen(look.connection)
    directory = look.rules.book.directory
    return Shown(
        "accounts_one.html",
        {
            "account": account,
            "line": _line(
                look,
                account,
                seen.get(account.id),
                accounts.locked(look.connection, look.now).get(account.id),
            ),
            "created": when(look, account.created_at),
            "disabled": when(look, account.disabled_at),
            "sessions": [
                (when(look, one.created_at), when(look, one.seen_at), one.origin)
                for one in _open(look, account.id)
            ],
            "may": may_handle(me.giver_of(look), directory, rights_of(account), account.person),
            "own": account.id == look.visitor.id,
            "oidc": look.rules.settings.oidc,
            **_choices(look),
        },
    )


def _open(look: Look, account: str) -> list[accounts.Session]:
    """Give the browsers that are signed in still."""
    return [
        one for one in accounts.sessions(look.connection, account) if access.lasts(one, look.now)
    ]


def _choices(look: Look) -> dict[str, object]:
    regions, departments = look.regions, look.departments
    return {
        "filled": Filled.of(look.form),
        "chosen": {name: look.form.get(name, ()) for name in ("region", "department")},
        "roles": roles_up_to(look),
        "regions": regions,
        "departments": departments,
        "people": [
            one
            for one in look.rules.book.directory.people.values()
            if look.visitor.scope.holds(one.region, one.department)
        ],
        "shortest": SHORTEST,
    }


def _line(look: Look, one: Account, seen: int | None, locked: int | None) -> Line:
    state = "disabled" if one.disabled_at is not None else "locked" if locked else "ok"
    return Line(
        one.id,
        _path(one.id),
        one.name,
        role_name(one.role, look.language),
        place_names(look, one.regions, one.departments),
        person_name(look.rules, one.person or ""),
        state,
        when(look, locked),
        when(look, seen),
        len(_open(look, one.id)) if seen is not None else 0,
        one.password is None,
    )


def _found(at: Look | Doing) -> Account:
    account = accounts.find(at.connection, unquote(at.path["login"]))
    if account is None or not sees_account(at, account):
        raise UnknownError
    return account


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A password's hash; ``drawn`` is the password where it was drawn and not typed."""

    hashed: str
    drawn: str | None


def prepare_password(sent: Sent) -> NewPassword | None:
    """Return the password that was typed twice, or a random one; ``None``: others vouch.

    Raises:
        RefusedError: the two are different, or easily guessed.
    """
    if sent.text("vouched"):
        return None
    login = sent.text("login").strip() or unquote(sent.path.get("login", ""))
    first, second = sent.text("password"), sent.text("again")
    if first != second:
        raise RefusedError("两次输入的口令不同", "the two passwords are different")
    drawn = None if first else token_urlsafe(12)
    return NewPassword(acts.hashed(first or str(drawn), login), drawn)


def _new(doing: Doing) -> NewPassword | None:
    prepared: NewPassword | None = doing.prepared
    return prepared


def link(doing: Doing) -> Done:
    """Let whoever the provider of the settings calls by a subject sign in as an account."""
    account, (directory, by) = _found(doing), giver(doing)
    oidc = doing.rules.settings.oidc
    if oidc is None:
        raise RefusedError("设置里没有 [oidc]", "the settings have no [oidc]")
    subject = doing.one("subject") or ""
    acts.link(doing.connection, directory, by, account.id, oidc.issuer, subject, doing.now)
    return _back(doing, account, "已关联统一身份认证", "Linked to the identity provider")


def unlink(doing: Doing) -> Done:
    """Let nobody sign in as an account by a provider any more."""
    account, (directory, by) = _found(doing), giver(doing)
    acts.unlink(doing.connection, directory, by, account.id, doing.now)
    return _back(doing, account, "已解除关联", "No longer linked")


def _once(login: str, password_: str) -> Shown:
    return Shown("accounts_once.html", {"login": login, "path": _path(login), "key": password_})


def _back(doing: Doing, account: Account, zh: str, en: str) -> Done:
    said = doing.say(f"{account.id}：{zh}", f"{account.id}: {en}")
    return Done(_path(account.id), said)


def _path(login: str) -> str:
    # A slash parts paths even where it is quoted, so that it is quoted twice.
    part = quote(login.replace("%", "%25").replace("/", "%2F"), safe="")
    return f"/admin/users/{part}"


_ONE = "/admin/users/{login:str}"

ROUTES: tuple[Route, ...] = (
    Page("/admin/users", show_list, role=Role.SYSTEM),
    Form("/admin/users", add, show_list, role=Role.SYSTEM, prepare=prepare_password),
    Page(_ONE, show, role=Role.SYSTEM),
    Form(f"{_ONE}/change", change, show, role=Role.SYSTEM),
    Form(f"{_ONE}/password", password, show, role=Role.SYSTEM, prepare=prepare_password),
    Form(f"{_ONE}/link", link, show, role=Role.SYSTEM),
    Form(f"{_ONE}/unlink", unlink, show, role=Role.SYSTEM),
    Form(f"{_ONE}/disable", disable, show, role=Role.SYSTEM),
    Form(f"{_ONE}/enable", enable, show, role=Role.SYSTEM),
    Form(f"{_ONE}/unlock", unlock, show, role=Role.SYSTEM),
    Form(f"{_ONE}/sign-out", end, show, role=Role.SYSTEM),
    *tokens.ROUTES,
    *me.ROUTES,
)
