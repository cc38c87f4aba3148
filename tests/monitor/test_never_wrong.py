"""The real daemon is killed, cases are closed meanwhile, and it starts again: nothing is raised."""

from __future__ import annotations

import signal
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.pool import NullPool

from monitor.store import tables
from tests.support.daemons import eventually, running
from tests.support.databases import fresh_database
from tests.support.stories import Hall
from tests.support.stories_settings import (
    HANDLER_ONLY,
    SHANGHAI,
    SYSTEM,
    file_channel,
    settings_text,
)

pytestmark = pytest.mark.slow

IN_SECONDS = """
[[limit]]
id = "promise"
title = "承诺办结时限"
from = "accepted_at"
until = "closed_at"
allow = { column = "promised_days", unit = "seconds" }
levels = { red = "over" }
"""


def stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"


def counted(folder: Path, table: str) -> int:
    engine = create_engine(f"sqlite:///{folder / 'duban.db'}", poolclass=NullPool)
    t = tables.metadata.tables[table]
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(t)) or 0


def test_cases_closed_while_the_daemon_was_killed_raise_nothing_at_its_start(
    tmp_path: Path,
) -> None:
    numbers = [f"A{n:03}" for n in range(200)]
    with fresh_database("sqlite", tmp_path) as database:
        hall = Hall(database)
        accepted = datetime.now(SHANGHAI)
        lasts = 30
        hall.accept_many(numbers, at=stamp(accepted), days=lasts)
        path = tmp_path / "supervisor.toml"
        path.write_text(
            settings_text(
                store="sqlite:///duban.db",
                hall=database.url,
                channels=file_channel(tmp_path / "notices.jsonl"),
                source='poll_every = "0.2s"\noverlap = "5m"',
                limits=IN_SECONDS,
                policies=SYSTEM + HANDLER_ONLY.replace("}]", ", at_any_hour = true }]"),
            ),
            "utf-8",
        )
        with running(path) as daemon:
            eventually(lambda: daemon.log("source_reconciled"))
            assert counted(tmp_path, "cases") == 200
            daemon.stop(signal.SIGKILL)
        for no in numbers:
            hall.close(no, at=stamp(datetime.now(SHANGHAI)))
        hall.accept("LATE", at=stamp(accepted), days=lasts)
        time.sleep(
            max(
                0,
                (accepted + timedelta(seconds=lasts + 2) - datetime.now(SHANGHAI)).total_seconds(),
            )
        )
        with running(path) as daemon:
            eventually(lambda: counted(tmp_path, "alerts"))
            eventually(lambda: daemon.log("source_reconciled") or counted(tmp_path, "alerts"))
            daemon.stop()
        assert counted(tmp_path, "alerts") == 1, "that of the case that is late indeed"
