"""The clock of this host beside that of the store's server."""

from __future__ import annotations

from pathlib import Path

from monitor.clock import clock
from monitor.pipeline.clock_watch import CLOCK, watch_clock
from rules.instants import HOUR, MINUTE
from tests.support.stories import Story, fresh_story


def test_a_clock_that_differs_from_the_servers_is_an_alert_until_it_is_right(
    tmp_path: Path,
) -> None:
    with fresh_story(tmp_path, "postgresql") as story:
        rules = story.pipeline.rules
        assert abs(watch_clock(story.store, rules, clock)) < MINUTE
        assert story.system(CLOCK) == []
        ahead = watch_clock(story.store, rules, lambda: clock() + 2 * HOUR)
        assert abs(ahead - 2 * HOUR) < MINUTE
        watch_clock(story.store, rules, lambda: clock() - 2 * HOUR)
        watch_clock(story.store, rules, clock)
        assert [one.event for one in story.system(CLOCK)] == ["alert_opened", "alert_resolved"]


def test_a_file_has_no_clock_of_its_own(story: Story) -> None:
    assert watch_clock(story.store, story.pipeline.rules, lambda: 0) == 0
