"""What moves a due moment, and what the lamps make of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.stories import Event, Story, fresh_story
from tests.support.stories_settings import HANDLER_ONLY, PROMISE, STATUTORY, SYSTEM

DUE = "2026-10-13 17:30"


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    """Give a story on SQLite alone: what moves a due moment is the same on every store."""
    with fresh_story(tmp_path) as told:
        yield told


def test_an_open_pause_keeps_the_lamps_dark(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.hall.pause("A1", at="2026-10-08 10:00")
    for when in ("2026-10-08 10:01", "2026-10-12 09:00", DUE, "2026-10-30 17:30"):
        story.at(when)
    assert story.levels("A1") == {}
    assert story.due("A1") is None
    assert story.clock("A1")["state"] == "paused"


def test_the_due_moment_moves_by_the_days_that_a_pause_touched(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.hall.pause("A1", at="2026-10-08 10:00")
    story.at("2026-10-08 10:01")
    story.hall.resume("A1", at="2026-10-10 15:00")  # a Saturday on which work is done
    story.at("2026-10-10 15:01")
    assert story.due("A1") == "2026-10-16 17:30"  # 8, 9 and 10 October do not count
    story.at("2026-10-16 17:29")
    assert story.levels("A1") == {"promise": "warning"}
    story.at("2026-10-16 17:30")
    assert story.levels("A1") == {"promise": "yellow"}


def test_a_pause_that_begins_under_a_warning_puts_it_out_until_the_clock_runs_again(
    story: Story,
) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at("2026-10-12 09:00")
    story.hall.pause("A1", at="2026-10-12 10:00")
    story.at("2026-10-12 10:01")
    assert story.levels("A1") == {}
    story.hall.resume("A1", at="2026-10-12 16:00")
    story.at("2026-10-12 16:01")
    assert story.due("A1") == "2026-10-14 17:30"
    story.at("2026-10-13 09:00")
    assert story.history("A1") == [
        Event("alert_opened", "warning", "due"),
        Event("alert_resolved", "warning", "paused"),
        Event("alert_opened", "warning", "due"),
    ]


def test_a_pause_that_begins_after_the_due_moment_does_not_move_it(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at(DUE)
    story.hall.pause("A1", at="2026-10-14 09:00")
    story.at("2026-10-14 09:01")
    assert story.levels("A1") == {"promise": "yellow"}
    assert story.due("A1") == DUE


def test_an_extension_before_the_due_moment_moves_it_and_puts_out_the_warning(
    story: Story,
) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at("2026-10-12 09:00")
    story.hall.extend("A1", at="2026-10-12 11:00", days=5)
    story.at("2026-10-12 11:01")
    assert story.due("A1") == "2026-10-20 17:30"
    assert story.history("A1")[-1] == Event("alert_resolved", "warning", "moved")
    assert [one.kind for one in story.told("A1")] == ["warning", "resolved"]
    story.at("2026-10-20 17:30")
    assert story.levels("A1") == {"promise": "yellow"}


def test_an_extension_after_the_due_moment_comes_too_late(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at(DUE)
    story.hall.extend("A1", at="2026-10-14 09:00", days=5)
    story.at("2026-10-14 09:01")
    assert story.due("A1") == DUE
    assert story.levels("A1") == {"promise": "yellow"}


def test_a_corrected_fact_lowers_a_card_that_it_makes_too_grave(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at("2026-10-16 17:30")
    story.hall.correct("A1", at="2026-10-19 09:00", days="12")
    story.at("2026-10-19 09:01")
    assert story.due("A1") == "2026-10-15 17:30"
    assert story.history("A1") == [
        Event("alert_opened", "red", "due"),
        Event("alert_lowered", "yellow", "moved"),
    ]


def test_the_promised_and_the_statutory_limit_run_side_by_side(story: Story) -> None:
    story.reload(limits=PROMISE + STATUTORY)
    story.hall.accept("A1", at="2026-09-22 15:20", days=10, law_days=20)
    story.at("2026-10-13 17:30")
    assert story.levels("A1") == {"promise": "yellow"}
    assert story.due("A1", "statutory") == "2026-10-27 17:30"
    story.at("2026-10-27 17:30")
    assert story.levels("A1") == {"promise": "red", "statutory": "yellow"}
    story.hall.close("A1", at="2026-10-28 09:00")
    story.at("2026-10-28 09:01")
    assert story.levels("A1") == {}
    assert story.history("A1")[-1].event == "alert_resolved"
    assert story.history("A1", "statutory")[-1] == Event("alert_resolved", "yellow", "closed")


@pytest.mark.parametrize(
    ("accepted", "days", "due"),
    [
        ("2026-09-11 16:00", 1, "2026-09-14 17:30"),  # over an ordinary weekend
        ("2026-09-18 16:00", 1, "2026-09-20 17:30"),  # Sunday 20 September is worked
        ("2026-09-24 09:00", 1, "2026-09-28 17:30"),  # Mid-autumn Festival and a weekend
        ("2026-09-30 16:00", 1, "2026-10-08 17:30"),  # the National Day holiday
        ("2026-10-09 09:00", 1, "2026-10-10 17:30"),  # Saturday 10 October is worked
        ("2026-10-03 11:00", 2, "2026-10-09 17:30"),  # accepted in the holiday
        ("2026-10-10 09:00", 1, "2026-10-12 17:30"),
    ],
)
def test_holidays_and_make_up_days_of_autumn_2026_are_minded(
    story: Story, accepted: str, days: int, due: str
) -> None:
    story.hall.accept("A1", at=accepted, days=days)
    story.at(due[:11] + "17:29")
    assert story.due("A1") == due
    assert story.levels("A1") != {"promise": "yellow"}
    story.at(due)
    assert story.levels("A1") == {"promise": "yellow"}


def test_a_card_rung_on_the_eve_of_the_holiday_climbs_after_it(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-29 10:00", days=1)
    story.at("2026-09-30 17:30")
    story.at("2026-10-07 23:00")
    assert [one.who for one in story.told("A1")] == ["李阳"]
    story.at("2026-10-08 14:30")
    assert [one.who for one in story.told("A1")] == ["李阳", "陈波"]


def test_a_due_moment_past_the_published_calendar_is_provisional_and_never_red(
    story: Story,
) -> None:
    story.reload(policies=SYSTEM + HANDLER_ONLY)
    story.hall.accept("A1", at="2026-12-24 09:00", days=10)
    story.at("2026-12-24 09:01")
    assert story.clock("A1")["provisional"] is True
    for when in ("2027-01-04 09:00", "2027-01-12 17:30", "2027-01-20 17:30", "2027-03-01 17:30"):
        story.at(when)
    assert story.levels("A1") == {"promise": "yellow"}
    assert "red" not in {one.level for one in story.told("A1")}
