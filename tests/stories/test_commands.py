"""The same story by the commands of an operator: one pass at a time, and the demonstration."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.daemons import duban
from tests.support.stories import Story, fresh_story

pytestmark = pytest.mark.slow


def tick(story: Story, now: str) -> dict[str, Any]:
    done = duban(
        "tick",
        "--now",
        now,
        "--json",
        "-c",
        str(story.folder / "supervisor.toml"),
        cwd=story.folder,
    )
    assert done.returncode == 0, done.stderr
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary


def test_a_tick_makes_one_full_pass_at_the_moment_given(tmp_path: Path) -> None:
    with fresh_story(tmp_path) as story:
        story.hall.accept("A1", at="2026-09-22 15:20", days=10)
        early = tick(story, "2026-10-12T08:59")
        assert early["rows_read"] >= 1
        assert (early["cases_checked"], early["alerts_opened"], early["notices"]) == (1, 0, 0)
        late = tick(story, "2026-10-13T17:30")
        assert (late["alerts_opened"], late["notices"], late["deliveries_sent"]) == (1, 1, 1)
        again = tick(story, "2026-10-13T17:30+08:00")
        assert (again["alerts_opened"], again["deliveries_sent"]) == (0, 0)
        assert story.levels("A1") == {"promise": "yellow"}
        assert len(story.outbox.read_text("utf-8").splitlines()) == 1


def test_a_tick_tells_of_a_calendar_that_ends_as_the_daemon_does(tmp_path: Path) -> None:
    with fresh_story(tmp_path) as story:
        tick(story, "2026-12-02T10:00")
        assert [one.event for one in story.system("calendar-missing")] == ["alert_opened"]


def test_a_tick_on_the_sample_settings_makes_the_sample_hall(tmp_path: Path) -> None:
    sample = Path(__file__).parents[2] / "supervisor.toml"
    text, number = re.subn(r"(?m)^cases = \d+$", "cases = 30", sample.read_text("utf-8"))
    assert number == 1
    (tmp_path / "supervisor.toml").write_text(text, "utf-8")
    done = duban("tick", "--json", "-c", "supervisor.toml", cwd=tmp_path)
    told = json.loads(done.stdout)
    assert (told["source_failures"], told["rows_read"] >= 30) == (0, True)


def test_a_tick_refuses_a_moment_that_is_none(tmp_path: Path) -> None:
    with fresh_story(tmp_path) as story:
        settings = str(story.folder / "supervisor.toml")
        done = duban("tick", "--now", "morgen", "-c", settings, cwd=tmp_path)
        assert done.returncode == 2
        assert "2026-10-16T17:30" in done.stderr


def test_the_demonstration_runs_unattended_and_sums_up(tmp_path: Path) -> None:
    done = duban("demo", "--duration", "5s", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert {
        "duration_seconds",
        "cases_read",
        "findings_by_level",
        "alerts",
        "notices",
        "deliveries",
        "seconds_from_commit_to_receipt",
    } <= summary.keys()
    assert summary["cases_read"] >= 2000
    assert {"warning", "yellow", "red"} == summary["findings_by_level"].keys()
    assert summary["alerts"]["opened"] > 0
    assert summary["deliveries"]["sent"] > 0
    assert summary["deliveries"]["failed"] == 0
    assert {"count", "p50", "p99"} == summary["seconds_from_commit_to_receipt"].keys()
