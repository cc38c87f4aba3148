"""What leases by a clock of ours cannot do, until sources are held by the database's session."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import update

from monitor.store import sources, tables
from rules.instants import HOUR, SECOND
from tests.support.stories import fresh_story, local


@pytest.mark.xfail(
    strict=True,
    reason="issue 14, point 3: a source is free at once when its daemon on another host dies",
)
def test_a_source_is_free_at_once_when_a_daemon_on_another_host_dies(tmp_path: Path) -> None:
    with fresh_story(tmp_path, "postgresql") as story:
        story.hall.accept("A1", at="2026-09-22 15:20", days=10)
        (source,) = story.pipeline.rules.settings.source
        with story.store.write() as connection:
            until = story.now + 60 * SECOND
            sources.claim(connection, source.id, story.now, until, "another-host:7:draw")
        story.now += 15 * SECOND
        assert story.pipeline.poll_source(source)


@pytest.mark.xfail(
    strict=True,
    reason="issue 14, point 3: a host whose clock differs judges by the clock of the store",
)
def test_a_daemon_whose_clock_is_ahead_raises_no_alert_early(tmp_path: Path) -> None:
    with fresh_story(tmp_path, "postgresql") as story:
        story.hall.accept("A1", at="2026-09-22 15:20", days=10)
        story.at("2026-10-13 16:00")
        right = story.now
        story.now = right + 2 * HOUR  # the clock of this host, not of the server
        story.go()
        assert story.levels("A1") == {"promise": "warning"}


@pytest.mark.xfail(
    strict=True,
    reason="issue 14, point 3: what a clock that was ahead has put off is due by the store's clock",
)
def test_a_case_whose_next_check_a_wrong_clock_put_off_is_checked_in_time(tmp_path: Path) -> None:
    with fresh_story(tmp_path, "postgresql") as story:
        story.hall.accept("A1", at="2026-09-22 15:20", days=10)
        story.at("2026-10-09 16:00")
        with story.store.write() as connection:  # set aside for an hour, by a clock a day ahead
            ahead = local("2026-10-14 17:30")
            connection.execute(update(tables.cases).values(next_check_at=ahead))
        story.at("2026-10-13 17:30")
        assert story.levels("A1") == {"promise": "yellow"}
