"""Who did something, in people's words: a person, an account, a key, or the machine."""

from __future__ import annotations

from monitor.pipeline.order_wording import person_name
from monitor.store import accounts
from monitor.store.audit_list import MACHINE
from monitor.web.looking import Look


def who(look: Look, ident: str) -> str:
    """Give the name of whoever acted; the id where neither directory nor accounts know it."""
    if ident == MACHINE:
        return look.say("本系统", "this system")
    if not ident or ident in look.rules.book.directory.people:
        return person_name(look.rules, ident)
    kind, _, number = ident.partition(":")
    if kind == "token" and number.isdecimal():
        token = accounts.token_of(look.connection, int(number))
        return token.name if token else ident
    account = accounts.find(look.connection, ident)
    return account.name if account else ident
