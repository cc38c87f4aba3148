"""The daemon's steps on their timer."""

from __future__ import annotations

import time
from pathlib import Path
from socket import gethostname

import config
from monitor.daemon import Daemon
from monitor.store import audit_log
from monitor.store.store import Store
from tests.support.daemons import eventually
from tests.support.databases import fresh_database
from tests.support.stories import Hall
from tests.support.stories_settings import PROMISE, STATUTORY, file_channel, settings_text


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


def test_that_the_daemon_starts_reloads_and_stops_is_on_record(tmp_path: Path) -> None:
    path, url = tmp_path / "supervisor.toml", f"sqlite:///{tmp_path / 'duban.db'}"
    with fresh_database("sqlite", tmp_path) as database:
        hall, out = Hall(database).database.url, file_channel(tmp_path / "out.jsonl")
        path.write_text(settings_text(store=url, hall=hall, channels=out), "utf-8")
        with Daemon(path, {}, config.load(path, {})) as daemon:
            changed = settings_text(store=url, hall=hall, channels=out, limits=PROMISE + STATUTORY)
            path.write_text(changed, "utf-8")
            assert daemon.reload()
    with Store.open(url) as store, store.read() as connection:
        acts = [one.act for one in audit_log.of_object(connection, "daemon")]
    assert [act.act for act in acts] == ["daemon.start", "settings.reload", "daemon.stop"]
    assert {(act.who, act.origin) for act in acts} == {("duban", f"daemon:{gethostname()}")}
    assert acts[1].before == {"rules": acts[0].after["rules"]}
    assert acts[1].after != acts[1].before
