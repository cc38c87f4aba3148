"""What was late before it was first read: found once, told once, and settled in the end."""

from __future__ import annotations

from sqlalchemy import select

from monitor.acts.appeals import revoke
from monitor.acts.settling import settle
from monitor.store import tables
from monitor.store.settlements import Choice
from tests.support.order_acts import actor, card
from tests.support.stories import Event, Story
from tests.support.stories_settings import HANDLER_ONLY, LADDER, PROMISE, SOURCE, SYSTEM

# Ten working days from 22 September 2026 end on Tuesday 13 October at 17:30; red on 16 October.
ACCEPTED, DUE, RED = "2026-09-22 15:20", "2026-10-13 17:30", "2026-10-16 17:30"
ACCEPTANCE = PROMISE.replace('id = "promise"', 'id = "review"').replace(
    'until = "closed_at"', 'until = "reviewed_at"'
)


def closed_late(story: Story, no: str = "A1", closed: str = "2026-10-15 10:00") -> None:
    """Let a hall that uploads its cases at closing bring one that was closed late."""
    story.hall.accept(no, at=ACCEPTED, days=10, closed=closed, changed=closed)


def test_a_case_that_is_first_read_closed_late_gets_the_alert_it_would_have_had(
    story: Story,
) -> None:
    story.at("2026-10-15 09:00")
    closed_late(story)
    story.at("2026-10-15 10:01")
    assert story.levels("A1") == {"promise": "yellow"}
    assert story.history("A1") == [Event("alert_opened", "yellow", "due")]
    assert [(one.who, one.kind) for one in story.told("A1")] == [("李阳", "overdue")]
    [message] = [one for one in story.messages if one["context"]["case"]]
    assert message["context"]["clock"]["over_text"] == "超期 2 个工作日"
    assert message["context"]["clock"]["ended_text"].startswith("10月15日")


def test_it_has_the_level_that_the_case_had_come_to_by_its_end(story: Story) -> None:
    closed_late(story, closed="2026-10-20 10:00")
    story.at("2026-10-20 10:01")
    assert story.levels("A1") == {"promise": "red"}


def test_what_was_closed_in_time_is_left_alone(story: Story) -> None:
    closed_late(story, closed="2026-10-13 17:30")
    story.at("2026-10-15 10:01")
    assert story.levels("A1") == {}


def test_what_stood_while_the_limit_ran_is_not_told_again_at_its_end(story: Story) -> None:
    story.hall.accept("A1", at=ACCEPTED, days=10)
    story.at("2026-09-22 15:30")
    story.at(DUE)
    story.hall.close("A1", at="2026-10-14 10:00")
    story.at("2026-10-14 10:01")
    assert story.levels("A1") == {}
    assert story.history("A1")[-1] == Event("alert_resolved", "yellow", "closed")
    story.restart(limits=PROMISE.replace("承诺办结时限", "承诺时限"))
    story.after(1)
    assert story.levels("A1") == {}


def test_a_level_that_passed_while_nothing_watched_is_raised_at_the_end(story: Story) -> None:
    story.hall.accept("A1", at=ACCEPTED, days=10)
    story.at("2026-09-22 15:30")
    story.at(DUE)
    story.hall.close("A1", at="2026-10-19 10:00")  # red since the 16th, while nothing ran
    story.restart()
    story.at("2026-10-19 10:01")
    assert story.levels("A1") == {"promise": "red"}
    assert story.history("A1")[-1] == Event("alert_raised", "red", "due")


def test_a_limit_that_ended_late_in_an_open_case_is_found(story: Story) -> None:
    limit = (
        ACCEPTANCE.replace('"reviewed_at"', '"closed_at"')
        .replace('from = "accepted_at"', 'from = "submitted_at"')
        .replace('until = "closed_at"', 'until = "accepted_at"')
    )
    sources = story_sources()
    story.restart(limits=limit, sources=sources)
    story.at("2026-10-15 09:00")
    story.hall.accept("L-ACC", at="2026-10-15 09:30", days=10, item="2026-09-01 09:00")
    story.at("2026-10-15 09:31")
    assert story.levels("L-ACC") == {"review": "red"}
    [message] = story.messages
    assert "实际完成" not in message["context"]["clock"]
    assert message["context"]["clock"]["ended_text"].startswith("10月15日")


def story_sources() -> str:
    """Return the usual source, in which the column ``item`` says when a case was submitted."""
    return SOURCE.replace('item_name = "item"', 'submitted_at = "item"')


def test_a_corrected_end_resolves_it(story: Story) -> None:
    story.at("2026-10-15 09:00")
    closed_late(story)
    story.at("2026-10-15 10:01")
    story.hall.correct("A1", at="2026-10-15 11:00", closed="2026-10-13 10:00")
    story.at("2026-10-15 11:01")
    assert story.levels("A1") == {}
    assert story.history("A1")[-1] == Event("alert_resolved", "yellow", "closed")


def test_a_revoked_late_end_stays_away(story: Story) -> None:
    story.at("2026-10-15 09:00")
    closed_late(story)
    story.at("2026-10-15 10:01")
    with story.store.write() as connection:
        revoke(
            connection, story.pipeline.rules, actor("王敏"), card(story, "A1"), "误报", story.now
        )
    story.after(1)
    story.restart(limits=PROMISE.replace("承诺办结时限", "承诺时限"))
    story.after(1)
    assert story.levels("A1") == {}


def test_an_acknowledged_alert_about_a_closed_case_is_settled_after_its_time(
    story: Story,
) -> None:
    story.restart(daemon='settle_after = "10d"\n', policies=SYSTEM + HANDLER_ONLY)
    story.at("2026-10-15 09:00")
    closed_late(story)
    story.at("2026-10-15 10:01")
    assert story.acknowledge("A1", by="李阳")
    story.at("2026-10-25 10:00")
    assert story.levels("A1") == {"promise": "yellow"}
    story.at("2026-10-25 10:02")
    assert story.levels("A1") == {}
    assert story.history("A1")[-1] == Event("alert_resolved", "yellow", "settled")
    assert len(story.told("A1")) == 1
    story.restart(limits=PROMISE.replace("承诺办结时限", "承诺时限"))
    story.after(1)
    assert story.levels("A1") == {}


def test_one_that_nobody_answered_stands_until_somebody_does(story: Story) -> None:
    story.restart(daemon='settle_after = "10d"\n', policies=SYSTEM + HANDLER_ONLY)
    story.at("2026-10-15 09:00")
    closed_late(story)
    story.at("2026-10-15 10:01")
    story.at("2026-11-04 10:00")
    assert story.levels("A1") == {"promise": "yellow"}
    story.acknowledge("A1", by="李阳")
    story.at("2026-11-05 10:02")
    assert story.levels("A1") == {}


def test_the_acknowledgement_of_a_closed_case_does_not_lapse(story: Story) -> None:
    ladder = LADDER.replace('id = "ladder"', 'id = "ladder"\nacknowledged_for = "1 working day"')
    story.restart(policies=SYSTEM + ladder)
    story.at("2026-10-15 09:00")
    closed_late(story)
    story.at("2026-10-15 10:01")
    assert story.acknowledge("A1", by="李阳")
    story.at("2026-10-20 10:00")
    assert [one.who for one in story.told("A1")] == ["李阳"]


def test_alerts_about_closed_cases_are_settled_in_bulk_with_a_ground_on_record(
    story: Story,
) -> None:
    story.at("2026-10-15 09:00")
    for number in range(3):
        closed_late(story, f"A{number}")
    story.hall.accept("OPEN", at=ACCEPTED, days=10)
    story.at("2026-10-15 10:01")
    with story.store.write() as connection:
        done = settle(connection, actor("王敏"), Choice(rule="promise"), "已核实通报", story.now)
    story.after(1)
    assert len(done) == 3
    assert [story.levels(f"A{number}") for number in range(3)] == [{}, {}, {}]
    assert story.levels("OPEN") == {"promise": "yellow"}
    with story.store.read() as connection:
        acts = connection.scalars(select(tables.audit_log.c.act)).all()
    assert acts.count("settle") == 3
