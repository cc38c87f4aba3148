"""Supervision orders: from issue to discharge, ignored up to the region, and watched watchers."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from monitor.acts.order_doubts import doubts
from monitor.store import audit_log, orders, tables
from rules.amounts import Amount, Unit
from rules.appeals import Decision
from rules.causes import Inquiry
from rules.orders import OrderState
from rules.orders_acts import OrderAct
from rules.refusals import RefusedError
from tests.support.order_acts import appeal, decide, do, due, issue, order
from tests.support.stories import Event, Story
from tests.support.stories_settings import HANDLER_ONLY, PROMISE, SYSTEM

# Accepted on 22 September 2026 with 10 working days: due on Tuesday 13 October at 17:30.
DUE = "2026-10-13 17:30"
NO = "DB-2026-0001"

WATCHERS = """
[[policy]]
id = "watchers"
when = "alert.rule.startsWith('order-') || alert.rule.startsWith('appeal-')"
steps = [
  { after = "0m", tell = ["inspector"], via = ["out"] },
  { after = "1 working day", tell = ["inspector@region.parent"], via = ["out"] },
  { after = "2 working days", tell = ["inspector@region.parent.parent"], via = ["out"] },
]
"""

ORDERING = """
[[policy]]
id = "county"
steps = [
  { after = "0m", tell = ["handler"], via = ["out"] },
  { after = "1 working day", tell = ["inspector"], via = ["out"], order = { ORDER } },
]
""".replace("ORDER", 'reply_within = "2 working days", advice = "请查明原因，限期办结"')

ORDERS = """
[orders]
tell = ["department-lead", "clerk"]
remind_before = "3 working hours"
review_within = "1 working day"
close_within = "1 working day"
"""

HOURS = """
[[limit]]
id = "hours"
title = "两小时办结"
from = "accepted_at"
until = "closed_at"
allow = "2 hours"
levels = { yellow = "over" }
"""


def begin(story: Story, no: str = "A1", orders: str = ORDERS, policies: str = ORDERING) -> None:
    """Let a case be late by its due moment."""
    story.reload(limits=orders + PROMISE, policies=WATCHERS + policies + SYSTEM)
    story.hall.accept(no, at="2026-09-22 15:20", days=10)
    story.at("2026-09-22 15:30")
    story.at(DUE)


def orders_told(story: Story) -> list[tuple[str, str]]:
    """Give who was told what about orders, in the order in which it was told."""
    return [
        (message["recipient"], message["context"]["order"]["event"])
        for message in story.messages
        if message["kind"] == "order"
    ]


def told(story: Story, kind: str = "") -> list[tuple[str, str]]:
    """Return who was told that somebody does not do their part on an order, in order.

    With the ``kind`` ``resolved``: that he does.
    """
    return [
        (message["recipient"], message["context"]["alert"]["rule"])
        for message in story.messages
        if message["context"]["alert"]["rule"].startswith("order-")
        and (message["kind"] == "resolved") == (kind == "resolved")
    ]


def test_an_order_goes_from_a_rung_to_its_discharge(story: Story) -> None:
    begin(story)
    story.at("2026-10-14 17:30")  # the second rung issues it
    one = order(story)
    assert (one.order.issued_by, one.parties.issuer) == ("policy:county", "qian")
    assert (one.parties.region, one.parties.department) == ("990102", "ZJ")
    assert due(one.order.acknowledge_due) == "2026-10-15 17:30"
    assert due(one.order.reply_due) == "2026-10-16 17:30"
    assert orders_told(story) == [("陈波", "issued"), ("李阳", "issued")]

    story.at("2026-10-15 09:00")
    do(story, NO, OrderAct.ACKNOWLEDGE, "chen")
    story.after(1)
    story.at("2026-10-16 14:30")  # three working hours before the reply is due
    do(
        story,
        NO,
        OrderAct.REPLY,
        "chen",
        note="专家未到场，已另约",
        cause="other-department",
        finish_due="2026-10-19 17:30",
    )
    story.after(1)
    story.at("2026-10-19 10:00")
    do(story, NO, OrderAct.ACCEPT, "qian")
    story.hall.close("A1", at="2026-10-19 15:00")
    story.at("2026-10-19 15:01")
    do(story, NO, OrderAct.DISCHARGE, "qian", note="已办结，原因属实")
    story.after(1)

    assert order(story).order.state is OrderState.DISCHARGED
    assert orders_told(story)[2:] == [
        ("钱程", "acknowledged"),
        ("陈波", "reminder"),
        ("李阳", "reminder"),
        ("钱程", "replied"),
        ("陈波", "accepted"),
        ("李阳", "accepted"),
        ("陈波", "discharged"),
        ("李阳", "discharged"),
    ]
    assert story.system("order-not-replied") == []
    with story.store.read() as connection:
        acts = [one.act.act for one in audit_log.of_object(connection, f"order:{NO}")]
    assert acts == [
        *("order.issue", "order.acknowledge", "order.reply", "order.accept", "order.discharge"),
    ]


def test_an_ignored_order_climbs_up_to_the_region(story: Story) -> None:
    begin(story)
    for day in (14, 15, 16, 19, 20):
        story.at(f"2026-10-{day} 17:30")
    # One matter is one alert: a reply that is overdue takes the place of the acknowledgement.
    assert story.system("order-not-acknowledged") == [
        Event("alert_opened", "yellow", "order-not-acknowledged"),
        Event("alert_resolved", "yellow", "graver"),
    ]
    assert story.system("order-not-replied") == [Event("alert_opened", "red", "order-not-replied")]
    assert told(story, "resolved") == [("钱程", "order-not-acknowledged")]
    assert told(story) == [
        ("钱程", "order-not-acknowledged"),
        ("钱程", "order-not-replied"),
        ("王敏", "order-not-replied"),
        ("罗维", "order-not-replied"),
    ]
    do(
        story,
        NO,
        OrderAct.REPLY,
        "chen",
        note="人手不足",
        cause="department",
        finish_due="2026-10-20 17:30",
    )
    story.after(1)
    assert story.system("order-not-replied")[-1:] == [Event("alert_resolved", "red", "done")]


def test_whoever_does_not_review_or_close_is_reported_upwards(story: Story) -> None:
    begin(story)
    story.at("2026-10-14 17:30")
    reply = {"note": "忙", "cause": "handler", "finish_due": "2026-10-15 17:30"}
    do(story, NO, OrderAct.REPLY, "chen", **reply)
    story.after(1)
    story.at("2026-10-15 17:30")
    assert story.system("order-not-reviewed")[-1].event == "alert_opened"
    story.at("2026-10-16 17:30")
    assert (told(story)[-1]) == ("王敏", "order-not-reviewed")
    do(story, NO, OrderAct.ACCEPT, "qian")
    story.after(1)
    assert story.system("order-not-reviewed")[-1].event == "alert_resolved"
    story.at("2026-10-19 17:30")
    assert story.system("order-not-closed")[-1].event == "alert_opened"


def test_whoever_issues_no_order_is_reported_until_one_is(story: Story) -> None:
    watched = ORDERS + 'issue_within = "2 working days"\nissue_levels = ["yellow", "red"]\n'
    begin(story, orders=watched, policies=HANDLER_ONLY)
    story.at("2026-10-15 17:29")
    assert story.system("order-not-issued") == []
    story.at("2026-10-15 17:30")
    assert story.system("order-not-issued") == [Event("alert_opened", "red", "order-not-issued")]
    assert told(story) == [("钱程", "order-not-issued")]
    story.at("2026-10-16 17:30")
    assert told(story)[-1] == ("王敏", "order-not-issued")
    issue(story, "A1")
    story.after(1)
    assert story.system("order-not-issued")[-1] == Event("alert_resolved", "red", "done")


def test_an_order_says_what_the_data_show_as_the_cause(story: Story) -> None:
    begin(story, policies=HANDLER_ONLY)
    one = issue(story, "A1", advice="请办结")
    assert one.parties.about == "施工许可（尾号 A1）"
    assert one.parties.found is not None
    found = Inquiry.from_json(one.parties.found)
    assert found.over == Amount(0, Unit.WORKING_DAY)
    assert [stage.kind.value for stage in found.stages] == ["untold"]
    story.after(1)
    message = story.messages[-1]["context"]["order"]
    assert message["found"] == (
        "审批库没有环节记录，只知承办人为 住房和城乡建设局 周*。"
        "周* 手上现有 1 件在办，其中 1 件超期。"
    )


def test_more_time_is_asked_for_and_granted(story: Story) -> None:
    begin(story, policies=HANDLER_ONLY)
    issue(story, "A1")
    story.at("2026-10-15 10:00")
    do(story, NO, OrderAct.ASK, "chen", note="专家下周到", until_due="2026-10-27 17:30")
    story.after(1)
    do(story, NO, OrderAct.EXTEND, "qian")
    story.at("2026-10-21 09:00")
    assert story.system("order-not-replied") == []
    assert due(order(story).order.reply_due) == "2026-10-27 17:30"
    assert [event for _, event in orders_told(story)][2:] == [
        *("extension_asked", "extended", "extended"),
    ]


def test_a_card_is_under_one_order_at_a_time(story: Story) -> None:
    begin(story, policies=HANDLER_ONLY)
    issue(story, "A1")
    with pytest.raises(RefusedError, match=f"order {NO} for alert"):
        issue(story, "A1")
    do(story, NO, OrderAct.WITHDRAW, "qian", note="重复")
    assert issue(story, "A1").order.no == "DB-2026-0002"


def test_an_order_is_not_discharged_while_its_case_is_open(story: Story) -> None:
    begin(story, policies=HANDLER_ONLY)
    issue(story, "A1")
    reply = {"note": "忙", "cause": "handler", "finish_due": "2026-10-15 17:30"}
    do(story, NO, OrderAct.REPLY, "chen", **reply)
    do(story, NO, OrderAct.ACCEPT, "qian")
    with pytest.raises(RefusedError, match="case A1 is open"):
        do(story, NO, OrderAct.DISCHARGE, "qian", note="了结")


BACK_DATED = """
[[check]]
id = "dated-back"
use = "back-dated"
"""


def test_an_order_over_a_back_dated_closing_is_discharged_only_with_the_closing_confirmed(
    story: Story,
) -> None:
    begin(story, orders=ORDERS + BACK_DATED, policies=HANDLER_ONLY)
    issue(story, "A1")
    story.at("2026-10-14 17:00")
    story.hall.correct("A1", at="2026-10-14 17:00", closed="2026-09-30 10:00")
    story.at("2026-10-14 17:01")
    assert "dated-back" in story.levels("A1")
    with story.store.read() as connection:
        [doubt] = doubts(connection, story.pipeline.rules, order(story))
    assert (doubt.no, "2026-09-30 10:00" in doubt.found) == ("A1", True)
    reply = {"note": "忙", "cause": "handler", "finish_due": "2026-10-15 17:30"}
    do(story, NO, OrderAct.REPLY, "chen", **reply)
    do(story, NO, OrderAct.ACCEPT, "qian")
    with pytest.raises(RefusedError, match=r"closing of case A1 is in doubt.*--confirm-closing"):
        do(story, NO, OrderAct.DISCHARGE, "qian", note="了结")
    do(story, NO, OrderAct.DISCHARGE, "qian", note="纸质档案可证", confirmed=True)
    with story.store.read() as connection:
        *_, event = orders.events(connection, order(story).id)
        act = connection.execute(
            select(tables.audit_log).where(tables.audit_log.c.act == "order.discharge")
        ).one()
    assert event.detail["closing_confirmed"] == "A1"
    assert (act.after["closing_confirmed"], act.note) == (["A1"], "纸质档案可证")


def test_the_message_that_a_card_is_over_says_that_a_reply_is_owed(story: Story) -> None:
    begin(story, policies=HANDLER_ONLY)
    issue(story, "A1")
    story.hall.close("A1", at="2026-10-14 16:12")
    story.at("2026-10-14 16:13")
    over = next(message for message in story.messages if message["kind"] == "resolved")
    assert over["context"]["pending_order"]["no"] == NO
    assert f"{NO} 待签收" in "".join(fact["text"] for fact in over["facts"])


def test_an_order_goes_with_the_card_that_was_its_only_ground(story: Story) -> None:
    begin(story, policies=HANDLER_ONLY)
    issue(story, "A1")
    asked = appeal(story, "A1", by="周岚")
    decide(story, asked.id, Decision.REVOKE)
    story.after(1)
    one = order(story).order
    assert (one.state, one.opinion) == (OrderState.WITHDRAWN, "亮牌 1 已撤销：情况属实")
    assert orders_told(story)[-1] == ("李阳", "withdrawn")


def test_an_order_is_issued_however_late_a_limit_in_hours_is(story: Story) -> None:
    """A million seconds late and more: the delay is kept as an amount and reads back."""
    late = ORDERING.replace('"1 working day"', '"15 days"')
    story.reload(limits=ORDERS + HOURS, policies=WATCHERS + late + SYSTEM)
    story.hall.accept("A1", at="2026-09-22 15:20", days=2)
    story.at("2026-09-22 17:30")
    story.at("2026-10-14 09:00")
    one = order(story)
    assert one.parties.found is not None
    over = Inquiry.from_json(one.parties.found).over
    assert over is not None
    assert over.seconds > 1_000_000
