"""Which names we answer to: a page of another site that lets its name lead to us reads nothing.

DNS rebinding: a site has its own name resolve to our address, and its pages may then read what we
answer to that name. So we answer to names of ours alone. An address in figures is nobody's name.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from ipaddress import ip_address
from socket import getfqdn, gethostname
from typing import Any
from urllib.parse import urlsplit

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from config import Daemon

_FOR_ANYBODY = "/healthz"  # it says no more than whether we are well
_REFUSAL = (
    "不以这个主机名服务；请写入 daemon.hosts（或 daemon.desk_url）\n"
    "This host name is not served; add it to daemon.hosts (or daemon.desk_url)\n"
).encode()


def only_ours(app: ASGIApp, daemon: Callable[[], Daemon]) -> ASGIApp:
    """Return an application that answers to our names alone, to others with 421.

    Section 15.5.20 of RFC 9110: misdirected request.

    ``daemon`` returns the settings in force.
    """

    async def named(scope: Scope, receive: Receive, send: Send) -> None:
        open_to_all = scope["type"] != ScopeType.HTTP or scope["path"] == _FOR_ANYBODY
        if open_to_all or all(is_ours(said, daemon()) for said in _hosts(scope)):
            await app(scope, receive, send)
            return
        headers = [(b"content-type", b"text/plain; charset=utf-8")]
        start: Any = {"type": "http.response.start", "status": 421, "headers": headers}
        end: Any = {"type": "http.response.body", "body": _REFUSAL}
        await send(start)
        await send(end)

    return named


def is_ours(host: str, daemon: Daemon) -> bool:
    """Return whether ``host``, as a request names it, is an address, or a name of ours."""
    name = _name(host)
    try:
        ip_address(name)
    except ValueError:
        addresses = (f"//{daemon.http}", daemon.desk_url, daemon.base_url)
        said = {urlsplit(one).hostname for one in addresses if one}
        return name in said | _of_this_machine() | {one.lower() for one in daemon.hosts}
    return True


def _name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


@cache
def _of_this_machine() -> frozenset[str]:
    return frozenset({"localhost", gethostname().lower(), getfqdn().lower()})


def _hosts(scope: Any) -> list[str]:
    return [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
