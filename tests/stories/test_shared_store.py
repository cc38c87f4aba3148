"""Several daemons on one PostgreSQL store: the work is shared, and nothing is done twice."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from monitor.store import tables
from tests.support.sinks import Reply, http_sink
from tests.support.stories import Story, fresh_story, local
from tests.support.stories_settings import HANDLER_ONLY, SYSTEM, webhook
from tests.support.workers import Worker

DUE = "2026-10-13 17:30"
CASES = 1200


def unsent(story: Story) -> int:
    d = tables.deliveries.c
    with story.store.read() as connection:
        sent = connection.scalar(select(func.count()).where(d.state == "sent")) or 0
    return CASES - sent


@pytest.mark.slow
def test_two_daemons_share_the_work_and_do_nothing_twice(tmp_path: Path) -> None:
    with (
        http_sink(lambda request: Reply(204, delay=0.02)) as sink,
        fresh_story(
            tmp_path,
            "postgresql",
            policies=SYSTEM + HANDLER_ONLY,
            channels=webhook(sink.url),
            source="page = 100",
        ) as story,
    ):
        story.hall.accept_many([f"B{n:04}" for n in range(CASES)], at="2026-09-22 15:20")
        workers = [Worker(tmp_path / "supervisor.toml", local(DUE)) for _ in range(2)]
        for worker in workers:
            worker.go()
        deadline = time.monotonic() + 60
        while unsent(story) and time.monotonic() < deadline:
            time.sleep(0.05)
        for worker in workers:
            worker.wait_for_round()
        shares = [worker.stop() for worker in workers]

        assert sum(shares) == CASES
        assert all(shares)
        keys = Counter(request.headers["webhook-id"] for request in sink.requests)
        assert len(keys) == CASES
        assert set(keys.values()) == {1}
        with story.store.read() as connection:
            opened = connection.execute(
                select(tables.alerts.c.case_id, func.count()).group_by(tables.alerts.c.case_id)
            ).all()
            events = connection.scalar(select(func.count()).select_from(tables.alert_events))
        assert len(opened) == CASES
        assert {count for _, count in opened} == {1}
        assert events == CASES
