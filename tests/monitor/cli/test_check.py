from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import ENGLISH, duban, duban_on_terminal, plain, settings_file

HALL = "CREATE TABLE cases (id TEXT PRIMARY KEY, no TEXT, item TEXT, accepted TEXT, closed TEXT)"


@pytest.fixture
def hall(config: Path) -> Path:
    """The source of ``config``, with one case."""
    file = config.parent / "hall.db"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(HALL)
        connection.execute("INSERT INTO cases VALUES ('1', 'NO-1', '许可', '2026-01-05', NULL)")
    return file


def statuses(config: Path) -> dict[str, set[str]]:
    """Give what check says of each kind of thing."""
    told: dict[str, Any] = json.loads(duban("check", "--json", "-c", config).out)
    found: dict[str, set[str]] = {}
    for section in told["sections"]:
        found.setdefault(section["kind"], set()).update(
            result["status"] for result in section["results"]
        )
    return found


def test_sound_settings_pass(config: Path, hall: Path) -> None:
    called = duban("check", "-c", config)
    assert called.code == 0, called.out
    assert "✗" not in called.out
    assert "可以启动" in called.out
    assert statuses(config)["source"] == {"ok"}


def test_a_source_that_is_not_there_fails(config: Path) -> None:
    called = duban("check", "-c", config)
    assert called.code == 1
    assert "✗ 不行  连不上数据库" in called.out
    assert statuses(config)["source"] == {"fail"}


def test_a_missing_column_fails_with_its_neighbour(config: Path, hall: Path) -> None:
    with closing(sqlite3.connect(hall)) as connection:
        connection.execute("ALTER TABLE cases RENAME COLUMN closed TO closed_on")
    called = duban("check", "-c", config)
    assert called.code == 1
    assert "closed ≈ closed_on" in called.out


def test_one_bad_source_does_not_hide_the_others(tmp_path: Path, hall: Path) -> None:
    config = settings_file(
        tmp_path,
        '[[source]]\nid = "far"\nurl = "postgresql+psycopg://a:geheim@127.0.0.1:1/b"\n'
        'timeout = "2s"\n[source.cases]\ntable = "t"\nkey = "id"\ncolumns = { closed_at = "c" }\n',
    )
    called = duban("check", "-c", config)
    assert called.code == 1
    assert "审批库 hall" in called.out
    assert "可以连接" in called.out
    assert "审批库 far" in called.out
    assert "geheim" not in called.out + called.err


def test_a_channel_whose_folder_is_missing_fails(tmp_path: Path, hall: Path) -> None:
    channel = '[[channel]]\nid = "f"\nkind = "file"\npath = "no/such/notices.jsonl"\n'
    config = settings_file(tmp_path, channel)
    assert duban("check", "-c", config).code == 1
    assert statuses(config)["channel"] == {"ok", "fail"}


def test_a_channel_with_faulty_texts_fails(tmp_path: Path, hall: Path) -> None:
    own = tmp_path / "texts" / "zh_CN"
    own.mkdir(parents=True)
    (own / "texts.toml").write_text("not toml")
    channel = '[[channel]]\nid = "f"\nkind = "console"\ntemplates = "texts"\n'
    called = duban("check", "-c", settings_file(tmp_path, channel))
    assert called.code == 1
    assert "建不起来" in called.out


def test_a_store_that_cannot_be_opened_fails(tmp_path: Path, hall: Path) -> None:
    (tmp_path / "duban.db").write_text("no database " * 100)
    assert statuses(settings_file(tmp_path))["store"] == {"fail"}


def test_check_leaves_no_trace(config: Path, hall: Path) -> None:
    before = hall.read_bytes()
    duban("check", "-c", config)
    assert {path.name for path in config.parent.iterdir()} == {"supervisor.toml", "hall.db"}
    assert hall.read_bytes() == before


def test_the_sample_hall_is_made_at_the_first_start(tmp_path: Path) -> None:
    called = duban("check", "-c", settings_file(tmp_path, "[sample]\ncases = 10\n"))
    assert called.code == 0
    assert "首次启动时建立" in called.out


def test_without_a_source_there_is_nothing_to_watch(tmp_path: Path) -> None:
    config = tmp_path / "supervisor.toml"
    config.write_text("")
    called = duban("check", "-c", config, env=ENGLISH)
    assert called.code == 1
    assert "nothing to watch" in called.out


def test_on_a_terminal_it_stays_within_the_width(config: Path) -> None:
    shown = plain(duban_on_terminal("check", "-c", config))
    assert "✗ 不行" in shown
    assert max(map(len, shown.splitlines())) <= 80
