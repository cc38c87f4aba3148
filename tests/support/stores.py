"""Stores for tests: fresh ones, on SQLite or in a PostgreSQL database of their own."""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, create_engine, select, text

from monitor.store import cases, delivery_queue, migrations, tables
from monitor.store.alerts import NewAlert
from monitor.store.cases import Checked
from monitor.store.deliveries import Delivery, NewDelivery, Notice
from monitor.store.store import Store
from rules.cases import Facts, Part
from rules.findings import Reason
from tests.support.servers import server_url


@contextmanager
def fresh_url(kind: str, folder: Path) -> Iterator[str]:
    """Give the URL of an empty database, ``sqlite`` or ``postgresql``, dropped at the end."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / f'{uuid4().hex}.db'}"
        return
    with _database("template0") as name:
        yield f"{server_url('postgresql')}/{name}"


@contextmanager
def ready_store(kind: str, folder: Path) -> Iterator[Store]:
    """Give an empty store at the newest revision, ``sqlite`` or ``postgresql``."""
    if kind == "sqlite":
        with Store.open(f"sqlite:///{folder / f'{uuid4().hex}.db'}") as store:
            prepare(store)
            yield store
        return
    with _database(_template()) as name, Store.open(f"{server_url('postgresql')}/{name}") as store:
        yield store


def prepare(store: Store) -> None:
    """Bring an empty store to the newest revision.

    One on SQLite that is not there yet becomes a copy of one that was upgraded before: upgrading
    takes longer than most tests.
    """
    if not store.alone:
        migrations.upgrade(store.engine)
        return
    file = Path(store.engine.url.database or "")
    assert not file.exists()
    file.write_bytes(_upgraded_file())


@cache
def _upgraded_file() -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "store.db"
        with Store.open(f"sqlite:///{file}") as store:
            migrations.upgrade(store.engine)
        return file.read_bytes()  # closing the last connection has written the log into the file


@cache
def _template() -> str:
    """Make the database from which ready ones are made; it goes when the process ends."""
    held = ExitStack()
    atexit.register(held.close)
    name = held.enter_context(_database("template0"))
    with Store.open(f"{server_url('postgresql')}/{name}") as store:
        migrations.upgrade(store.engine)
    return name


@contextmanager
def _database(template: str) -> Iterator[str]:
    """Make a database and give its name."""
    name = f"duban_store_{uuid4().hex}"
    server = create_engine(f"{server_url('postgresql')}/postgres", isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    try:
        yield name
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


NOW = 1_760_000_000_000_000
"""The instant at which the stories of these tests begin."""


class CrashError(Exception):
    """What a worker dies of in the middle of its work."""


@dataclass(frozen=True)
class ReadCase:
    """A case as a source reader gives it."""

    key: str
    facts: Facts
    parts: tuple[Part, ...]
    digest: str


def read_case(
    key: str = "C-1", *parts: Part, digest: str = "d1", **facts: str | int | float | None
) -> ReadCase:
    """Give a case that was accepted at ``NOW``."""
    return ReadCase(key, {"no": f"NO-{key}", "accepted_at": NOW, **facts}, parts, digest)


def put_cases(
    connection: Connection, *keys: str, source: str = "hall", now: int = NOW
) -> list[int]:
    """Store a plain case for each key, due at ``now``, and give their ids."""
    cases.put(connection, source, [read_case(key) for key in keys], now)
    return [case_id(connection, key, source) for key in keys]


def case_id(connection: Connection, key: str, source: str = "hall") -> int:
    """Give the id of a stored case."""
    c = tables.cases.c
    return connection.execute(select(c.id).where(c.source == source, c.key == key)).scalar_one()


def checked(ident: int, **found: Any) -> Checked:
    """Give the result of a check that found a running clock and nothing to look at again."""
    plain: dict[str, Any] = {
        "state": "running",
        "level": None,
        "rank": None,
        "due_at": None,
        "clocks": None,
        "next_check_at": None,
        "fingerprint": "rules-1",
        "punctuality": None,
    }
    return Checked(ident, **{**plain, **found})


def checked_cases(connection: Connection, *keys: str) -> list[int]:
    """Store a plain case for each key that was checked and is not due again, and give their ids."""
    found = put_cases(connection, *keys)
    cases.record_checks(connection, [checked(ident) for ident in found])
    return found


def new_alert(case: int, **given: Any) -> NewAlert:
    """Give a yellow alert that begins at ``NOW``."""
    plain: dict[str, Any] = {
        "source": "hall",
        "rule": "promise",
        "version": "1",
        "title": "承诺办结时限",
        "law": "行政许可法 第四十二条",
        "level": "yellow",
        "rank": 1,
        "opened_at": NOW,
        "level_since_at": NOW,
        "reason": Reason.DUE,
    }
    return NewAlert(case, **{**plain, **given})


def new_delivery(key: str = "D-1", **given: Any) -> NewDelivery:
    """Give a delivery by e-mail, due at ``NOW``."""
    plain = {"channel": "email", "address": "li@example.gov.cn", "not_before": NOW}
    return NewDelivery(key, **{**plain, **given})


def notice(*deliveries: NewDelivery, **given: Any) -> Notice:
    """Give a test notice, which is about no alert."""
    plain: dict[str, Any] = {
        "alert_id": None,
        "at": NOW,
        "kind": "test",
        "reason": "你是本件承办人",
        "context": {"case": {"no": "NO-1"}},
    }
    return Notice(deliveries=deliveries, **{**plain, **given})


def claim_deliveries(
    connection: Connection, now: int, lease_until: int, who: str, limit: int = 100
) -> list[Delivery]:
    """Lease up to ``limit`` due deliveries of each channel."""
    ids = [
        ident
        for channel in delivery_queue.channels_due(connection, now)
        for ident in delivery_queue.claim(connection, channel, now, lease_until, who, limit)
    ]
    return delivery_queue.taken(connection, ids)
