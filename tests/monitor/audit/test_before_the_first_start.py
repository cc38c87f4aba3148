"""``duban audit``, ``replay`` and ``check`` judge before the first start as they do after it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from tests.support.cli import duban

SETTINGS = """
[daemon]
http = "127.0.0.1:0"
presets = ["administrative-licence", "regime-fee"]
[[source]]
id = "hall"
url = "sqlite:///hall.db"
[source.cases]
table = "cases"
key = "no"
columns = { item_code = "item", accepted_at = "accepted", closed_at = "closed", fee_paid = "fee" }
[catalogue]
source = "hall"
table = "items"
columns = { code = "code", statutory_days = "law_days", fee_standard = "fee" }
"""
PERIOD = ("--from", "2026-01-01", "--to", "2026-10-20", "--json")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A hall of three cases: five days by the law of the item, one closed on the ninth day."""
    file = tmp_path / "supervisor.toml"
    file.write_text(SETTINGS, "utf-8")
    hall = create_engine(f"sqlite:///{tmp_path / 'hall.db'}")
    with hall.begin() as connection:
        for statement in (
            "CREATE TABLE items (code TEXT, law_days INTEGER, fee REAL)",
            "INSERT INTO items VALUES ('T1', 5, 0)",
            "CREATE TABLE cases (no TEXT, item TEXT, accepted TEXT, closed TEXT, fee REAL)",
            "INSERT INTO cases VALUES ('A', 'T1', '2026-03-02 10:00', '2026-03-13 10:00', 0)",
            "INSERT INTO cases VALUES ('B', 'T1', '2026-03-02 10:00', '2026-03-05 10:00', 30)",
            "INSERT INTO cases VALUES ('C', 'T9', '2026-03-02 10:00', '2026-03-05 10:00', 0)",
        ):
            connection.execute(text(statement))
    hall.dispose()
    return file


def audited(config: Path) -> dict[str, Any]:
    called = duban("audit", "-c", config, *PERIOD)
    assert called.code == 0, called.err
    result: dict[str, Any] = json.loads(called.out)
    return result


def replayed(config: Path) -> list[str]:
    called = duban("replay", "-c", config, *PERIOD)
    assert called.code == 0, called.err
    return called.out.splitlines()


def start(config: Path) -> None:
    called = duban("tick", "-c", config, "--now", "2026-10-20T09:00")
    assert called.code == 0, called.err


def test_an_audit_before_the_first_start_finds_what_one_after_it_finds(config: Path) -> None:
    before = audited(config)
    start(config)
    after = audited(config)
    assert before["rules"] == after["rules"]
    found = {(one["rule"], one["late"]) for one in before["rules"]}
    assert {("statutory", True), ("charged-though-free", False)} <= found
    assert before["without_edition"] == after["without_edition"] == 1


def test_a_replay_before_the_first_start_is_the_one_after_it(config: Path) -> None:
    before = replayed(config)
    start(config)
    assert before == replayed(config)
    assert any(json.loads(line)["rule"] == "statutory" for line in before)


def test_a_store_with_tables_but_no_catalogue_yet_is_as_one_before_the_first_start(
    config: Path,
) -> None:
    before = audited(config)
    assert duban("db", "upgrade", "-c", config).code == 0
    assert audited(config) == before


def test_the_audit_says_how_many_cases_have_no_edition(config: Path) -> None:
    called = duban("audit", "-c", config, *PERIOD[:-1])
    assert "1 件的事项在目录中没有当时有效的版本" in called.err + called.out


def test_the_check_says_that_cases_have_no_edition(config: Path) -> None:
    called = duban("check", "-c", config, "--json")
    [section] = [s for s in json.loads(called.out)["sections"] if s["kind"] == "catalogue"]
    assert [(one["code"], one["status"]) for one in section["results"]] == [
        ("CAT-101", "ok"),
        ("CAT-103", "warn"),
    ]


def test_an_audit_whose_catalogue_cannot_be_read_says_so_and_judges_nothing(config: Path) -> None:
    config.write_text(SETTINGS.replace('table = "items"', 'table = "gone"'), "utf-8")
    called = duban("audit", "-c", config, *PERIOD)
    assert called.code != 0
    assert "gone" in called.err
