"""The server that the daemon runs."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import socket
import time

import pytest
from structlog.testing import capture_logs

from monitor.web import connections
from monitor.web.connections import Folded
from tests.support.desks import Desk


def test_an_answer_on_a_kept_connection_is_not_held_back(hall: Desk) -> None:
    url = hall.browser.base_url
    connection = http.client.HTTPConnection(url.host, url.port or 80, timeout=60)
    took = []
    for _ in range(12):
        begun = time.perf_counter()
        connection.request("GET", "/sign-in")
        connection.getresponse().read()
        took.append(time.perf_counter() - begun)
    connection.close()
    # Held back, it takes the 40 ms after which Linux acknowledges; alone it takes a few.
    assert min(took[4:]) < 0.03


def opened(hall: Desk) -> socket.socket:
    url = hall.browser.base_url
    return socket.create_connection((url.host, url.port or 80), timeout=30)


@pytest.mark.parametrize(
    ("setting", "sent"),
    [
        ("HEAD_WITHIN", b""),
        ("HEAD_WITHIN", b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\n"),
        (
            "BODY_WITHIN",
            b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nlogin=",
        ),
    ],
)
def test_half_a_request_does_not_keep_a_connection(
    hall: Desk, monkeypatch: pytest.MonkeyPatch, setting: str, sent: bytes
) -> None:
    monkeypatch.setattr(connections, setting, 0.1)
    with opened(hall) as slow:
        slow.sendall(sent)
        with contextlib.suppress(ConnectionResetError):
            assert slow.recv(1000) == b""


def test_the_head_of_a_later_request_has_a_time_as_well(
    hall: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(hall) as slow:
        slow.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert slow.recv(10_000).startswith(b"HTTP/1.1 200")
        monkeypatch.setattr(connections, "HEAD_WITHIN", 0.1)
        slow.sendall(b"GET /healthz HTTP/1.1\r\n")
        try:
            while slow.recv(10_000):
                pass
        except ConnectionResetError:
            pass


def test_more_connections_than_there_is_room_for_are_closed_at_once(
    hall: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MOST", 3)
    held = [opened(hall) for _ in range(3)]
    with opened(hall) as one_more:
        try:
            one_more.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert one_more.recv(1000) == b""
        except ConnectionError:
            pass
    for one in held:
        one.close()


def test_like_faults_beneath_the_pages_are_one_line_a_minute() -> None:
    loop = asyncio.new_event_loop()
    folded = Folded()
    with capture_logs() as lines:
        for _ in range(1000):
            folded(loop, {"message": "out of system resource", "exception": OSError(24, "x")})
        folded(loop, {"message": "another"})
    loop.close()
    assert [one["reason"] for one in lines] == ["out of system resource", "another"]
