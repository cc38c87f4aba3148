"""The daemon as its operator meets it: signals, pages, and the service manager."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import create_engine, select
from sqlalchemy.pool import NullPool

from monitor.store import tables
from tests.support.daemons import (
    DUBAN,
    ENVIRONMENT,
    Daemon,
    duban,
    eventually,
    running,
    service_manager,
)
from tests.support.databases import fresh_database
from tests.support.sinks import Reply, http_sink
from tests.support.stories import Hall
from tests.support.stories_settings import (
    HANDLER_ONLY,
    PROMISE,
    SHANGHAI,
    SOURCE,
    SYSTEM,
    file_channel,
    settings_text,
    webhook,
)

pytestmark = pytest.mark.slow


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    """Give a hall with one case that is long overdue."""
    with fresh_database("sqlite", tmp_path) as database:
        made = Hall(database)
        made.accept("A1", at=long_ago(), days=1)
        yield made


def long_ago() -> str:
    return f"{datetime.now(SHANGHAI) - timedelta(days=40):%Y-%m-%d %H:%M:%S}"


def write_settings(folder: Path, hall: Hall, **given: str) -> Path:
    """Write the settings of a daemon that reads its hall all the time."""
    plain = {
        "store": "sqlite:///duban.db",
        "hall": hall.database.url,
        "channels": file_channel(folder / "notices.jsonl"),
        "source": 'poll_every = "0.2s"',
        # The daemon goes by the real clock, at whatever hour the tests run.
        "policies": SYSTEM + HANDLER_ONLY.replace("}]", ", at_any_hour = true }]"),
    }
    path = folder / "supervisor.toml"
    path.write_text(settings_text(**{**plain, **given}), "utf-8")
    return path


def deliveries(folder: Path) -> list[tuple[str, int]]:
    """Give the state and the attempts of each delivery in the daemon's store."""
    engine = create_engine(f"sqlite:///{folder / 'duban.db'}", poolclass=NullPool)
    d = tables.deliveries.c
    with engine.connect() as connection:
        return [
            (row.state, row.attempts) for row in connection.execute(select(d.state, d.attempts))
        ]


def told(folder: Path) -> list[str]:
    file = folder / "notices.jsonl"
    return file.read_text("utf-8").splitlines() if file.exists() else []


def test_pages_for_machines_tell_how_it_is(tmp_path: Path, hall: Hall) -> None:
    with running(write_settings(tmp_path, hall)) as daemon:
        eventually(lambda: told(tmp_path))
        assert daemon.get("/healthz")[0] == 200
        assert json.loads(daemon.get("/healthz")[1])["status"] == "ok"
        eventually(lambda: daemon.get("/readyz")[0] == 200)
        samples = {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(daemon.get("/metrics")[1])
            for sample in family.samples
        }
        assert all(family.startswith(("duban_", "process_", "python_")) for family, _ in samples)
        assert samples["duban_rows_read_total", (("source", "hall"),)] >= 1
        sent = (("channel", "out"), ("result", "sent"))
        assert samples["duban_deliveries_total", sent] == 1
        assert daemon.stop() < 5
        assert daemon.process.returncode == 0


def test_metrics_have_help_and_one_type_each_and_counters_end_in_total(
    tmp_path: Path, hall: Hall
) -> None:
    with running(write_settings(tmp_path, hall)) as daemon:
        families = list(text_string_to_metric_families(daemon.get("/metrics")[1]))
        daemon.stop()
    assert len({family.name for family in families}) == len(families)
    for family in families:
        assert family.documentation, family.name
        assert family.type in ("counter", "gauge", "histogram", "info")
        if family.type == "counter":
            assert {s.name.rpartition("_")[2] for s in family.samples} <= {"total", "created"}


def test_it_is_not_ready_before_its_source_was_tried(tmp_path: Path) -> None:
    with fresh_database("postgresql", tmp_path) as database:
        settings = write_settings(tmp_path, Hall(database), sources=slow_source())
        with running(settings) as daemon:
            status, text = daemon.get("/readyz")
            assert status == 503
            assert json.loads(text)["checks"] == {"source hall": "not read yet"}
            assert daemon.get("/healthz")[0] == 200


def slow_source() -> str:
    """Read the hall by a query that takes a minute."""
    query = 'query = "SELECT c.* FROM cases c, pg_sleep(60)"\n'
    return SOURCE.partition("[source.pauses]")[0].replace('table = "cases"\n', query)


def test_a_stop_while_a_receiver_is_slow_leaves_the_message_due(tmp_path: Path, hall: Hall) -> None:
    with http_sink(lambda request: Reply(204, delay=12)) as sink:
        settings = write_settings(tmp_path, hall, channels=webhook(sink.url, timeout=30))
        with running(settings) as daemon:
            eventually(lambda: sink.requests)
            assert daemon.stop() < 10
            assert daemon.process.returncode == 0
            assert daemon.log("daemon_stopped")[0]["clean"] is False
    assert deliveries(tmp_path) == [("pending", 0)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_message_that_is_on_its_way_is_recorded_before_the_end(
    tmp_path: Path, hall: Hall, number: signal.Signals
) -> None:
    with http_sink(lambda request: Reply(204, delay=1.5)) as sink:
        settings = write_settings(tmp_path, hall, channels=webhook(sink.url))
        with running(settings) as daemon:
            eventually(lambda: sink.requests)
            daemon.stop(number)
            assert daemon.process.returncode == 0
            assert daemon.log("daemon_stopped")[0]["clean"] is True
    assert deliveries(tmp_path) == [("sent", 1)]


def test_a_stop_does_not_wait_for_a_slow_source(tmp_path: Path) -> None:
    with fresh_database("postgresql", tmp_path) as database:
        hall = Hall(database)
        hall.accept("A1", at=long_ago(), days=1)
        settings = write_settings(tmp_path, hall, sources=slow_source())
        with running(settings) as daemon:
            assert daemon.url
            time.sleep(1)
            assert daemon.stop() < 10
            assert daemon.process.returncode == 0


def test_a_visitor_who_stays_does_not_make_a_stop_longer(tmp_path: Path, hall: Hall) -> None:
    with http_sink(lambda request: Reply(204, delay=12)) as sink:
        settings = write_settings(tmp_path, hall, channels=webhook(sink.url, timeout=30))
        with running(settings) as daemon:
            eventually(lambda: sink.requests)
            address = urlsplit(daemon.url)
            visitor = http.client.HTTPConnection(address.hostname or "", address.port)
            with closing(visitor):
                visitor.putrequest("POST", "/metrics")
                visitor.putheader("content-length", "10")
                visitor.endheaders()  # and never the body
                assert daemon.stop() < 9
            assert daemon.process.returncode == 0


def test_good_settings_are_put_in_force_on_sighup(tmp_path: Path, hall: Hall) -> None:
    hall.accept("A2", at=long_ago(), days=1000)
    settings = write_settings(tmp_path, hall)
    with running(settings) as daemon:
        eventually(lambda: told(tmp_path))
        short = PROMISE.replace('warning = "2 working', 'warning = "995 working')
        write_settings(tmp_path, hall, limits=short)
        daemon.reload()
        eventually(lambda: daemon.log("settings_reloaded"))
        eventually(lambda: len(told(tmp_path)) == 2)
        assert json.loads(told(tmp_path)[1])["context"]["case"]["no"] == "A2"
        daemon.stop()
        assert daemon.process.returncode == 0


def test_faulty_settings_are_refused_on_sighup_and_the_old_ones_kept(
    tmp_path: Path, hall: Hall
) -> None:
    settings = write_settings(tmp_path, hall)
    with running(settings) as daemon:
        eventually(lambda: told(tmp_path))
        settings.write_text(
            settings.read_text("utf-8").replace('until = "closed_at"', 'untli = "closed_at"'),
            "utf-8",
        )
        daemon.reload()
        faults = eventually(lambda: daemon.log("settings_faulty"))
        assert any("untli" in fault["fault"] for fault in faults)
        assert daemon.log("settings_reloaded") == []
        assert "duban_settings_faulty 1.0" in daemon.get("/metrics")[1]
        hall.accept("A2", at=long_ago(), days=1, changed=f"{datetime.now(SHANGHAI):%F %T}")
        eventually(lambda: len(told(tmp_path)) == 2)
        assert daemon.get("/healthz")[0] == 200
        daemon.stop()
        assert daemon.process.returncode == 0


def test_a_start_on_a_full_disk_says_so_at_once(tmp_path: Path, hall: Hall) -> None:
    settings = write_settings(tmp_path, hall)
    duban("db", "upgrade", "-c", str(settings), cwd=tmp_path)
    begun = time.monotonic()
    # No file may grow: what SQLite is told then is what a full disk tells it.
    run = subprocess.run(
        ["bash", "-c", f"ulimit -f 0; exec {DUBAN} run -c {settings}"],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 1
    assert "打不开或写不了" in run.stderr
    assert "Traceback" not in run.stderr
    assert time.monotonic() - begun < 25  # not the half minute for which a busy file is asked


def test_the_service_manager_hears_of_start_reload_life_and_stop(
    tmp_path: Path, hall: Hall
) -> None:
    with service_manager(tmp_path) as (address, messages):
        settings = write_settings(tmp_path, hall)
        with running(settings, {"NOTIFY_SOCKET": str(address)}) as daemon:
            eventually(lambda: "READY=1" in messages())
            daemon.reload()
            eventually(lambda: messages().count("READY=1") == 2)
            (reloading,) = [one for one in messages() if one.startswith("RELOADING=1")]
            assert reloading.partition("\n")[2].startswith("MONOTONIC_USEC=")
            assert messages().index(reloading) > messages().index("READY=1")
            eventually(lambda: "WATCHDOG=1" in messages())
            daemon.stop()
        assert messages()[-1] == "STOPPING=1"
        assert any(one.startswith("STATUS=") for one in messages())


def test_a_second_daemon_on_one_sqlite_store_is_refused_and_told_which_process_holds_it(
    tmp_path: Path, hall: Hall
) -> None:
    settings = write_settings(tmp_path, hall)
    with running(settings) as daemon:
        assert daemon.url
        second = duban("run", "-c", str(settings), cwd=tmp_path)
        assert second.returncode == 1
        assert str(daemon.process.pid) in second.stderr
        assert "PostgreSQL" in second.stderr
        assert daemon.get("/healthz")[0] == 200
        daemon.stop()


def test_a_store_whose_daemon_was_killed_is_free_again(tmp_path: Path, hall: Hall) -> None:
    settings = write_settings(tmp_path, hall)
    with running(settings) as daemon:
        assert daemon.url
        daemon.stop(signal.SIGKILL)
    with running(settings) as daemon:
        assert daemon.url
        daemon.stop()
        assert daemon.process.returncode == 0


def test_a_start_after_a_long_rest_is_no_alarm(tmp_path: Path, hall: Hall) -> None:
    settings = write_settings(tmp_path, hall)
    rested = f"{datetime.now(SHANGHAI) - timedelta(hours=5):%Y-%m-%dT%H:%M}"
    assert duban("tick", "--now", rested, "-c", str(settings), cwd=tmp_path).returncode == 0
    with running(settings) as daemon:
        eventually(lambda: daemon.get("/readyz")[0] == 200)
        daemon.stop()
        assert daemon.log("work_behind") == []


def test_an_address_that_is_taken_is_named(tmp_path: Path, hall: Hall) -> None:
    with running(write_settings(tmp_path, hall)) as daemon:
        other = tmp_path / "other"
        other.mkdir()
        taken = urlsplit(daemon.url).netloc
        settings = write_settings(other, hall)
        settings.write_text(settings.read_text("utf-8").replace("127.0.0.1:0", taken), "utf-8")
        second = duban("run", "-c", str(settings), cwd=other)
        assert second.returncode == 1
        assert taken in second.stderr
        daemon.stop()


def test_the_log_is_json_lines_with_stable_events_and_no_password(tmp_path: Path) -> None:
    with fresh_database("postgresql", tmp_path) as database:
        url = database.url.replace("postgres@", "postgres:s3cr3t-pw@")
        settings = write_settings(tmp_path, Hall(database))
        text = settings.read_text("utf-8").replace(database.url, url)
        settings.write_text(text.replace('table = "cases"', 'table = "casse"'), "utf-8")
        with running(settings) as daemon:
            failed: Daemon = daemon
            (event, *_) = eventually(lambda: failed.log("source_failed"))
            daemon.stop()
            assert event["source"] == "hall"
            assert event["code"] == "missing-table"
            assert {"timestamp", "level"} <= event.keys()
            assert "s3cr3t-pw" not in daemon.text
