"""Poll: pages, leases, and another daemon that takes a source over."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from monitor.pipeline.polling import Polled, poll
from monitor.store import sources, tables
from rules.instants import HOUR, MINUTE
from tests.support.stories import Story, fresh_story, local
from tests.support.stories_settings import SOURCE


def count(story: Story) -> int:
    with story.store.read() as connection:
        return connection.scalar(select(func.count()).select_from(tables.cases)) or 0


def test_a_source_is_read_page_by_page_until_nothing_is_left(story: Story) -> None:
    story.restart(source="page = 7")
    story.hall.accept_many([f"B{n:02}" for n in range(50)], at="2026-09-22 15:20")
    story.now = local("2026-09-22 15:30")
    (source,) = story.pipeline.rules.settings.source
    pages = story.pipeline.poll_source(source)
    assert [page.rows for page in pages if page.new] == [7] * 7 + [1]
    assert count(story) == 50


def test_nothing_is_read_before_its_time(story: Story) -> None:
    (source,) = story.pipeline.rules.settings.source
    story.at("2026-09-22 15:30")
    assert story.pipeline.poll_source(source) == []
    story.now += MINUTE
    assert len(story.pipeline.poll_source(source)) > 0


def test_a_source_that_another_daemon_reads_is_left_alone_until_its_lease_ends(
    story: Story,
) -> None:
    (source,) = story.pipeline.rules.settings.source
    story.now = local("2026-09-22 15:30")
    with story.store.write() as connection:
        sources.claim(connection, source.id, story.now, story.now + 5 * MINUTE, "another")
    assert story.pipeline.poll_source(source) == []
    story.now += 5 * MINUTE
    assert story.pipeline.poll_source(source) != []


def test_the_page_of_a_daemon_that_lost_its_source_meanwhile_does_not_count(
    story: Story,
) -> None:
    (source,) = story.pipeline.rules.settings.source
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.now = local("2026-09-22 15:30")
    reader = story.pipeline.readers[source.id]

    class Slow:
        """A reader during whose reading another daemon takes the source over."""

        def read_page(self, *given: object) -> object:
            page = reader.read_page(*given)  # type: ignore[arg-type]
            later = story.now + 11 * MINUTE
            with story.store.write() as connection:
                assert sources.claim(connection, source.id, later, later + MINUTE, "another")
            return page

    polled = poll(story.store, story.pipeline.rules, source, Slow(), "we", lambda: story.now)  # type: ignore[arg-type]
    assert polled is None
    assert count(story) == 0


def test_rows_that_did_not_change_make_no_case_due(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at("2026-09-22 15:21")
    (source,) = story.pipeline.rules.settings.source
    story.now += MINUTE
    pages = story.pipeline.poll_source(source)
    assert sum(page.rows for page in pages) >= 1  # the overlap is read again
    assert sum(page.new + page.changed for page in pages) == 0
    assert story.pipeline.check_due() == 0


def test_a_change_of_a_part_alone_reads_its_case_again(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at("2026-09-22 15:30")
    story.hall.extend("A1", at="2026-09-23 10:00", days=3)
    story.at("2026-09-23 10:01")
    assert story.due("A1") == "2026-10-16 17:30"


class Lying:
    """A reader that goes on like another one, but for what it does before each page."""

    def __init__(self, story: Story, before: Callable[[int], None]) -> None:
        (source,) = story.pipeline.rules.settings.source
        self._reader = story.pipeline.readers[source.id]
        self._before = before
        self._pages = 0
        self.asked: list[str] = []

    def read_page(self, *given: Any) -> Any:
        self._turn()
        return self._reader.read_page(*given)

    def read_all(self) -> Any:
        for page in self._reader.read_all():
            self._turn()
            yield page

    def read_keys(self, keys: Any) -> Any:
        self.asked += keys
        return self._reader.read_keys(keys)

    def _turn(self) -> None:
        self._pages += 1
        self._before(self._pages)


def read_by(story: Story, reader: Lying, who: str = "we") -> Polled | None:
    (source,) = story.pipeline.rules.settings.source
    rules = story.pipeline.rules
    return poll(story.store, rules, source, reader, who, lambda: story.now)  # type: ignore[arg-type]


def holder(story: Story) -> str | None:
    with story.store.read() as connection:
        return connection.scalar(select(tables.sources.c.claimed_by))


def test_a_poll_that_breaks_gives_its_lease_back(story: Story) -> None:
    def breaks(_page: int) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        read_by(story, Lying(story, breaks))
    assert holder(story) is None
    assert read_by(story, Lying(story, lambda _page: None)) is not None


def test_a_lease_that_could_not_be_given_back_is_entered_again_by_its_holder_alone(
    story: Story,
) -> None:
    with story.store.write() as connection:
        sources.claim(connection, "hall", story.now, story.now + MINUTE, "we")
    assert read_by(story, Lying(story, lambda _page: None), "they") is None
    assert read_by(story, Lying(story, lambda _page: None), "we") is not None


def test_a_whole_reading_may_take_longer_than_its_lease(story: Story) -> None:
    story.restart(source="page = 7")
    story.hall.accept_many([f"B{n:02}" for n in range(50)], at="2026-09-22 15:20")
    story.at("2026-09-22 15:30")
    story.now = local("2026-09-23 15:31")
    (source,) = story.pipeline.rules.settings.source
    story.pipeline.poll_source(source)  # what is new comes first
    with story.store.write() as connection:
        sources.nudge(connection, source.id, story.now, whole=True)

    def slow(_page: int) -> None:
        story.now += 2 * MINUTE
        with story.store.write() as connection:
            until = story.now + 3 * MINUTE
            assert sources.claim(connection, "hall", story.now, until, "they") is None

    begun = story.now
    polled = read_by(story, Lying(story, slow))
    assert polled is not None
    assert polled.rows == 50
    assert story.now - begun > 10 * MINUTE
    assert holder(story) is None


def test_what_is_new_is_polled_while_the_source_is_read_whole(story: Story) -> None:
    story.restart(source="page = 7")
    story.hall.accept_many([f"B{n:02}" for n in range(20)], at="2026-09-22 15:20")
    story.at("2026-09-22 15:30")
    with story.store.write() as connection:
        sources.nudge(connection, "hall", story.now, whole=True)

    def later(page: int) -> None:
        story.now += MINUTE
        if page == 1:
            story.hall.accept("A1", at="2026-09-22 15:31", days=10)  # before the page that is read

    polled = read_by(story, Lying(story, later))
    assert polled is not None
    assert polled.rows == 20
    assert count(story) == 21


def test_a_source_that_was_emptied_is_doubted_without_asking_for_every_case(story: Story) -> None:
    numbers = [f"B{n:04}" for n in range(2500)]
    story.hall.accept_many(numbers, at="2026-09-22 15:20")
    story.at("2026-09-22 15:30")
    story.hall.database.run("DELETE FROM cases")
    with story.store.write() as connection:
        sources.nudge(connection, "hall", story.now, whole=True)
    reader = Lying(story, lambda _page: None)
    read_by(story, reader)
    assert len(reader.asked) == 1000
    assert [one.event for one in story.system("source-emptied")] == ["alert_opened"]


def test_a_source_that_a_reload_took_away_is_no_longer_read(story: Story) -> None:
    (source,) = story.pipeline.rules.settings.source
    story.reload(sources=SOURCE.replace('id = "hall"', 'id = "other"'))
    assert story.pipeline.poll_source(source) == []


def test_what_an_ended_process_of_this_host_held_is_free_at_the_start(tmp_path: Path) -> None:
    with fresh_story(tmp_path, "postgresql") as story:
        ended = subprocess.Popen([sys.executable, "-c", ""])
        ended.wait()
        host = socket.gethostname()
        for name, free in (
            (f"{host}:{ended.pid}:draw", True),
            (f"{host}:{os.getppid()}:draw", False),
            (f"elsewhere:{ended.pid}:draw", False),
        ):
            with story.store.write() as connection:
                connection.execute(
                    update(tables.sources).values(
                        claimed_by=name, claimed_until=story.now + MINUTE, next_poll_at=story.now
                    )
                )
            story.restart()
            assert (holder(story) is None) is free


def test_two_pipelines_of_one_process_have_two_names(story: Story) -> None:
    before = story.pipeline.who
    story.restart()
    assert story.pipeline.who != before


def test_a_clock_that_was_ahead_keeps_no_source_from_being_read(story: Story) -> None:
    right = local("2026-09-22 15:30")
    story.now = right + 2 * HOUR
    story.go()
    with story.store.write() as connection:  # and it was killed in the middle of a poll
        connection.execute(
            update(tables.sources).values(claimed_by="they", claimed_until=story.now + MINUTE)
        )
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.now = right
    story.pipeline.watch_sources()
    story.pipeline.poll_source(*story.pipeline.rules.settings.source)
    assert count(story) == 1


def test_a_shorter_interval_of_whole_readings_holds_at_once(story: Story) -> None:
    story.at("2026-09-22 15:30")
    story.hall.accept("A1", at="2026-09-22 15:31", days=10, changed="2026-09-01 00:00")
    story.reload(source='reconcile_every = "1m"')
    story.at("2026-09-22 15:32")
    assert count(story) == 1
