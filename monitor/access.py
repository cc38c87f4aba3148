"""Who somebody is to duban: signing in and out, sessions and tokens, and what each may do.

Passwords are kept as Argon2id hashes with the library's defaults (RFC 9106, section 4), and are
hashed where no transaction is open. After five wrong ones in a row from one address an account is
not heard from there for a quarter of an hour; after fifty from addresses that it has not signed in
from, from none of these. Whoever is at a known address still comes in: nobody locks others out.
Whether an account exists is not told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cache
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from secrets import token_urlsafe
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection

from monitor.passwords import fault_of
from monitor.store import accounts, audit_log
from monitor.store.accounts import Account, Session, Token
from monitor.store.audit_log import Act
from monitor.store.scope import Scope, scope
from monitor.store.store import Store
from rules.directory import Directory
from rules.instants import DAY, HOUR, MINUTE

IDLE = 2 * HOUR
"""After so long without a request a browser is signed out."""

LONGEST = 12 * HOUR
"""A browser is signed out so long after it signed in, however busy it is."""

FAILURES = 5
"""So many wrong passwords in a row from one address lock an account there."""

FAILURES_ELSEWHERE = 50
"""So many from addresses that an account has not signed in from lock it for all of these."""

LOCKED = 15 * MINUTE
"""For so long."""

KNOWN = 90 * DAY
"""For so long after it signed in from there an account knows an address."""

_HASHER = PasswordHasher()
_AT_ONCE = BoundedSemaphore(2)  # a hash takes 64 MB and several cores
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

    ``session`` is the id of the browser he is signed in with, if it is one. ``called`` is how the
    record names who acts: by the id of the person in the directory, else by the account; a token
    acts for whoever made it. With ``must_change`` the password is to be changed first.
    """

    id: str
    name: str
    role: Role
    scope: Scope
    person: str | None = None
    session: str | None = None
    board: bool = False
    called: str = ""
    must_change: bool = False

    @property
    def who(self) -> str:
        """Who acts, for the record."""
        return self.called or self.person or self.id

    @property
    def sees_names(self) -> bool:
        """Whether they see the names of handlers and other officials whole, everywhere alike.

        Everybody who signs in does: an official's name is part of the office. A board hangs where
        anybody reads it, and shows them masked.
        """
        return not self.board

    def may(self, role: Role) -> bool:
        """Tell whether he may do what a role may."""
        return self.role >= role and not self.board


def hashed(password: str, login: str = "") -> str:
    """Return the hash of a new password for an account. Not within a transaction: it takes long.

    Raises:
        monitor.passwords.WeakPasswordError: it is easily guessed.
    """
    fault = fault_of(password, login)
    if fault is not None:
        raise fault
    with _AT_ONCE:
        return _HASHER.hash(password)


@dataclass(frozen=True, slots=True)
class Checked:
    """That a password was held against the hash ``known`` (``None``: the account has none).

    ``anew`` is its hash by newer settings, where the one in the store is to be replaced.
    """

    known: str | None
    right: bool
    anew: str | None = None


def check(account: Account | None, password: str) -> Checked:
    """Hold a password against that of an account; it takes as long for nobody as for somebody.

    Not within a transaction: it takes long.
    """
    known = account.password if account is not None else None
    with _AT_ONCE:
        fits = _verified(known or _nobody(), password)
        if known is None or not fits:
            return Checked(known, right=False)
        anew = _HASHER.hash(password) if _HASHER.check_needs_rehash(known) else None
    return Checked(known, right=True, anew=anew)


def sign_in(store: Store, login: str, password: str, origin: str, now: int) -> str | None:
    """Return what the browser's cookie is to hold; ``None`` where nobody comes in.

    Where no account has this login the store is only read.
    """
    with store.read() as connection:
        account = accounts.find(connection, login)
    checked = check(account, password)
    if account is None:
        return None
    with store.write() as connection:
        return admit(connection, login, checked, origin, now)


def admit(
    connection: Connection, login: str, checked: Checked, origin: str, now: int
) -> str | None:
    """Sign in whoever gave a password that was checked, as :func:`sign_in`.

    In a transaction that writes: failures count.
    """
    account = confirmed(connection, login, checked, origin, now)
    if account is None:
        return None
    if checked.anew is not None:
        accounts.change(connection, account.id, password=checked.anew)
    return signed_in(connection, account, origin, now)


def confirmed(
    connection: Connection, login: str, checked: Checked, origin: str, now: int
) -> Account | None:
    """Return the account whose password was right; ``None`` where it was not, which counts."""
    account = accounts.find(connection, login)
    if account is None or account.disabled_at is not None or account.password is None:
        return None
    address = block_of(origin)
    place = accounts.address(connection, account.id, address)
    known = place.known_at is not None and now - place.known_at < KNOWN
    if (place.locked_until or 0) > now or (not known and (account.locked_until or 0) > now):
        return None
    if not checked.right or checked.known != account.password:
        _failed(connection, account, address, origin, now, known=known)
        return None
    accounts.succeeded(connection, account.id, address, now)
    return account


def block_of(address: str) -> str:
    """Return what an address is counted by: an IPv6 address by its /64, which is one network's."""
    text = address.removeprefix("web:")
    try:
        found = ip_address(text)
    except ValueError:
        return text
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ip_network((found, 64), strict=False))
    return str(found)


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
    return Visitor(
        account.id,
        account.name,
        role,
        within,
        account.person,
        session,
        called=_called(account, directory),
        must_change=account.must_change and account.issuer is None and session is not None,
    )


def _called(account: Account, directory: Directory) -> str:
    """Return how the record names whoever acts with an account."""
    if account.person is not None:
        return account.person
    # Somebody may have come into the directory whose id is this login: they are not the same.
    return f"account:{account.id}" if account.id in directory.people else account.id


def lasts(session: Session, now: int) -> bool:
    """Tell whether a browser that has not signed out is signed in still."""
    return now - session.seen_at <= IDLE and now - session.created_at <= LONGEST


def new_key() -> tuple[str, str]:
    """Draw a key for a token; give it and the hash under which the store keeps it."""
    key = _TOKEN + token_urlsafe(32)
    return key, _digest(key)


def by_key(
    connection: Connection, key: str, directory: Directory, now: int
) -> tuple[Visitor, Token] | None:
    """Return who holds a key, and its token; ``None`` where it is not good, or not any more.

    It is good as long as the account of whoever made it, for no more than that account may.
    """
    token = accounts.token(connection, _digest(key))
    if token is None or token.revoked_at is not None:
        return None
    if token.expires_at is not None and token.expires_at <= now:
        return None
    within = scope(token.regions, token.departments, directory)
    ident, board = f"token:{token.id}", token.kind == "board"
    visitor = Visitor(ident, token.name, Role.named(token.role), within, board=board)
    if token.owner is None:
        return visitor, token
    owner = accounts.find(connection, token.owner)
    if owner is None or owner.disabled_at is not None:
        return None
    maker = visitor_of(owner, directory)
    least = replace(
        visitor,
        role=min(visitor.role, maker.role),
        scope=visitor.scope.within(maker.scope),
        person=None if board else maker.person,
        called=maker.who,
    )
    return least, token


def _verified(known: str, password: str) -> bool:
    try:
        return _HASHER.verify(known, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    """Return the hash that the passwords of unknown logins are held against."""
    return _HASHER.hash(token_urlsafe(16))


def _failed(
    connection: Connection, account: Account, address: str, origin: str, now: int, *, known: bool
) -> None:
    lock = accounts.failed(connection, account.id, address, now) >= FAILURES
    if lock:
        accounts.lock_address(connection, account.id, address, now + LOCKED)
    if not known and accounts.failed_elsewhere(connection, account.id) >= FAILURES_ELSEWHERE:
        accounts.change(connection, account.id, failures=0, locked_until=now + LOCKED)
        lock = True
    act = "lock-out" if lock else "sign-in-refused"
    audit_log.record(connection, Act(account.id, origin, act, f"account:{account.id}"), now)


def _digest(secret: str) -> str:
    # No salt and no stretching: what is hashed has 256 random bits.
    return sha256(secret.encode()).hexdigest()
