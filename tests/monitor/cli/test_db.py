from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from monitor.store import migrations
from monitor.store.store import Store
from tests.support.cli import duban, settings_file
from tests.support.stores import fresh_url


def test_upgrade_makes_the_tables_and_current_shows_them(config: Path) -> None:
    first, second = (
        json.loads(duban("db", "upgrade", "--json", "-c", config).out) for _ in range(2)
    )
    assert (first["before"], first["after"]) == (None, migrations.newest())
    assert second["before"] == second["after"] == migrations.newest()
    shown = duban("db", "current", "-c", config)
    assert shown.code == 0
    assert migrations.newest() in shown.out


def test_current_says_what_to_do_where_nothing_is_there_and_makes_nothing(config: Path) -> None:
    called = duban("db", "current", "-c", config)
    assert (called.code, called.out) == (1, "")
    assert "duban db upgrade" in called.err
    assert not (config.parent / "duban.db").exists()


def test_another_revision_asks_for_an_upgrade(config: Path, store: Store) -> None:
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    called = duban("cases", "-c", config)
    assert called.code == 1
    assert "9999" in called.err
    refused = duban("db", "upgrade", "-c", config)
    assert refused.code == 1
    assert "请安装新版" in refused.err


def test_a_store_whose_tables_are_not_of_its_revision_is_named_and_left_alone(
    config: Path, store: Store
) -> None:
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    refused = duban("db", "upgrade", "-c", config)
    assert refused.code == 1
    assert "already exists" in refused.err
    assert "由未发布的版本或人工建立" in refused.err
    assert migrations.current(store.engine) == "0001"


def test_a_store_that_cannot_be_reached_is_told_without_its_password(tmp_path: Path) -> None:
    url = "postgresql+psycopg://duban:geheim@127.0.0.1:1/duban"
    config = settings_file(tmp_path, before=f'daemon.store = "{url}"\n')
    called = duban("alerts", "-c", config)
    assert called.code == 1
    assert "打不开" in called.err
    assert "geheim" not in called.err


def test_the_store_may_be_postgresql(tmp_path: Path) -> None:
    with fresh_url("postgresql", tmp_path) as url:
        config = settings_file(tmp_path, before=f'daemon.store = "{url}"\n')
        assert duban("db", "upgrade", "-c", config).code == 0
        assert duban("cases", "-c", config).code == 0


@pytest.mark.parametrize("command", ["cases", "alerts", "rejects"])
def test_lists_say_what_to_do_where_there_is_no_store(config: Path, command: str) -> None:
    called = duban(command, "-c", config)
    assert called.code == 1
    assert "duban run" in called.err
