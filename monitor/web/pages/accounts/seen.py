"""Which accounts and tokens, and which rows of the audit log, a visitor sees."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from monitor.acts.actor import Actor
from monitor.acts.rights import Giver, in_scope, rights_of
from monitor.store import accounts, audit_scope
from monitor.store.accounts import Account, Token
from monitor.store.scope import Scope
from monitor.web.looking import Visit


def sees_account(at: Visit, account: Account) -> bool:
    """Whether a visitor sees an account: one that reaches no further than they do, or their own."""
    directory, giver = at.rules.book.directory, Giver.of(Actor(at.visitor.who, ""), at.visitor)
    own = account.id == at.visitor.id
    return own or in_scope(giver, directory, rights_of(account), account.person)


def sees_token(at: Visit, token: Token) -> bool:
    """Whether a visitor sees a token: one that reaches no further than they do, or their own."""
    directory, giver = at.rules.book.directory, Giver.of(Actor(at.visitor.who, ""), at.visitor)
    return token.owner == at.visitor.id or in_scope(giver, directory, rights_of(token))


def audited(at: Visit) -> ColumnElement[bool] | None:
    """Return the condition for the rows of the audit log that a visitor sees; ``None``: all."""
    scope, connection = at.visitor.scope, at.connection
    if scope == Scope():
        return None
    return audit_scope.seen(
        scope,
        [one.id for one in at.rules.settings.source],
        [one.id for one in accounts.listed(connection) if sees_account(at, one)],
        [one.id for one in accounts.tokens(connection) if sees_token(at, one)],
        [
            one.id
            for one in at.rules.book.directory.people.values()
            if scope.holds(one.region, one.department)
        ],
    )
