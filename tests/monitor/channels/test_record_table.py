"""Supervision records in a table of somebody else's database."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Column,
    DateTime,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    select,
)

from monitor.channels.record_table import RecordTableSettings
from notifiers import Kind, Message, SendError
from tests.support.databases import fresh_database
from tests.support.messages import message
from tests.support.settings import loaded

ALERT = {"id": 41, "rule": "promise", "since_at": "2026-10-16T17:30:00+08:00"}
COLUMNS = {
    "case_no": "BJBH",
    "content": "DBNR",
    "unit": "JGMC",
    "item_kind": "SXLX",
    "issued_at": "DBSJ",
    "supervision_no": "JCBH",
    "rule_no": "GZBH",
    "warning_kind": "YJLX",
    "state_at": "ZTSJ",
    "result": "JGMS",
    "responsible": "ZRBM",
}
RECORDS = Table(
    "ta_jc_supervise_info",
    MetaData(),
    Column("ID", Integer, primary_key=True),
    *(
        Column(name, DateTime if name in ("DBSJ", "ZTSJ") else String(400))
        for name in COLUMNS.values()
    ),
    Column("XXID", String(100)),
)


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def exchange(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Give an exchange database with the table."""
    with fresh_database(request.param, tmp_path) as found:
        engine = create_engine(found.url)
        RECORDS.create(engine)
        yield engine
        engine.dispose()


def settings(engine: Engine, **changes: Any) -> RecordTableSettings:
    url = engine.url.render_as_string(hide_password=False)
    given = {"kind": "gbt39046-table", "id": "table", "url": url, "table": RECORDS.name}
    return RecordTableSettings(**given | {"columns": COLUMNS, "key_column": "XXID"} | changes)


def send(engine: Engine, *messages: Message, **changes: Any) -> list[Any]:
    async def run() -> None:
        channel = settings(engine, **changes).open()
        try:
            for one in messages:
                await channel.send(one)
        finally:
            await channel.close()

    asyncio.run(run())
    with engine.connect() as connection:
        return list(connection.execute(select(RECORDS)).mappings())


def test_a_record_is_added_with_moments_as_such(exchange: Engine) -> None:
    [row] = send(exchange, message(alert=ALERT))
    assert (row["BJBH"], row["JCBH"], row["YJLX"]) == ("DP-ZJ-20260922-0173", "41", "2")
    assert row["ZTSJ"] == datetime(2026, 10, 16, 17, 30)  # noqa: DTZ001  # a local moment, as the table has it


def test_the_same_message_is_added_once(exchange: Engine) -> None:
    assert len(send(exchange, message(alert=ALERT, key="a"), message(alert=ALERT, key="a"))) == 1


def test_what_is_about_no_case_adds_nothing(exchange: Engine) -> None:
    assert send(exchange, message(Kind.SYSTEM)) == []


def test_a_table_without_the_columns_is_told_with_the_mend(tmp_path: Path) -> None:
    with fresh_database("sqlite", tmp_path) as found:
        engine = create_engine(found.url)
        RECORDS.create(engine)
        with pytest.raises(SendError, match=r"has no column 办件编号.*under columns"):
            send(engine, message(alert=ALERT), columns={})


def test_a_database_that_is_not_there_is_tried_again_and_its_password_is_not_shown() -> None:
    url = "postgresql+psycopg://duban:s3cret@127.0.0.1:1/absent"
    engine = create_engine(url)
    with pytest.raises(SendError) as caught:
        send(engine, message(alert=ALERT))
    assert not caught.value.permanent
    assert "s3cret" not in caught.value.reason


def test_the_settings_file_knows_it_by_its_entry_point(tmp_path: Path) -> None:
    text = '[[channel]]\nid = "t"\nkind = "gbt39046-table"\nurl = "sqlite:///x.db"\ntable = "t"\n'
    [channel] = loaded(tmp_path, text).channel
    assert isinstance(channel, RecordTableSettings)
