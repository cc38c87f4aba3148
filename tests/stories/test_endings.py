"""Whoever was notified of an alert, or was being notified, hears that it is over."""

from __future__ import annotations

import threading

from monitor.pipeline.taking_up import take_up
from rules.instants import MINUTE
from tests.support.daemons import eventually
from tests.support.sinks import Reply, Request, http_sink
from tests.support.stories import Story, local
from tests.support.stories_settings import HANDLER_ONLY, SYSTEM, webhook

DUE = "2026-10-13 17:30"


def kinds(requests: list[Request]) -> list[str]:
    return [request.json["type"].removeprefix("notice.") for request in requests]


def learn_and_escalate(story: Story) -> None:
    for source in story.pipeline.rules.settings.source:
        story.pipeline.poll_source(source)
    story.pipeline.check_due()
    story.pipeline.escalate_due()


def test_whoever_is_being_notified_as_it_ends_hears_that_it_is_over(story: Story) -> None:
    go_on = threading.Event()

    def hold(_request: Request) -> Reply:
        go_on.wait(20)
        return Reply(204)

    with http_sink(hold) as slow:
        story.reload(channels=webhook(slow.url), policies=SYSTEM + HANDLER_ONLY)
        story.hall.accept("A1", at="2026-09-22 15:20", days=10)
        story.now = local(DUE)
        learn_and_escalate(story)
        sending = threading.Thread(target=story.pipeline.deliver_due, daemon=True)
        sending.start()
        eventually(lambda: slow.requests)
        story.hall.close("A1", at="2026-10-13 17:30")
        learn_and_escalate(story)  # while the post is under way
        go_on.set()
        sending.join(20)
        story.after(minutes=1)
        assert kinds(slow.requests) == ["overdue", "resolved"]


def test_whoever_may_have_been_notified_before_a_crash_hears_that_it_is_over(story: Story) -> None:
    story.reload(policies=SYSTEM + HANDLER_ONLY)
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.now = local(DUE)
    learn_and_escalate(story)
    taken = take_up_and_die(story)
    story.restart()
    story.hall.close("A1", at="2026-10-13 17:31")
    story.now = taken + 6 * MINUTE
    learn_and_escalate(story)
    story.go()
    assert [one.kind for one in story.told("A1")] == ["resolved"]


def take_up_and_die(story: Story) -> int:
    """Lease what is due as a daemon that ends before it has recorded anything; return when."""
    pipeline, now = story.pipeline, story.now
    take_up(story.store, pipeline.rules, pipeline.who, now, now + 5 * MINUTE, lambda _channel: 10)
    return now
