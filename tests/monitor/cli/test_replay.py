"""``duban replay`` over a small hall, as it looks on a terminal and in a pipe."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from tests.support.cli import duban, duban_on_terminal, plain, settings_file

PERIOD = ("--from", "2025-09-01", "--to", "2025-12-01")


@pytest.fixture
def hall(tmp_path: Path) -> Path:
    """The settings of a hall with sixty cases that were accepted in September 2025 and are open."""
    with sqlite3.connect(tmp_path / "hall.db") as database:
        database.execute("CREATE TABLE cases (id, no, item, accepted, closed)")
        database.executemany(
            "INSERT INTO cases VALUES (?, ?, '施工许可', '2025-09-01 10:00', NULL)",
            [(f"k{n:02}", f"A{n:02}") for n in range(60)],
        )
    return settings_file(tmp_path)


@pytest.fixture
def shorter(hall: Path) -> Path:
    """The same settings with half the limit."""
    path = hall.parent / "shorter.toml"
    path.write_text(hall.read_text("utf-8").replace("20 working days", "10 working days"), "utf-8")
    return path


def compared(hall: Path, shorter: Path, *more: str) -> list[str]:
    shown = duban_on_terminal(
        *("replay", *PERIOD, "--settings", shorter, "--compare", "-c", hall, *more), width=80
    )
    return [line.strip() for line in plain(shown).splitlines() if line.strip()]


def test_a_comparison_on_a_terminal_lists_the_first_cards_and_says_how_many(
    hall: Path, shorter: Path
) -> None:
    lines = compared(hall, shorter, "-n", "5")
    assert any("移动 180 张" in line for line in lines)
    cards = [line for line in lines if line.startswith("移动") and "promise" in line]
    assert len(cards) == 5
    assert "只列出前 5 张" in lines[-1]
    assert all(len(line) <= 80 for line in lines)
    assert cards[0].endswith("2025-10-09 17:30  2025-09-18 17:30")


def test_a_comparison_in_a_pipe_has_every_card(hall: Path, shorter: Path) -> None:
    called = duban("replay", *PERIOD, "--settings", shorter, "--compare", "-n", "5", "-c", hall)
    header, *lines = called.out.splitlines()
    assert header.split("\t")[-2:] == ["before_at", "after_at"]
    assert len(lines) == 180
    assert lines[0].split("\t")[-1].endswith("+08:00")


def test_a_comparison_as_json_has_no_words_for_people(hall: Path, shorter: Path) -> None:
    called = duban("replay", *PERIOD, "--settings", shorter, "--compare", "--json", "-c", hall)
    record = json.loads(called.out.splitlines()[0])
    assert not [name for name in record if name.endswith("_text")]
