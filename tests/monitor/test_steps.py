"""The daemon's steps on their timer."""

from __future__ import annotations

import time
from pathlib import Path

import config
from monitor.daemon import Daemon
from tests.support.daemons import eventually
from tests.support.databases import fresh_database
from tests.support.stories import Hall
from tests.support.stories_settings import file_channel, settings_text


def test_a_step_that_fails_pauses_and_does_not_hold_up_a_stop(tmp_path: Path) -> None:
    path = tmp_path / "supervisor.toml"
    calls = []

    def fails() -> None:
        calls.append(time.monotonic())
        raise OSError("database or disk is full")

    with fresh_database("sqlite", tmp_path) as database:
        hall, out = Hall(database).database.url, file_channel(tmp_path / "out.jsonl")
        store = f"sqlite:///{tmp_path / 'duban.db'}"
        path.write_text(settings_text(store=store, hall=hall, channels=out), "utf-8")
        with Daemon(path, {}, config.load(path, {})) as daemon:
            daemon.every("odd", 0.05, fails)
            eventually(lambda: calls)
            time.sleep(0.5)
            assert len(calls) == 1
            leaving = time.monotonic()
    assert time.monotonic() - leaving < 4
