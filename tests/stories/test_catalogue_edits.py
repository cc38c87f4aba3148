"""Somebody changes on the desk what an item promises, and lists from elsewhere do not undo it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from monitor.acts import catalogue
from monitor.acts.actor import Actor
from monitor.pipeline.previewing import preview
from monitor.store import audit_log, items
from rules.catalogue import EVER
from rules.refusals import RefusedError
from tests.stories.test_catalogue import LIMIT, POLICY, SOURCES
from tests.support.stories import Event, Story, fresh_story
from tests.support.stories_settings import SYSTEM

WANG = Actor("wang", "web:10.0.0.1")
CODE = "施工许可"
ACCEPTED = "2026-10-08 15:20"
TEN_DAYS = "2026-10-21 17:30"
FIVE_DAYS = "2026-10-14 17:30"


@pytest.fixture(params=["sqlite", "postgresql"])
def story(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Story]:
    """A hall with one item of ten working days, and a case accepted on 8 October 2026."""
    given = {"sources": SOURCES, "limits": LIMIT, "policies": SYSTEM + POLICY}
    with fresh_story(tmp_path, request.param, **given) as told:
        told.hall.database.run(
            "CREATE TABLE up_task"
            " (task_code TEXT, task_name TEXT, promise_day TEXT, task_kind TEXT)"
        )
        row = {"task_code": CODE, "task_name": CODE, "promise_day": "10", "task_kind": "promise"}
        told.hall.database.insert("up_task", row)
        told.hall.accept("A1", at=ACCEPTED, days=None)
        told.at("2026-10-08 15:21")
        yield told


def change(story: Story, on: date, why: str = "市政府令", **facts: Any) -> int:
    with story.store.write() as connection:
        rules = story.pipeline.rules
        return catalogue.change(connection, rules, WANG, CODE, on, facts, why, story.now)


def take_back(story: Story, on: date) -> None:
    with story.store.write() as connection:
        rules = story.pipeline.rules
        catalogue.take_back(connection, rules, WANG, CODE, on, "录错了", story.now)


def release(story: Story) -> None:
    with story.store.write() as connection:
        catalogue.release(connection, WANG, CODE, "以目录为准", story.now)


def listed(story: Story, days: str) -> None:
    """Let the list of the hall say so many days from now on."""
    with story.hall.database.engine.begin() as connection:
        connection.execute(text("UPDATE up_task SET promise_day = :days"), {"days": days})


def editions(story: Story) -> list[tuple[date, date | None, Any, str]]:
    with story.store.read() as connection:
        return [
            (
                one.item.valid_from,
                one.item.valid_to,
                one.item.facts["promised_days"],
                one.origin,
            )
            for one in items.editions(connection, CODE)
        ]


TODAY, LATER = date(2026, 10, 8), date(2026, 10, 20)


def test_a_limit_changed_from_today_on_moves_the_cases_accepted_today(story: Story) -> None:
    assert story.due("A1") == TEN_DAYS
    assert change(story, TODAY, promised_days=4) == 1
    story.after(1)
    assert story.due("A1") == "2026-10-13 17:30"
    assert editions(story) == [
        (EVER, TODAY, 10, "hall"),
        (TODAY, None, 4, "desk:wang"),
    ]


def test_a_limit_changed_from_a_later_day_on_binds_the_cases_accepted_since(story: Story) -> None:
    change(story, LATER, promised_days=5)
    story.hall.accept("B1", at="2026-10-20 09:00", days=None)
    story.at("2026-10-20 09:01")
    assert (story.due("A1"), story.due("B1")) == (TEN_DAYS, "2026-10-27 17:30")


def test_the_preview_says_what_then_happens(story: Story) -> None:
    story.at("2026-10-08 17:45")
    rules = story.pipeline.rules
    with story.store.read() as connection:
        old, known = catalogue.one_item(connection, rules, CODE)
        new = catalogue.changed(rules, old, known, TODAY, {"promised_days": 0}, story.now)
        seen = preview(
            connection,
            rules.with_catalogue(old),
            rules.with_catalogue(new),
            story.now,
            item=CODE,
        )
    assert (seen.cases, seen.cases_moved) == (1, 1)
    [turned] = seen.opened
    assert (turned.case.key, turned.rule, turned.after) == ("A1", "promise", "yellow")
    change(story, TODAY, promised_days=0)
    story.after(1)
    assert story.levels("A1") == {"promise": "yellow"}
    assert story.due("A1") == "2026-10-08 17:30"


def test_an_edition_that_is_not_in_force_yet_can_be_taken_back(story: Story) -> None:
    change(story, LATER, promised_days=5)
    take_back(story, LATER)
    assert editions(story) == [(EVER, None, 10, "hall")]
    change(story, TODAY, promised_days=5)
    with pytest.raises(RefusedError):
        take_back(story, TODAY)


def test_a_list_that_says_what_it_said_before_changes_nothing_and_nobody_is_told(
    story: Story,
) -> None:
    change(story, TODAY, promised_days=4)
    row = {"task_code": "另一项", "task_name": "另一项", "promise_day": "3", "task_kind": "promise"}
    story.hall.database.insert("up_task", row)
    story.at("2026-10-09 16:00")
    assert editions(story)[-1] == (TODAY, None, 4, "desk:wang")
    assert story.system("items-held") == []


def test_a_list_that_says_something_new_is_told_and_does_not_overwrite(story: Story) -> None:
    change(story, TODAY, promised_days=4)
    listed(story, "7")
    story.at("2026-10-09 16:00")
    assert editions(story)[-1] == (TODAY, None, 4, "desk:wang")
    assert story.system("items-held") == [Event("alert_opened", "warning", "items-held")]


def test_a_list_that_says_the_same_as_the_desk_is_no_news(story: Story) -> None:
    change(story, TODAY, promised_days=4)
    listed(story, "4")
    story.at("2026-10-09 16:00")
    assert story.system("items-held") == []


def test_an_item_that_the_list_no_longer_has_stays_as_the_desk_has_it(story: Story) -> None:
    change(story, TODAY, promised_days=4)
    story.hall.database.run("UPDATE up_task SET task_code = '别的'")
    story.at("2026-10-09 16:00")
    assert editions(story)[-1] == (TODAY, None, 4, "desk:wang")
    assert story.system("items-held") == [Event("alert_opened", "warning", "items-held")]


def test_an_item_that_is_released_follows_the_list_again(story: Story) -> None:
    change(story, TODAY, promised_days=4)
    listed(story, "7")
    story.at("2026-10-09 16:00")
    release(story)
    story.after(1)
    assert editions(story)[-1] == (date(2026, 10, 9), None, 7, "hall")
    assert story.system("items-held")[-1] == Event("alert_resolved", "warning", "read")


@pytest.mark.parametrize(
    ("on", "why", "facts", "said"),
    [
        (date(2026, 10, 7), "令", {"promised_days": 5}, "已经过去"),
        (TODAY, " ", {"promised_days": 5}, "没有写事由"),
        (TODAY, "令", {"promised_days": 10}, "没有改动"),
        (TODAY, "令", {"promised_days": -1}, "不小于 0"),
        (TODAY, "令", {"promised_unit": "moons"}, "没有时间单位"),
    ],
)
def test_a_change_that_cannot_be_is_refused(
    story: Story, on: date, why: str, facts: dict[str, Any], said: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        change(story, on, why, **facts)
    assert said in refused.value.zh
    assert editions(story) == [(EVER, None, 10, "hall")]


def test_who_changed_took_back_and_released_what_is_on_record(story: Story) -> None:
    change(story, LATER, promised_days=5)
    take_back(story, LATER)
    change(story, LATER, promised_days=6)
    release(story)
    with story.store.read() as connection:
        acts = [one.act for one in audit_log.of_object(connection, f"item:{CODE}")]
    assert [(one.who, one.act) for one in acts] == [
        ("wang", "catalogue.edit"),
        ("wang", "catalogue.take-back"),
        ("wang", "catalogue.edit"),
        ("wang", "catalogue.release"),
    ]
    assert (acts[0].before, acts[0].after, acts[0].note) == (
        {"promised_days": 10},
        {"valid_from": "2026-10-20", "promised_days": 5},
        "市政府令",
    )
