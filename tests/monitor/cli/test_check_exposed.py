"""What ``duban check`` says of the address, of proxies, of files, and of calendars."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from config import Settings
from monitor.cli.check_exposed import exposed
from monitor.pipeline.watching import ends_soon
from monitor.store import migrations
from monitor.store.store import Store
from tests.support.settings import loaded


def settings(folder: Path, daemon: str = "") -> Settings:
    return loaded(folder, f"[daemon]\n{daemon}\n")


def found(folder: Path, daemon: str) -> list[tuple[str, str]]:
    return [(one.code, one.status) for one in exposed(settings(folder, daemon))]


@pytest.mark.parametrize(
    ("daemon", "said"),
    [
        ("", []),
        ('http = "0.0.0.0:8321"', [("WEB-102", "warn")]),
        ('http = "[::]:8321"', [("WEB-102", "warn")]),
        ('trusted_proxies = ["10.0.0.2"]\nuser_header = "X-Remote-User"', []),
        ('trusted_proxies = ["0.0.0.0/0"]', [("WEB-102", "warn")]),
        (
            'trusted_proxies = ["0.0.0.0/0"]\nuser_header = "X-Remote-User"',
            [("WEB-102", "fail")],
        ),
        ('user_header = "X-Remote-User"', [("WEB-102", "warn")]),
    ],
)
def test_what_is_open_to_anybody_is_told(
    tmp_path: Path, daemon: str, said: list[tuple[str, str]]
) -> None:
    assert found(tmp_path, daemon) == said


def test_a_new_store_is_for_its_owner_alone_and_an_open_one_is_told(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        with Store.open(f"sqlite:///{tmp_path / 'duban.db'}") as store:
            migrations.upgrade(store.engine)
            with store.write() as connection:
                connection.exec_driver_sql("CREATE TABLE t (a)")
            modes = {path.stat().st_mode & 0o777 for path in tmp_path.glob("duban.db*")}
    finally:
        os.umask(before)
    assert modes == {0o600}
    assert found(tmp_path, "") == []
    (tmp_path / "duban.db").chmod(0o644)
    assert found(tmp_path, "") == [("FIL-101", "warn")]


@pytest.mark.parametrize("name", ["duban.db-wal", "duban.db-shm", "records.csv", "lines.jsonl"])
def test_each_file_of_the_store_and_of_channels_is_looked_at(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.touch()
    file.chmod(0o644)
    channels = f"""
[[channel]]
id = "records"
kind = "gbt39046"
path = "{tmp_path / "records.csv"}"
[[channel]]
id = "lines"
kind = "file"
path = "{tmp_path / "lines.jsonl"}"
"""
    [told] = exposed(settings(tmp_path, channels))
    assert told.code == "FIL-101"
    assert f"chmod o= {file}" in told.text.en


@pytest.mark.parametrize(
    ("through", "today", "ends"),
    [
        (date(2026, 12, 31), date(2026, 11, 24), False),
        (date(2026, 12, 31), date(2026, 12, 1), True),
        (date(2026, 10, 31), date(2026, 11, 24), True),
        (date(2026, 6, 30), date(2026, 3, 1), True),
        (date(2027, 12, 31), date(2026, 12, 24), False),
        (None, date(2026, 12, 24), False),
    ],
)
def test_a_calendar_that_ends_before_the_year_does_is_told(
    through: date | None, today: date, ends: bool
) -> None:
    assert ends_soon(through, today) is ends
