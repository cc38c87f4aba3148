"""A joint approval in three branches: whoever lags hears of it, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.store import case_list
from monitor.store.case_choice import Choice
from monitor.store.case_list import Sort
from monitor.store.scope import Scope
from tests.support.stories import Event, Story, fresh_story
from tests.support.stories_settings import SYSTEM

DIRECTORY = """
region = [{ id = "990102", name = "东浦区" }]
department = [
  { id = "ZWDT", name = "政务服务中心" },
  { id = "GH", name = "规划局" },
  { id = "XF", name = "消防救援大队" },
  { id = "RF", name = "人防办" },
]
person = [
  { id = "li", name = "李阳", department = "ZWDT", posts = ["handler"] },
  { id = "he", name = "何牵头", department = "ZWDT", posts = ["department-lead"] },
  { id = "gu", name = "顾规划", department = "GH", posts = ["department-lead"] },
  { id = "xu", name = "徐消防", department = "XF", posts = ["department-lead"] },
  { id = "zhao", name = "赵云", department = "XF", posts = ["handler"] },
  { id = "ren", name = "任人防", department = "RF", posts = ["department-lead"] },
  { id = "on-duty", name = "值班员" },
]
"""

SOURCE = """
[[source]]
id = "hall"
url = "{hall}"
{source}
[source.cases]
table = "cases"
key = "no"
changed = "changed"
[source.cases.columns]
no = "no"
kind = "item"
region = "region"
department = "department"
handler = "handler"
accepted_at = "accepted"
closed_at = "closed"
[source.steps]
table = "steps"
changed = "changed"
[source.steps.columns]
case = "no"
name = "name"
department = "department"
handler = "handler"
opened_at = "opened"
started_at = "started"
ended_at = "ended"
limit_days = "days"
"""

LADDER = """
[[policy]]
id = "branches"
steps = [{ after = "0m", tell = ["handler", "department-lead"], via = ["out"] }]
"""

ACCEPTED, DUE = "2026-09-14 10:00", "2026-09-17 17:30"


@pytest.fixture(params=["sqlite", "postgresql"])
def story(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Story]:
    """Give a joint approval whose three branches were sent to their departments and begun."""
    given = {
        "directory": DIRECTORY,
        "sources": SOURCE,
        "policies": SYSTEM + LADDER,
        "limits": "",
        "daemon": 'presets = ["regime-joint"]',
    }
    with fresh_story(tmp_path, request.param, **given) as told:
        told.hall.database.run(
            "CREATE TABLE steps (no TEXT, name TEXT, department TEXT, handler TEXT, opened TEXT,"
            " started TEXT, ended TEXT, days INTEGER, changed TEXT)"
        )
        told.hall.accept("J1", ACCEPTED, item="joint", department="ZWDT", handler="李阳")
        for name, department, handler, days in (
            ("规划审查", "GH", None, 3),
            ("消防审查", "XF", "赵云", 3),
            ("人防审查", "RF", None, 10),
        ):
            row = {"no": "J1", "name": name, "department": department, "handler": handler}
            times = {"opened": ACCEPTED, "started": ACCEPTED, "changed": ACCEPTED, "days": days}
            told.hall.database.insert("steps", {**row, **times})
        told.at("2026-09-14 10:05")
        yield told


def finish(story: Story, name: str, at: str) -> None:
    story.hall.database.run(
        f"UPDATE steps SET ended = '{at}', changed = '{at}' WHERE name = '{name}'"
    )


def heard(story: Story, when: str) -> list[str]:
    """Who was told at a time, of what: ``WHO KIND LEVEL``."""
    return sorted(f"{one.who} {one.kind} {one.level}" for one in story.told("J1") if one.at == when)


def test_the_lead_and_the_handler_of_the_branch_that_lags_are_told_and_no_others(
    story: Story,
) -> None:
    finish(story, "规划审查", "2026-09-16 15:00")
    story.at("2026-09-16 15:05")
    story.at("2026-09-17 09:00")
    assert heard(story, "2026-09-17 09:00") == ["徐消防 warning warning", "赵云 warning warning"]
    story.at(DUE)
    assert heard(story, DUE) == ["徐消防 overdue yellow", "赵云 overdue yellow"]
    assert {one["context"]["clock"]["limit_text"] for one in story.messages} == {
        "并联环节办理时限：消防审查"
    }
    assert {one["context"]["case"]["department"] for one in story.messages} == {"消防救援大队"}

    finish(story, "消防审查", "2026-09-18 10:00")
    story.at("2026-09-18 10:05")
    assert heard(story, "2026-09-18 10:05") == ["徐消防 resolved yellow", "赵云 resolved yellow"]
    assert story.levels("J1") == {}
    assert story.history("J1", "joint-branch") == [
        Event("alert_opened", "warning", "due"),
        Event("alert_raised", "yellow", "due"),
        Event("alert_resolved", "yellow", "closed"),
    ]


def test_the_branch_that_lags_has_the_case_in_its_list_until_it_is_done(story: Story) -> None:
    def of_branch() -> list[str]:
        with story.store.read() as connection:
            rows = case_list.page(connection, Choice(departments=("XF",)), Scope(), Sort.DUE, 0, 10)
        return [row.case.key for row in rows]

    finish(story, "规划审查", "2026-09-16 15:00")
    story.at("2026-09-16 15:05")
    assert of_branch() == []
    story.at(DUE)
    assert of_branch() == ["J1"]
    finish(story, "消防审查", "2026-09-18 10:00")
    story.at("2026-09-18 10:05")
    assert of_branch() == []


def test_of_two_branches_that_lag_each_hears_of_its_own(story: Story) -> None:
    story.at("2026-09-17 09:00")
    story.at(DUE)
    assert heard(story, DUE) == [
        *("徐消防 overdue yellow", "赵云 overdue yellow", "顾规划 overdue yellow")
    ]
    finish(story, "规划审查", "2026-09-18 10:00")
    story.at("2026-09-18 10:05")
    assert heard(story, "2026-09-18 10:05") == ["顾规划 resolved yellow"]
    assert story.levels("J1") == {"joint-branch": "yellow"}


def test_the_whole_that_is_closed_over_an_open_branch_is_the_leading_departments_fault(
    story: Story,
) -> None:
    for name in ("规划审查", "消防审查"):
        finish(story, name, "2026-09-16 10:00")
    story.at("2026-09-16 10:05")
    story.hall.close("J1", at="2026-09-16 11:00")
    story.at("2026-09-16 11:05")
    assert heard(story, "2026-09-16 11:05") == ["何牵头 overdue yellow", "李阳 overdue yellow"]
    (found,) = {one["context"]["alert"]["found"] for one in story.messages}
    assert found == "2026年9月16日办结时还有 1 个环节没有办完：人防审查"
