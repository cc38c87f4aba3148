"""Access tokens: fetched once, kept until shortly before they end, fetched anew when refused."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

_MARGIN = 300.0  # seconds before its end at which a token is not used any more

Fetch = Callable[[], Awaitable[tuple[str, float]]]
"""Asks the vendor for a token; gives it and the seconds for which it holds."""


class AccessToken:
    """The token of one application, shared by all messages that are under way.

    Vendors block who asks for tokens too often, so however many messages need one or find it
    refused at the same time, it is asked for once.
    """

    def __init__(self, fetch: Fetch, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._token = ""
        self._until = 0.0
        self._turn = asyncio.Lock()

    async def get(self) -> str:
        """Give the token.

        Raises:
            SendError: the vendor gave none.
        """
        async with self._turn:
            if not self._token or self._clock() >= self._until:
                self._token, seconds = await self._fetch()
                self._until = self._clock() + max(0.0, seconds - _MARGIN)
            return self._token

    def refused(self, token: str) -> None:
        """Forget a token that the vendor refused, unless a newer one has taken its place."""
        if token == self._token:
            self._token = ""
