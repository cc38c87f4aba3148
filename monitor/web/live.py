"""Telling open pages that the store has changed, by server-sent events (HTML Standard, 9.2).

One watcher asks the store whoever many listen; it runs while anybody does. A stream ends when who
listens may no longer look, and at once when the server stops: browsers come back by themselves.
"""

from __future__ import annotations

import asyncio
from asyncio import Queue, Task, to_thread
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import structlog
from litestar import Litestar, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream
from sqlalchemy.exc import SQLAlchemyError

from monitor.access import Visitor
from monitor.store.stamps import Stamps
from monitor.web.looking import Events
from monitor.web.rendering import HEADERS
from monitor.web.visiting import Ask, Visitors

log = structlog.get_logger(__name__)

EVERY = 1.0
"""Seconds between two looks at the store."""

BEAT = 15.0
"""Seconds without anything to tell after which a line tells that we are still there."""

RIGHTS = 30.0
"""Seconds after which it is asked again whether somebody may still look."""

_TICK = 0.2  # seconds after which a stop is noticed
_AGAIN = 3000  # milliseconds after which a browser comes back
_STOPPING = "streams_stopping"
_CHANGED = b"event: changed\ndata: \n\n"
_STILL = b"event: still\ndata: \n\n"


def stop(app: Litestar) -> None:
    """Let every stream of an application end; from any thread."""
    app.state[_STOPPING] = True


@dataclass
class Live:
    """Streams of events for whoever looks; ``stamps`` tell whether the store has changed."""

    visitors: Visitors
    stamps: Stamps
    _listening: set[Queue[bytes | None]] = field(default_factory=set)
    _watcher: Task[None] | None = None
    _away: bool = False

    def handler(self, route: Events) -> HTTPRouteHandler:
        """Give the handler of an address where the changes are told."""

        @get(route.path, name=f"hear {route.path}", include_in_schema=False)
        async def hear(request: Ask) -> Response[Any]:
            if not await to_thread(self._may, route, request):
                return Response(b"", status_code=403, headers=dict(HEADERS))
            headers = {**HEADERS, "X-Accel-Buffering": "no"}  # nginx would hold it back
            return Stream(
                self._told(route, request), media_type="text/event-stream", headers=headers
            )

        return hear

    async def _told(self, route: Events, request: Ask) -> AsyncIterator[bytes]:
        told: Queue[bytes | None] = Queue()
        self._listening.add(told)
        if self._watcher is None or self._watcher.done():
            self._watcher = asyncio.create_task(self._watch(request.app))
        loop = asyncio.get_running_loop()
        asked = loop.time()
        try:
            yield f"retry: {_AGAIN}\n\n".encode() + _STILL
            while True:
                try:
                    event = await asyncio.wait_for(told.get(), BEAT)
                except TimeoutError:
                    event = _STILL
                if event is None:
                    return
                if loop.time() - asked > RIGHTS:
                    asked = loop.time()
                    if not await to_thread(self._may, route, request):
                        return
                yield event
        finally:
            self._listening.discard(told)

    async def _watch(self, app: Litestar) -> None:
        last = await to_thread(self._stamp)
        passed = 0.0
        while self._listening and not app.state.get(_STOPPING):
            await asyncio.sleep(_TICK)
            passed += _TICK
            if passed < EVERY:
                continue
            passed = 0.0
            stamp = await to_thread(self._stamp)
            if stamp is not None and stamp != last:
                last = stamp
                self._tell(_CHANGED)
        self._tell(None)

    def _tell(self, event: bytes | None) -> None:
        for told in self._listening:
            told.put_nowait(event)

    def _stamp(self) -> str | None:
        try:
            with self.visitors.store.read() as connection:
                stamp = self.stamps.of(connection)
        except SQLAlchemyError:  # it is told by the page itself, and by the health of the daemon
            if not self._away:  # once an outage: it is asked every few seconds
                log.warning("store_not_watched", exc_info=True)
            self._away = True
            return None
        self._away = False
        return stamp

    def _may(self, route: Events, request: Ask) -> bool:
        visitor: Visitor | None = self.visitors.board_of(request) if route.board else None
        visitor = visitor or self.visitors.of(request)
        return visitor is not None and (visitor.board or visitor.may(route.role))
