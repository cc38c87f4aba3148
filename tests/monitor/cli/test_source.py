"""``duban source read``: the daemon is asked to read a source at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, update

from monitor.store import sources, tables
from monitor.store.store import Store
from tests.monitor.cli.halls import NOW
from tests.support.cli import duban


def due(store: Store) -> tuple[int, int]:
    s = tables.sources.c
    with store.read() as connection:
        row = connection.execute(select(s.next_poll_at, s.next_reconcile_at)).one()
    return row.next_poll_at, row.next_reconcile_at


@pytest.mark.usefixtures("alerts")
@pytest.mark.parametrize("whole", [False, True])
def test_a_source_is_to_be_read_at_once(config: Path, store: Store, whole: bool) -> None:
    later = NOW + 10**12
    text = config.read_text("utf-8")
    config.write_text(text.replace("[source.cases]\n", '[source.cases]\nchanged = "c"\n'), "utf-8")
    with store.write() as connection:
        sources.ensure(connection, ["hall"], NOW)
        connection.execute(
            update(tables.sources).values(next_poll_at=later, next_reconcile_at=later)
        )
    called = duban("source", "read", "hall", *(["--whole"] if whole else []), "-c", config)
    assert called.code == 0
    assert due(store) == ((later, NOW) if whole else (NOW, later))


@pytest.mark.usefixtures("store")
def test_a_source_that_the_settings_do_not_have_is_refused(config: Path) -> None:
    called = duban("source", "read", "nowhere", "-c", config)
    assert called.code == 1
    assert "hall" in called.err
