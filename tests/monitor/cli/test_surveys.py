"""Surveys on the command line: their alerts by names, one in full, and one that is only tried."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from monitor.store import alerts, cases, meta
from monitor.store.store import Store
from rules.subjects import unit
from tests.monitor.cli.halls import NOW, local
from tests.support.cli import ENGLISH, duban, duban_on_terminal, plain, settings_file
from tests.support.stores import case_id, checked, new_alert, read_case

SURVEYS = """
[[check]]
use = "closing-rate-low"
[[check]]
use = "closed-in-one-second"
settings = { cases = 3 }
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = settings_file(tmp_path)
    text = path.read_text("utf-8")
    mapped = text.replace('no = "no",', 'no = "no", handler = "h", department = "d", region = "r",')
    path.write_text(mapped + SURVEYS, "utf-8")
    return path


@pytest.fixture
def hall(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Four cases closed in one second, and a card of their unit."""
    monkeypatch.setattr("time.time_ns", lambda: NOW * 1000)
    facts = {"department": "ZJ", "region": "R1", "handler": "李阳"}
    closed = local("2026-10-20 15:00") + 5_000_000
    with store.write() as connection:
        for number in range(4):
            read = read_case(f"C-{number}", **facts, closed_at=closed)
            cases.put(connection, "hall", [read], NOW)
            cases.record_checks(connection, [checked(case_id(connection, read.key), state="met")])
        meta.put(
            connection,
            "readings:hall",
            {"polling_at": None, "polled_at": NOW, "whole_at": NOW, "mapping": {}},
        )
        figures = {"period": "2026-09", "count": 20, "part": 12, "rate": 60.0, "target": 80.0}
        alerts.open_alerts(
            connection,
            [
                new_alert(
                    None,
                    subject=unit("R1", "ZJ", "2026-09"),
                    rule="closing-rate-low",
                    title="办结率低于目标",
                    source=None,
                    opened_at=NOW,
                    evidence={**figures, "passes_at": NOW, "rows": "C-1, C-2"},
                    carrier={"region": "R1", "department": "ZJ", "handler": None},
                )
            ],
        )
    return store


def called(config: Path, *args: str) -> Any:
    answer = duban(*args, "--json", "-c", config)
    assert answer.code == 0, answer.err
    return json.loads(answer.out)


def test_a_unit_is_listed_by_its_name(config: Path, hall: Store) -> None:
    [alert] = called(config, "alerts", "--department", "ZJ")
    assert alert["subject"] == "unit:R1/ZJ@2026-09"
    assert alert["about"].endswith(" 2026-09")
    assert alert["found"] == "2026-09 受理 20 件，办结 12 件，办结率 60%，目标 80%"
    shown = plain(duban_on_terminal("alerts", "-c", config, width=80))
    assert alert["about"] in shown
    assert "办结率低于目标" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_an_alert_is_explained_with_its_figures_and_its_rows(config: Path, hall: Store) -> None:
    shown = plain(duban_on_terminal("explain", "--alert", "1", "-c", config))
    for told in ("办结率低于目标", "办结率 60%", "比率 %", "目标 %", "80", "来源行", "C-1, C-2"):
        assert told in shown
    assert "passes_at" not in shown
    record = called(config, "explain", "--alert", "1")
    assert record["evidence"]["rate"] == 60.0
    assert record["evidence"]["passes_at"] == "2026-10-21T09:00:00+08:00"
    assert record["carrier"] == {"region": "R1", "department": "ZJ", "handler": None}


def test_an_alert_that_is_none_is_told_and_so_is_that_nothing_was_asked(
    config: Path, hall: Store
) -> None:
    assert duban("explain", "--alert", "99", "-c", config).code == 1
    asked = duban("explain", "-c", config)
    assert asked.code == 2
    assert "--alert" in asked.err


def test_a_survey_is_tried_and_changes_nothing(config: Path, hall: Store) -> None:
    args = ("try-check", "--use", "closed-in-one-second", "--set", "cases=4")
    [found] = called(config, *args)
    assert found["about"] == "李阳 10-20 15:00:05"
    assert (found["region"], found["department"], found["handler"]) == ("R1", "ZJ", "李阳")
    assert found["evidence"]["count"] == 4
    assert found["found"] == "同一账号在 2026-10-20 15:00:05 这一秒办结了 4 件"
    assert "1 found" in duban(*args, "-c", config, env=ENGLISH).err
    assert called(config, *args[:-1], "cases=5") == []
    assert len(called(config, "alerts")) == 1


def test_it_is_not_tried_on_what_has_not_been_read(config: Path, store: Store) -> None:
    answer = duban("try-check", "--use", "closed-in-one-second", "-c", config)
    assert answer.code == 1
    assert "审批库还没有读全" in answer.err


def test_what_was_found_is_told_with_the_alerts_of_a_case(config: Path, hall: Store) -> None:
    with hall.write() as connection:
        evidence = {"second": "2026-10-20 15:00:05", "count": 4}
        found = new_alert(1, rule="closed-in-one-second", title="同一秒", evidence=evidence)
        alerts.open_alerts(connection, [found])
    shown = plain(duban_on_terminal("explain", "C-0", "-c", config))
    assert "同一账号在 2026-10-20 15:00:05 这一秒办结了 4 件" in shown
