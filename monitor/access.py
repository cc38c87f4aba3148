"""Who somebody is to duban: signing in and out, sessions and tokens, and what each may do.

Passwords are kept as Argon2id hashes with the library's defaults (RFC 9106, section 4). Five wrong
ones in a row lock an account for a quarter of an hour; whether an account exists is not told.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from secrets import token_urlsafe

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection

from monitor.store import accounts, audit_log
from monitor.store.accounts import Account, Session, Token
from monitor.store.audit_log import Act
from monitor.store.scope import Scope, scope
from rules.directory import Directory
from rules.instants import HOUR, MINUTE

IDLE = 2 * HOUR
"""After so long without a request a browser is signed out."""

LONGEST = 12 * HOUR
"""A browser is signed out so long after it signed in, however busy it is."""

FAILURES = 5
"""So many wrong passwords in a row lock an account."""

LOCKED = 15 * MINUTE
"""For so long."""

SHORTEST = 10
"""Characters of a password, at least."""

_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash(token_urlsafe(16))
_TOUCH = MINUTE  # between two notes that a browser was heard of
_TOKEN = "dbn_"  # so that a key that went astray is known for what it is  # noqa: S105


class Role(IntEnum):
    """What someone may do; each may do what those before it may."""

    VIEW = 1  # look
    INSPECT = 2  # acknowledge, silence, record calls, decide appeals
    ISSUE = 3  # issue orders and judge replies
    MANAGE = 4  # items, calendars, people
    SYSTEM = 5  # accounts, tokens, sources, channels, the audit log

    @classmethod
    def named(cls, name: str) -> Role:
        """Give a role by its name in small letters.

        Raises:
            ValueError: there is none.
        """
        try:
            return cls[name.upper()]
        except KeyError:
            known = ", ".join(role.name.lower() for role in cls)
            raise ValueError(f"no role {name}; expected {known}") from None


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever asks: an account (or a token), with his role and what he may see.

    ``session`` is the id of the browser he is signed in with, if it is one.
    """

    id: str
    name: str
    role: Role
    scope: Scope
    person: str | None = None
    session: str | None = None
    board: bool = False

    def may(self, role: Role) -> bool:
        """Tell whether he may do what a role may."""
        return self.role >= role and not self.board


def hashed(password: str) -> str:
    """Give the hash of a new password.

    Raises:
        ValueError: it is too short.
    """
    if len(password) < SHORTEST:
        raise ValueError(f"the password has {len(password)} characters; expected {SHORTEST}")
    return _HASHER.hash(password)


def sign_in(connection: Connection, login: str, password: str, origin: str, now: int) -> str | None:
    """Give what the browser's cookie is to hold; ``None`` where he may not come in.

    In a transaction that writes: failures count.
    """
    account = accounts.find(connection, login)
    known = account.password if account else None
    right = _verified(known or _NOBODY, password)  # as long for nobody as for somebody
    if account is None or known is None or account.disabled_at is not None:
        return None
    if account.locked_until is not None and account.locked_until > now:
        return None
    if not right:
        _failed(connection, account, origin, now)
        return None
    if _HASHER.check_needs_rehash(known):
        accounts.change(connection, account.id, password=_HASHER.hash(password))
    accounts.change(connection, account.id, failures=0, locked_until=None)
    return signed_in(connection, account, origin, now)


def signed_in(connection: Connection, account: Account, origin: str, now: int) -> str:
    """Sign somebody in whom we know, and give what the browser's cookie is to hold."""
    secret = token_urlsafe(32)
    session = Session(_digest(secret), account.id, origin, now, now, None)
    accounts.open_session(connection, session)
    note_sign_in(connection, account, origin, now)
    return secret


def note_sign_in(connection: Connection, account: Account, origin: str, now: int) -> None:
    """Put on record that somebody came in."""
    audit_log.record(connection, Act(account.id, origin, "sign-in", f"account:{account.id}"), now)


def sign_out(connection: Connection, visitor: Visitor, origin: str, now: int) -> None:
    """Sign the browser of a visitor out."""
    if visitor.session is not None:
        accounts.end_session(connection, visitor.session, now)
        act = Act(visitor.id, origin, "sign-out", f"account:{visitor.id}")
        audit_log.record(connection, act, now)


def by_session(
    connection: Connection, secret: str, directory: Directory, now: int
) -> tuple[Visitor, bool] | None:
    """Give who holds a cookie, and whether it should be noted that he was heard of."""
    found = accounts.session(connection, _digest(secret))
    if found is None:
        return None
    session, account = found
    if not lasts(session, now) or account.disabled_at is not None:
        return None
    visitor = visitor_of(account, directory, session.id)
    return visitor, now - session.seen_at > _TOUCH


def visitor_of(account: Account, directory: Directory, session: str | None = None) -> Visitor:
    """Give whoever an account is of, signed in with a browser (``session``) or vouched for."""
    within = scope(account.regions, account.departments, directory)
    role = Role.named(account.role)
    return Visitor(account.id, account.name, role, within, account.person, session)


def lasts(session: Session, now: int) -> bool:
    """Tell whether a browser that has not signed out is signed in still."""
    return now - session.seen_at <= IDLE and now - session.created_at <= LONGEST


def right(account: Account, password: str) -> bool:
    """Tell whether a password is that of an account."""
    return account.password is not None and _verified(account.password, password)


def new_key() -> tuple[str, str]:
    """Draw a key for a token; give it and the hash under which the store keeps it."""
    key = _TOKEN + token_urlsafe(32)
    return key, _digest(key)


def by_key(
    connection: Connection, key: str, directory: Directory, now: int
) -> tuple[Visitor, Token] | None:
    """Give who holds a key, and its token."""
    token = accounts.token(connection, _digest(key))
    if token is None or token.revoked_at is not None:
        return None
    if token.expires_at is not None and token.expires_at <= now:
        return None
    within = scope(token.regions, token.departments, directory)
    ident, board = f"token:{token.id}", token.kind == "board"
    return Visitor(ident, token.name, Role.named(token.role), within, board=board), token


def _verified(known: str, password: str) -> bool:
    try:
        return _HASHER.verify(known, password)
    except (VerificationError, InvalidHashError):
        return False


def _failed(connection: Connection, account: Account, origin: str, now: int) -> None:
    failures = account.failures + 1
    lock = failures >= FAILURES
    accounts.change(
        connection,
        account.id,
        failures=0 if lock else failures,
        locked_until=now + LOCKED if lock else account.locked_until,
    )
    act = "lock-out" if lock else "sign-in-refused"
    audit_log.record(connection, Act(account.id, origin, act, f"account:{account.id}"), now)


def _digest(secret: str) -> str:
    # No salt and no stretching: what is hashed has 256 random bits.
    return sha256(secret.encode()).hexdigest()
