from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.cli import CHINESE, ENGLISH, duban, settings_file


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    return settings_file(tmp_path, '[[check]]\nid = "c"\nwhen = "case."\nlevel = "blue"\n')


def test_all_faults_are_told_each_with_its_mend(faulty: Path) -> None:
    called = duban("cases", "-c", faulty)
    assert (called.code, called.out) == (2, "")
    blocks = called.err.split("\n\n")
    assert "处设置有误" in blocks[0]
    assert len(blocks) > 2
    for block in blocks[1:]:
        assert block.startswith("✗ CFG-")
        assert "第 " in block
        assert all(label in block for label in ("找到", "应为", "改法"))


def test_faults_are_told_in_english_where_the_locale_is(faulty: Path) -> None:
    called = duban("cases", "-c", faulty, env=ENGLISH)
    assert "faults found" in called.err
    assert "expected  " in called.err


def test_faults_are_a_list_in_json(faulty: Path) -> None:
    called = duban("cases", "-c", faulty, "--json")
    faults = json.loads(called.out)
    assert called.code == 2
    assert {"code", "path", "line", "title", "found", "expected", "mend"} == set(faults[0])
    assert "check[0].level" in [fault["path"] for fault in faults]


def test_a_failure_is_told_in_the_language_of_the_settings(tmp_path: Path) -> None:
    config = settings_file(tmp_path, before='daemon.language = "en"\n')
    assert "has no tables yet" in duban("cases", "-c", config).err


def test_a_missing_file_points_to_init_and_demo(tmp_path: Path) -> None:
    called = duban("check", "-c", tmp_path / "none.toml")
    assert called.code == 2
    assert "CFG-001" in called.err
    assert "duban init" in called.err


def test_an_unknown_option_is_a_fault_in_the_call(config: Path) -> None:
    called = duban("cases", "--no-such", "-c", config)
    assert (called.code, called.out) == (2, "")


@pytest.fixture
def nowhere(tmp_path: Path) -> Path:
    """Settings whose store is in a folder that is not there."""
    return settings_file(tmp_path, before='daemon.store = "sqlite:///no/such/duban.db"\n')


def test_an_unexpected_error_is_one_line_and_how_to_see_more(nowhere: Path) -> None:
    called = duban("db", "upgrade", "-c", nowhere)
    assert (called.code, called.out) == (1, "")
    first, second = called.err.splitlines()
    assert first.startswith("✗ OperationalError: ")
    assert "DUBAN_DEBUG=1" in second


def test_who_debugs_gets_the_error_itself(nowhere: Path) -> None:
    called = duban("db", "upgrade", "-c", nowhere, env={**CHINESE, "DUBAN_DEBUG": "1"})
    assert (called.code, called.err) == (1, "")  # it went through to the interpreter
