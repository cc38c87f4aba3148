"""The events that a wall hears: that something changed, and that we are still there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from monitor.web import live
from tests.monitor.web.boards import board_key, put
from tests.support.desks import Desk


@contextmanager
def listening(hall: Desk, **query: str) -> Iterator[Iterator[str]]:
    """Give the names of the events that a browser hears, as they come."""
    with hall.browser.stream("GET", "/wall/events", params=query, timeout=10) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = (line for line in answer.iter_lines() if line.startswith("event: "))
        yield (line.removeprefix("event: ") for line in lines)


def test_a_change_is_told(hall: Desk) -> None:
    with listening(hall, board=board_key(hall)) as events:
        assert next(events) == "still"
        time.sleep(1.5 * live.EVERY)  # the watcher has seen how all stood
        begun = time.monotonic()
        put(hall, "E-1", level="red")
        assert next(events) == "changed"
        assert time.monotonic() - begun < 2 * live.EVERY + 1


def test_nothing_is_told_while_nothing_changes(hall: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "EVERY", 0.2)
    key = board_key(hall)
    hall.look("/wall", board=key)  # from now on it is not noted that the key was used
    monkeypatch.setattr(live, "BEAT", 1.5)
    with listening(hall, board=key) as events:
        assert [next(events), next(events)] == ["still", "still"]


def test_one_watcher_serves_all_who_listen(hall: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    stamp = live.Live._stamp

    def counted(self: live.Live) -> str | None:
        asked.append(time.monotonic())
        return stamp(self)

    monkeypatch.setattr(live.Live, "_stamp", counted)
    with ExitStack() as stack:
        key = board_key(hall)
        heard = [stack.enter_context(listening(hall, board=key)) for _ in range(5)]
        for events in heard:
            next(events)
        time.sleep(1.5 * live.EVERY)
        put(hall, "E-1", level="red")
        assert [next(events) for events in heard] == ["changed"] * 5
    assert len(asked) < 8


def test_the_events_are_for_a_key_or_whoever_is_signed_in(hall: Desk) -> None:
    assert hall.look("/wall/events").status_code == 403
    assert hall.look("/wall/events", board="dbn_nothing").status_code == 403
    hall.sign_in()
    with listening(hall) as events:
        assert next(events) == "still"


def test_a_key_that_was_revoked_hears_no_more(hall: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "RIGHTS", 0.0)
    monkeypatch.setattr(live, "BEAT", 0.2)
    with listening(hall, board=board_key(hall)) as events:
        next(events)
        next(events)
        with hall.store.write() as connection:
            connection.exec_driver_sql("UPDATE tokens SET revoked_at = 1")
        list(events)  # it ends


def test_a_session_that_ended_hears_no_more(hall: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "RIGHTS", 0.0)
    monkeypatch.setattr(live, "BEAT", 0.2)
    hall.sign_in()
    with listening(hall) as events:
        next(events)
        hall.now += 13 * 3_600_000_000
        list(events)  # it ends


def test_rights_are_asked_for_again_within_a_minute() -> None:
    assert live.RIGHTS + live.BEAT < 60


def test_a_server_with_open_streams_stops_at_once(hall: Desk) -> None:
    with ExitStack() as stack:
        key = board_key(hall)
        heard = [stack.enter_context(listening(hall, board=key)) for _ in range(6)]
        for events in heard:
            next(events)
        begun = time.monotonic()
        hall.server.stop()
        took = time.monotonic() - begun
        assert took < 1.5
        for events in heard:
            assert list(events) == []
    with pytest.raises(httpx.HTTPError):
        hall.look("/wall")
