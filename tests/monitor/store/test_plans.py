"""What the daemon asks all the time costs what is due, not what is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from monitor.store import cases, climbs, counts, items, merging, migrations, sources, sweep, waiting
from monitor.store import delivery_queue as queue
from monitor.store import system_alerts as system
from monitor.store.store import Store
from tests.support.stores import NOW

LARGE = ("cases", "alerts", "deliveries", "notices", "parts", "alert_events")

QUERIES: dict[str, Callable[[Connection], object]] = {
    "poll": lambda c: sources.claim(c, "hall", NOW, NOW, "we"),
    "known": lambda c: cases.digests(c, "hall", ["A", "B"]),
    "check": lambda c: cases.claim_due(c, NOW, 10),
    "escalate": lambda c: climbs.claim_due_steps(c, NOW, 10),
    "channels": lambda c: queue.channels_due(c, NOW),
    "deliver": lambda c: queue.claim(c, "sms", NOW, NOW, "we", 10),
    "rate": lambda c: queue.load(c, "sms", NOW, NOW),
    "recent": lambda c: queue.recent(c, "sms", ["li"], NOW, NOW),
    "due": lambda c: queue.due(c, "sms", NOW, 10),
    "wait": lambda c: merging.keep_waiting(c, "sms", [("li", NOW)], NOW),
    "merge": lambda c: merging.to_be_merged(c, "sms", ["li"], NOW),
    "sweep": lambda c: sweep.make_due(c, "rules", NOW, 10),
    "sweep left": lambda c: sweep.left(c, "rules"),
    "watch": lambda c: counts.lag(c, NOW, 1),
    "system": lambda c: system.resolve_system(c, "daemon", "behind", "done", NOW),
    "catalogue": lambda c: items.make_due(c, ["X"], NOW),
    "reconcile": lambda c: cases.open_keys(c, "hall", "", 10),
    "cases wait": lambda c: waiting.cases(c, NOW),
    "alerts wait": lambda c: waiting.steps(c, NOW),
    "orders wait": lambda c: waiting.orders(c, NOW),
}


@pytest.mark.parametrize("name", QUERIES)
def test_it_looks_at_large_tables_through_an_index(name: str, tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'store.db'}") as store:
        migrations.upgrade(store.engine)
        with store.read() as connection, plans(connection) as seen:
            QUERIES[name](connection)
    assert seen
    assert [step for step in seen if whole(step)] == []


def whole(step: str) -> bool:
    """Tell whether a step of a plan reads a large table, or all that an index of it holds.

    Pending deliveries are looked through whole for claims that have run out: they are few.
    """
    how, table, *using = step.split()
    if table not in LARGE or step.endswith("ix_deliveries_due"):
        return False
    return how == "SCAN" or not using


@contextmanager
def plans(connection: Connection) -> Iterator[list[str]]:
    """Give the steps by which SQLite does each statement that is executed meanwhile."""
    seen: list[str] = []

    def explain(_: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        own = cursor.connection.cursor()
        own.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        seen.extend(row[3] for row in own.fetchall())
        own.close()

    event.listen(connection, "before_cursor_execute", explain)
    yield seen
    event.remove(connection, "before_cursor_execute", explain)


def test_open_cases_are_counted_from_an_index_alone(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'store.db'}") as store:
        migrations.upgrade(store.engine)
        with store.read() as connection, plans(connection) as seen:
            counts.open_cases(connection)
    assert [step for step in seen if "COVERING INDEX ix_cases_live_standing" in step]
