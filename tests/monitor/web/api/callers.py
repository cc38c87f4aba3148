"""Programs that call the API of a desk."""

from __future__ import annotations

from typing import Any

import httpx

from monitor import access
from monitor.store import accounts
from monitor.store.accounts import Token
from tests.support.desks import NOW, Desk

ROOT = "/api/v1"


def key_of(
    hall: Desk, role: str, *, regions: list[str] | None = None, kind: str = "api", **more: Any
) -> str:
    """Give the key of a new token."""
    key, hashed = access.new_key()
    given = {"departments": None, "expires_at": None, "revoked_at": None, **more}
    token = Token(
        *(0, kind, "平台", role, regions, given["departments"], "root", NOW),
        given["expires_at"],
        given["revoked_at"],
        None,
    )
    with hall.store.write() as connection:
        accounts.add_token(connection, token, hashed)
    return key


def caller(hall: Desk, role: str, *, regions: list[str] | None = None, **more: Any) -> httpx.Client:
    """Give a program with a key of its own."""
    key = key_of(hall, role, regions=regions, **more)
    headers = {"authorization": f"Bearer {key}", "accept-language": "zh-CN"}
    return httpx.Client(base_url=hall.origin + ROOT, headers=headers)
