"""A hall with years of history goes live: what was over is listed, what is not is told once."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import select

from monitor.store import call_backs, tables
from monitor.store.call_backs import Reason, Result
from tests.support.sinks import http_sink, wecom_vendor
from tests.support.stories import Story, local
from tests.support.stories_settings import LADDER, PROMISE, SOURCE, SYSTEM

# Ten working days from 22 September 2026 end on Tuesday 13 October at 17:30; red on 16 October.
ACCEPTED, RED = "2026-09-22 15:20", "2026-10-16 17:30"
STARTED = "2026-10-20 09:00"
SECOND = SOURCE.replace('id = "hall"', 'id = "second"')
FEE = """
[[check]]
id = "fee"
title = "收费"
when = "case.fee_paid > 0"
level = "yellow"
"""
CALLS = '[call_backs]\nlevels = ["yellow", "red"]\nwithin = "1 working day"\n'


def start(story: Story, **given: Any) -> None:
    """Connect the hall for the first time on 20 October, history and all."""
    story.now = local(STARTED)
    with story.store.write() as connection:
        connection.execute(tables.sources.delete())
    story.restart(**given)
    story.go()


def history(story: Story, count: int = 3) -> None:
    """Let the hall have closed so many cases late before it is connected."""
    for number in range(count):
        story.hall.accept(f"OLD{number}", at=ACCEPTED, days=10, closed="2026-10-19 10:00")


def origins(story: Story) -> Counter[str | None]:
    """Count the open alerts about cases by how they lie to the beginning of supervision."""
    a = tables.alerts.c
    query = select(a.origin).where(tables.standing, a.case_id.is_not(None))
    with story.store.read() as connection:
        return Counter(connection.scalars(query))


def called(story: Story) -> list[str]:
    """Return the numbers on the list of call-backs."""
    with story.store.read() as connection:
        query = select(tables.cases.c.no).join(tables.call_backs)
        return sorted(connection.scalars(query))


def test_what_was_over_before_is_listed_and_told_to_nobody(story: Story) -> None:
    history(story)
    start(story, limits=CALLS + PROMISE + FEE)
    assert origins(story) == {"history": 3}
    story.at("2026-10-23 17:30")
    assert [one for one in story.messages if one["context"]["case"]] == []
    assert called(story) == []


def test_it_does_not_count_among_the_live_cases(story: Story) -> None:
    history(story)
    start(story)
    with story.store.read() as connection:
        assert set(connection.scalars(select(tables.cases.c.level))) == {None}


def test_it_stays_listed_and_untold_when_somebody_acknowledges_it(story: Story) -> None:
    history(story, 1)
    start(story)
    assert story.acknowledge("OLD0", by="李阳")
    story.at("2026-10-23 17:30")
    assert story.told("OLD0") == []


def test_it_is_settled_by_itself_after_its_time(story: Story) -> None:
    history(story, 1)
    start(story, daemon='settle_after = "10d"\n')
    story.at("2026-10-30 09:01")
    assert story.levels("OLD0") == {}


def test_what_is_overdue_at_the_start_is_told_once_in_one_digest_for_each(story: Story) -> None:
    story.hall.accept_many([f"B{n:02}" for n in range(60)], at=ACCEPTED)
    with http_sink(wecom_vendor("k")) as sink:
        robot = f'[[channel]]\nid = "out"\nkind = "wecom"\nbase_url = "{sink.url}"\nkey = "k"\n'
        start(story, channels=robot, policies=SYSTEM + LADDER)
        for _ in range(3):
            story.after(1)
        texts = [one.json["markdown"]["content"] for one in sink.requests]
    assert origins(story) == {"backlog": 60}
    assert len(texts) == 1
    assert "监察启动" in texts[0]
    assert "60" in texts[0]


def test_after_the_digest_it_climbs_its_ladder_like_any_other(story: Story) -> None:
    story.hall.accept("A1", at=ACCEPTED, days=10)
    start(story, policies=SYSTEM + LADDER)
    story.at("2026-10-20 15:00")
    assert [(one.who, one.kind) for one in story.told("A1")] == [
        ("李阳", "overdue"),
        ("陈波", "escalation"),
    ]


def test_what_happens_after_the_start_is_told_as_ever(story: Story) -> None:
    history(story, 1)
    start(story)
    late = "2026-10-20 10:00"
    story.hall.accept("NEW", at="2026-09-29 10:00", days=5, closed=late, changed=late)
    story.at("2026-10-20 10:01")
    assert origins(story) == {"history": 1, "backlog": 1}
    assert [one.who for one in story.told("NEW")] == ["李阳"]


def test_a_date_in_the_settings_goes_before_the_first_start(story: Story) -> None:
    history(story)
    start(story, source="since = 2026-10-01\n")
    assert origins(story) == {None: 3}
    assert len(story.told("OLD0")) > 0


def test_nobody_is_told_before_a_date_that_lies_ahead_and_then_of_what_still_stands(
    story: Story,
) -> None:
    story.hall.accept("A1", at=ACCEPTED, days=10)
    story.hall.accept("A2", at=ACCEPTED, days=10)
    start(story, source="since = 2026-10-26\n")
    story.hall.close("A2", at="2026-10-21 10:00")
    story.at("2026-10-23 17:00")
    assert story.told("A1") == story.told("A2") == []
    story.at("2026-10-26 09:00")
    assert "李阳" in [one.who for one in story.told("A1")]
    assert story.told("A2") == []


def test_a_closing_that_is_dated_back_before_the_start_is_told(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-29 10:00", days=10)
    start(story)
    story.hall.correct("A1", at="2026-10-22 10:00", days="5", closed="2026-10-19 17:00")
    story.at("2026-10-22 10:01")
    assert origins(story) == {"backlog": 1}


def test_a_source_that_is_added_later_has_a_start_of_its_own(story: Story) -> None:
    start(story)
    history(story)
    story.now = local("2026-10-22 09:00")
    story.restart(sources=SOURCE + SECOND)
    with story.store.read() as connection:
        s = tables.sources.c
        begun = {row.id: row.since_at for row in connection.execute(select(s.id, s.since_at))}
    assert begun == {"hall": local(STARTED), "second": local("2026-10-22 09:00")}


def test_a_changed_rule_or_fact_puts_no_case_on_the_call_backs_that_was_never_open_here(
    story: Story,
) -> None:
    story.at("2026-10-12 09:00")
    history(story, 1)
    story.restart(limits=CALLS + PROMISE, source="since = 2026-09-01\n")
    story.at("2026-10-19 10:01")
    story.reload(limits=CALLS + PROMISE + FEE)
    story.at("2026-10-19 10:02")
    story.hall.correct("OLD0", at="2026-10-19 10:03", fee=50)
    story.at("2026-10-19 10:04")
    assert called(story) == []


def test_a_case_that_was_open_here_and_closed_late_is_called_about(story: Story) -> None:
    story.restart(limits=CALLS + PROMISE)
    story.hall.accept("A1", at=ACCEPTED, days=10)
    story.at("2026-09-22 15:30")
    story.hall.close("A1", at="2026-10-14 10:00")
    story.at("2026-10-14 10:01")
    assert called(story) == ["A1"]


def test_a_bad_rating_is_called_about_once(story: Story) -> None:
    sources = SOURCE.replace('item_name = "item"', 'rating = "item"')
    story.restart(limits=CALLS + PROMISE, sources=sources)
    story.at("2026-10-14 09:00")
    story.hall.accept("BAD", at="2026-10-09 10:00", closed="2026-10-14 10:00", item="非常不满意")
    story.hall.accept("GOOD", at="2026-10-09 10:00", closed="2026-10-14 10:00", item="1")
    story.at("2026-10-14 10:01")
    assert called(story) == ["BAD"]
    with story.store.write() as connection:
        [row] = call_backs.listing(connection, 10)
        assert row.reason == Reason.BAD_RATING
        call_backs.record(connection, row.id, Result.SATISFIED, "li", "", story.now)
    story.after(1)
    with story.store.read() as connection:
        assert call_backs.listing(connection, 10) == []
