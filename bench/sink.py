"""A receiver of webhooks in a process of its own, which answers at once and counts."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from threading import Thread


@contextmanager
def sink() -> Iterator[tuple[str, Callable[[], int]]]:
    """Start a receiver; give its URL, and what tells how many different messages arrived."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(there,))
    process.start()
    there.close()
    url: str = here.recv()

    def received() -> int:
        here.send("how many")
        count: int = here.recv()
        return count

    try:
        yield url, received
    finally:
        here.close()
        process.join()


def _serve(asked: Connection) -> None:
    keys: set[str] = set()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # connections are kept

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            keys.add(self.headers["webhook-id"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        asked.send(f"http://127.0.0.1:{server.server_address[1]}/")
        try:
            while asked.recv():
                asked.send(len(keys))
        except EOFError:
            server.shutdown()
