"""Watch: the daemon's recount of its own work, and calendars that end."""

from __future__ import annotations

from monitor.pipeline.watching import CALENDAR, watch
from monitor.store.counts import Lag
from tests.support.stories import Event, Story, local

DUE = "2026-10-13 17:30"


def look(story: Story, when: str) -> Lag:
    story.now = local(when)
    return watch(story.store, story.pipeline.rules, story.now)


def test_all_is_well_while_work_is_done_in_time(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at(DUE)
    lag = look(story, "2026-10-13 17:31")
    assert lag == Lag(0, 0, 0, 0, 0, None)
    assert story.system("work-behind") == []


def test_work_that_is_due_and_not_done_raises_an_alert_that_ends_when_it_is_done(
    story: Story,
) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at("2026-10-12 09:00")
    (source,) = story.pipeline.rules.settings.source
    story.now = local("2026-10-13 17:31")
    story.pipeline.poll_source(source)
    lag = look(story, "2026-10-13 17:34")  # the card is due since 17:30
    assert lag.cases == 1
    assert lag.sources == 1
    assert story.system("work-behind") == [Event("alert_opened", "red", "work-behind")]
    story.go()
    assert [one.who for one in story.told()] == ["值班员"]
    look(story, "2026-10-13 17:34")
    assert [one.event for one in story.system("work-behind")] == ["alert_opened", "alert_resolved"]


def test_a_message_that_was_taken_up_and_never_ended_is_noticed(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at("2026-10-12 09:00")
    story.outbox.unlink()
    story.now = local(DUE)
    story.pipeline.poll_source(*story.pipeline.rules.settings.source)
    story.pipeline.check_due()
    story.pipeline.escalate_due()
    assert look(story, "2026-10-13 17:33").deliveries == 1


def test_a_calendar_without_next_year_is_an_alert_from_december_on(story: Story) -> None:
    look(story, "2026-11-30 23:59")
    assert story.system(CALENDAR) == []
    look(story, "2026-12-01 00:00")
    assert story.system(CALENDAR) == [Event("alert_opened", "red", "calendar-missing")]
    look(story, "2026-12-02 00:00")
    assert len(story.system(CALENDAR)) == 1
    story.at("2026-12-02 00:01")
    titles = [message["context"]["alert"]["title"] for message in story.messages]
    assert len([title for title in titles if "2026-12-31" in title]) == 1
