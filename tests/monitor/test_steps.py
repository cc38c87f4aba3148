"""The daemon's steps on their timer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import gethostname
from urllib.request import Request, urlopen

import pytest

import config
from monitor import daemon as daemons
from monitor.daemon import Daemon
from monitor.store import audit_log
from monitor.store.store import Store
from tests.support.daemons import eventually, service_manager
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


def test_an_empty_settings_file_changes_nothing_at_a_reload(tmp_path: Path) -> None:
    with a_daemon(tmp_path) as daemon:
        before = daemon.pipeline.rules
        daemon.path.write_text("", "utf-8")
        assert not daemon.reload()
        assert daemon.pipeline.rules is before
        assert b"duban_settings_faulty 1.0" in daemon.metrics.text()


def test_metrics_answer_without_the_store_and_say_so(tmp_path: Path) -> None:
    with a_daemon(tmp_path) as daemon:
        assert b"duban_store_up 1.0" in daemon.metrics.text()
        with daemon.store.write() as connection:
            connection.exec_driver_sql("DROP TABLE silences")
        text = daemon.metrics.text()
    assert b"duban_store_up 0.0" in text
    assert b"duban_step_errors_total" in text
    assert b"duban_open_cases{" not in text


def test_a_daemon_whose_rounds_all_fail_is_neither_well_nor_ready_but_is_not_restarted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daemons, "_SILENT", 0.2)
    monkeypatch.setattr(daemons, "_FAILING", 0.1)

    def fails() -> None:
        raise OSError("database or disk is full")

    with service_manager(tmp_path) as (address, messages), a_daemon(tmp_path) as daemon:
        monkeypatch.setenv("NOTIFY_SOCKET", str(address))
        daemon.every("odd", 0.05, fails)
        eventually(lambda: "odd" in daemon.alive().grounds)
        assert "every round fails" in daemon.alive().grounds["odd"]
        assert not daemon.alive().well
        assert not daemon.ready().well
        monkeypatch.setattr(daemons, "_SILENT", 120.0)
        daemon._beat()
        assert "WATCHDOG=1" in messages()


@pytest.mark.parametrize("path", ["/metrics", "/healthz"])
def test_pages_for_machines_answer_head(tmp_path: Path, path: str) -> None:
    with a_daemon(tmp_path) as daemon:
        asked = Request(daemon.web.url + path, method="HEAD")
        with urlopen(asked, timeout=10) as answer:
            assert (answer.status, answer.read()) == (200, b"")


@contextmanager
def a_daemon(folder: Path) -> Iterator[Daemon]:
    """Run a daemon over an empty hall."""
    path = folder / "supervisor.toml"
    with fresh_database("sqlite", folder) as database:
        hall, out = Hall(database).database.url, file_channel(folder / "out.jsonl")
        store = f"sqlite:///{folder / 'duban.db'}"
        path.write_text(settings_text(store=store, hall=hall, channels=out), "utf-8")
        with Daemon(path, {}, config.load(path, {})) as daemon:
            yield daemon


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
