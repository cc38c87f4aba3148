"""Links in messages that are good for one act: acknowledging, once, within a day of sending.

A link names a delivery, and is signed with the store's secret and the delivery's own key: it is
good for what that message was about and for whoever it was sent to, and cannot be made by anybody
who does not know the secret. What it was used for is on record; it can never reply.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from itsdangerous import BadSignature, Signer
from sqlalchemy import Connection

from config import Settings
from monitor.store import delivery_queue, meta
from monitor.store.deliveries import Delivery
from notifiers import Kind
from rules.instants import HOUR, SECOND

LIFE = 24 * HOUR
"""How long a link is good, from the sending of its message, in microseconds."""

PATH = "/links/"
"""Where the links are served, behind the base URL."""

_SECRET = "link_secret"  # the key under which the store keeps it  # noqa: S105
_KINDS = (Kind.OVERDUE, Kind.ESCALATION)
_ORDER_EVENTS = ("issued", "reminder", "overdue")


class Bad(StrEnum):
    """What is wrong with a link."""

    UNKNOWN = "unknown"  # cut short, changed, or made by somebody else
    EXPIRED = "expired"


class BadLinkError(Exception):
    """A link that may do nothing."""

    def __init__(self, why: Bad) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True)
class Link:
    """What a link is about: the delivery with its notice, and the instant at which it expires.

    Exactly one of ``alert_id`` and ``order_no`` says what may be acknowledged.
    """

    key: str
    person: str
    alert_id: int | None
    order_no: str | None
    context: Mapping[str, Any]
    expires_at: int


@dataclass(frozen=True, slots=True)
class Links:
    """Makes links: the base URL under which phones reach the daemon, and the secret."""

    base_url: str
    secret: str

    @classmethod
    def of(cls, connection: Connection, settings: Settings) -> Links | None:
        """Give what makes the links of these settings; ``None`` where they want none.

        In a transaction that writes: where neither they nor the store have a secret, it makes one.
        """
        base = settings.daemon.base_url
        if base is None:
            return None
        secret = secret_of(connection, settings)
        return cls(base.rstrip("/"), secret or meta.keep(connection, _SECRET, token_urlsafe(32)))

    def offered(self, one: Delivery, now: int) -> dict[str, str]:
        """Give the links of a message that is sent at ``now``: ``ack`` where it asks for that."""
        order = one.context.get("order") or {}
        if one.kind == Kind.ORDER:
            asked = order.get("event") in _ORDER_EVENTS and order.get("ack_by_text")
        else:
            asked = one.kind in _KINDS and one.alert_id is not None
        if not asked or one.person is None:
            return {}
        token = sign(self.secret, one.id, one.key, now + LIFE)
        return {"ack": f"{self.base_url}{PATH}{token}"}


def secret_of(connection: Connection, settings: Settings) -> str | None:
    """Give the secret of the settings, or else that of the store; ``None`` before it has one."""
    if settings.daemon.secret is not None:
        return settings.daemon.secret.get_secret_value()
    secret: str | None = meta.get(connection, _SECRET)
    return secret


def sign(secret: str, delivery_id: int, key: str, expires_at: int) -> str:
    """Give the token of a delivery; ``expires_at`` is an instant, rounded to a second."""
    return _signer(secret, key).sign(f"{delivery_id}.{expires_at // SECOND}").decode()


def read(connection: Connection, settings: Settings, token: str, now: int) -> Link:
    """Give what a token stands for.

    Raises:
        BadLinkError: it is none of ours, or is good no longer.
    """
    secret, row = secret_of(connection, settings), _delivery(connection, token)
    if secret is None or row is None:
        raise BadLinkError(Bad.UNKNOWN)
    try:
        signed = _signer(secret, row.key).unsign(token).decode()
    except BadSignature:
        raise BadLinkError(Bad.UNKNOWN) from None
    expires_at = int(signed.partition(".")[2]) * SECOND
    if expires_at <= now:
        raise BadLinkError(Bad.EXPIRED)
    no = (row.context.get("order") or {}).get("no") if row.kind == Kind.ORDER else None
    alert_id = None if no else row.alert_id
    return Link(row.key, row.person or "", alert_id, no, row.context, expires_at)


def _delivery(connection: Connection, token: str) -> Delivery | None:
    number = token.partition(".")[0]
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        return None
    return next(iter(delivery_queue.taken(connection, [int(number)])), None)


def _signer(secret: str, key: str) -> Signer:
    # The key of the delivery is part of it: a store that was restored may give an id anew.
    return Signer(secret, salt=f"duban.link.ack.{key}", key_derivation="hmac", digest_method=sha256)
