"""Next year's days off are not published yet, are asked for, and arrive.

Accepted on Thursday 24 December 2026, ten working days are over on Friday 8 January 2027 as far as
anybody knows: five to 31 December, and five after New Year. Then an invented notice says that 1 to
5 January are days off and that work is done on Saturday the 9th: the last day is Monday the 11th.
"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from config.calendars import read_published
from monitor.pipeline.watching import CALENDAR, watch
from monitor.store import tables
from tests.support.stories import Event, Story
from tests.support.stories_settings import HANDLER_ONLY, PROMISE, SYSTEM

NOTICE = b"2027-01-01,2027-01-05,New Year,off\n2027-01-09,,,work\n"
KNOWN = "2027-01-08 17:30"
PUBLISHED = "2027-01-11 17:30"


@pytest.fixture
def accepted(story: Story) -> Story:
    """A story in which a case has been accepted whose last day lies in the next year."""
    story.reload(policies=SYSTEM + HANDLER_ONLY)
    story.hall.accept("A1", at="2026-12-24 09:00", days=10)
    story.at("2026-12-24 09:01")
    return story


def arrive(story: Story) -> None:
    """Put the calendar with the next year in force."""
    calendar = read_published(NOTICE, None, []).toml("cn-2027", "notice")
    story.reload(daemon='calendar = "cn-2027"', limits=calendar + PROMISE)


def evidence(story: Story) -> dict[str, Any]:
    a = tables.alerts.c
    with story.store.read() as connection:
        found: dict[str, Any] = connection.scalars(select(a.evidence).where(tables.standing)).one()
    return found


def test_what_is_due_past_the_published_days_is_provisional(accepted: Story) -> None:
    assert accepted.due("A1") == KNOWN
    assert accepted.clock("A1")["provisional"] is True


def test_a_card_says_that_its_due_moment_is_provisional(accepted: Story) -> None:
    accepted.at("2027-01-07 09:00")
    assert accepted.levels("A1") == {"promise": "warning"}
    assert evidence(accepted)["provisional"] is True


def test_a_provisional_due_moment_is_no_ground_for_the_gravest_card(accepted: Story) -> None:
    for when in (KNOWN, "2027-01-13 17:30", "2027-02-26 17:30"):
        accepted.at(when)
        assert accepted.levels("A1") == {"promise": "yellow"}


def test_the_year_that_arrives_moves_what_was_provisional(accepted: Story) -> None:
    arrive(accepted)
    accepted.at("2026-12-24 09:02")
    assert accepted.due("A1") == PUBLISHED
    assert accepted.clock("A1")["provisional"] is False
    accepted.at("2027-01-14 17:29")
    assert accepted.levels("A1") == {"promise": "yellow"}
    accepted.at("2027-01-14 17:30")
    assert accepted.levels("A1") == {"promise": "red"}
    assert evidence(accepted)["provisional"] is False


def test_a_year_that_arrives_late_takes_back_a_card_and_says_that_it_was_the_rule(
    accepted: Story,
) -> None:
    accepted.at(KNOWN)
    arrive(accepted)
    accepted.at("2027-01-08 17:31")
    assert accepted.history("A1")[-2:] == [
        Event("alert_opened", "yellow", "due"),
        Event("alert_resolved", "yellow", "rule"),
    ]
    accepted.at("2027-01-09 09:00")  # two working days are left, the Saturday among them
    assert accepted.levels("A1") == {"promise": "warning"}


def test_a_year_that_arrives_late_turns_a_card_red_that_could_not_be(accepted: Story) -> None:
    accepted.at("2027-01-18 09:00")
    assert accepted.levels("A1") == {"promise": "yellow"}
    arrive(accepted)
    accepted.at("2027-01-18 09:01")
    assert accepted.levels("A1") == {"promise": "red"}


def watched(story: Story, when: str) -> list[Event]:
    """What happened so far to the alert about the calendar, at a time when the daemon looks."""
    story.at(when)
    watch(story.store, story.pipeline.rules, story.now)
    story.go()
    return story.system(CALENDAR)


def test_next_year_is_asked_for_from_the_first_of_december_until_it_arrives(story: Story) -> None:
    assert watched(story, "2026-11-30 23:59") == []
    opened = Event("alert_opened", "red", CALENDAR)
    assert watched(story, "2026-12-01 00:00") == [opened]
    assert watched(story, "2027-01-04 09:00") == [opened]
    assert [one.who for one in story.told()] == ["值班员"]
    arrive(story)
    resolved = Event("alert_resolved", "red", "published")
    assert watched(story, "2027-01-04 09:01") == [opened, resolved]
    assert watched(story, "2027-11-30 23:59") == [opened, resolved]


def test_a_calendar_that_ended_before_december_is_asked_for_the_day_after(story: Story) -> None:
    half = '[[calendar]]\nid = "half"\npublished_through = 2026-09-30\n'
    story.reload(daemon='calendar = "half"', limits=half + PROMISE)
    assert watched(story, "2026-09-30 23:59") == []
    assert watched(story, "2026-10-01 00:00") == [Event("alert_opened", "red", CALENDAR)]
