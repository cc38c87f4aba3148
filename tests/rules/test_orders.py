"""Orders: who owes what by when, what each act does, and that no sequence of acts breaks one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from rules.instants import HOUR
from rules.orders import AWAITING_REPLY, CAUSES, ENDED, Order, OrderState
from rules.orders_acts import SIDES, Deed, OrderAct, done
from rules.orders_deadlines import (
    NOT_ACKNOWLEDGED,
    NOT_CLOSED,
    NOT_REPLIED,
    NOT_REVIEWED,
    Side,
    obligations,
    outlook,
)
from rules.refusals import RefusedError
from tests.rules.ordering import ISSUED, issued, terms
from tests.support.moments import at

REPLY = Deed(OrderAct.REPLY, "陈波", "专家未到场", "other-department", at("2026-10-22 17:30"))


def through(*deeds: tuple[str, Deed], order: Order | None = None) -> Order:
    """Do one thing after another to an order; each has its local time in October 2026."""
    one = order or issued()
    for when, deed in deeds:
        one, _ = done(one, deed, at(f"2026-10-{when}"), terms())
    return one


REPLIED = through(("19 10:00", Deed(OrderAct.ACKNOWLEDGE, "陈波")), ("20 16:00", REPLY))
ASKED = through(
    ("19 10:00", Deed(OrderAct.ASK, "陈波", "专家下周到", until_due=at("2026-10-28 17:30")))
)
ACCEPTED = through(("21 10:00", Deed(OrderAct.ACCEPT, "王敏")), order=REPLIED)


def owed(order: Order) -> list[tuple[str, str]]:
    """Give what is owed on an order and its due moment in local time."""
    return [(one.rule, one.side) for one in obligations(order)]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (issued(), [(NOT_ACKNOWLEDGED, Side.SUPERVISED), (NOT_REPLIED, Side.SUPERVISED)]),
        (REPLIED, [(NOT_REVIEWED, Side.ISSUER)]),
        (ACCEPTED, [(NOT_CLOSED, Side.ISSUER)]),
        (replace(ACCEPTED, state=OrderState.DISCHARGED), []),
    ],
    ids=["issued", "replied", "accepted", "discharged"],
)
def test_each_state_says_who_owes_what(order: Order, expected: list[tuple[str, str]]) -> None:
    assert owed(order) == expected


def test_due_moments_are_ends_of_working_days() -> None:
    assert issued().acknowledge_due == at("2026-10-20 17:30")
    assert issued(at("2026-09-30 16:00")).reply_due == at("2026-10-09 17:30")
    assert REPLIED.review_due == at("2026-10-23 17:30")


def test_an_accepted_order_need_not_be_closed_before_the_matter_is_to_be_done() -> None:
    assert ACCEPTED.close_due == at("2026-10-26 17:30")


def test_what_is_not_done_in_time_is_overdue_from_its_due_moment_on() -> None:
    due = issued().acknowledge_due
    assert outlook(issued(), due - 1, terms()).overdue == ()
    late = outlook(issued(), due, terms())
    assert [one.rule for one in late.overdue] == [NOT_ACKNOWLEDGED]
    assert outlook(issued(), issued().reply_due, terms()).next_at is None


def test_whoever_owes_is_reminded_once_of_each_due_moment() -> None:
    remind_at = at("2026-10-20 14:30")
    assert outlook(issued(), ISSUED, terms()).next_at == remind_at
    due = outlook(issued(), remind_at, terms())
    assert [one.rule for one in due.remind] == [NOT_ACKNOWLEDGED]
    told = replace(issued(), reminded={NOT_ACKNOWLEDGED: issued().acknowledge_due})
    assert outlook(told, remind_at, terms()).remind == ()
    extended = replace(told, acknowledge_due=at("2026-10-22 17:30"))
    assert outlook(extended, at("2026-10-22 15:00"), terms()).remind


def test_nobody_is_reminded_of_what_he_has_just_been_told() -> None:
    short = replace(issued(), acknowledge_due=ISSUED + HOUR)
    assert outlook(short, ISSUED, terms()).remind == ()


@pytest.mark.parametrize(
    ("amount", "reminded"),
    [
        ("1 working day", "2026-10-21 17:30"),
        ("4 working hours", "2026-10-22 13:30"),
        ("90 minutes", "2026-10-22 16:00"),
        ("1 day", "2026-10-21 17:30"),
    ],
)
def test_a_reminder_comes_as_long_before_as_a_step_does(amount: str, reminded: str) -> None:
    """On 22 October at 17:30 it is due: the look before it is at the moment of the reminder."""
    due = at("2026-10-22 17:30")
    one = replace(issued(), acknowledge_due=due, reply_due=due)
    assert outlook(one, ISSUED, terms(remind_before=amount)).next_at == at(reminded)


def test_asking_for_more_time_in_time_keeps_the_reply_from_being_late() -> None:
    asked = through(
        ("21 17:00", Deed(OrderAct.ASK, "陈波", "专家下周到", until_due=at("2026-10-28 17:30")))
    )
    assert asked.acknowledged_at == at("2026-10-21 17:00")
    assert outlook(asked, at("2026-10-22 09:00"), terms()).overdue == ()
    late = outlook(asked, at("2026-10-26 17:30"), terms()).overdue
    assert {one.side for one in late} == {Side.SUPERVISED, Side.ISSUER}
    granted, event = done(asked, Deed(OrderAct.EXTEND, "王敏"), at("2026-10-22 09:00"), terms())
    assert (granted.reply_due, granted.asked_at) == (at("2026-10-28 17:30"), None)
    assert event.detail["reply_due"] == at("2026-10-28 17:30")


REFUSALS = [
    (issued(), Deed(OrderAct.ACCEPT, "王敏"), "待签收，不能审核通过"),
    (issued(), Deed(OrderAct.REPLY, "陈波", "", "handler", ISSUED), "须写明内容或理由"),
    (issued(), Deed(OrderAct.REPLY, "陈波", "忙", "weather", ISSUED), "不在原因代码中"),
    (issued(), Deed(OrderAct.REPLY, "陈波", "忙", "handler"), "须写明办结时间"),
    (issued(), Deed(OrderAct.ASK, "陈波", "忙", until_due=ISSUED), "晚于"),
    (issued(), Deed(OrderAct.REFUSE, "王敏", "不可"), "没有待答复的延期申请"),
    (ASKED, Deed(OrderAct.EXTEND, "陈波"), "不能由其本人延期"),
    (ASKED, Deed(OrderAct.ASK, "陈波", "忙", until_due=at("2026-10-29 17:30")), "尚未答复"),
    (REPLIED, Deed(OrderAct.ACCEPT, "陈波"), "不能由其本人审核通过"),
    (REPLIED, Deed(OrderAct.SEND_BACK, "王敏", "原因不实", until_due=ISSUED), "已经过去"),
    (REPLIED, Deed(OrderAct.DISCHARGE, "王敏", "属实"), "不能销号"),
    (ACCEPTED, Deed(OrderAct.DISCHARGE, "王敏"), "须写明内容或理由"),
]


@pytest.mark.parametrize(("order", "deed", "why"), REFUSALS, ids=[w for *_, w in REFUSALS])
def test_what_cannot_be_is_refused_and_says_why(order: Order, deed: Deed, why: str) -> None:
    with pytest.raises(RefusedError) as refused:
        done(order, deed, at("2026-10-21 10:00"), terms())
    assert why in refused.value.zh
    assert refused.value.en.isascii() or "陈波" in refused.value.en


def test_a_reply_sent_back_is_owed_anew() -> None:
    back = through(("21 10:00", Deed(OrderAct.SEND_BACK, "王敏", "原因不实")), order=REPLIED)
    assert owed(back) == [(NOT_REPLIED, Side.SUPERVISED)]
    assert back.reply_due == at("2026-10-23 17:30")
    again = through(("22 10:00", REPLY), order=back)
    assert (again.state, again.returns) == (OrderState.REPLIED, 1)


class Acts(RuleBasedStateMachine):
    """Any acts in any order, at any later moment: an order keeps what it promises."""

    def __init__(self) -> None:
        super().__init__()
        self.now = ISSUED
        self.order = issued()
        self.terms = terms()

    @rule(hours=st.floats(0, 20))
    def wait(self, hours: float) -> None:
        self.now += int(hours * HOUR)

    @rule(
        # Withdrawn at the second act, most orders would show nothing.
        act=st.sampled_from(
            [act for act in OrderAct if act is not OrderAct.WITHDRAW] * 3 + [OrderAct.WITHDRAW]
        ),
        by=st.sampled_from(["陈波", "王敏"]),
        note=st.sampled_from(["情况属实"] * 9 + [""]),
        cause=st.sampled_from(["handler"] * 9 + [*CAUSES, None, "unheard-of"]),
        finish=st.floats(-50, 200) | st.none(),
        until=st.floats(100, 400) | st.floats(-50, 100) | st.none(),
    )
    def act(
        self,
        act: OrderAct,
        by: str,
        note: str,
        cause: str | None,
        finish: float | None,
        until: float | None,
    ) -> None:
        moments = [None if h is None else self.now + int(h * HOUR) for h in (finish, until)]
        before_it = self.order
        try:
            after, event = done(
                before_it, Deed(act, by, note, cause, *moments), self.now, self.terms
            )
        except RefusedError:
            return
        assert before_it.state not in ENDED
        assert (event.at, event.event, event.by) == (self.now, act.value, by)
        if SIDES[act] is Side.SUPERVISED:
            assert after.state not in (OrderState.ACCEPTED, *ENDED)
        if act in (OrderAct.EXTEND, OrderAct.REFUSE):
            assert by != before_it.asked_by
        if act in (OrderAct.ACCEPT, OrderAct.SEND_BACK, OrderAct.DISCHARGE):
            assert by != before_it.replied_by
        if after.reply_due != before_it.reply_due:
            assert SIDES[act] is Side.ISSUER  # nobody gives himself more time
            assert after.reply_due > self.now
        self.order = after

    @precondition(lambda self: self.order.state in ENDED)
    @rule(act=st.sampled_from(OrderAct))
    def nothing_follows_the_end(self, act: OrderAct) -> None:
        deed = Deed(act, "甲", "意见", "handler", self.now, self.order.reply_due + 10 * HOUR)
        with pytest.raises(RefusedError):
            done(self.order, deed, self.now, self.terms)

    @invariant()
    def somebody_owes_something_until_it_has_ended(self) -> None:
        assert bool(obligations(self.order)) is (self.order.state not in ENDED)

    @invariant()
    def it_is_looked_at_again_or_is_overdue(self) -> None:
        found = outlook(self.order, self.now, self.terms)
        if self.order.state not in ENDED:
            assert found.next_at is not None or found.overdue
        assert found.next_at is None or found.next_at > self.now

    @invariant()
    def its_marks_fit_its_state(self) -> None:
        one = self.order
        assert (one.ended_at is not None) is (one.state in ENDED)
        if one.state in (OrderState.REPLIED, OrderState.ACCEPTED, OrderState.DISCHARGED):
            assert one.cause in self.terms.causes
            assert None not in (one.reply, one.replied_at, one.finish_due, one.acknowledged_at)
        if one.state in (OrderState.ACCEPTED, OrderState.DISCHARGED):
            assert one.accepted_at is not None
            assert one.replied_at is not None
            assert one.accepted_at >= one.replied_at
        if one.asked_at is not None:
            assert one.state in AWAITING_REPLY
            assert one.answer_due is not None
            assert one.wished_due is not None


TestActs = Acts.TestCase
