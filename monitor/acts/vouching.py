"""Letting in whom an identity provider vouches for: his account, made or changed by his groups."""

from __future__ import annotations

from sqlalchemy import Connection

from monitor.acts import accounts as acts
from monitor.acts.actor import Actor
from monitor.acts.rights import Giver, Rights, rights_of
from monitor.store import accounts
from monitor.store.accounts import Account
from rules.directory import Directory


def let_in(
    connection: Connection,
    directory: Directory,
    actor: Actor,
    login: str,
    name: str,
    rights: Rights | None,
    now: int,
    *,
    create: bool,
) -> Account | None:
    """Give the account of whoever is vouched for; ``None`` where there is none and none is made.

    A new account has ``rights``, and without them sees nothing until somebody gives it more. One
    without a password gets them each time; one with a password was given what it has by people.

    Raises:
        RefusedError: the rights name what the directory lacks, or would take the role ``system``
            from its last account.
    """
    giver, account = Giver(actor), accounts.find(connection, login)
    if account is None:
        if not create:
            return None
        new = rights or Rights(regions=())
        acts.add(connection, directory, giver, login, name, None, new, None, now)
    elif account.password is None and account.disabled_at is None:
        has = rights or rights_of(account)
        called = name or account.name
        if rights is not None or called != account.name:
            acts.change(connection, directory, giver, login, called, has, account.person, now)
    return accounts.find(connection, login)
