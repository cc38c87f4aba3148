"""Nothing is due: whatever goes round looks, and writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import event

from monitor.store.store import Store
from tests.support.stories import Story, fresh_story


@contextmanager
def writing(store: Store) -> Iterator[list[str]]:
    """Give the transactions for writing that begin meanwhile."""
    begun: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement == "BEGIN IMMEDIATE":
            begun.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield begun
    finally:
        event.remove(store.engine, "before_cursor_execute", note)


def beat(story: Story) -> None:
    """Go through the steps that the daemon takes up twice a second, or every other second."""
    pipeline = story.pipeline
    for source in pipeline.rules.settings.source:
        pipeline.poll_source(source)
    pipeline.check_due()
    pipeline.sweep()
    pipeline.follow_up_orders()
    pipeline.escalate_due()
    pipeline.digest_due()
    pipeline.deliver_due()


def test_a_round_in_which_nothing_is_due_writes_nothing(tmp_path: Path) -> None:
    with fresh_story(tmp_path) as story:
        story.hall.accept("A1", at="2026-09-22 15:20", days=10)
        story.at("2026-09-22 15:30")
        with writing(story.store) as begun:
            beat(story)
        assert begun == []


def test_a_round_in_which_something_is_due_writes(tmp_path: Path) -> None:
    with fresh_story(tmp_path) as story:
        story.hall.accept("A1", at="2026-09-22 15:20", days=10)
        story.at("2026-09-22 15:30")
        story.at("2026-10-12 08:59")
        story.now += 60_000_000
        with writing(story.store) as begun:
            beat(story)
        assert begun
        assert story.levels("A1") == {"promise": "warning"}
