"""Letting in whom an identity provider vouches for: an account bound to issuer and subject.

Of the claims of a provider only ``iss`` and ``sub`` are stable (OpenID Connect Core 1.0, section
5.7); what it calls a user besides may go to somebody else. So a login is only proposed: for a new
account, or for one that has neither a password nor been signed in to by a provider.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from monitor.acts import accounts as acts
from monitor.acts.actor import Actor
from monitor.acts.rights import Giver, Rights, rights_of
from monitor.store import accounts
from monitor.store.accounts import Account
from rules.directory import Directory


@dataclass(frozen=True, kw_only=True, slots=True)
class Vouched:
    """What a provider says: who somebody is there, how they would be called here, and their rights.

    ``rights`` are those of their groups; ``None``: the groups say nothing.
    """

    issuer: str
    subject: str
    login: str
    name: str = ""
    rights: Rights | None = None


class UnlinkedError(Exception):
    """The account of the proposed login is not theirs until an administrator links it."""


def let_in(
    connection: Connection,
    directory: Directory,
    actor: Actor,
    said: Vouched,
    now: int,
    *,
    create: bool,
) -> Account | None:
    """Return the account of whoever is vouched for; ``None`` where there is none and none is made.

    A new account has the rights of its groups, and without them sees nothing until somebody gives
    it more. One without a password gets them each time; one with a password was given what it has
    by people.

    Raises:
        UnlinkedError: the login is that of an account which has a password, or is somebody else's.
        RefusedError: the rights name what the directory lacks, or would take the role ``system``
            from its last account.
    """
    giver = Giver(actor)
    account = accounts.by_subject(connection, said.issuer, said.subject)
    if account is None:
        account = _proposed(connection, directory, giver, said, now, create=create)
    if account is None:
        return None
    if account.password is None and account.disabled_at is None:
        has = said.rights or rights_of(account)
        called = said.name or account.name
        if said.rights is not None or called != account.name:
            acts.change(connection, directory, giver, account.id, called, has, account.person, now)
    return accounts.find(connection, account.id)


def _proposed(
    connection: Connection,
    directory: Directory,
    giver: Giver,
    said: Vouched,
    now: int,
    *,
    create: bool,
) -> Account | None:
    """Return the account of the proposed login, bound to whoever is vouched for."""
    account = accounts.find(connection, said.login) if said.login else None
    if account is None:
        if not create or not said.login:
            return None
        new = said.rights or Rights(regions=())
        acts.add(connection, directory, giver, said.login, said.name, None, new, None, now)
    elif account.password is not None or account.issuer is not None:
        raise UnlinkedError(account.id)
    elif account.disabled_at is not None:
        return account
    acts.link(connection, directory, giver, said.login, said.issuer, said.subject, now)
    return accounts.find(connection, said.login)
