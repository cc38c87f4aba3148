"""The daemon is killed anywhere: nothing is lost, nothing opened twice, repeats bear one key."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, select

from monitor.pipeline.record_watch import head_file
from monitor.store import tables
from rules.instants import MINUTE
from tests.support.sinks import HttpSink, Reply, Request, http_sink
from tests.support.stores import CrashError
from tests.support.stories import BEGINNING, Story, fresh_story, local
from tests.support.stories_settings import HANDLER_ONLY, SYSTEM, webhook
from tests.support.tampering import unguarded
from tests.support.workers import Worker

DUE = "2026-10-13 17:30"
NEXT = "2026-10-14 09:01"
LEASES_OVER = 11 * MINUTE
NEVER = 0


@contextmanager
def crash_at(story: Story, moment: str, number: int) -> Iterator[list[int]]:
    """Die at the given ``begin`` or ``commit`` of a transaction; give a count of them."""
    count = [0]

    def listen(_connection: Connection) -> None:
        count[0] += 1
        if count[0] == number:
            raise CrashError

    event.listen(story.store.engine, moment, listen)
    try:
        yield count
    finally:
        event.remove(story.store.engine, moment, listen)


def first_act(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.hall.accept("A2", at="2026-09-22 15:20", days=10)
    story.hall.accept("A3", at="gestern", days=10, changed="2026-09-22 15:20")
    story.now = local(DUE)


def second_act(story: Story) -> None:
    story.hall.close("A1", at="2026-10-14 09:00")
    story.hall.correct("A3", at="2026-10-14 09:00", accepted="2026-09-22 15:20")
    story.now = local(NEXT)


def crashes(story: Story, act: int, moment: str, number: int) -> bool:
    """Tell the story, dying once in an act; ``False`` where it ended before it could die."""
    for index, begin in enumerate((first_act, second_act), start=1):
        begin(story)
        if index != act:
            story.go()
            continue
        with crash_at(story, moment, number) as count:
            try:
                story.go()
            except CrashError:
                pass
            else:
                return count[0] >= number
        story.restart()
        story.now += LEASES_OVER
        story.go()
    return True


def outcome(story: Story, sink: HttpSink) -> dict[str, Any]:
    """Give what the story came to, without the times at which it did."""
    a, c, e, n, d = (
        table.c
        for table in (
            tables.alerts,
            tables.cases,
            tables.alert_events,
            tables.notices,
            tables.deliveries,
        )
    )
    with story.store.read() as connection:
        alerts = connection.execute(
            select(c.no, a.rule, a.level, a.state).select_from(
                tables.alerts.outerjoin(tables.cases)
            )
        ).all()
        events = connection.execute(
            select(c.no, a.rule, e.event, e.level, e.reason).select_from(
                tables.alert_events.join(tables.alerts).outerjoin(tables.cases)
            )
        ).all()
        notices = connection.execute(
            select(c.no, a.rule, n.person, n.kind, n.level, d.state).select_from(
                tables.deliveries.join(tables.notices).join(tables.alerts).outerjoin(tables.cases)
            )
        ).all()
        keys = set(connection.scalars(select(d.key)))
    assert {request.headers["webhook-id"] for request in sink.requests} == keys
    return {
        "alerts": Counter(map(tuple, alerts)),
        "events": Counter(map(tuple, events)),
        "notices": Counter(map(tuple, notices)),
    }


def told_by_key(sink: HttpSink) -> dict[str, set[tuple[str, str, str]]]:
    """Give what each key stood for: reader, kind and case."""
    told: dict[str, set[tuple[str, str, str]]] = {}
    for request in sink.requests:
        data = request.json["data"]
        about = (data["recipient"], data["kind"], (data["context"]["case"] or {}).get("no", ""))
        told.setdefault(request.headers["webhook-id"], set()).add(about)
    return told


@pytest.mark.slow
@pytest.mark.timeout(400)  # a story is told anew for each of its transactions
@pytest.mark.parametrize("act", [1, 2])
@pytest.mark.parametrize(
    ("kind", "moment"), [("sqlite", "begin"), ("sqlite", "commit"), ("postgresql", "commit")]
)
def test_a_crash_in_any_transaction_changes_nothing_about_what_comes_of_it(
    tmp_path: Path, kind: str, act: int, moment: str
) -> None:
    with http_sink() as sink, story_with(tmp_path, kind, sink) as story:
        crashes(story, NEVER, moment, 1)
        undisturbed = outcome(story, sink)
        died = 0
        while begin_again(story, sink) and crashes(story, act, moment, died + 1):
            died += 1
            assert outcome(story, sink) == undisturbed, f"{moment} {died}"
            assert all(len(about) == 1 for about in told_by_key(sink).values())
    assert died >= 8


def begin_again(story: Story, sink: HttpSink) -> bool:
    with unguarded(story.store) as connection:
        for table in reversed(tables.metadata.sorted_tables):
            connection.execute(table.delete())
    story.hall.database.run(*(f"DELETE FROM {name}" for name in ("cases", "pauses", "extensions")))
    # The heads of the record are kept outside of the store: another store has another record.
    heads = head_file(story.pipeline.rules)
    if heads is not None:
        heads.path.unlink(missing_ok=True)
    sink.requests.clear()
    story.now = local(BEGINNING)
    story.restart()
    return True


@contextmanager
def story_with(folder: Path, kind: str, sink: HttpSink) -> Iterator[Story]:
    channels = webhook(sink.url)
    with fresh_story(folder, kind, policies=SYSTEM + HANDLER_ONLY, channels=channels) as story:
        yield story


def test_a_message_whose_receipt_was_lost_is_sent_again_under_its_key(story: Story) -> None:
    seen: Counter[str] = Counter()
    lock = threading.Lock()

    def cut_the_first(request: Request) -> Reply:
        with lock:
            seen[request.headers["webhook-id"]] += 1
            return Reply(204, cut=seen[request.headers["webhook-id"]] == 1)

    with http_sink(cut_the_first) as sink:
        story.reload(policies=SYSTEM + HANDLER_ONLY, channels=webhook(sink.url))
        story.hall.accept_many([f"B{n}" for n in range(20)], at="2026-09-22 15:20")
        story.at(DUE)
        story.after(minutes=1)
        # So many failures in a row are told as well: the alert about the channel is a twenty-first.
        keys = Counter(
            request.headers["webhook-id"]
            for request in sink.requests
            if request.json["data"]["kind"] != "system"
        )
        assert all(len(about) == 1 for about in told_by_key(sink).values())
    assert Counter(keys.values()) == {2: 20}
    assert Counter(one["state"] for one in story.deliveries())["sent"] >= 20


def test_what_was_sent_but_not_recorded_is_sent_again_under_its_key(
    story: Story,
) -> None:
    with http_sink() as sink:
        story.reload(policies=SYSTEM + HANDLER_ONLY, channels=webhook(sink.url))
        story.hall.accept("A1", at="2026-09-22 15:20", days=10)
        story.now = local(DUE)
        story.pipeline.poll_source(story.pipeline.rules.settings.source[0])
        story.pipeline.check_due()
        story.pipeline.escalate_due()
        # It has looked what is due and leased it; now it would write down what became of it.
        with crash_at(story, "commit", 3), pytest.raises(CrashError):
            story.pipeline.deliver_due()
        story.restart()
        story.go()
        # Alone on its store the daemon knows that nobody holds the lease any more.
        assert len(sink.requests) == (2 if story.store.alone else 1)
        story.now += LEASES_OVER
        story.go()
        assert len({request.headers["webhook-id"] for request in sink.requests}) == 1
        assert len(sink.requests) == 2
    assert story.deliveries()[0]["state"] == "sent"


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_process_killed_again_and_again_loses_and_repeats_nothing(
    tmp_path: Path, kind: str
) -> None:
    runs, each = 12, 20

    def numbers(run: int) -> list[str]:
        return [f"R{run:02}-{number:02}" for number in range(each)]

    with (
        http_sink(lambda request: Reply(204, delay=0.01)) as sink,
        story_with(tmp_path, kind, sink) as story,
    ):
        story.now = local(NEXT)  # within office hours, in which people are told
        settings = tmp_path / "supervisor.toml"
        killed = 0
        took = 0.0
        for run in range(runs + 1):
            story.hall.accept_many(numbers(run), at="2026-09-22 15:20")
            story.now += LEASES_OVER
            worker = Worker(settings, story.now)
            begun = time.monotonic()
            worker.go()
            if run == 0:
                worker.wait_for_round()
                took = time.monotonic() - begun
            else:
                time.sleep(took * 1.2 * run / runs)
            killed += worker.kill()
        story.now += LEASES_OVER
        story.go()

        total = (runs + 1) * each
        result = outcome(story, sink)
        assert killed == runs + 1
        assert len(result["alerts"]) == total
        assert set(result["events"].values()) == {1}
        assert len(result["notices"]) == total
        assert set(result["notices"].values()) == {1}
        assert {notice[-1] for notice in result["notices"]} == {"sent"}
        told = told_by_key(sink)
        assert all(len(about) == 1 for about in told.values())
        assert len(told) == total
