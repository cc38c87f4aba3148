from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from monitor.store.store import Store
from tests.support.cli import ENGLISH, Called, duban, duban_on_terminal, plain
from tests.support.packages import MODULE, install

pytestmark = pytest.mark.usefixtures("alerts")


def tried(config: Path, *args: str) -> list[dict[str, Any]]:
    """Try a check with --json and give what it finds."""
    called = duban("try-check", *args, "--json", "-c", config)
    assert called.code == 0, called.err
    records: list[dict[str, Any]] = json.loads(called.out)
    return records


def refused(config: Path, *args: str) -> Called:
    called = duban("try-check", *args, "-c", config, env={**ENGLISH, "COLUMNS": "1000"})
    assert (called.code, called.out) == (2, "")
    return called


@pytest.mark.parametrize(
    ("args", "keys"),
    [
        (["case.department == 'ZJ'"], ["late"]),
        (["case.accepted_at != null"], ["late", "soon"]),
        (["case.accepted_at != null", "--all"], ["late", "soon", "done"]),
        (["case.accepted_at != null", "--all", "-n", "2"], ["late", "soon"]),
        (["case.department == 'XX'"], []),
        (["--use", "record-incomplete"], []),
        (["--use", "record-incomplete", "--all"], ["done"]),
        (["--use", "record-incomplete", "--all", "--set", "required=handler"], ["done"]),
        (["--use", "record-incomplete", "--all", "--set", "required=closed_at,no"], []),
        (["--use", "record-incomplete", "--all", "--set", 'required=["handler"]'], ["done"]),
        (["--use", "outside-office-hours", "--all"], []),
        (["--use", "outside-office-hours", "--set", "minutes=-120"], ["late", "soon"]),
        (["case.department == 'ZJ'", "--use", "outside-office-hours", "--set", "minutes=-120"],
         ["late"]),
    ],
)  # fmt: skip
def test_what_a_check_would_find_is_shown(config: Path, args: list[str], keys: list[str]) -> None:
    assert [record["key"] for record in tried(config, *args)] == keys


def test_a_finding_tells_its_case_its_evidence_and_a_sentence(config: Path) -> None:
    [done] = tried(config, "--use", "record-incomplete", "--all", "--set", "required=handler")
    assert (done["source"], done["no"]) == ("hall", "NO-done")
    assert done["found"] == "2026年10月21日办结，记录中没有：承办人"
    assert done["evidence"] == {"closed_at": "2026-10-21T09:00:00+08:00", "facts": "handler"}


def test_what_a_condition_goes_by_is_told(config: Path) -> None:
    [late] = tried(config, "case.department == 'ZJ' && case.accepted_at < now")
    assert late["evidence"] == {"department": "ZJ", "accepted_at": "2026-09-18T10:00:00+08:00"}
    assert late["found"] == "department = ZJ, accepted_at = 2026-09-18T10:00:00+08:00"


def test_how_many_cases_were_looked_at_is_told(config: Path) -> None:
    called = duban("try-check", "case.accepted_at != null", "--all", "-n", "1", "-c", config)
    assert called.err == "查了 3 件，发现 3 件，列出 1 件；-n 多列一些\n"
    header, line = called.out.splitlines()
    found = dict(zip(header.split("\t"), line.split("\t"), strict=True))
    assert json.loads(found["evidence"]) == {"accepted_at": "2026-09-18T10:00:00+08:00"}
    english = duban("try-check", "case.department == 'ZJ'", "-c", config, env=ENGLISH)
    assert english.err == "2 cases, found in 1\n"


def test_on_a_terminal_there_is_a_table(config: Path) -> None:
    args = ("--use", "record-incomplete", "--all", "--set", "required=handler")
    shown = plain(duban_on_terminal("try-check", *args, "-c", config, width=120))
    assert any("NO-done" in line and "没有：承办人" in line for line in shown.splitlines())


def test_nothing_is_changed(config: Path, store: Store) -> None:
    with store.engine.connect() as connection:
        database: Any = connection.connection.driver_connection
        before = list(database.iterdump())
        assert len(tried(config, "case.accepted_at != null", "--all")) == 3
        assert list(database.iterdump()) == before


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ([], "give a condition, or a check by --use"),
        (["case.departmnt == 'ZJ'"], "did you mean case.department?"),
        (["case.department =="], "the expression is faulty"),
        (["cases.department == 'ZJ'"], "did you mean case?"),
        (["case.department == 'ZJ'", "--set", "minutes=20"], "--set goes with --use"),
        (["--use", "record-incomplet"], "record-incomplete"),
        (["--use", "outside-office-hours", "--set", "minuts=20"], "minutes = 30"),
        (["--use", "outside-office-hours", "--set", "minutes=soon"], "minutes = 30"),
    ],
)
def test_what_cannot_be_tried_is_refused(config: Path, args: list[str], told: str) -> None:
    assert told in refused(config, *args).err


def test_a_check_of_a_package_is_tried(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, tmp_path / "site", module=MODULE.replace('"phone"', '"item_code"'))
    [late] = tried(config, "--use", "phone-too-short")
    assert (late["key"], late["evidence"]) == ("late", {"phone": "I-1"})
    sys.modules.pop("hall_checks")


def test_a_fact_that_no_source_maps_is_told(config: Path) -> None:
    called = duban("try-check", "--use", "ticket-waits-too-long", "-c", config)
    assert (called.code, "没有来源映射 ticket_at" in called.err) == (0, True)


def test_a_condition_that_fails_in_a_case_says_why(config: Path) -> None:
    called = duban("try-check", "case.department > 5", "-c", config)
    assert called.code == 0
    assert "有的办件判断不了：soon: case.department > 5" in called.err
