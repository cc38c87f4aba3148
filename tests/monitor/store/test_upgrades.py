"""A store that an older version filled keeps every row and value through all later revisions."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import JSON, Boolean, Column, Date, Integer, MetaData, Table, select, text

from monitor.acts import running
from monitor.pipeline.sealing import Sealer
from monitor.store import audit_log, migrations
from monitor.store.seal_check import Progress, faults
from monitor.store.store import Store
from monitor.store.tables import metadata as newest
from tests.support.stores import NOW
from tests.support.stories_settings import SHANGHAI

ROWS = 3
OLD = (
    *("sources", "cases", "parts", "fact_changes", "rejects", "alerts", "alert_events"),
    *("notices", "deliveries", "items", "meta"),
)


def value(column: Column[Any], row: int) -> Any:
    """Make up a value for a column: another one in each row, and sometimes none."""
    if column.name == "id" or column.foreign_keys:
        return f"id-{row}" if column.type.python_type is str else row
    if column.nullable and row == ROWS and column.name != "subject":
        return None
    if isinstance(column.type, Boolean) or column.name == "shadow":
        return row == 1
    if isinstance(newest_type(column), JSON):
        return {"名": [row, 1.5, None, "“引号”"], "of": column.name}
    if isinstance(column.type, Date):
        return date(2026, 1, row)
    if isinstance(column.type, Integer):
        return NOW + row if column.name.endswith(("_at", "_until", "before")) else row
    return f"{column.name}\n值 {row}"


def newest_type(column: Column[Any]) -> Any:
    return newest.tables[column.table.name].c[column.name].type


def filled(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Fill every table of revision 0003 and give its rows."""
    old = MetaData()
    old.reflect(store.engine, only=OLD)
    rows: dict[str, list[dict[str, Any]]] = {}
    for table in old.sorted_tables:
        known = newest.tables[table.name]
        made = [
            {column.name: value(column, row) for column in table.c} for row in range(1, ROWS + 1)
        ]
        for one in made if table.name == "alerts" else ():
            one.update(state="open" if one["id"] == 1 else "resolved", rule="promise")
            one["subject"] = None if one["case_id"] else one["subject"]
        columns = [Column(one.name, known.c[one.name].type) for one in table.c]
        with store.write() as connection:
            connection.execute(Table(table.name, MetaData(), *columns).insert(), made)
            if (
                connection.dialect.name == "postgresql"
                and "id" in table.c
                and table.name != "sources"
            ):
                connection.execute(text(f"SELECT setval('{table.name}_id_seq', {ROWS})"))
        rows[table.name] = made
    return rows


@pytest.fixture
def old(url: str) -> Any:
    config = Config()
    config.set_main_option("script_location", "monitor.store:migrations")
    with Store.open(url) as store:
        with store.write() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "0003")
        yield store


def test_every_row_and_value_is_there_after_the_upgrade(old: Store) -> None:
    before = filled(old)
    migrations.upgrade(old.engine)
    with old.read() as connection:
        for name, rows in before.items():
            table = newest.tables[name]
            columns = [table.c[column] for column in rows[0]]
            key = "key" if name == "meta" else "id"
            found = connection.execute(select(*columns).order_by(table.c[key])).mappings()
            assert [dict(row) for row in found] == rows, name


def test_what_later_columns_say_of_old_rows_is_worked_out(old: Store) -> None:
    before = filled(old)
    migrations.upgrade(old.engine)
    alerts, deliveries = newest.tables["alerts"].c, newest.tables["deliveries"].c
    with old.read() as connection:
        places = connection.execute(
            select(alerts.region, alerts.department, alerts.handler, alerts.part).order_by(
                alerts.id
            )
        )
        assert [tuple(row) for row in places] == [
            (*(case[name] for name in ("region", "department", "handler")), "")
            for case in before["cases"]
        ]
        tried = connection.execute(select(deliveries.sent_at, deliveries.tried_at)).all()
        assert all(row.sent_at == row.tried_at for row in tried)


def test_old_rows_are_sealed_and_from_then_on_guarded(old: Store) -> None:
    filled(old)
    migrations.upgrade(old.engine)
    sealed = Sealer().seal(old, NOW, SHANGHAI)
    assert sealed == {"alert_events": ROWS, "fact_changes": ROWS, "notices": ROWS}
    with old.read() as connection:
        assert list(faults(connection, Progress())) == []
    with pytest.raises(Exception, match="only ever added to"), old.write() as connection:
        connection.execute(text("DELETE FROM notices"))


def test_new_rows_are_added_behind_the_old_ones(old: Store) -> None:
    filled(old)
    migrations.upgrade(old.engine)
    events = newest.tables["alert_events"]
    row = {"alert_id": 1, "at": NOW, "event": "e", "reason": "r", "level": "red"}
    with old.write() as connection:
        ident = connection.execute(events.insert().values(row).returning(events.c.id)).scalar_one()
    assert ident == ROWS + 1


def test_that_a_store_was_upgraded_is_on_record_and_that_it_was_made_is_not(
    old: Store, tmp_path: Path
) -> None:
    assert running.upgrade(old, "root", "cli:root@hall", NOW) == ("0003", migrations.newest())
    with old.read() as connection:
        [recorded] = audit_log.of_object(connection, "store")
    act = recorded.act
    assert (act.who, act.before, act.after) == (
        "root",
        {"revision": "0003"},
        {"revision": migrations.newest()},
    )
    with Store.open(f"sqlite:///{tmp_path / 'new.db'}") as new:
        running.upgrade(new, "root", "cli:root@hall", NOW)
        with new.read() as connection:
            assert audit_log.of_object(connection, "store") == []
