"""A way to a server on which the server can be frozen: it takes everything and answers nothing."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread


@contextmanager
def freezing(host: str, port: int) -> Iterator[tuple[int, Event]]:
    """Forward to a server until the event is set; from then on nothing comes back."""
    frozen = Event()

    def forward(one: socket.socket, other: socket.socket, *, back: bool) -> None:
        while data := receive(one):
            if not (back and frozen.is_set()):
                with suppress(OSError):  # the other side has gone
                    other.sendall(data)

    def receive(one: socket.socket) -> bytes:
        try:
            return one.recv(65536)
        except OSError:
            return b""

    def accept() -> None:
        while True:
            try:
                near, _ = listening.accept()
            except OSError:
                return
            far = socket.create_connection((host, port))
            open_now.extend((near, far))
            for one, other, back in ((near, far, False), (far, near, True)):
                thread = Thread(target=forward, args=(one, other), kwargs={"back": back})
                thread.daemon = True
                thread.start()

    open_now: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield listening.getsockname()[1], frozen
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            for one in open_now:
                one.close()
