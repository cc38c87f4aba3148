"""The source vanishes, empties, comes back, or says what nobody understands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from monitor.pipeline.unread import LONGEST_PAUSE
from monitor.store import tables
from tests.support.far_hall import hide, show
from tests.support.stories import Event, Story, fresh_story
from tests.support.stories_settings import HANDLER_ONLY, SOURCE, SYSTEM

DUE = "2026-10-13 17:30"


@pytest.fixture
def far(tmp_path: Path) -> Iterator[Story]:
    """Give a story whose hall is on a server that can shut its doors."""
    with fresh_story(tmp_path, hall="postgresql") as told:
        yield told


def numbers(count: int, start: int = 1) -> list[str]:
    return [f"B{number:03}" for number in range(start, start + count)]


def cursor(story: Story) -> str | None:
    with story.store.read() as connection:
        return connection.scalar(select(tables.sources.c.cursor))


def test_the_alert_of_a_case_that_vanished_is_resolved_and_told(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.hall.accept("A2", at="2026-09-22 15:20", days=10)
    story.at(DUE)
    story.hall.delete("A1")
    story.at("2026-10-14 17:31")  # the next time that everything is read
    assert story.history("A1") == [
        Event("alert_opened", "yellow", "due"),
        Event("alert_resolved", "yellow", "vanished"),
    ]
    assert [one.kind for one in story.told("A1") if one.who == "李阳"] == ["overdue", "resolved"]
    assert story.levels("A2") == {"promise": "yellow"}


def test_a_case_that_vanished_and_is_there_again_is_watched_again(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.hall.accept("A2", at="2026-09-22 15:20", days=10)
    story.at(DUE)
    story.hall.delete("A1")
    story.at("2026-10-14 17:31")
    story.hall.accept("A1", at="2026-10-14 17:40", days=1)
    story.at("2026-10-14 17:41")
    story.at("2026-10-15 17:30")
    assert story.levels("A1") == {"promise": "yellow"}


def test_a_source_of_which_more_than_half_is_gone_is_doubted_and_loses_no_alert(
    story: Story,
) -> None:
    story.reload(policies=SYSTEM + HANDLER_ONLY)
    story.hall.accept_many(numbers(30), at="2026-09-22 15:20")
    story.at(DUE)
    story.hall.delete(*numbers(20))
    story.at("2026-10-14 17:31")
    assert all(story.levels(no) == {"promise": "yellow"} for no in numbers(30))
    assert story.system("source-emptied") == [Event("alert_opened", "red", "source-emptied")]
    assert story.told() == [("2026-10-14 17:31", "值班员", "system", "red")]


def test_a_source_that_is_emptied_whole_is_doubted(story: Story) -> None:
    story.hall.accept_many(numbers(12), at="2026-09-22 15:20")
    story.at("2026-09-22 15:30")
    story.hall.delete(*numbers(12))
    story.at("2026-09-23 15:31")
    assert story.system("source-emptied") == [Event("alert_opened", "red", "source-emptied")]


def test_one_pass_reads_a_source_whole_though_nothing_in_it_is_new(story: Story) -> None:
    story.reload(sources=SOURCE.partition("[source.pauses]")[0])
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at(DUE)
    story.hall.delete("A1")
    story.at("2026-10-14 17:31")
    assert story.history("A1")[-1] == Event("alert_resolved", "yellow", "vanished")


def test_the_doubt_ends_when_the_cases_are_there_again(story: Story) -> None:
    story.reload(policies=SYSTEM + HANDLER_ONLY)
    story.hall.accept_many(numbers(30), at="2026-09-22 15:20")
    story.at("2026-09-22 15:30")
    story.hall.delete(*numbers(20))
    story.at("2026-09-23 15:31")
    story.hall.accept_many(numbers(20), at="2026-09-22 15:20")
    story.at("2026-09-24 15:32")
    assert [one.event for one in story.system("source-emptied")] == [
        "alert_opened",
        "alert_resolved",
    ]
    assert [one.kind for one in story.told()] == ["system", "resolved"]


def test_a_source_that_is_down_raises_an_alert_of_its_own_and_keeps_its_place(
    far: Story,
) -> None:
    far.hall.accept("A1", at="2026-09-22 15:20", days=10)
    far.at("2026-09-22 15:30")
    before = cursor(far)
    hide(far)
    far.at("2026-09-22 15:31")
    assert far.system("source-down") == [Event("alert_opened", "red", "source-down")]
    assert far.told() == [("2026-09-22 15:31", "值班员", "system", "red")]
    assert cursor(far) == before


def test_a_source_that_stays_down_is_told_once_and_asked_again_within_minutes(far: Story) -> None:
    far.at("2026-09-22 15:30")
    hide(far)
    far.at("2026-09-22 15:31")
    waits = []
    for _ in range(14):
        with far.store.read() as connection:
            due = connection.scalar(select(tables.sources.c.next_poll_at)) or 0
        waits.append((due - far.now) / 1e6)
        far.now = due
        far.go()
    assert waits == sorted(waits)
    assert waits[0] < waits[-1] == LONGEST_PAUSE
    assert len(far.told()) == 1


def test_a_source_that_is_back_is_read_on_from_its_place_and_its_alert_resolved(
    far: Story,
) -> None:
    far.hall.accept("A1", at="2026-09-22 15:20", days=10)
    far.at("2026-09-22 15:30")
    hide(far)
    far.at("2026-09-22 15:31")
    show(far)
    far.hall.accept("A2", at="2026-09-22 15:35", days=10)
    far.at("2026-09-22 15:40")
    assert far.system("source-down") == [
        Event("alert_opened", "red", "source-down"),
        Event("alert_resolved", "red", "read"),
    ]
    assert [one.kind for one in far.told()] == ["system", "resolved"]
    assert far.due("A2") == DUE


def test_a_row_that_cannot_be_understood_is_set_aside_and_the_others_go_on(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.hall.accept("A2", at="gestern", days=10, changed="2026-09-22 15:20")
    story.hall.accept("A3", at="2026-09-22 15:20", days=10)
    story.at(DUE)
    assert story.levels("A1") == story.levels("A3") == {"promise": "yellow"}
    with story.store.read() as connection:
        row = connection.execute(select(tables.rejects)).one()
    assert (row.key, row.gone_at) == ("A2", None)
    assert "gestern" in row.detail
    assert story.system("rows-rejected") == [Event("alert_opened", "warning", "rows-rejected")]
    assert [one.who for one in story.told()] == ["值班员"]


def test_a_row_that_stays_as_odd_as_it_was_is_logged_once(story: Story) -> None:
    story.hall.accept("A2", at="gestern", days=10, changed="2026-09-22 15:20")
    with capture_logs() as logs:
        for minute in range(3):  # within what every poll reaches back to
            story.at(f"2026-09-22 15:2{minute}")
        story.hall.correct("A2", at="2026-09-22 15:23", accepted="vorgestern")
        story.at("2026-09-22 15:24")
    rejected = [one["detail"] for one in logs if one["event"] == "row_rejected"]
    assert len(rejected) == 2
    assert "str of length 10" in rejected[1]
    with story.store.read() as connection:
        assert connection.scalars(select(tables.rejects.c.times)).all() == [2]


def test_the_log_has_no_value_of_a_row_that_is_set_aside(story: Story) -> None:
    story.hall.accept("A2", at="x" * 300_000, days=10, changed="2026-09-22 15:20")
    with capture_logs() as logs:
        story.at("2026-09-22 15:20")
    [rejected] = [one for one in logs if one["event"] == "row_rejected"]
    assert "str of length 300000; expected" in rejected["detail"]
    assert "xx" not in str(logs)
    with story.store.read() as connection:
        assert "xx" in connection.scalars(select(tables.rejects.c.detail)).one()


def test_settings_that_are_put_in_force_end_the_pause_after_a_failure(far: Story) -> None:
    far.hall.accept("A1", at="2026-09-22 15:20", days=10)
    hide(far)
    for minute in range(30, 50):
        far.at(f"2026-09-22 15:{minute}")
    show(far)
    far.after(0.01)
    assert far.levels("A1") == {}
    with far.store.read() as connection:
        assert connection.scalar(select(tables.cases.c.key)) is None, "it still waits"
    far.reload()
    far.after(0.01)
    with far.store.read() as connection:
        assert connection.scalar(select(tables.cases.c.key)) == "A1"


def test_a_row_that_was_mended_is_taken_up_and_the_alert_resolved(story: Story) -> None:
    story.hall.accept("A2", at="gestern", days=10, changed="2026-09-22 15:20")
    story.at("2026-09-22 15:30")
    story.hall.correct("A2", at="2026-09-22 16:00", accepted="2026-09-22 15:20")
    story.at("2026-09-22 16:01")
    assert [one.event for one in story.system("rows-rejected")] == [
        "alert_opened",
        "alert_resolved",
    ]
    assert [one.kind for one in story.told()] == ["system", "resolved"]
    assert story.due("A2") == DUE


def test_a_known_case_whose_row_becomes_unreadable_keeps_its_alert(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at(DUE)
    story.hall.correct("A1", at="2026-10-14 09:00", accepted="unlesbar")
    story.at("2026-10-14 09:01")
    story.at("2026-10-15 17:31")  # everything is read again
    assert story.levels("A1") == {"promise": "yellow"}
    assert story.system("rows-rejected") == [Event("alert_opened", "warning", "rows-rejected")]


def test_alerts_about_the_system_can_be_opened_time_and_again_over_one_connection(
    story: Story,
) -> None:
    for day in range(1, 15):
        story.hall.accept(f"A{day}", at="gestern", changed=f"2026-09-{day + 1:02} 09:00")
        story.at(f"2026-09-{day + 1:02} 09:01")
        story.hall.correct(f"A{day}", at=f"2026-09-{day + 1:02} 09:30", accepted="2026-09-01 09:00")
        story.at(f"2026-09-{day + 1:02} 09:31")
    assert [one.event for one in story.system("rows-rejected")] == [
        "alert_opened",
        "alert_resolved",
    ] * 14


@pytest.mark.parametrize("odd", ["2026/10/13 10:00:00", "2026-10-13T10:00:00+08:00", "待定"])
def test_one_odd_text_in_the_cursor_hides_no_row_after_it(story: Story, odd: str) -> None:
    story.hall.accept("A1", at="2026-10-13 09:00", days=10)
    story.hall.accept("A2", at="2026-10-13 09:30", days=10, changed=odd)
    story.at("2026-10-13 10:00")
    for number in range(3, 6):
        story.hall.accept(f"A{number}", at=f"2026-10-13 1{number}:00", days=10)
        story.at(f"2026-10-13 1{number}:01")
    with story.store.read() as connection:
        known = set(connection.scalars(select(tables.cases.c.no)))
        rejected = list(connection.scalars(select(tables.rejects.c.key)))
    assert known == {"A1", "A3", "A4", "A5"} | ({"A2"} if odd != "待定" else set())
    assert rejected == (["A2"] if odd == "待定" else [])
