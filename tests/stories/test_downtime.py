"""The daemon stands still for days: what it catches up with, and what it says of what it missed."""

from __future__ import annotations

from tests.support.stories import Event, Story

DUE = "2026-10-13 17:30"
BACK = "2026-10-16 10:00"  # three days later: every rung of the yellow card has passed


def miss_three_days(story: Story, catch_up: str) -> None:
    story.restart(daemon=f'catch_up = "{catch_up}"')
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at(DUE)
    story.restart()
    story.at(BACK)


def test_only_the_last_rung_that_was_missed_is_told_under_latest(story: Story) -> None:
    miss_three_days(story, "latest")
    assert story.told("A1") == [
        (DUE, "李阳", "overdue", "yellow"),
        (BACK, "王敏", "escalation", "yellow"),
    ]


def test_every_rung_that_was_missed_is_told_in_order_under_each(story: Story) -> None:
    miss_three_days(story, "each")
    assert story.told("A1") == [
        (DUE, "李阳", "overdue", "yellow"),
        (BACK, "陈波", "escalation", "yellow"),
        (BACK, "钱程", "escalation", "yellow"),
        (BACK, "王敏", "escalation", "yellow"),
    ]


def test_a_daemon_that_comes_back_finds_what_came_and_went_late_meanwhile(
    story: Story,
) -> None:
    story.at("2026-10-09 09:00")
    story.hall.accept("A1", at="2026-10-09 10:00", days=1)
    story.hall.close("A1", at="2026-10-12 09:00")
    story.restart()
    story.at("2026-10-13 09:00")
    assert story.clock("A1")["state"] == "missed"
    assert [one.who for one in story.told("A1")] == ["李阳"]


def test_a_case_that_got_late_meanwhile_opens_at_the_level_it_has_now(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at("2026-09-22 15:30")
    story.restart()
    story.at("2026-10-19 09:00")
    assert story.history("A1") == [Event("alert_opened", "red", "due")]
    # Its ladder begins now: nobody is told of rungs that no card stood on.
    assert story.told("A1") == [("2026-10-19 09:00", "李阳", "overdue", "red")]


def test_the_ladder_goes_on_where_it_was_after_a_restart(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at(DUE)
    story.restart()
    story.at("2026-10-14 14:30")
    story.restart()
    story.at("2026-10-14 17:30")
    assert [one.who for one in story.told("A1")] == ["李阳", "陈波", "钱程"]


def test_an_alert_resolved_just_before_the_stop_is_told_after_it(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at(DUE)
    story.hall.close("A1", at="2026-10-14 09:00")
    story.now += 60_000_000 * 60 * 16
    story.pipeline.poll_source(story.pipeline.rules.settings.source[0])
    story.pipeline.check_due()
    story.restart()
    story.at(BACK)
    assert [(one.who, one.kind) for one in story.told("A1")] == [
        ("李阳", "overdue"),
        ("李阳", "resolved"),
    ]


def test_the_ladder_of_a_level_that_was_seen_late_counts_from_when_it_was_seen(
    story: Story,
) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at(DUE)
    story.restart()
    story.at("2026-10-21 09:00")  # it is red since the 16th
    told = [(one.at, one.who, one.level) for one in story.told("A1")]
    assert told[1:] == [("2026-10-21 09:00", "李阳", "red")]
    story.at("2026-10-21 14:30")  # four working hours later
    assert [one.who for one in story.told("A1")][2:] == ["陈波"]
