"""What goes out: at most so many a minute, again after a failure, and each under one key."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from standardwebhooks import Webhook

from monitor.pipeline.channels import REFUSES
from monitor.pipeline.polling import DOWN
from rules.instants import MINUTE, SECOND
from tests.support.sinks import Reply, Request, http_sink
from tests.support.stories import Story
from tests.support.stories_settings import HANDLER_ONLY, SECRET, SYSTEM, file_channel, webhook

DUE = "2026-10-13 17:30"


def numbers(count: int) -> list[str]:
    return [f"B{number:04}" for number in range(count)]


def late_cases(story: Story, count: int) -> None:
    """Let so many cases get late at once, each of which tells its handler."""
    story.hall.accept_many(numbers(count), at="2026-09-22 15:20")
    story.at("2026-09-22 15:30")


@pytest.mark.slow
def test_a_rate_defers_a_flood_and_drops_nothing(story: Story) -> None:
    channels = file_channel(story.outbox) + "per_minute = 20\n"
    story.reload(policies=SYSTEM + HANDLER_ONLY, channels=channels)
    late_cases(story, 500)
    story.at(DUE)
    minutes = [len(story.messages)]
    while len(story.messages) < 500 and len(minutes) < 30:
        story.after(minutes=1)
        minutes.append(len(story.messages) - sum(minutes))
    assert minutes == [20] * 25
    assert len({message["key"] for message in story.messages}) == 500
    assert {one["state"] for one in story.deliveries()} == {"sent"}
    assert {one["attempts"] for one in story.deliveries()} == {1}


@pytest.mark.slow
def test_no_minute_holds_more_than_the_rate_wherever_it_begins(story: Story) -> None:
    channels = file_channel(story.outbox) + "per_minute = 20\n"
    story.reload(policies=SYSTEM + HANDLER_ONLY, channels=channels)
    late_cases(story, 90)
    story.at(DUE)
    for _ in range(45):
        story.after(minutes=7 / 60)
    sent = sorted(one["sent_at"] for one in story.deliveries())
    assert len(sent) == 90
    assert all(
        later - earlier >= MINUTE for earlier, later in zip(sent[:-20], sent[20:], strict=True)
    )
    assert sent[-1] - sent[0] < 5 * MINUTE


def test_what_comes_later_waits_behind_what_was_deferred(story: Story) -> None:
    channels = file_channel(story.outbox) + "per_minute = 20\n"
    story.reload(policies=SYSTEM + HANDLER_ONLY, channels=channels)
    story.hall.accept("LAST", at="2026-09-22 15:21")
    late_cases(story, 60)
    story.hall.close("LAST", at="2026-09-23 09:00")
    story.at(DUE)
    story.hall.correct("LAST", at=DUE, closed=None)
    for _ in range(4):
        story.after(minutes=1)
    assert len(story.messages) == 61
    assert story.messages[-1]["context"]["case"]["no"] == "LAST"


def test_a_temporary_failure_is_retried_under_the_same_key_after_growing_pauses(
    story: Story,
) -> None:
    with http_sink(lambda request: Reply(503)) as sink:
        story.reload(policies=SYSTEM + HANDLER_ONLY, channels=webhook(sink.url))
        late_cases(story, 1)
        story.at(DUE)
        tries = [story.now]
        for _ in range(6):
            story.now = story.deliveries()[0]["not_before"]
            tries.append(story.now)
            story.pipeline.deliver_due()
        keys = {request.headers["webhook-id"] for request in sink.requests}
    pauses = [later - earlier for earlier, later in pairwise(tries)]
    assert len(sink.requests) == 7
    assert len(keys) == 1
    assert pauses == sorted(pauses)
    assert 4 * SECOND <= pauses[0] <= 6 * SECOND
    assert pauses[-1] > 16 * pauses[0]
    (delivery,) = story.deliveries()
    assert (delivery["state"], delivery["attempts"]) == ("pending", 7)
    assert "503" in delivery["last_error"]


def test_a_channel_that_is_well_again_takes_what_waited_and_leaves_a_receipt(
    story: Story,
) -> None:
    answers = iter([Reply(503), Reply(503), Reply(204)])
    with http_sink(lambda request: next(answers)) as sink:
        story.reload(policies=SYSTEM + HANDLER_ONLY, channels=webhook(sink.url))
        late_cases(story, 1)
        story.at(DUE)
        for _ in range(2):
            story.now = story.deliveries()[0]["not_before"]
            story.go()
        (delivery,) = story.deliveries()
        assert (delivery["state"], delivery["attempts"]) == ("sent", 3)
        assert delivery["receipt"] == {"id": delivery["key"], "response": "HTTP 204"}
        assert delivery["sent_at"] == story.now
        story.after(minutes=60)
        assert len(sink.requests) == 3


def test_a_receiver_that_asks_to_wait_is_left_alone_that_long(story: Story) -> None:
    with http_sink(lambda request: Reply(429, headers={"retry-after": "600"})) as sink:
        story.reload(policies=SYSTEM + HANDLER_ONLY, channels=webhook(sink.url))
        late_cases(story, 1)
        story.at(DUE)
        assert story.deliveries()[0]["not_before"] == story.now + 600 * SECOND


def test_a_permanent_failure_is_recorded_and_not_tried_again(story: Story) -> None:
    with http_sink(lambda request: Reply(410)) as sink:
        story.reload(policies=SYSTEM + HANDLER_ONLY, channels=webhook(sink.url))
        late_cases(story, 1)
        story.at(DUE)
        story.after(minutes=60 * 24)
        (delivery, *_) = story.deliveries()
        assert len([r for r in sink.requests if r.headers["webhook-id"] == delivery["key"]]) == 1
    assert (delivery["state"], delivery["attempts"]) == ("failed", 1)
    assert "410" in delivery["last_error"]


def test_a_message_that_is_given_up_is_recorded_after_a_day_of_attempts(story: Story) -> None:
    with http_sink(lambda request: Reply(503)) as sink:
        story.reload(policies=SYSTEM + HANDLER_ONLY, channels=webhook(sink.url))
        late_cases(story, 1)
        story.at(DUE)
        begun = story.now
        while story.deliveries()[0]["state"] == "pending":
            story.now = story.deliveries()[0]["not_before"]
            story.pipeline.deliver_due()
    assert story.deliveries()[0]["state"] == "failed"
    assert 20 * 60 * MINUTE < story.now - begun < 32 * 60 * MINUTE


@pytest.mark.parametrize("status", [302, 400, 404])
def test_a_refusal_that_may_pass_is_tried_again_until_it_has(story: Story, status: int) -> None:
    well = False
    with http_sink(lambda request: Reply(204 if well else status)) as sink:
        story.reload(policies=SYSTEM + HANDLER_ONLY, channels=webhook(sink.url))
        late_cases(story, 5)
        story.at(DUE)
        for _ in range(6):
            story.after(minutes=30)
        assert {one["state"] for one in story.deliveries()} == {"pending"}
        well = True
        story.after(minutes=75)
        assert {one["state"] for one in story.deliveries()} == {"sent"}


def test_one_message_that_is_refused_does_not_hold_up_the_others(story: Story) -> None:
    def respond(request: Request) -> Reply:
        return Reply(413 if b"B0003" in request.body else 204)

    with http_sink(respond) as sink:
        story.reload(policies=SYSTEM + HANDLER_ONLY, channels=webhook(sink.url))
        late_cases(story, 10)
        story.at(DUE)
    assert Counter(one["state"] for one in story.deliveries()) == {"sent": 9, "failed": 1}


def test_what_arrives_is_signed_and_names_case_reader_and_reason(story: Story) -> None:
    with http_sink() as sink:
        story.reload(policies=SYSTEM + HANDLER_ONLY, channels=webhook(sink.url))
        story.hall.accept("A1", at="2026-09-22 15:20", days=10)
        story.at(DUE)
        (request,) = sink.requests
    Webhook(SECRET).verify(request.body, request.headers)
    data = request.json["data"]
    assert request.json["type"] == "notice.overdue"
    assert data["recipient"] == "李阳"
    assert data["context"]["case"]["no"] == "A1"
    assert data["context"]["case"]["region"] == "东浦区"
    assert data["context"]["clock"]["due_at"] == "2026-10-13T17:30:00+08:00"
    assert data["context"]["route"]["reason"] == "你是clerk"
    assert data["key"] == story.deliveries()[0]["key"]


def test_a_channel_changed_on_reload_takes_what_waits(story: Story) -> None:
    with http_sink(lambda request: Reply(503)) as broken:
        story.reload(policies=SYSTEM + HANDLER_ONLY, channels=webhook(broken.url))
        late_cases(story, 1)
        story.at(DUE)
    with http_sink() as sound:
        story.reload(channels=webhook(sound.url))
        story.after(minutes=1)
        assert len(sound.requests) == 1
    assert sound.requests[0].headers["webhook-id"] == broken.requests[0].headers["webhook-id"]


def test_system_alerts_go_their_own_way(story: Story) -> None:
    story.at("2026-09-22 15:30")
    story.hall.database.run("DROP TABLE cases")
    story.at("2026-09-22 15:31")
    assert [one.event for one in story.system(DOWN)] == ["alert_opened"]
    assert [(one.who, one.kind) for one in story.told()] == [("值班员", "system")]


def test_a_channel_that_refuses_again_and_again_is_an_alert_until_it_sends(story: Story) -> None:
    well = False
    with http_sink(lambda request: Reply(204 if well else 503)) as sink:
        story.reload(policies=SYSTEM + HANDLER_ONLY, channels=webhook(sink.url))
        late_cases(story, 2)
        story.at(DUE)
        assert story.system(REFUSES) == []
        story.after(minutes=1)
        assert [event.event for event in story.system(REFUSES)] == ["alert_opened"]
        well = True
        story.after(minutes=60)
    assert [event.event for event in story.system(REFUSES)] == ["alert_opened", "alert_resolved"]


def test_one_receiver_that_is_refused_is_no_alert_about_the_channel(story: Story) -> None:
    answers = iter([Reply(204), Reply(410), Reply(204), Reply(410), Reply(204), Reply(410)])
    with http_sink(lambda request: next(answers)) as sink:
        story.reload(policies=SYSTEM + HANDLER_ONLY, channels=webhook(sink.url))
        late_cases(story, 6)
        story.at(DUE)
        assert len(sink.requests) == 6
    assert story.system(REFUSES) == []


def test_time_outs_of_one_moment_that_pass_are_no_refusal(story: Story) -> None:
    well = False
    with http_sink(lambda request: Reply(204) if well else Reply(cut=True)) as sink:
        story.reload(policies=SYSTEM + HANDLER_ONLY, channels=webhook(sink.url))
        late_cases(story, 6)
        story.at(DUE)  # all of them fail at once, as after the process was stopped for a while
        well = True
        story.after(minutes=1)
        assert story.system(REFUSES) == []
