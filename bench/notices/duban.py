"""Daemons as they run in a hall, on a store in PostgreSQL in which everything falls due at once."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Final

from sqlalchemy import func, select

from bench.notices.falling_due import fall_due
from bench.notices.sending import Sent, wait
from bench.pipeline import database
from bench.sink import sink
from monitor.clock import clock
from monitor.store import migrations, tables
from monitor.store.store import Store

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


def duban(alerts: int, delay: float, in_flight: int, daemons: int = 1) -> Sent:
    """Let daemons in processes of their own send all of them; the memory is that of all daemons."""
    with (
        TemporaryDirectory() as folder,
        sink(delay) as (hook, arrived),
        database("PostgreSQL", Path(folder)) as url,
        Store.open(url) as store,
    ):
        path = Path(folder) / "supervisor.toml"
        people = "".join(_PERSON.format(n) for n in range(alerts))
        path.write_text(_SETTINGS.format(store=url, hook=hook, secret="A" * 44) + people, "utf-8")
        migrations.upgrade(store.engine)
        fall_due(store, alerts, clock())
        with ExitStack() as running:
            started = [running.enter_context(_started(path, in_flight)) for _ in range(daemons)]
            for one in started:
                _answer(one)
            start = time.monotonic()
            for one in started:
                _tell(one)
            last = wait(lambda: _receipts(store), alerts)
            for one in started:
                _tell(one)
            memory = sum(float(_answer(one)) for one in started)
        found = arrived()
    complete = len(found.keys) == alerts
    return Sent(alerts / (last - start), found.first_at - start, memory, complete)


def _started(settings: Path, in_flight: int) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603  # our own module
        [sys.executable, "-m", "bench.daemon", str(settings), str(in_flight)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _tell(daemon: subprocess.Popen[str]) -> None:
    _open(daemon.stdin).write("\n")
    _open(daemon.stdin).flush()


def _answer(daemon: subprocess.Popen[str]) -> str:
    line = _open(daemon.stdout).readline()
    if not line:
        raise RuntimeError(f"a daemon ended with {daemon.wait()}")
    return line


def _open(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None  # noqa: S101  # it was asked for
    return pipe


def _receipts(store: Store) -> int:
    d = tables.deliveries.c
    with store.read() as connection:
        count = select(func.count()).select_from(tables.deliveries).where(d.state == "sent")
        return connection.scalar(count) or 0
