"""A reported-up item: own part, upper level, own part again; each late one is told of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.stories import Event, Story, fresh_story
from tests.support.stories_settings import SYSTEM

DIRECTORY = """
region = [
  { id = "990100", name = "云岭市" },
  { id = "990102", name = "东浦区", parent = "990100" },
]
department = [{ id = "ZJ", name = "住建局" }, { id = "SZJ", name = "市住建局" }]
person = [
  { id = "chen", name = "陈波", department = "ZJ", posts = ["department-lead"] },
  { id = "shi", name = "石市", department = "SZJ", region = "990100", posts = ["department-lead"] },
  { id = "on-duty", name = "值班员" },
]
"""

SOURCE = '''
[[source]]
id = "hall"
url = "{hall}"
{source}
[source.cases]
query = """
SELECT c.*, u.reported, u.answered, u.upper, u.region AS upper_region
FROM cases c LEFT JOIN upwards u ON u.no = c.no"""
key = "no"
changed = "changed"
[source.cases.columns]
no = "no"
kind = "item"
region = "region"
department = "department"
accepted_at = "accepted"
closed_at = "closed"
reported_up_at = "reported"
upper_answered_at = "answered"
upper_department = "upper"
upper_region = "upper_region"
'''

LADDER = """
[[policy]]
id = "cards"
levels = ["yellow", "red"]
steps = [{ after = "0m", tell = ["department-lead"], via = ["out"] }]
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def story(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Story]:
    """Give a reported-up item that was accepted on 1 September 2026."""
    given = {
        "directory": DIRECTORY,
        "sources": SOURCE,
        "policies": SYSTEM + LADDER,
        "limits": "",
        "daemon": 'presets = ["regime-reported-up"]',
    }
    with fresh_story(tmp_path, request.param, **given) as told:
        told.hall.database.run(
            "CREATE TABLE upwards (no TEXT, reported TEXT, answered TEXT, upper TEXT, region TEXT)"
        )
        told.hall.accept("S1", "2026-09-01 10:00", item="reported-up", department="ZJ")
        told.at("2026-09-01 10:05")
        yield told


def report(story: Story, at: str) -> None:
    row = {"no": "S1", "reported": at, "upper": "SZJ", "region": "990100"}
    story.hall.database.insert("upwards", row)
    story.hall.correct("S1", at, department="ZJ")


def answer(story: Story, at: str) -> None:
    story.hall.database.run(f"UPDATE upwards SET answered = '{at}'")
    story.hall.correct("S1", at, department="ZJ")


def heard(story: Story) -> list[str]:
    return [f"{one.at} {one.who} {one.kind}" for one in story.told("S1")]


def test_it_is_tracked_through_the_upper_level_to_its_end(story: Story) -> None:
    # Twenty working days after 1 September are over on the 29th: the 20th is worked on.
    story.at("2026-09-29 17:30")
    assert story.levels("S1") == {"report-up": "yellow"}
    report(story, "2026-09-30 10:00")
    story.at("2026-09-30 10:05")
    assert story.levels("S1") == {}

    # Twenty more after 30 September: the upper level's are over on 3 November.
    story.at("2026-11-03 17:30")
    assert story.levels("S1") == {"upper-answer": "yellow"}
    answer(story, "2026-11-04 10:00")
    story.at("2026-11-04 10:05")

    # Ten after the answer it must be closed.
    story.at("2026-11-18 17:30")
    assert story.levels("S1") == {"act-on-answer": "yellow"}
    story.hall.close("S1", "2026-11-19 10:00")
    story.at("2026-11-19 10:05")
    assert story.levels("S1") == {}
    assert heard(story) == [
        "2026-09-29 17:30 陈波 overdue",
        "2026-09-30 10:05 陈波 resolved",
        "2026-11-03 17:30 石市 overdue",
        "2026-11-04 10:05 石市 resolved",
        "2026-11-18 17:30 陈波 overdue",
        "2026-11-19 10:05 陈波 resolved",
    ]


def test_what_is_closed_without_the_upper_levels_answer_is_found(story: Story) -> None:
    report(story, "2026-09-14 10:00")
    story.at("2026-09-14 10:05")
    story.hall.close("S1", "2026-09-15 10:00")
    story.at("2026-09-15 10:05")
    assert story.levels("S1") == {"closed-before-upper-answer": "red"}
    assert story.history("S1", "closed-before-upper-answer") == [
        Event("alert_opened", "red", "found")
    ]
    assert story.messages[-1]["context"]["alert"]["found"] == (
        "2026年9月14日上报，2026年9月15日办结时上级还没有批复"
    )
