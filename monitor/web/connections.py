"""Connections of browsers that are slow or many: how long a request may take to come, and how many.

uvicorn waits for ever for the rest of a request. Here a connection is closed whose request does not
come in time, and at once where there are more than there is room for, so that file descriptors are
left for the store and the sources.
"""

from __future__ import annotations

import asyncio
import resource
from asyncio import AbstractEventLoop, BaseTransport, TimerHandle
from typing import Any

import h11
import structlog
from uvicorn.protocols.http.h11_impl import H11Protocol

log = structlog.get_logger(__name__)

HEAD_WITHIN = 20.0
"""Seconds in which the head of a request has to come."""

BODY_WITHIN = 60.0
"""Seconds in which its body has to come."""

MOST = 1000
"""Connections at a time, at most; never more than half the file descriptors of the process."""

_EVERY = 60.0  # seconds between two lines about the same fault


def room() -> int:
    """Return how many connections there is room for."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST if soft == resource.RLIM_INFINITY else max(min(MOST, soft // 2), 1)


class TimedProtocol(H11Protocol):
    """HTTP/1.1 with a time within which a request has to come."""

    _deadline: TimerHandle | None = None
    _in_body = False

    def connection_made(self, transport: BaseTransport) -> None:
        """Begin to wait for a request, or close at once where there is no room."""
        super().connection_made(transport)  # type: ignore[arg-type]
        if len(self.connections) > room():
            self.transport.abort()
        else:
            self._close_in(HEAD_WITHIN)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._close_in(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what has come, and wait for what is still to come of the request."""
        super().data_received(data)
        state = self.conn.their_state
        if state is h11.SEND_BODY:
            if not self._in_body:
                self._close_in(BODY_WITHIN)
            self._in_body = True
            return
        if state is not h11.IDLE:  # the whole request is there
            self._close_in(None)
        elif self._deadline is None or self._in_body:  # the head of the next one has begun
            self._close_in(HEAD_WITHIN)
        self._in_body = False

    def _close_in(self, seconds: float | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = None if seconds is None else self.loop.call_later(seconds, self._late)

    def _late(self) -> None:
        self._deadline = None
        self.transport.abort()


class Folded:
    """Logs faults of an event loop, each kind at most once a minute with how often it came."""

    def __init__(self) -> None:
        self._told: dict[str, float] = {}
        self._more: dict[str, int] = {}

    def __call__(self, loop: AbstractEventLoop, context: dict[str, Any]) -> None:
        """Take a fault as :meth:`asyncio.loop.set_exception_handler` gives it."""
        message = str(context.get("message", ""))
        now = loop.time()
        if now - self._told.get(message, -_EVERY) < _EVERY:
            self._more[message] = self._more.get(message, 0) + 1
            return
        self._told[message] = now
        error = context.get("exception")
        log.error(
            "web_failed",
            reason=message,
            error=repr(error) if error is not None else "",
            more=self._more.pop(message, 0),
        )


def fold_faults() -> None:
    """Let the faults of the running event loop go to the log folded, not each as it comes."""
    asyncio.get_running_loop().set_exception_handler(Folded())
