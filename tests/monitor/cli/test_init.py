from __future__ import annotations

from pathlib import Path

from config import load
from tests.support.cli import duban


def test_what_init_writes_loads_once_its_variable_is_set(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    called = duban("init", "-c", path)
    assert called.code == 0
    assert "APPROVAL_DB_URL" in called.err
    settings = load(path, {"APPROVAL_DB_URL": "sqlite:///approval.db"})
    assert settings.sample is None
    assert {limit.id for limit in settings.limit} >= {"acceptance", "promise", "statutory"}


def test_what_init_writes_tells_a_person_when_the_source_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    duban("init", "-c", path)
    first = load(path, {"APPROVAL_DB_URL": "sqlite:///approval.db"}).policy[0]
    assert (first.when, first.levels) == ("alert.about == 'system'", ())
    assert [str(role) for role in first.steps[0].tell] == ["person:j01"]


def test_what_is_there_is_never_written_over_unasked(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text("mine")
    called = duban("init", "-c", path)
    assert (called.code, path.read_text()) == (1, "mine")
    assert "--force" in called.err
    assert duban("init", "--force", "-c", path).code == 0
    assert path.read_text() != "mine"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    called = duban("init", "-c", tmp_path / "no" / "own.toml")
    assert called.code == 1
    assert "No such file" in called.err
