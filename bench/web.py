"""The pages of the desk over a large store: how long a browser waits for each of them.

The store is filled as in :mod:`bench.web_hall` and the pages come from the server that the daemon
runs. A page is asked for again and again, each time after something in the store has changed, by
one browser and by four at a time; "not modified" is what a browser gets that has the page already.
SQLite and PostgreSQL (``DUBAN_BENCH_POSTGRESQL``, as for the pipeline) are both measured, with
200,000 and 1,000,000 open cases; or one store that is named, and filled if it is empty.
"""

from __future__ import annotations

import http.client
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bench.contest import Result, peak_mib
from bench.pipeline import SETTINGS, database
from bench.web_hall import fill
from config import load
from monitor import access
from monitor.clock import clock
from monitor.metrics import Metrics
from monitor.pipeline.in_force import InForce
from monitor.store import accounts, migrations, tables
from monitor.store.accounts import Account
from monitor.store.stamps import Stamps
from monitor.store.store import Store
from monitor.web.app import Health, build_app
from monitor.web.pages import ROUTES
from monitor.web.rendering import static_files
from monitor.web.routing import Desk
from monitor.web.server import WebServer
from monitor.web.visiting import Visitors
from rules.instants import moment

SIZES: Final = {"SQLite": 200_000, "PostgreSQL": 1_000_000}
TIMES: Final = 40
CLIENTS: Final = 4


@dataclass(frozen=True)
class _Served:
    url: str
    all: str
    one_region: str
    touch: Callable[[], None]


def run(
    progress: Callable[[str], None], cases: int | None = None, store: str | None = None
) -> Iterator[Result]:
    """Measure the pages over both stores, or over one; ``agrees`` tells that all were answered.

    Args:
        progress: told what is being done.
        cases: how many open cases a store is filled with.
        store: the URL of the only store to measure; it stays as it is filled.
    """
    if store is not None:
        name = "SQLite" if store.startswith("sqlite") else "PostgreSQL"
        yield from _measured(progress, name, store, cases or SIZES[name])
        return
    for name, size in SIZES.items():
        with TemporaryDirectory() as folder:
            try:
                with database(name, Path(folder)) as url:
                    yield from _measured(progress, name, url, cases or size)
            except OperationalError:
                print(f"left out: {name}: no server", file=sys.stderr)


def _measured(progress: Callable[[str], None], name: str, url: str, size: int) -> Iterator[Result]:
    rules = InForce.of(load(SETTINGS, os.environ))
    now = clock()
    with Store.open(url) as store:
        migrations.upgrade(store.engine)
        with store.read() as connection:
            filled = connection.scalar(select(tables.cases.c.id).limit(1)) is not None
        if not filled:
            progress(f"{name}: {size:,} open cases")
            fill(store, rules, now, size)
        with _served(store, rules) as served:
            for work, path, secret in _pages(store, rules, served, now):
                progress(f"{name}: {work}")
                yield from _page(f"{name}, {work}", served, path, secret)


def _pages(
    store: Store, rules: InForce, served: _Served, now: int
) -> Iterator[tuple[str, str, str]]:
    """Give what is measured: what it is called, its address, and who looks."""
    c = tables.cases.c
    with store.read() as connection:
        case = connection.execute(select(c.no, c.region, c.department, c.item_code)).first()
    if case is None:
        raise RuntimeError("the store is empty")
    today = f"{moment(now, rules.zone):%Y-%m-%d}"
    yield "board", "/", served.all
    yield "cases", "/cases", served.all
    for work, query in (
        ("lamp=red", "lamp=red"),
        ("lamp=red,yellow", "lamp=red,yellow"),
        ("lamp=ok", "lamp=ok"),
        ("lamp=paused", "lamp=paused"),
        ("region", f"region={case.region}"),
        ("dept", f"dept={case.department}"),
        ("region, dept", f"region={case.region}&dept={case.department}"),
        ("region, lamp=ok", f"region={case.region}&lamp=ok"),
        ("item", f"item={case.item_code}"),
        ("item, region", f"item={case.item_code}&region={case.region}"),
        ("q, number", f"q={case.no}"),
        ("q, beginning", f"q={case.no[:11]}"),
        ("q, tail", f"q={case.no[-4:]}"),
        ("q, name", "q=%E8%AE%B8%E5%8F%AF"),
        ("due=today", "due=today"),
        ("due=10d", "due=10d"),
        ("due=day", f"due={today}.."),
        ("due=overdue", "due=overdue"),
        ("sort=-due", "sort=-due"),
        ("sort=lamp", "sort=lamp"),
        ("page=2", "page=2"),
        ("page=100", "page=100"),
        ("state=closed", "state=closed"),
    ):
        yield f"cases, {work}", f"/cases?{query}", served.all
    yield "cases, of one region", "/cases", served.one_region
    yield "cases, of one region, dept", f"/cases?dept={case.department}", served.one_region


def _page(work: str, served: _Served, path: str, secret: str) -> Iterator[Result]:
    with _client(served.url, secret) as ask:
        ask(path, None)  # what is made once is not measured
        alone = []
        for _ in range(TIMES):
            served.touch()
            alone.append(ask(path, None))
        *_, (_, _, tag) = alone
        kept = [ask(path, tag) for _ in range(TIMES)]

    def many(_: int) -> list[_Answer]:
        with _client(served.url, secret) as one:
            return [one(path, None) for _ in range(TIMES // CLIENTS)]

    with ThreadPoolExecutor(CLIENTS) as clients:
        together = [answer for some in clients.map(many, range(CLIENTS)) for answer in some]
    yield from _told(work, "one browser", alone, 200)
    yield from _told(work, f"{CLIENTS} browsers", together, 200)
    yield from _told(work, "not modified", kept, 304)


def _told(work: str, who: str, answers: Sequence[_Answer], status: int) -> Iterator[Result]:
    agrees = all(answer[1] == status for answer in answers)
    times = sorted(1000 * answer[0] for answer in answers)
    late = times[int(len(times) * 0.95)]
    yield Result(work, who, statistics.median(times), "ms, half", peak_mib(), agrees)
    yield Result(work, who, late, "ms, 95 of 100", peak_mib(), agrees)


_Answer = tuple[float, int, str]
"""The seconds that an answer took, its status, and its tag."""


@contextmanager
def _client(url: str, secret: str) -> Iterator[Callable[[str, str | None], _Answer]]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)
    headers = {"Cookie": f"duban_session={secret}", "Accept-Language": "zh-CN"}

    def ask(path: str, tag: str | None) -> _Answer:
        begun = time.perf_counter()
        connection.request("GET", path, headers=headers | ({"If-None-Match": tag} if tag else {}))
        answer = connection.getresponse()
        answer.read()
        return time.perf_counter() - begun, answer.status, answer.headers.get("ETag", "")

    try:
        yield ask
    finally:
        connection.close()


@contextmanager
def _served(store: Store, rules: InForce) -> Iterator[_Served]:
    """Serve the desk, with somebody signed in who sees all, and somebody who sees one region."""
    metrics, stamps = Metrics(store, [], [], ()), Stamps(store)
    well = Health(True, {})
    desk = Desk(Visitors(store, lambda: rules, clock), stamps)
    pages = [*desk.handlers(ROUTES), *desk.visitors.handlers(), static_files()]
    server = WebServer(build_app(metrics, lambda: well, lambda: well, pages), "127.0.0.1:0")
    server.start()
    try:
        region = list(rules.book.directory.regions)[-1]
        yield _Served(
            server.url,
            _signed_in(store, "bench-all", None),
            _signed_in(store, "bench-region", [region]),
            lambda: _touch(store),
        )
    finally:
        server.stop()
        desk.close()
        stamps.close()


def _signed_in(store: Store, login: str, regions: list[str] | None) -> str:
    now = clock()
    with store.write() as connection:
        account = accounts.find(connection, login)
        if account is None:
            account = Account(
                id=login,
                name="王敏",
                password=None,
                role="inspect",
                regions=regions,
                departments=None,
                person=None,
                failures=0,
                locked_until=None,
                created_at=now,
                disabled_at=None,
            )
            accounts.add(connection, account)
        return access.signed_in(connection, account, "bench", now)


def _touch(store: Store) -> None:
    """Change something, so that no answer is "not modified"."""
    with store.write() as connection:
        connection.execute(tables.sources.update().values(last_ok_at=clock()))
