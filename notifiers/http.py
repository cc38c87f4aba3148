"""Posting over HTTP: one client a channel, answers and failures judged in one place."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr
from yarl import URL

from notifiers.channel import ChannelBase, Seconds, SendError
from notifiers.words import cut, one_line

if TYPE_CHECKING:  # slow to import, and most commands send nothing: see where they are used
    import aiohttp

_URL = re.compile(r"https?://[^\s'\"]+")
_ALWAYS = {"accept": "*/*", "accept-encoding": "gzip, deflate", "user-agent": "duban"}
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})
FINAL = (410, 413)
"""Statuses that say themselves that trying again is no use: gone for good, and too large."""

_MOST_BYTES = 65_536  # of an answer: it is read for its verdict, not for its content


def _http_url(text: SecretStr) -> SecretStr:
    try:
        url = URL(text.get_secret_value())
    except ValueError:
        url = URL()
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError("expected an address such as https://gateway.example.gov.cn/path")
    return text


SecretUrl = Annotated[SecretStr, AfterValidator(_http_url)]
"""An http(s) address that may hold a password or a token, so it is never shown."""


class HttpSettings(ChannelBase):
    """Settings that channels over HTTP share.

    Attributes:
        timeout: seconds that one attempt may take in all.
        proxy: address of an HTTP proxy.
        ca_file: PEM file of the authorities to trust instead of the public ones.
    """

    timeout: Seconds = 10.0
    proxy: SecretUrl | None = None
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the receiver answered: the status, headers by lower-case name, and the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def retry_after(self) -> float | None:
        """Seconds to wait by ``Retry-After`` (RFC 9110 section 10.2.3); ``None`` without one.

        A date counts from the receiver's own ``Date``, so that our clock does not matter.
        """
        text = self.headers.get("retry-after", "")
        if text.isascii() and text.isdigit():
            return float(text)
        try:
            until, since = (parsedate_to_datetime(t) for t in (text, self.headers["date"]))
            return max(0.0, (until - since).total_seconds())
        except (ValueError, KeyError, TypeError):
            return None

    def refuse(self, reason: str) -> SendError:
        """Return the error for this answer: final where it is one of :data:`FINAL`.

        Any other may be that of a gateway, a login page or a deployment in between, and pass.
        """
        return SendError(reason, permanent=self.status in FINAL, retry_after=self.retry_after)

    def require_success(self) -> None:
        """Raise unless the status is 2xx.

        Raises:
            SendError: another status. A redirect is an error too: following it would hand the
                message to somebody who is not in the settings.
        """
        if 200 <= self.status < 300:
            return
        moved = " (a redirect, not followed: set the final address)" if self.status < 400 else ""
        raise self.refuse(f"HTTP {self.status}{moved}")


class Poster:
    """Posts for one channel, over connections that stay open between messages."""

    def __init__(self, settings: HttpSettings) -> None:
        import aiohttp  # noqa: F401  # or the first message would have to wait for it

        self._settings = settings
        self._session: aiohttp.ClientSession | None = None

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post ``body`` to ``url`` and give the answer, whatever its status.

        Raises:
            SendError: there was no answer. It never shows more of the URL than the host, because
                keys travel in paths and queries.
        """
        return await self._ask("POST", url, body, headers)

    async def get(self, url: str, headers: Mapping[str, str] = _NO_HEADERS) -> Answer:
        """Ask ``url`` and give the answer, whatever its status.

        Raises:
            SendError: there was no answer; the same as for :meth:`post`.
        """
        return await self._ask("GET", url, b"", headers)

    async def _ask(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        import aiohttp

        host = urlsplit(url).hostname
        try:
            async with asyncio.timeout(self._settings.timeout):
                return await self._receive(method, url, body, headers)
        except TimeoutError:
            reason = f"{host}: no answer within {self._settings.timeout:g} s"
            raise SendError(reason, permanent=False) from None
        except aiohttp.InvalidURL:
            raise SendError(f"{host}: the address is not a valid URL", permanent=True) from None
        except (aiohttp.ClientError, OSError) as error:
            why = one_line(_URL.sub("(address)", str(error))) or type(error).__name__
            raise SendError(f"{host}: no answer: {cut(why, 200)}", permanent=False) from None

    async def close(self) -> None:
        """Close the connections; the next post opens new ones."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def _receive(
        self, method: str, url: str, body: bytes, headers: Mapping[str, str]
    ) -> Answer:
        if self._session is None:
            self._session = self._open()
        asked = self._session.request(
            method, url, data=body or None, headers=headers, allow_redirects=False
        )
        async with asked as response:
            received = b""
            async for chunk in response.content.iter_any():
                received += chunk
                if len(received) >= _MOST_BYTES:
                    break  # what is left unread closes the connection
            told = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status, told, received[:_MOST_BYTES])

    def _open(self) -> aiohttp.ClientSession:
        import aiohttp

        # httpx, which asks for everything else, slows down with many requests in flight
        # (encode/httpx#3215), and over aiohttp as its transport takes twice the time of a post.
        settings = self._settings
        verify = ssl.create_default_context(cafile=settings.ca_file) if settings.ca_file else True
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=verify, limit=0),  # as many as are sent at once
            headers=_ALWAYS,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None),  # that of the settings holds for all of it
            proxy=settings.proxy.get_secret_value() if settings.proxy else None,
            trust_env=False,
        )
