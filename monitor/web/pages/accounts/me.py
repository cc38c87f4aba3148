"""One's own account: what it may do and see, its password, and its browsers."""

from __future__ import annotations

from monitor import access
from monitor.access import Role
from monitor.acts import accounts as acts
from monitor.acts.actor import Actor
from monitor.acts.rights import Giver
from monitor.passwords import SHORTEST
from monitor.pipeline.order_wording import person_name
from monitor.store import accounts
from monitor.web.looking import Doing, Done, Form, Look, Page, Route, Sent, Shown, UnknownError
from monitor.web.pages.accounts.words import place_names, role_name, when
from rules.refusals import RefusedError

_HANDLE = 16  # characters of a browser's id by which a form names it


def giver_of(look: Look) -> Giver:
    """Give a visitor as one who gives, to ask what he may; he acts in forms alone."""
    return Giver.of(Actor(look.visitor.id, ""), look.visitor)


def show(look: Look) -> Shown:
    """Show one's own account."""
    account = accounts.find(look.connection, look.visitor.id)
    if account is None:
        raise UnknownError
    return Shown(
        "accounts_me.html",
        {
            "account": account,
            "role": role_name(account.role, look.language),
            "places_seen": place_names(look, account.regions, account.departments),
            "person": person_name(look.rules, account.person or ""),
            "sessions": [
                {
                    "handle": one.id[:_HANDLE],
                    "here": one.id == look.visitor.session,
                    "begun": when(look, one.created_at),
                    "seen": when(look, one.seen_at),
                    "origin": one.origin.partition(":")[2],
                }
                for one in accounts.sessions(look.connection, account.id)
                if access.lasts(one, look.now)
            ],
            "shortest": SHORTEST,
            "must_change": look.visitor.must_change,
        },
    )


def prepare_password(sent: Sent) -> str:
    """Return the hash of one's new password, for the one that holds; a wrong one counts.

    Raises:
        RefusedError: that was typed wrong, or the new ones differ or are easily guessed.
    """
    old, new, again = (sent.text(name) for name in ("old", "password", "again"))
    with sent.store.read() as connection:
        account = accounts.find(connection, sent.visitor.id)
    if account is None or account.password is None:
        raise RefusedError(
            "这个账号没有口令，由统一身份认证登录",
            "this account has no password: somebody else vouches for it",
        )
    if new != again:
        raise RefusedError("两次输入的新口令不同", "the two new passwords are different")
    checked = access.check(account, old)
    with sent.store.write() as connection:
        known = access.confirmed(connection, account.id, checked, sent.origin, sent.now)
    if known is None:
        raise RefusedError(
            "现在的口令不对；连错五次，一刻钟内不再受理",
            "the password of now is wrong; after five wrong ones none is heard for a quarter of an "
            "hour",
        )
    if new == old:
        raise RefusedError("新口令与现在的相同", "the new password is the one of now")
    return acts.hashed(new, account.id)


def password(doing: Doing) -> Done:
    """Set the password whose hash was prepared."""
    new = str(doing.prepared)
    ended = acts.change_own(doing.connection, doing.visitor, doing.actor, new, doing.now)
    said = doing.say(
        f"口令已换，退出其他 {ended} 处登录", f"Changed; {ended} other browsers signed out"
    )
    return Done("/me", said)


def end(doing: Doing) -> Done:
    """Sign one of one's own browsers out."""
    handle = doing.path["handle"]
    found = [
        one
        for one in accounts.sessions(doing.connection, doing.visitor.id)
        if one.id[:_HANDLE] == handle
    ]
    if not found:
        raise UnknownError
    acts.end_own(doing.connection, doing.visitor, doing.actor, found[0].id, doing.now)
    return Done("/me", doing.say("已退出那个浏览器", "That browser is signed out"))


def end_others(doing: Doing) -> Done:
    """Sign out every browser of one's own but the one that asks."""
    ended = acts.end_others(doing.connection, doing.visitor, doing.actor, doing.now)
    said = doing.say(f"已退出其他 {ended} 处登录", f"{ended} other browsers signed out")
    return Done("/me", said)


ROUTES: tuple[Route, ...] = (
    Page("/me", show),
    Form("/me/password", password, show, role=Role.VIEW, prepare=prepare_password),
    Form("/me/sign-out", end_others, show, role=Role.VIEW),
    Form("/me/sessions/{handle:str}/sign-out", end, show, role=Role.VIEW),
)
