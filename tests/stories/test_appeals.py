"""Appeals: a card that is taken back and stays away, one that stands, and one nobody decides."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from monitor.acts.appeals import revoke
from monitor.acts.call_backs import record_call
from monitor.store import alert_events, call_backs, tables
from rules.appeals import Decision
from rules.refusals import RefusedError
from tests.stories.test_orders import WATCHERS
from tests.support.order_acts import actor, appeal, card, card_state, decide
from tests.support.stories import Event, Story
from tests.support.stories_settings import LADDER, PROMISE, SYSTEM

# Accepted on 22 September 2026 with 10 working days: due on Tuesday 13 October at 17:30, red on 16.
DUE, RED = "2026-10-13 17:30", "2026-10-16 17:30"
APPEALS = '[appeals]\ndecide_within = "1 working day"\n'
CALLS = '[call_backs]\nlevels = ["yellow", "red"]\nwithin = "1 working day"\n'


def begin(story: Story, more: str = APPEALS) -> None:
    """Let a case be late by its due moment."""
    story.reload(limits=more + PROMISE, policies=WATCHERS + LADDER + SYSTEM)
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at("2026-09-22 15:30")
    story.at(DUE)


def level(story: Story) -> str | None:
    """Give the level at which the case stands."""
    with story.store.read() as connection:
        query = select(tables.cases.c.level).where(tables.cases.c.no == "A1")
        return connection.scalar(query)


def take_back(story: Story, by: str) -> None:
    """Take the card of the case back."""
    with story.store.write() as connection:
        rules, ident = story.pipeline.rules, card(story, "A1")
        revoke(connection, rules, actor(by), ident, "误报", story.now)


def people(story: Story) -> list[str]:
    return [one.who for one in story.told("A1")]


def test_a_granted_appeal_takes_the_card_back_for_as_long_as_its_facts_are_the_same(
    story: Story,
) -> None:
    begin(story)
    story.at("2026-10-14 09:00")
    asked = appeal(story, "A1")
    story.at("2026-10-14 14:30")  # the second rung is due, and waits
    assert people(story) == ["李阳"]
    decide(story, asked.id, Decision.REVOKE, opinion="专家评审未录入，属实")
    story.after(1)
    assert card_state(story, "A1") == ("revoked", "专家评审未录入，属实")
    assert (story.levels("A1"), level(story)) == ({}, None)
    last = story.messages[-1]
    assert (last["recipient"], last["kind"]) == ("李阳", "resolved")
    assert "专家评审未录入，属实" in "".join(fact["text"] for fact in last["facts"])

    story.hall.correct("A1", at="2026-10-15 09:00", fee=5)  # a fact it did not stand on
    story.at("2026-10-15 09:00")
    assert story.levels("A1") == {}
    story.hall.correct("A1", at="2026-10-15 10:00", days=9)  # and one it did
    story.at("2026-10-15 10:00")
    assert story.levels("A1") == {"promise": "yellow"}


def test_a_graver_card_stands_although_the_milder_one_was_taken_back(story: Story) -> None:
    begin(story)
    take_back(story, by="qian")
    story.after(1)
    assert story.levels("A1") == {}
    story.at(RED)
    assert story.levels("A1") == {"promise": "red"}


def test_a_refused_appeal_lets_the_ladder_go_on_where_it_stood(story: Story) -> None:
    begin(story)
    story.at("2026-10-14 09:00")
    asked = appeal(story, "A1")
    story.at("2026-10-14 14:30")
    decide(story, asked.id, Decision.SEND_BACK, opinion="理由不成立")
    story.after(1)
    # Four working hours stood still: the rung of 14:30 comes as much later.
    story.at("2026-10-15 09:59")
    assert "陈波" not in people(story)
    story.at("2026-10-15 10:00")
    assert people(story)[-1] == "陈波"
    assert story.levels("A1") == {"promise": "yellow"}
    with story.store.read() as connection:
        events = [e.event for e in alert_events.of_alert(connection, card(story, "A1"))]
    assert events == ["alert_opened", "appeal_filed", "appeal_decided"]


def test_nothing_is_told_of_a_card_that_gets_graver_while_an_appeal_is_pending(
    story: Story,
) -> None:
    begin(story, more="")
    appeal(story, "A1")
    story.at(RED)
    story.at("2026-10-19 17:30")
    assert story.levels("A1") == {"promise": "red"}
    assert people(story) == ["李阳"]


def test_an_appeal_nobody_decides_is_reported_upwards_and_passed_up(story: Story) -> None:
    begin(story)
    asked = appeal(story, "A1")
    story.at("2026-10-14 17:30")
    opened = Event("alert_opened", "yellow", "appeal-not-decided")
    assert story.system("appeal-not-decided") == [opened]
    story.at("2026-10-15 17:30")
    assert story.messages[-1]["recipient"] == "王敏"
    up = decide(story, asked.id, Decision.REFER_UP, opinion="疑难，请市里裁定")
    assert up.appeal.region == "990100"
    story.after(1)
    assert story.system("appeal-not-decided")[-1].event == "alert_resolved"
    decide(story, asked.id, Decision.REVOKE, by="wang")
    assert card_state(story, "A1")[0] == "revoked"


def test_a_card_that_is_over_can_be_appealed_against_and_taken_back(story: Story) -> None:
    begin(story)
    story.hall.close("A1", at="2026-10-14 09:00")
    story.at("2026-10-14 09:01")
    asked = appeal(story, "A1")
    decide(story, asked.id, Decision.REVOKE)
    story.after(1)
    assert card_state(story, "A1")[0] == "revoked"


def test_nobody_takes_back_his_own_card_or_decides_his_own_appeal(story: Story) -> None:
    begin(story)
    with pytest.raises(RefusedError, match="carries alert"):
        take_back(story, by="周岚")
    asked = appeal(story, "A1", by="周岚")
    with pytest.raises(RefusedError, match="somebody else decides"):
        decide(story, asked.id, Decision.REVOKE, by="周岚")
    with pytest.raises(RefusedError, match="is pending"):
        appeal(story, "A1")


def test_the_applicant_of_a_late_case_is_called_once(story: Story) -> None:
    begin(story, more=CALLS)
    with story.store.read() as connection:
        [row] = call_backs.listing(connection, 10)
    assert (row.no, row.item, row.reason, row.level) == ("A1", "施工许可", "unfinished", "yellow")
    story.hall.close("A1", at="2026-10-14 17:00")
    story.at("2026-10-14 17:01")
    with story.store.read() as connection:
        [row] = call_backs.listing(connection, 10)
    assert row.reason == "late"
    assert story.system("call-back-not-made") == []
    story.at("2026-10-14 17:30")
    assert story.system("call-back-not-made")[-1].event == "alert_opened"
    with story.store.write() as connection:
        call_backs.record(
            connection, row.id, call_backs.Result.SATISFIED, "王芳", "满意", story.now
        )
    story.after(1)
    assert story.system("call-back-not-made")[-1].event == "alert_resolved"
    with story.store.read() as connection:
        assert call_backs.listing(connection, 10) == []


def test_a_call_that_was_recorded_is_the_call_that_a_check_asks_for(story: Story) -> None:
    check = '[[check]]\nid = "no-call"\nuse = "late-without-call"\n'
    begin(story, more=CALLS + check)
    story.at("2026-10-14 17:30")
    assert "no-call" in story.levels("A1")
    with story.store.write() as connection:
        record_call(connection, actor("王芳"), 1, call_backs.Result.SATISFIED, "已说明", story.now)
    story.after(1)
    assert "no-call" not in story.levels("A1")
