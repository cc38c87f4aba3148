"""The whole path over a sample hall: rows → cases → findings → notices → receipts, step by step.

The hall and the store are both in SQLite files, or both in databases of a PostgreSQL server (the
one at ``DUBAN_BENCH_POSTGRESQL``; left out where there is none). Messages go to a webhook sink in
a process of its own.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import uuid4

import structlog
from sqlalchemy import create_engine, func, make_url, select, text
from sqlalchemy.exc import OperationalError

from bench.contest import Result, peak_mib
from bench.sink import sink
from config import load
from monitor.pipeline.checking import check
from monitor.pipeline.delivering import Sender, begin, record
from monitor.pipeline.escalating import escalate
from monitor.pipeline.in_force import InForce
from monitor.pipeline.polling import poll
from monitor.sample import schema
from monitor.sample.filling import fill
from monitor.sources import SourceReader
from monitor.store import migrations, sources, tables
from monitor.store.store import Store
from rules.instants import instant

CASES: Final = 20_000
NOW: Final = instant(datetime(2026, 9, 16, 7, 0, tzinfo=UTC))
SETTINGS: Final = Path(__file__).parent.parent / "supervisor.toml"
SERVER: Final = os.environ.get(
    "DUBAN_BENCH_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
)
_SECRET = "whsec_" + "A" * 44

_Run = dict[str, tuple[float, float, int]]
"""For each piece of work and who did it, ``work/who``: the rate, the memory in MiB, the count."""

_UNITS = {
    "read and store": "cases/s",
    "read all again": "cases/s",
    "check": "cases/s",
    "escalate": "alerts/s",
    "deliver": "deliveries/s",
}


def run(progress: Callable[[str], None]) -> Iterator[Result]:
    """Run the path three times on each store, in a new process each time.

    Here ``agrees`` tells that every run over every store did as many cases, alerts and deliveries.
    """
    counts: dict[str, int] = {}
    for name in ("SQLite", "PostgreSQL"):
        runs = []
        for number in range(3):
            progress(f"pipeline over {name}, run {number + 1} of 3")
            found = _in_child(name)
            if found is None:
                print(f"left out: {name}: no server at {SERVER}", file=sys.stderr)
                break
            runs.append(found)
        for key in runs[0] if runs else ():
            work, who = key.split("/")
            rate, memory = (statistics.median(one[key][n] for one in runs) for n in (0, 1))
            counted = {one[key][2] for one in runs} | {counts.setdefault(key, runs[0][key][2])}
            agrees = len(counted) == 1 and 0 not in counted
            yield Result(f"{work}, {name}", who, rate, _UNITS[work], memory, agrees)


def _in_child(name: str) -> _Run | None:
    here, there = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("spawn").Process(target=_measure, args=(name, there))
    child.start()
    there.close()
    try:
        found: _Run | None = here.recv()
    except EOFError:
        raise RuntimeError(f"the run over {name} ended without an answer") from None
    finally:
        child.join()
        here.close()
    return found


def _measure(name: str, answer: Connection) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with TemporaryDirectory() as folder:
        try:
            with database(name, Path(folder)) as hall, database(name, Path(folder)) as store:
                answer.send(_path(Path(folder), hall, store))
        except OperationalError:
            answer.send(None)


@contextmanager
def database(name: str, folder: Path) -> Iterator[str]:
    """Give the URL of a new, empty database."""
    own = f"duban_bench_{uuid4().hex}"
    if name == "SQLite":
        yield f"sqlite:///{folder / own}.db"
        return
    server = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {own}"))
    try:
        yield make_url(SERVER).set(database=own).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {own} WITH (FORCE)"))
        server.dispose()


def _settings(folder: Path, hall: str, store: str, hook: str) -> Path:
    """Write the settings the package comes with, for these databases and this receiver."""
    written = SETTINGS.read_text("utf-8")
    written = written[: written.index("\n[sample]")]
    written = written.replace("sqlite:///duban.db", store).replace("sqlite:///hall.db", hall)
    written = written.replace('kind = "console"', f'kind = "webhook"\nurl = "{hook}"\n{_SIGNED}')
    path = folder / "supervisor.toml"
    path.write_text(written, "utf-8")
    return path


_SIGNED = f'secret = "{_SECRET}"'


def _path(folder: Path, hall: str, store_url: str) -> _Run:
    engine = create_engine(hall)
    fill(engine, CASES, 1, NOW)
    found: _Run = {}
    with sink() as (hook, received), Store.open(store_url) as store:
        migrations.upgrade(store.engine)
        rules = InForce.of(load(_settings(folder, hall, store_url, hook), os.environ))
        source = rules.settings.source[0]
        reader, sender = SourceReader(source), Sender(rules.settings.channel)
        with store.write() as connection:
            sources.ensure(connection, [source.id], NOW)

        def read_page() -> tuple[int, bool]:
            page = poll(store, rules, source, reader, "bench", lambda: NOW)
            if page is None or page.error:
                raise RuntimeError(f"the hall cannot be read: {page}")
            return page.new, page.more

        def read_all_again() -> tuple[int, bool]:
            page = poll(store, rules, source, reader, "bench", lambda: NOW)
            return (0 if page is None else page.rows), False

        def until_empty(step: Callable[[], int]) -> Callable[[], tuple[int, bool]]:
            def once() -> tuple[int, bool]:
                done = step()
                return done, done > 0

            return once

        def note(work: str, step: Callable[[], tuple[int, bool]], who: str = "duban") -> None:
            start, count, more = time.perf_counter(), 0, True
            while more:
                done, more = step()
                count += done
            rate = count / (time.perf_counter() - start)
            found[f"{work}/{who}"] = (rate, peak_mib(), count)

        note("read and store", read_page)
        note("read and store", lambda: _read_alone(engine), "SQLAlchemy Core, reading alone")
        note("read all again", read_all_again)
        note("check", until_empty(lambda: check(store, rules, NOW).cases))
        note("escalate", until_empty(lambda: escalate(store, rules, NOW).alerts))
        note("deliver", until_empty(lambda: _delivered(store, rules, sender)))
        _all_arrived(store, len(received().keys))
        reader.close()
        sender.close()
    engine.dispose()
    return found


def _delivered(store: Store, rules: InForce, sender: Sender) -> int:
    done = 0
    for one in begin(store, rules, sender, "bench", lambda: NOW, lambda _channel: 200).rounds:
        one.sending.ended.result()
        one.collect()
        done += record(store, one, lambda: NOW).claimed
    return done


def _read_alone(engine: Any) -> tuple[int, bool]:
    """Read the same rows and do nothing with them: the ceiling for reading through SQLAlchemy."""
    count = 0
    with engine.connect() as connection:
        for table in (schema.cases, schema.pauses, schema.steps, schema.extensions):
            for page in connection.execution_options(yield_per=1000).execute(select(table)):
                count += table is schema.cases and page is not None
    return count, False


def _all_arrived(store: Store, received: int) -> None:
    d = tables.deliveries.c
    with store.read() as connection:
        rows = connection.execute(select(d.state, func.count()).group_by(d.state)).tuples()
        states: dict[str, int] = dict(rows.all())
    if states != {"sent": received}:
        raise RuntimeError(f"{received} messages arrived, but the store says {states}")
