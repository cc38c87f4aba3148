"""From due rows to stored receipts: alerts for as many receivers, told over a webhook.

The daemon runs as it does in a hall, on a store in PostgreSQL (``DUBAN_BENCH_POSTGRESQL``, as for
the pipeline) in which the ladders of all alerts fall due at once. Debian's
``prometheus-alertmanager`` is given as many alerts, ungrouped, for the same receiver. The time is
that of the clock on the wall: most of it is spent waiting for others.
"""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory
from typing import Any, Final

import httpx
import structlog
from sqlalchemy import func, select

from bench.contest import Result, peak_mib
from bench.pipeline import database
from bench.sink import sink
from config import load
from monitor.daemon import Daemon, clock
from monitor.pipeline import delivering
from monitor.store import migrations, tables
from monitor.store.store import Store
from rules.instants import DAY, HOUR

ALERTS: Final = 5_000
MANY: Final = 10_000
_SLOW: Final = 0.05
_IN_FLIGHT: Final = (1, 16, 64)
_PATIENCE: Final = 180.0

_SETTINGS: Final = """
[daemon]
store = "{store}"
http = "127.0.0.1:0"
levels = ["warning", "yellow", "red"]

[[policy]]
id = "all"
steps = [{{ after = "0s", tell = ["handler"], via = ["hook"], at_any_hour = true }}]

[[channel]]
id = "hook"
kind = "webhook"
url = "{hook}"
secret = "whsec_{secret}"
"""
_PERSON: Final = '\n[[person]]\nid = "h{0}"\nname = "承办人{0}"\nemail = "h{0}@example.gov.cn"\n'


@dataclass(frozen=True)
class _Sent:
    """How many were sent a second, the seconds until the first arrived, and the memory."""

    rate: float
    first: float
    memory_mib: float
    complete: bool


def run(progress: Callable[[str], None]) -> Iterator[Result]:
    """Measure duban beside Alertmanager; ``agrees`` tells that every alert arrived."""
    for delay, what in ((0.0, "a sink that answers at once"), (_SLOW, "a sink that takes 50 ms")):
        for many in _IN_FLIGHT:
            work = f"{what}, {many} in flight"
            progress(f"notices to {work}: duban")
            # No more than such a sink can take in half a minute, or one in flight takes minutes.
            alerts = min(ALERTS, int(30 * many / delay)) if delay else ALERTS
            yield from _results(work, "duban", _in_child(_duban, alerts, delay, many))
        progress(f"notices to {what}: Alertmanager")
        yield from _results(f"{what}, ungrouped", "Alertmanager", _alertmanager(ALERTS, delay))
    progress(f"{MANY} alerts: duban")
    yield from _results(f"{MANY:,} alerts", "duban", _in_child(_duban, MANY, 0.0, _IN_FLIGHT[-1]))
    progress(f"{MANY} alerts: Alertmanager")
    yield from _results(f"{MANY:,} alerts", "Alertmanager", _alertmanager(MANY, 0.0))


def _results(work: str, who: str, found: _Sent | None) -> Iterator[Result]:
    if found is None:
        print(f"left out: {who}", file=sys.stderr)
        return
    yield Result(work, who, found.rate, "notices/s", found.memory_mib, found.complete)
    yield Result(work, who, found.first * 1000, "ms to the first", found.memory_mib, found.complete)


def _in_child(measure: Callable[..., None], *arguments: Any) -> _Sent | None:
    here, there = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("spawn").Process(target=measure, args=(there, *arguments))
    child.start()
    there.close()
    try:
        found: _Sent | None = here.recv()
    finally:
        child.join()
        here.close()
    return found


def _duban(answer: Connection, alerts: int, delay: float, in_flight: int) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    delivering.IN_FLIGHT = in_flight
    with (
        TemporaryDirectory() as folder,
        sink(delay) as (hook, arrived),
        database("PostgreSQL", Path(folder)) as store,
    ):
        path = Path(folder) / "supervisor.toml"
        people = "".join(_PERSON.format(n) for n in range(alerts))
        path.write_text(_SETTINGS.format(store=store, hook=hook, secret="A" * 44) + people, "utf-8")
        with Store.open(store) as opened:
            migrations.upgrade(opened.engine)
            _fall_due(opened, alerts)
        with Daemon(path, os.environ, load(path, os.environ)) as daemon:
            start = time.monotonic()
            last = _wait(lambda: _receipts(daemon.store), alerts)
            memory = peak_mib()
        found = arrived()
        complete = len(found.keys) == alerts
        answer.send(_Sent(alerts / (last - start), found.first_at - start, memory, complete))


def _fall_due(store: Store, alerts: int) -> None:
    """Put alerts into the store, each of a case of its own, whose first step is due."""
    now = clock()
    with store.write() as connection:
        cases = connection.scalars(
            tables.cases.insert().returning(tables.cases.c.id, sort_by_parameter_order=True),
            [_case(n, now) for n in range(alerts)],
        ).all()
        connection.execute(
            tables.alerts.insert(),
            [
                {
                    "case_id": case,
                    "source": "hall",
                    "rule": "promise",
                    "version": "1",
                    "title": "承诺办结时限",
                    "law": "行政许可法 第四十二条",
                    "level": "yellow",
                    "rank": 1,
                    "state": "open",
                    "opened_at": now,
                    "level_since_at": now,
                    "due_at": now - HOUR,
                    "region": "990102",
                    "department": "ZJ",
                    "handler": f"h{n}",
                    "evidence": {"accepted_at": now - 20 * DAY, "promised_days": 10},
                    "next_step_at": now,
                }
                for n, case in enumerate(cases)
            ],
        )


def _case(n: int, now: int) -> dict[str, Any]:
    facts = {
        "no": f"DP-ZJ-2026{n:08}",
        "title": "某某公司特殊建设工程消防设计审查",
        "item_name": "特殊建设工程消防设计审查",
        "item_code": "000117019000",
        "region": "990102",
        "department": "ZJ",
        "handler": f"h{n}",
        "applicant": "某某公司",
        "accepted_at": now - 20 * DAY,
        "promised_days": 10,
    }
    return {
        "source": "hall",
        "key": facts["no"],
        "facts": facts,
        "digest": "",
        "no": facts["no"],
        "level": "yellow",
        "rank": 1,
        "first_seen_at": now,
        "changed_at": now,
    }


def _receipts(store: Store) -> int:
    d = tables.deliveries.c
    with store.read() as connection:
        count = select(func.count()).select_from(tables.deliveries).where(d.state == "sent")
        return connection.scalar(count) or 0


def _wait(count: Callable[[], int], enough: int) -> float:
    """Wait until there are ``enough``; give the moment, or fail when nothing comes of it."""
    until = time.monotonic() + _PATIENCE
    while count() < enough:
        if time.monotonic() > until:
            raise RuntimeError(f"{count()} of {enough} after {_PATIENCE:g} s")
        time.sleep(0.05)
    return time.monotonic()


def _alertmanager(alerts: int, delay: float) -> _Sent | None:
    program = shutil.which("prometheus-alertmanager")
    if program is None:
        return None
    with TemporaryDirectory() as folder, sink(delay) as (hook, arrived):
        settings = {
            "route": {"receiver": "hook", "group_by": ["..."], "group_wait": "0s"},
            "receivers": [{"name": "hook", "webhook_configs": [{"url": hook}]}],
        }
        path = Path(folder) / "alertmanager.yml"
        path.write_text(json.dumps(settings), "utf-8")  # JSON is YAML
        url = f"http://127.0.0.1:{_free_port()}"
        listen = url.removeprefix("http://")
        process = subprocess.Popen(  # noqa: S603  # the program that which() found
            [
                program,
                f"--config.file={path}",
                f"--storage.path={folder}",
                f"--web.listen-address={listen}",
                "--cluster.listen-address=",
                "--log.level=error",
            ]
        )
        try:
            with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
                _until_ready(client)
                body = _alerts(alerts)
                start = time.monotonic()
                for first in range(0, alerts, 1000):
                    client.post(
                        "/api/v2/alerts", json=body[first : first + 1000]
                    ).raise_for_status()
                _wait(lambda: len(arrived().keys), alerts)
            memory = _peak_of(process.pid)
            found = arrived()
        finally:
            process.terminate()
            process.wait()
    complete = len(found.keys) == alerts
    return _Sent(alerts / (found.last_at - start), found.first_at - start, memory, complete)


def _alerts(count: int) -> list[dict[str, Any]]:
    """Give as many alerts as Alertmanager's API takes them, one for each case."""
    starts = datetime.now(UTC).isoformat()
    ends = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    return [
        {
            "labels": {"alertname": "promise", "level": "yellow", "case": _case(n, 0)["key"]},
            "annotations": {key: str(value) for key, value in _case(n, 0)["facts"].items()},
            "startsAt": starts,
            "endsAt": ends,
        }
        for n in range(count)
    ]


def _until_ready(client: httpx.Client) -> None:
    for _ in range(200):
        try:
            if client.get("/-/ready").is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise RuntimeError("Alertmanager does not start")


def _free_port() -> int:
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _peak_of(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024
