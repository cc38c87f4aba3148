"""A flood of cards at nine o'clock to one robot that takes twenty messages a minute."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.support.robots import robot
from tests.support.sinks import http_sink
from tests.support.stories import Story, local
from tests.support.stories_settings import HANDLER_ONLY, LADDER, SYSTEM, webhook

# Accepted on 22 September 2026 with 10 working days: warned of on Monday 12 October at 09:00.
WARNED = "2026-10-12 09:00"
ACCEPTED = "2026-09-22 15:20"


def accept(story: Story, count: int, prefix: str = "B") -> None:
    story.hall.accept_many([f"{prefix}{n:04}" for n in range(count)], at=ACCEPTED)
    story.at("2026-09-22 15:30")


@pytest.mark.slow
def test_five_thousand_cards_to_one_robot_are_a_few_messages_and_then_digests(
    story: Story,
) -> None:
    with robot(story) as one:
        accept(story, 5_000)
        story.at(WARNED)
        assert len(one.taken) == 4
        assert sum("4997" in title for title in one.titles) == 1
        story.hall.accept_many(["C1", "C2"], at="2026-09-22 15:20")
        story.after(minutes=2)
        assert len(one.taken) == 4
        for _ in range(10):
            story.after(minutes=1)
        assert one.refused == 0
    rows = story.deliveries()
    assert {row["state"] for row in rows} == {"sent"}
    digests = {row["id"]: row for row in rows if row["key"].startswith("duban-digest-")}
    cards = [row for row in rows if row["id"] not in digests]
    assert len(cards) == 5_002
    alone = [row for row in cards if row["digest_id"] is None]
    assert len({row["notice_id"] for row in cards}) == 5_002
    assert len(alone) + len(digests) == len(one.taken) == len({t["msgUuid"] for t in one.taken})
    assert {row["receipt"]["id"] for row in cards if row["digest_id"]} == {
        digest["key"] for digest in digests.values()
    }


def test_a_robot_that_others_use_as_well_is_left_alone_until_it_takes_messages_again(
    story: Story,
) -> None:
    with robot(story) as one:
        accept(story, 30)
        one.times = [local(WARNED) / 1e6] * 19  # somebody else has sent so many
        story.at(WARNED)
        assert (len(one.taken), one.refused) == (1, 3)
        for _ in range(9):
            story.after(minutes=1)
        assert one.refused == 3
        for _ in range(10):
            story.after(minutes=1)
        assert one.refused == 3
    assert {row["state"] for row in story.deliveries()} == {"sent"}


def test_what_comes_within_the_minutes_is_one_digest_at_their_end(story: Story) -> None:
    with robot(story) as one:
        accept(story, 3)
        story.at(WARNED)
        assert len(one.taken) == 3
        accept(story, 5, "C")
        story.at("2026-10-12 09:01")
        assert len(one.taken) == 3
        story.at("2026-10-12 09:05")
        assert len(one.taken) == 4
    text = one.texts[-1]
    assert "5 条" in text
    assert "施工许可" in text


def test_grouping_can_be_set(story: Story) -> None:
    with robot(story) as one:
        story.reload(
            policies=SYSTEM + HANDLER_ONLY + '\n[notices]\ngroup_after = 1\ngroup_within = "1m"\n'
        )
        accept(story, 5)
        story.at(WARNED)
        assert len(one.taken) == 1
        story.after(minutes=1)
        assert len(one.taken) == 2


def test_programs_are_told_every_card_by_itself(story: Story) -> None:
    with http_sink() as sink:
        story.reload(policies=SYSTEM + HANDLER_ONLY, channels=webhook(sink.url))
        accept(story, 12)
        story.at(WARNED)
        assert Counter(request.json["type"] for request in sink.requests) == {"notice.warning": 12}


def test_the_metrics_tell_how_much_waits_and_since_when(story: Story) -> None:
    def metric(name: str, **labels: Any) -> float | None:
        return story.pipeline.metrics.registry.get_sample_value(name, labels)

    with robot(story):
        accept(story, 40)
        story.reload(policies=SYSTEM + HANDLER_ONLY + "\n[notices]\ngroup_after = 100\n")
        story.at(WARNED)
        assert metric("duban_deliveries_waiting", channel="out") == 20
        oldest = metric("duban_deliveries_oldest_timestamp_seconds", channel="out")
        assert oldest == story.now / 1e6
        story.after(minutes=1)
        assert metric("duban_deliveries_waiting", channel="out") is None


def test_rungs_that_were_missed_while_nothing_ran_come_as_one_digest(story: Story) -> None:
    with robot(story) as one:
        accept(story, 6)
        story.restart(
            policies=SYSTEM + LADDER, daemon='catch_up = "digest"\n', channels=one.channel
        )
        story.at("2026-10-13 17:30")
        story.after(minutes=5)
        told = len(one.taken)
        story.at("2026-10-16 09:00")  # nothing ran while two rungs fell due
        assert [title[:4] for title in one.titles[told:]] == ["[补报]"]
        assert "6 条" in one.titles[-1]
    assert {row["state"] for row in story.deliveries()} == {"sent"}
