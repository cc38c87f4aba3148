"""Accounts of people, the browsers they are signed in with, and tokens of programs and boards.

Of what a browser or a program holds only the SHA-256 is kept: a copy of the store opens nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select, update

from monitor.store import tables
from monitor.store.statements import insert
from rules.instants import DAY

_a, _s, _t = tables.accounts.c, tables.sessions.c, tables.tokens.c
_p = tables.sign_in_addresses.c
_FORGOTTEN = DAY  # after which a try of a stranger is forgotten


@dataclass(frozen=True, slots=True)
class Account:
    """Someone who may sign in.

    ``regions`` and ``departments`` are those he sees, by id (``None``: all), ``person`` is who he
    is in the directory. ``password`` is an Argon2 hash, ``None`` for those whom somebody else
    vouches for; until ``locked_until`` it is not heard from addresses that the account has not
    signed in from. Whoever the provider ``issuer`` calls ``subject`` signs in as this account.
    With ``must_change`` the password is to be changed before anything else.
    """

    id: str
    name: str
    password: str | None
    role: str
    regions: list[str] | None
    departments: list[str] | None
    person: str | None
    failures: int
    locked_until: int | None
    created_at: int
    disabled_at: int | None
    issuer: str | None = None
    subject: str | None = None
    must_change: bool = False


@dataclass(frozen=True, slots=True)
class Address:
    """An address from which passwords of an account were tried: see the table."""

    failures: int = 0
    locked_until: int | None = None
    known_at: int | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in; ``id`` is the SHA-256 of what its cookie holds."""

    id: str
    account: str
    origin: str
    created_at: int
    seen_at: int
    ended_at: int | None


@dataclass(frozen=True, slots=True)
class Token:
    """A key of a program (``api``) or a wall board (``board``), without the key.

    ``owner`` is the account of whoever made it; ``None``: it was made on the command line.
    """

    id: int
    kind: str
    name: str
    role: str
    regions: list[str] | None
    departments: list[str] | None
    created_by: str
    created_at: int
    expires_at: int | None
    revoked_at: int | None
    used_at: int | None
    owner: str | None = None


_ACCOUNT = [_a[name] for name in Account.__dataclass_fields__]
_SESSION = [
    _s[name if name != "account" else "account_id"] for name in Session.__dataclass_fields__
]
_TOKEN = [_t[name] for name in Token.__dataclass_fields__]


def add(connection: Connection, account: Account) -> bool:
    """Add an account; ``False`` where there is one of its id."""
    if find(connection, account.id) is not None:
        return False
    values = {name: getattr(account, name) for name in Account.__dataclass_fields__}
    connection.execute(tables.accounts.insert().values(values))
    return True


def find(connection: Connection, ident: str) -> Account | None:
    """Give an account by its id."""
    row = connection.execute(select(*_ACCOUNT).where(_a.id == ident)).one_or_none()
    return None if row is None else Account(*row)


def listed(connection: Connection) -> list[Account]:
    """Give every account, by id."""
    return [Account(*row) for row in connection.execute(select(*_ACCOUNT).order_by(_a.id))]


def change(connection: Connection, ident: str, **values: object) -> None:
    """Change columns of an account."""
    connection.execute(update(tables.accounts).where(_a.id == ident).values(values))


def by_subject(connection: Connection, issuer: str, subject: str) -> Account | None:
    """Return the account of whoever a provider calls ``subject``."""
    found = select(*_ACCOUNT).where(_a.issuer == issuer, _a.subject == subject)
    row = connection.execute(found).one_or_none()
    return None if row is None else Account(*row)


def address(connection: Connection, ident: str, address: str) -> Address:
    """Return what is known of an address from which an account is tried."""
    columns = (_p.failures, _p.locked_until, _p.known_at)
    found = select(*columns).where(_p.account_id == ident, _p.address == address)
    row = connection.execute(found).one_or_none()
    return Address() if row is None else Address(*row)


def failed(connection: Connection, ident: str, address: str, now: int) -> int:
    """Count a wrong password from an address, and return how many there were in a row.

    The count is the database's, so that of tries at the same time none is lost.
    """
    connection.execute(
        delete(tables.sign_in_addresses).where(
            _p.account_id == ident, _p.known_at.is_(None), _p.tried_at < now - _FORGOTTEN
        )
    )
    tried = insert(connection, tables.sign_in_addresses).values(
        account_id=ident, address=address, failures=1, tried_at=now
    )
    counted = tried.on_conflict_do_update(
        index_elements=["account_id", "address"],
        set_={"failures": _p.failures + 1, "tried_at": now},
    )
    return int(connection.execute(counted.returning(_p.failures)).scalar_one())


def failed_elsewhere(connection: Connection, ident: str) -> int:
    """Count a wrong password from an address that is not known, and return how many there were."""
    counted = update(tables.accounts).where(_a.id == ident).values(failures=_a.failures + 1)
    return int(connection.execute(counted.returning(_a.failures)).scalar_one())


def lock_address(connection: Connection, ident: str, address: str, until: int) -> None:
    """Hear nothing of an account from an address until an instant; its count begins anew."""
    here = update(tables.sign_in_addresses).where(_p.account_id == ident, _p.address == address)
    connection.execute(here.values(failures=0, locked_until=until))


def succeeded(connection: Connection, ident: str, address: str, now: int) -> None:
    """Note that a right password came from an address, and forget the wrong ones."""
    values = {"failures": 0, "locked_until": None, "tried_at": now, "known_at": now}
    tried = insert(connection, tables.sign_in_addresses).values(
        account_id=ident, address=address, **values
    )
    connection.execute(
        tried.on_conflict_do_update(index_elements=["account_id", "address"], set_=values)
    )
    change(connection, ident, failures=0, locked_until=None)


def unlock(connection: Connection, ident: str) -> None:
    """Forget every wrong password of an account."""
    change(connection, ident, failures=0, locked_until=None)
    everywhere = update(tables.sign_in_addresses).where(_p.account_id == ident)
    connection.execute(everywhere.values(failures=0, locked_until=None))


def locked(connection: Connection, now: int) -> dict[str, int]:
    """Return until when accounts are locked, at an address or for all that are not known."""
    here = select(_p.account_id, _p.locked_until).where(_p.locked_until > now)
    everywhere = select(_a.id, _a.locked_until).where(_a.locked_until > now)
    found: dict[str, int] = {}
    for ident, until in connection.execute(here.union_all(everywhere)):
        found[ident] = max(found.get(ident, 0), until)
    return found


def in_charge(connection: Connection) -> list[str]:
    """Give the accounts in force with the role ``system``, and keep them so until the end."""
    found = select(_a.id).where(_a.role == "system", _a.disabled_at.is_(None))
    return list(connection.scalars(found.order_by(_a.id).with_for_update()))


def last_seen(connection: Connection) -> dict[str, int]:
    """Give when a browser of each account was last heard of; nothing of those that had none."""
    rows = connection.execute(select(_s.account_id, func.max(_s.seen_at)).group_by(_s.account_id))
    return {account: at for account, at in rows}  # noqa: C416  # rows are no pairs to dict()


def open_session(connection: Connection, session: Session) -> None:
    """Note that a browser has signed in."""
    connection.execute(
        tables.sessions.insert().values(
            id=session.id,
            account_id=session.account,
            origin=session.origin,
            created_at=session.created_at,
            seen_at=session.seen_at,
        )
    )


def session(connection: Connection, ident: str) -> tuple[Session, Account] | None:
    """Give a session that has not ended, with its account."""
    row = connection.execute(
        select(*_SESSION, *_ACCOUNT)
        .join_from(tables.sessions, tables.accounts)
        .where(_s.id == ident, _s.ended_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    count = len(_SESSION)
    return Session(*row[:count]), Account(*row[count:])


def seen(connection: Connection, ident: str, now: int) -> None:
    """Note that a browser was heard of."""
    connection.execute(update(tables.sessions).where(_s.id == ident).values(seen_at=now))


def end_session(connection: Connection, ident: str, now: int) -> None:
    """Sign one browser out."""
    ended = update(tables.sessions).where(_s.id == ident, _s.ended_at.is_(None))
    connection.execute(ended.values(ended_at=now))


def end_sessions(connection: Connection, account: str, now: int) -> int:
    """Sign out every browser of an account; give how many."""
    ended = update(tables.sessions).where(_s.account_id == account, _s.ended_at.is_(None))
    return connection.execute(ended.values(ended_at=now)).rowcount


def sessions(connection: Connection, account: str) -> list[Session]:
    """Give the browsers an account is signed in with, the latest heard of first."""
    mine = select(*_SESSION).where(_s.account_id == account, _s.ended_at.is_(None))
    return [Session(*row) for row in connection.execute(mine.order_by(_s.seen_at.desc()))]


def add_token(connection: Connection, token: Token, hashed: str) -> int:
    """Add a token, whose ``id`` is drawn, by the SHA-256 of its key; give the id."""
    names = set(Token.__dataclass_fields__) - {"id"}
    values = {name: getattr(token, name) for name in names}
    added = tables.tokens.insert().values(hash=hashed, **values).returning(_t.id)
    return int(connection.scalar(added) or 0)


def token(connection: Connection, hashed: str) -> Token | None:
    """Give a token by the SHA-256 of its key."""
    row = connection.execute(select(*_TOKEN).where(_t.hash == hashed)).one_or_none()
    return None if row is None else Token(*row)


def token_of(connection: Connection, ident: int) -> Token | None:
    """Give a token by its id."""
    row = connection.execute(select(*_TOKEN).where(_t.id == ident)).one_or_none()
    return None if row is None else Token(*row)


def tokens(connection: Connection) -> Sequence[Token]:
    """Give every token, the newest first."""
    return [Token(*row) for row in connection.execute(select(*_TOKEN).order_by(_t.id.desc()))]


def used(connection: Connection, ident: int, now: int) -> None:
    """Note that a token was used."""
    connection.execute(update(tables.tokens).where(_t.id == ident).values(used_at=now))


def revoke_token(connection: Connection, ident: int, now: int) -> bool:
    """Revoke a token; ``False`` where there is none that could be."""
    revoked = update(tables.tokens).where(_t.id == ident, _t.revoked_at.is_(None))
    return connection.execute(revoked.values(revoked_at=now)).rowcount == 1
