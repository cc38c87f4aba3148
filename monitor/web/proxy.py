"""What a reverse proxy says of a request, believed of those alone that the settings trust.

Of such a peer ``X-Forwarded-For`` tells the address of the browser, ``X-Forwarded-Proto`` whether
it came by https, and the header of the settings who signed in there. Of everybody else none of the
three is heard: whoever reaches us past the proxy could write them himself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import ip_address
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from config import Daemon
from config.web import Network

VOUCHED = "duban_vouched"
"""Where the scope of a request keeps the login for which a proxy vouches."""


def believing(app: ASGIApp, daemon: Callable[[], Daemon]) -> ASGIApp:
    """Give an application before which what trusted proxies say is put in its place.

    ``daemon`` gives the settings in force.
    """

    async def forwarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP:
            settle(scope, daemon())
        await app(scope, receive, send)

    return forwarded


def settle(scope: Any, settings: Daemon) -> None:
    """Write into the scope of a request what is believed of it."""
    scope.pop(VOUCHED, None)
    peer = scope["client"][0] if scope.get("client") else ""
    if not _within(peer, settings.trusted_proxies):
        return
    said = _values(scope, "x-forwarded-for")
    hops = [hop.strip() for value in said for hop in value.split(",")]
    # Each proxy writes whom it heard from at the end: what stands before the first address that we
    # do not trust was written by whoever has that address.
    for hop in reversed(hops):
        if not _is_address(hop):
            break
        peer = hop
        if not _within(hop, settings.trusted_proxies):
            break
    scope["client"] = (peer, 0)
    scheme = ",".join(_values(scope, "x-forwarded-proto")).rpartition(",")[2].strip()
    if scheme in ("http", "https"):
        scope["scheme"] = scheme
    if settings.user_header is not None:
        logins = _values(scope, settings.user_header.lower())
        if len(logins) == 1 and logins[0].strip():  # two: one of them is not the proxy's
            scope[VOUCHED] = logins[0].strip()


def _values(scope: Any, name: str) -> list[str]:
    found = []
    for key, value in scope["headers"]:
        if key.lower() == name.encode():
            try:
                found.append(value.decode())
            except UnicodeDecodeError:
                found.append(value.decode("latin-1"))
    return found


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _within(address: str, networks: Sequence[Network]) -> bool:
    if not networks or not _is_address(address):
        return False
    found = ip_address(address)
    mapped = getattr(found, "ipv4_mapped", None)  # what a socket of both kinds calls an IPv4 peer
    return any((mapped or found) in network for network in networks)
