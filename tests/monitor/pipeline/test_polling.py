"""Poll: pages, leases, and another daemon that takes a source over."""

from __future__ import annotations

from sqlalchemy import func, select

from monitor.pipeline.polling import poll
from monitor.store import sources, tables
from rules.instants import MINUTE
from tests.support.stories import Story, local


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
