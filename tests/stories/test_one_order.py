"""One case, one order: however many of its limits break."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from monitor.store import orders, tables
from monitor.store.orders import Filter, OrderRow
from rules.orders_acts import OrderAct
from tests.support.failures import store_that_fails
from tests.support.order_acts import card, do
from tests.support.sinks import SmtpSink, smtp_sink
from tests.support.stories import Story, local
from tests.support.stories_settings import (
    DIRECTORY,
    HANDLER_ONLY,
    PROMISE,
    STATUTORY,
    SYSTEM,
)

# Accepted on 22 September 2026: 10 working days are over on Tuesday 13 October at 17:30.
DUE, NEXT = "2026-10-13 17:30", "2026-10-14 17:30"
NO = "DB-2026-0001"

ORDERING = """
[[policy]]
id = "county"
levels = ["yellow", "red"]
steps = [{ after = "0m", tell = ["inspector"], via = ["out"], order = { advice = "请限期办结" } }]
"""
TERMS = """
[orders]
tell = ["department-lead"]
"""


def begin(story: Story, *, law_days: int = 10, limits: str = PROMISE + STATUTORY) -> None:
    story.reload(limits=TERMS + limits, policies=SYSTEM + ORDERING)
    story.hall.accept("A1", at="2026-09-22 15:20", days=10, law_days=law_days)
    story.at("2026-09-22 15:30")


def all_orders(story: Story) -> list[OrderRow]:
    with story.store.read() as connection:
        return orders.listing(connection, Filter(open=None), 100)


def order_messages(story: Story) -> list[tuple[str, str, str]]:
    return [
        (m["recipient"], m["context"]["order"]["event"], m["context"]["order"]["subject"])
        for m in story.messages
        if m["kind"] == "order"
    ]


def test_two_limits_that_break_at_once_are_under_one_order_that_names_both(story: Story) -> None:
    begin(story)
    story.at(DUE)
    [one] = all_orders(story)
    assert set(one.alerts) == {card(story, "A1", "promise"), card(story, "A1", "statutory")}
    about = "施工许可（尾号 A1）：承诺办结时限、法定办结时限"
    assert order_messages(story) == [("陈波", "issued", about)]


def test_a_limit_that_breaks_later_comes_under_the_open_order(story: Story) -> None:
    begin(story, law_days=11)
    story.at(DUE)
    story.at(NEXT)
    [one] = all_orders(story)
    assert set(one.alerts) == {card(story, "A1", "promise"), card(story, "A1", "statutory")}
    assert order_messages(story) == [
        ("陈波", "issued", "施工许可（尾号 A1）"),
        ("陈波", "joined", "施工许可（尾号 A1）：承诺办结时限、法定办结时限"),
    ]


def test_after_an_order_has_ended_another_may_be_issued(story: Story) -> None:
    begin(story, law_days=11)
    story.at(DUE)
    do(story, NO, OrderAct.WITHDRAW, "qian", note="签错单位")
    story.at(NEXT)
    assert [one.order.no for one in all_orders(story)] == ["DB-2026-0002", NO]


def requests(story: Story) -> list[int]:
    with story.store.read() as connection:
        return list(connection.scalars(select(tables.order_requests.c.attempts)))


def test_an_order_survives_a_passing_error_of_the_store(story: Story) -> None:
    begin(story, limits=PROMISE)
    with store_that_fails(story, "INSERT INTO orders", times=1):
        story.at(DUE)
        assert (all_orders(story), requests(story)) == ([], [1])
        story.after(minutes=1)
    assert len(all_orders(story)) == 1
    assert requests(story) == []


def test_an_order_that_cannot_be_issued_holds_up_no_other(story: Story) -> None:
    begin(story, limits=PROMISE)
    story.hall.accept("A2", at="2026-09-22 15:20", days=10)
    with store_that_fails(story, "INSERT INTO orders", times=1):
        story.at(DUE)
    assert [row.parties.about for row in all_orders(story)] == ["施工许可（尾号 A2）"]


def test_an_order_whose_cause_cannot_be_found_is_issued_without_it_and_told(story: Story) -> None:
    begin(story, limits=PROMISE)
    with store_that_fails(story, "INSERT INTO orders", times=2):
        story.at(DUE)
        for _ in range(3):
            story.after(minutes=1)
    [one] = all_orders(story)
    assert one.parties.found is None
    assert [one.event for one in story.system("row-set-aside")] == ["alert_opened"]


@pytest.mark.parametrize("days", [15, 400])
def test_an_order_is_issued_however_late_a_limit_in_hours_is(story: Story, days: int) -> None:
    begin(
        story,
        limits=PROMISE.replace('working days"', 'hours"').replace(
            'warning = "2 working days left", yellow = "over", red = "3 working days over"',
            'yellow = "over"',
        ),
    )
    story.now = local(DUE) + days * 86_400_000_000
    story.hall.accept("B1", at="2026-09-22 15:20", days=2)
    story.go()
    assert len(all_orders(story)) >= 1


def test_two_limits_that_break_at_once_are_one_mail_to_each_that_names_both(story: Story) -> None:
    with smtp_sink(SmtpSink()) as sink:
        mail = (
            '[[channel]]\nid = "out"\nkind = "email"\nhost = "127.0.0.1"\nsecurity = "plain"\n'
            f'port = {sink.port}\nsender = "duban@example.gov.cn"\n'
        )
        directory = DIRECTORY.replace('name = "李阳",', 'name = "李阳", email = "li@example.cn",')
        story.reload(channels=mail, directory=directory)
        story.reload(limits=PROMISE + STATUTORY, policies=SYSTEM + HANDLER_ONLY)
        story.hall.accept("A1", at="2026-09-22 15:20", days=10, law_days=10)
        story.at(DUE)
        story.hall.close("A1", at="2026-10-14 10:00")
        story.at("2026-10-14 10:00")
        late, over = [one.get_body(("plain",)).get_content() for one in sink.mails]  # type: ignore[union-attr]
    for text in (late, over):
        assert "承诺办结时限" in text
        assert "法定办结时限" in text
    assert "黄牌 2" in late
    assert "已解除" in over
