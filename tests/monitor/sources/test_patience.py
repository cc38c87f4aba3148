"""A server that is frozen: its connections stand, and it answers nothing."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from monitor.sources import SourceDown
from monitor.sources.server import Server
from tests.support.servers import server_url


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


def test_a_frozen_server_is_given_up_soon_after_the_time_out() -> None:
    url = make_url(server_url("postgresql")).set(database="postgres")
    with freezing(url.host or "127.0.0.1", url.port or 5432) as (port, frozen):
        near = url.set(drivername="postgresql+psycopg", host="127.0.0.1", port=port)
        server = Server(near, 2, ZoneInfo("Asia/Shanghai"))
        with server.reading() as connection:
            assert connection.exec_driver_sql("SELECT 1").scalar() == 1
        frozen.set()
        with pytest.raises(OperationalError) as told, server.reading() as connection:
            connection.exec_driver_sql("SELECT 1")
        assert isinstance(server.translate(told.value), SourceDown)
        frozen.clear()
        with server.reading() as connection:
            assert connection.exec_driver_sql("SELECT 1").scalar() == 1
        server.close()
