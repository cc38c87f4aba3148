"""Posting over HTTP: one client a channel, answers and failures judged in one place."""

from __future__ import annotations

import asyncio
import logging
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

from notifiers.channel import ChannelBase, Seconds, SendError
from notifiers.words import cut, one_line

if TYPE_CHECKING:  # slow to import, and most commands send nothing: see where they are used
    import httpx

# httpx logs the whole URL of every request, and keys travel in URLs.
logging.getLogger("httpx").setLevel(logging.WARNING)

_URL = re.compile(r"https?://[^\s'\"]+")
_ALWAYS = {"accept": "*/*", "accept-encoding": "gzip, deflate", "user-agent": "duban"}
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})
_MOST_BYTES = 65_536  # of an answer: it is read for its verdict, not for its content


def _http_url(text: SecretStr) -> SecretStr:
    import httpx

    try:
        url = httpx.URL(text.get_secret_value())
    except httpx.InvalidURL:
        url = httpx.URL()
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
        """Give the error for this answer: 408, 425, 429 and 5xx are temporary, others final."""
        temporary = self.status in (408, 425, 429) or self.status >= 500
        return SendError(reason, permanent=not temporary, retry_after=self.retry_after)

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
        self._settings = settings
        self._transport: httpx.AsyncBaseTransport | None = None

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
        import httpx

        host = urlsplit(url).hostname
        try:
            async with asyncio.timeout(self._settings.timeout):
                return await self._receive(method, url, body, headers)
        except TimeoutError:
            reason = f"{host}: no answer within {self._settings.timeout:g} s"
            raise SendError(reason, permanent=False) from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            raise SendError(f"{host}: the address is not a valid URL", permanent=True) from None
        except (httpx.HTTPError, aiohttp.ClientError, OSError) as error:
            why = one_line(_URL.sub("(address)", str(error))) or type(error).__name__
            raise SendError(f"{host}: no answer: {cut(why, 200)}", permanent=False) from None

    async def close(self) -> None:
        """Close the connections; the next post opens new ones."""
        if self._transport is not None:
            transport, self._transport = self._transport, None
            await transport.aclose()

    async def _receive(
        self, method: str, url: str, body: bytes, headers: Mapping[str, str]
    ) -> Answer:
        import httpx

        if self._transport is None:
            self._transport = self._open()
        request = httpx.Request(method, url, headers={**_ALWAYS, **headers}, content=body)
        response = await self._transport.handle_async_request(request)
        try:
            received = b""
            async for chunk in response.aiter_bytes():
                received += chunk
                if len(received) >= _MOST_BYTES:
                    break
            return Answer(response.status_code, dict(response.headers), received[:_MOST_BYTES])
        finally:
            await response.aclose()

    def _open(self) -> httpx.AsyncBaseTransport:
        import httpx
        from httpx_aiohttp import AiohttpTransport

        # httpx's own pool slows down with many requests in flight (encode/httpx#3215). Its client
        # goes for redirects, cookies and logins, which we have not: a fifth of the time of a post.
        settings = self._settings
        verify = ssl.create_default_context(cafile=settings.ca_file) if settings.ca_file else True
        proxy = httpx.Proxy(settings.proxy.get_secret_value()) if settings.proxy else None
        return AiohttpTransport(verify=verify, proxy=proxy, trust_env=False)
