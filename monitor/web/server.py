"""Serving the application from a thread of the daemon."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn
from litestar import Litestar
from litestar.types import ASGIApp

from monitor.web import live
from monitor.web.connections import TimedProtocol, fold_faults


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the daemon: uvicorn would take SIGTERM for itself."""
        yield

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve, with what fails beneath the application in the log of the daemon."""
        fold_faults()
        await super().serve(sockets)


class WebServer:
    """An HTTP server for an application, in a thread with an event loop of its own.

    Args:
        app: the application.
        address: ``HOST:PORT``; port 0 takes any free one.
        before: puts something before the application, such as what proxies say.

    Raises:
        OSError: the address cannot be listened at.
    """

    def __init__(
        self, app: Litestar, address: str, before: Callable[[ASGIApp], ASGIApp] = lambda app: app
    ) -> None:
        host, _, port = address.rpartition(":")
        name = host.strip("[]")
        self._app = app
        self._socket = socket.create_server(
            (name, int(port)), family=socket.AF_INET6 if ":" in name else socket.AF_INET
        )
        # Or the second part of an answer waits for the first to be acknowledged: 40 ms on Linux.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._server = _Server(
            uvicorn.Config(
                before(app),
                log_config=None,
                access_log=False,
                proxy_headers=False,  # uvicorn would believe whoever is on this machine
                timeout_graceful_shutdown=2,
                http=TimedProtocol,
                ws="none",
                backlog=128,  # asyncio tries so often in a row where file descriptors have run out
            )
        )
        self._thread = Thread(
            target=self._server.run, args=([self._socket],), name="web", daemon=True
        )

    @property
    def url(self) -> str:
        """Where it listens."""
        host, port = self._socket.getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self) -> None:
        """Serve no more; requests in hand get two seconds, and streams of events end at once."""
        live.stop(self._app)
        self._server.should_exit = True
        self._thread.join(timeout=5)
        self._socket.close()
