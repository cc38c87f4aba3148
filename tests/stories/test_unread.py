"""Cases are judged on facts read since the start: what cannot be read waits, and is counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from monitor.pipeline import pushing
from monitor.pipeline.pipeline import Pipeline
from monitor.pipeline.watching import watch
from monitor.store import tables
from rules.instants import MINUTE
from tests.support.far_hall import hide, show
from tests.support.stories import Event, Story, fresh_story, local
from tests.support.stories_settings import SOURCE, SYSTEM

DUE = "2026-10-13 17:30"
CURSORLESS = SOURCE.replace('changed = "changed"\n', "")


@pytest.fixture(params=["sqlite", "postgresql"])
def far(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Story]:
    """Return a story, once on each kind of store, whose hall can shut its doors."""
    with fresh_story(tmp_path, request.param, hall="postgresql") as told:
        yield told


def opened(story: Story) -> int:
    a = tables.alerts.c
    with story.store.read() as connection:
        return connection.scalar(select(func.count()).where(a.case_id.is_not(None))) or 0


def source_down(story: Story) -> Mapping[str, Any]:
    a = tables.alerts.c
    with story.store.read() as connection:
        row = connection.execute(
            select(a.title, a.evidence).where(a.rule == "source-down", tables.standing)
        ).one()
    return {"title": row.title, **row.evidence}


def steps_but_polling(story: Story) -> None:
    """Go through the steps as they run before the first poll has come to its end."""
    story.pipeline.watch_sources()
    story.pipeline.check_due()
    story.pipeline.survey_due()
    story.pipeline.follow_up_orders()
    story.pipeline.escalate_due()
    story.pipeline.follow_up_orders()
    story.pipeline.deliver_due()


def test_cases_closed_while_nothing_ran_raise_no_alert_at_the_start(story: Story) -> None:
    numbers = [f"A{number:03}" for number in range(200)]
    story.hall.accept_many(numbers, at="2026-09-22 15:20", days=10)
    story.at("2026-10-13 17:29")
    known = opened(story)  # the warnings of two days before
    for no in numbers:
        story.hall.close(no, at="2026-10-13 17:29:30")
    told = len(story.deliveries())
    story.now = local("2026-10-13 17:30:02")
    story.restart()
    steps_but_polling(story)
    assert opened(story) == known
    assert len(story.deliveries()) == told
    story.go()
    assert {tuple(story.levels(no)) for no in numbers} == {()}
    assert {event.event for no in numbers for event in story.history(no)} == {
        "alert_opened",
        "alert_resolved",
    }
    assert {event.level for no in numbers for event in story.history(no)} == {"warning"}


def test_a_case_that_fell_due_while_nothing_ran_is_judged_once_its_source_is_read(
    story: Story,
) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at("2026-10-13 17:29")
    story.now = local("2026-10-13 17:31")
    story.restart()
    steps_but_polling(story)
    assert story.levels("A1") == {"promise": "warning"}
    story.go()
    assert story.levels("A1") == {"promise": "yellow"}


def test_facts_read_before_the_machine_slept_are_not_judged(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at("2026-10-13 17:29")
    story.hall.close("A1", at="2026-10-13 17:29:30")
    story.now = local("2026-10-13 18:30")
    steps_but_polling(story)
    assert story.levels("A1") == {"promise": "warning"}
    story.go()
    assert story.levels("A1") == {}


def test_a_first_load_is_judged_page_by_page(story: Story) -> None:
    story.restart(source="page = 7")
    story.hall.accept_many([f"B{n:02}" for n in range(50)], at="2026-09-22 15:20")
    story.now = local(DUE)
    (source,) = story.pipeline.rules.settings.source
    story.pipeline.hasten = lambda step: story.pipeline.stopping.set()  # after the first page
    story.pipeline.poll_source(source)
    story.pipeline.stopping.clear()
    story.pipeline.check_due()
    assert opened(story) == 7


def test_what_falls_due_while_the_source_is_down_is_held_and_counted_and_judged_later(
    far: Story,
) -> None:
    far.hall.accept("A1", at="2026-09-22 15:20", days=10)
    far.hall.accept("A2", at="2026-09-22 15:20", days=10)
    far.at("2026-10-13 17:20")
    hide(far)
    far.at("2026-10-13 17:21")
    assert source_down(far)["waiting"] == 0
    far.now = local(DUE)
    steps_but_polling(far)
    assert far.levels("A1") == far.levels("A2") == {"promise": "warning"}
    assert source_down(far)["waiting"] == 2
    assert "2 件到时未判定" in source_down(far)["title"]
    assert source_down(far)["read_at"] == local("2026-10-13 17:20")
    far.at("2026-10-13 17:40")
    assert watch(far.store, far.pipeline.rules, far.now).cases == 0, "held work is not behind"
    show(far)
    far.hall.close("A2", at="2026-10-13 17:29")
    far.at("2026-10-13 17:50")
    assert far.levels("A1") == {"promise": "yellow"}
    assert far.levels("A2") == {}
    assert [event.level for event in far.history("A2")] == ["warning", "warning"]
    assert [event.event for event in far.system("source-down")] == [
        "alert_opened",
        "alert_resolved",
    ]
    assert far.system("work-behind") == []


def test_a_source_that_is_judged_unread_has_its_alerts_say_as_of_when(tmp_path: Path) -> None:
    with fresh_story(tmp_path, hall="postgresql", source="judge_unread = true") as story:
        story.hall.accept("A1", at="2026-09-22 15:20", days=10)
        story.at("2026-10-13 17:20")
        hide(story)
        story.at(DUE)
        assert story.levels("A1") == {"promise": "yellow"}
        a = tables.alerts.c
        with story.store.read() as connection:
            evidence = connection.scalar(select(a.evidence).where(a.rule == "promise"))
        assert evidence["read_at"] == local("2026-10-13 17:20")
        assert "按设置" in source_down(story)["title"]


def test_a_source_that_left_the_settings_is_judged_on_what_is_known(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at("2026-10-13 17:20")
    story.restart(sources=SOURCE.replace('id = "hall"', 'id = "other"'))
    story.now = local(DUE)
    story.pipeline.check_due()
    a = tables.alerts.c
    with story.store.read() as connection:
        found = connection.execute(select(a.source, a.level).where(tables.standing)).all()
    assert [tuple(row) for row in found] == [("hall", "yellow")]


def test_a_second_daemon_that_starts_judges_nothing_that_it_has_not_seen_read(
    tmp_path: Path,
) -> None:
    with fresh_story(tmp_path, "postgresql") as story:
        story.hall.accept("A1", at="2026-09-22 15:20", days=10)
        story.at("2026-10-13 17:29:30")
        story.hall.close("A1", at="2026-10-13 17:29:40")
        story.now = local(DUE)
        other = Pipeline(
            story.store, story.pipeline.rules, story.pipeline.metrics, lambda: story.now
        )
        other.check_due()
        assert story.levels("A1") == {"promise": "warning"}
        story.go()
        other.check_due()
        other.close()
        assert story.levels("A1") == {}


def test_a_source_without_a_cursor_is_judged_only_once_it_was_read_whole(story: Story) -> None:
    story.restart(sources=CURSORLESS)
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at("2026-10-13 17:20")
    story.hall.close("A1", at="2026-10-13 17:25")
    story.now = local(DUE)
    story.restart()
    steps_but_polling(story)
    assert story.levels("A1") == {"promise": "warning"}
    story.go()
    assert story.levels("A1") == {}


def test_a_source_without_a_cursor_stays_down_until_it_can_be_read(tmp_path: Path) -> None:
    with fresh_story(tmp_path, hall="postgresql", sources=CURSORLESS) as story:
        story.hall.accept("A1", at="2026-09-22 15:20", days=10)
        story.at("2026-10-12 17:20")
        hide(story)
        for minute in range(10):
            story.at(f"2026-10-13 17:3{minute}")
        assert story.system("source-down") == [Event("alert_opened", "red", "source-down")]
        show(story)
        story.at("2026-10-13 17:45")
        assert [one.event for one in story.system("source-down")] == [
            "alert_opened",
            "alert_resolved",
        ]


def test_a_source_that_nobody_manages_to_read_is_an_alert_although_nothing_failed(
    story: Story,
) -> None:
    story.at("2026-10-13 17:20")
    story.now += 10 * MINUTE
    story.pipeline.watch_sources()
    assert source_down(story)["code"] == "unread"
    story.go()
    assert [one.event for one in story.system("source-down")] == ["alert_opened", "alert_resolved"]


def test_a_push_cannot_clear_an_alert_beyond_the_next_poll(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at(DUE)
    (source,) = story.pipeline.rules.settings.source
    row = {
        **dict.fromkeys(("item", "region", "department", "handler", "law_days", "fee")),
        "no": "A1",
        "changed": "2026-10-13 17:31:00",
        "accepted": "2026-09-22 15:20:00",
        "closed": "2026-10-12 10:00:00",
        "days": 10,
    }
    with story.store.write() as connection:
        pushing.take(connection, story.pipeline.rules, source, [row], {}, story.now)
    story.pipeline.check_due()
    assert story.levels("A1") == {}
    story.after(minutes=1)
    assert story.levels("A1") == {"promise": "yellow"}


ORDERED = """
[[policy]]
id = "ladder"
steps = [
  { after = "0m", tell = ["clerk"], via = ["out"] },
  { after = "4 working hours", tell = ["inspector"], via = ["out"], order = { advice = "请办结" } },
]
"""


def stopped_and_started(story: Story) -> None:
    """Let nothing run until the next step is due, then start again."""
    story.now = local("2026-10-14 14:31")
    story.restart()


def notices(story: Story, no: str) -> list[tuple[str, str]]:
    return [(one.who, one.kind) for one in story.told(no)]


def orders(story: Story) -> int:
    with story.store.read() as connection:
        return sum(
            connection.scalar(select(func.count()).select_from(table)) or 0
            for table in (tables.orders, tables.order_requests)
        )


def test_an_alert_whose_case_was_closed_while_nothing_ran_climbs_no_further(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.hall.accept("A2", at="2026-09-22 15:20", days=10)
    story.at(DUE)
    story.at("2026-10-14 09:01")
    notified = notices(story, "A1")
    assert [kind for _, kind in notified].count("overdue") == 1
    story.hall.close("A1", at="2026-10-14 14:00")
    stopped_and_started(story)
    steps_but_polling(story)
    assert notices(story, "A1") == notices(story, "A2") == notified
    story.go()
    (left,) = {who for who, kind in notified if kind == "overdue"}
    assert notices(story, "A1") == [*notified, (left, "resolved")]
    assert len(notices(story, "A2")) == len(notified) + 1, "what still stands is only late"


def test_an_order_is_issued_for_no_case_that_was_closed_while_nothing_ran(story: Story) -> None:
    story.reload(policies=SYSTEM + ORDERED)
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at(DUE)
    story.at("2026-10-14 09:01")
    story.hall.close("A1", at="2026-10-14 14:00")
    stopped_and_started(story)
    steps_but_polling(story)
    story.go()
    assert orders(story) == 0


def test_an_order_that_was_asked_for_before_a_downtime_waits_until_its_case_is_read(
    story: Story,
) -> None:
    story.reload(policies=SYSTEM + ORDERED)
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at(DUE)
    story.at("2026-10-14 09:01")
    story.now = local("2026-10-14 14:31")
    (source,) = story.pipeline.rules.settings.source
    story.pipeline.poll_source(source)
    story.pipeline.check_due()
    story.pipeline.escalate_due()
    assert orders(story) == 1, "asked for, and not issued yet"
    story.hall.close("A1", at="2026-10-14 14:32")
    story.now = local("2026-10-14 14:40")
    story.restart()
    steps_but_polling(story)
    assert orders(story) == 1
    story.go()
    assert orders(story) == 0


def test_a_step_waits_until_its_case_was_checked_on_what_was_read(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at(DUE)
    story.at("2026-10-14 09:01")
    before = len(story.deliveries())
    story.hall.close("A1", at="2026-10-14 14:00")
    stopped_and_started(story)
    (source,) = story.pipeline.rules.settings.source
    story.pipeline.poll_source(source)
    story.pipeline.escalate_due()
    assert len(story.deliveries()) == before


def test_steps_that_wait_until_the_source_is_read_are_no_work_that_is_behind(far: Story) -> None:
    far.hall.accept("A1", at="2026-09-22 15:20", days=10)
    far.at(DUE)
    far.at("2026-10-14 09:01")
    hide(far)
    notified = notices(far, "A1")
    far.at("2026-10-14 14:31")
    far.at("2026-10-14 14:40")
    assert notices(far, "A1") == notified
    assert watch(far.store, far.pipeline.rules, far.now, far.pipeline.started_at).steps == 0
    show(far)
    far.at("2026-10-14 14:50")
    assert len(notices(far, "A1")) == len(notified) + 1


def test_alerts_of_a_source_that_is_judged_unread_climb_on(tmp_path: Path) -> None:
    with fresh_story(tmp_path, source="judge_unread = true") as story:
        story.hall.accept("A1", at="2026-09-22 15:20", days=10)
        story.at(DUE)
        story.at("2026-10-14 09:01")
        before = len(story.deliveries())
        stopped_and_started(story)
        steps_but_polling(story)
        assert len(story.deliveries()) == before + 1
