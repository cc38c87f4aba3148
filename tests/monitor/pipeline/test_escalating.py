"""Escalate: ladders that fit nobody, and keys that stay the same."""

from __future__ import annotations

from sqlalchemy import select

from monitor.store import tables
from rules.instants import HOUR
from tests.support.stories import Story, local
from tests.support.stories_settings import DIRECTORY, HANDLER_ONLY, SYSTEM

DUE = "2026-10-13 17:30"


def next_step(story: Story) -> int | None:
    with story.store.read() as connection:
        return connection.scalar(select(tables.alerts.c.next_step_at))


def test_an_alert_that_no_policy_is_for_stands_without_anybody_being_told(story: Story) -> None:
    story.reload(policies=SYSTEM)
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at(DUE)
    assert story.levels("A1") == {"promise": "yellow"}
    assert story.deliveries() == []
    assert next_step(story) is None


def test_a_policy_that_cannot_be_worked_out_for_a_case_is_tried_again_in_an_hour(
    story: Story,
) -> None:
    policy = HANDLER_ONLY.replace(
        'id = "handler"', 'id = "h"\nwhen = "10 / case.statutory_days > 1"'
    )
    story.reload(policies=SYSTEM + policy)
    story.hall.accept("A1", at="2026-09-22 15:20", days=10, law_days=0)
    story.hall.accept("A2", at="2026-09-22 15:20", days=10, law_days=5)
    story.at(DUE)
    assert [one.who for one in story.told("A2")] == ["李阳"]
    assert story.told("A1") == []
    assert next_step(story) == story.now + HOUR


def test_the_first_policy_that_fits_is_taken(story: Story) -> None:
    first = HANDLER_ONLY.replace('"handler"', '"lead"', 1).replace('["clerk"]', '["inspector"]')
    red = first.replace("steps", 'levels = ["red"]\nsteps')
    story.reload(policies=SYSTEM + red + HANDLER_ONLY)
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at(DUE)
    story.at("2026-10-16 17:30")
    assert [(one.who, one.level) for one in story.told("A1")] == [
        ("李阳", "yellow"),
        ("钱程", "red"),
        ("李阳", "red"),
    ]


def test_sending_can_begin_before_many_ladders_are_climbed(story: Story) -> None:
    story.reload(policies=SYSTEM + HANDLER_ONLY)
    story.hall.accept_many([f"A{n:03}" for n in range(120)], at="2026-09-22 15:20")
    story.now = local(DUE)
    made: list[int] = []

    def hasten(step: str) -> None:
        if step == "deliver":
            made.append(len(story.deliveries()))

    story.pipeline.hasten = hasten
    story.go()
    assert made[:2] == [50, 120]


def test_somebody_who_left_the_directory_is_not_told_the_end(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at(DUE)
    story.at("2026-10-14 14:30")
    left = "\n".join(line for line in DIRECTORY.splitlines() if '"li"' not in line)
    other = left.replace('posts = ["inspector"]', 'posts = ["inspector", "clerk"]')
    story.reload(directory=other)
    story.hall.close("A1", at="2026-10-14 15:00")
    story.at("2026-10-14 15:01")
    assert [one.who for one in story.told("A1") if one.kind == "resolved"] == ["陈波"]


def test_a_person_found_under_two_roles_is_told_once(story: Story) -> None:
    both = HANDLER_ONLY.replace('["clerk"]', '["clerk", "person:li"]')
    story.reload(policies=SYSTEM + both)
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at(DUE)
    assert [one.who for one in story.told("A1")] == ["李阳"]


def test_a_rung_marked_so_is_climbed_though_somebody_has_acknowledged(story: Story) -> None:
    story.reload(policies=SYSTEM + LADDER_TO_THE_END)
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at(DUE)
    story.acknowledge("A1")
    story.at("2026-10-14 17:30")
    assert [one.who for one in story.told("A1")] == ["李阳", "钱程"]


LADDER_TO_THE_END = """
[[policy]]
id = "to-the-end"
steps = [
  { after = "0m", tell = ["clerk"], via = ["out"] },
  { after = "1 working day", tell = ["inspector"], via = ["out"], unless = "resolved" },
]
"""
