"""Two daemons on one store that go by different rules."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select
from structlog.testing import capture_logs

from monitor.metrics import Metrics
from monitor.pipeline.in_force import InForce
from monitor.pipeline.pipeline import Pipeline
from monitor.store import tables
from tests.support.settings import loaded
from tests.support.stories import Story, fresh_story
from tests.support.stories_settings import PROMISE, file_channel, settings_text

MILD = PROMISE.replace('yellow = "over"', 'yellow = "5 working days over"')
assert MILD != PROMISE


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Story]:
    with fresh_story(tmp_path, "postgresql") as story:
        story.hall.accept("A1", at="2026-09-22 15:20", days=10)
        story.at("2026-10-14 09:00")
        yield story


@contextmanager
def other(story: Story, limits: str) -> Iterator[Pipeline]:
    """Return a second daemon with limits of its own."""
    store = story.store.engine.url.render_as_string(hide_password=False)
    channels = file_channel(story.outbox)
    given = {"store": store, "hall": story.hall.database.url, "channels": channels}
    rules = InForce.of(loaded(story.folder, settings_text(**given, limits=limits)))
    metrics = Metrics(story.store, ["out"], ["hall"], ("warning", "yellow", "red"))
    pipeline = Pipeline(story.store, rules, metrics, lambda: story.now)
    try:
        yield pipeline
    finally:
        pipeline.close()


def events(story: Story) -> int:
    query = select(func.count()).select_from(tables.alert_events)
    with story.store.read() as connection:
        return connection.scalar(query) or 0


def test_the_daemon_whose_rules_are_no_longer_those_in_force_says_so(shared: Story) -> None:
    def differs() -> bool:
        shared.pipeline.watch_rules()
        return b"duban_rules_differ 1.0" in shared.pipeline.metrics.text()

    assert not differs()
    with capture_logs() as logged, other(shared, MILD) as second:
        second.watch_rules()
        assert b"duban_rules_differ 0.0" in second.metrics.text()
        assert differs()
        assert differs()
    assert [one["event"] for one in logged] == ["rules_differ"]
    shared.reload(limits=MILD)
    assert not differs()


@pytest.mark.xfail(
    strict=True, reason="issue 14, point 5: a daemon with other rules than those in force stands by"
)
def test_daemons_with_different_rules_do_not_change_each_others_alerts(shared: Story) -> None:
    with other(shared, MILD) as second:
        second.full_pass()
        before = events(shared)
        for _ in range(3):
            shared.after(1)
            second.full_pass()
        assert events(shared) == before
