"""A supervision order over the web, from its issue to its discharge, by two people."""

from __future__ import annotations

import pytest

from rules.orders import OrderState
from tests.support.desks import Desk
from tests.support.order_desk import Hall, order_path

REPLY = {"cause": "handler", "finish": "2026-10-16", "note": "已督促承办人，两日内办结"}


@pytest.fixture
def desk(hall: Desk) -> Hall:
    desk = Hall(hall)
    card = desk.card("D-9", handler="李阳")
    answer = desk.become("city").do(
        "/orders/new",
        alert=[str(card), "1"],
        advice="请查明原因，限期办结",
        acknowledge="1 working day",
        reply="3 working days",
        region="990100",
    )
    assert answer.url.path == "/orders/DB-2026-0001"
    return desk


def offered(text: str) -> list[str]:
    """Give the acts that a page offers."""
    found = [part.split('"')[0] for part in text.split('action="/orders/')[1:]]
    return sorted(part.rpartition("/")[2] for part in found if "/" in part)


def test_the_form_shows_cards_terms_as_moments_and_more_cards_of_the_unit(hall: Desk) -> None:
    desk = Hall(hall)
    desk.card("D-9", handler="李阳")
    text = desk.become("city").look("/orders/new", alert="1").text
    for shown in (
        "事项D-1",
        "事项D-9",
        "东浦区住房和城乡建设局",
        "1 个工作日，10月15日（周四）17:30 前",
        "5 个工作日，10月21日（周三）17:30 前",
        "签发后立即通知",
    ):
        assert shown in text
    assert "事项D-2" not in text  # another unit's
    assert text.index('value="990100"') < text.index('value="990102"')  # his own region first


def test_an_issued_order_tells_its_face_and_waits_for_the_unit(desk: Hall) -> None:
    text = desk.become("district").look(order_path()).text
    for shown in (
        "事项D-1",
        "事项D-9",
        "请查明原因，限期办结",
        "云岭市 王敏",
        "待签收",
        "10月15日（周四）17:30",
        "10月19日（周一）17:30",
        'href="/cases/NO-D-9"',
    ):
        assert shown in text
    assert offered(text) == ["ack", "ask", "reply"]
    # What the supervised side owes is no next step of whoever issued it.
    assert offered(desk.become("city").look(order_path()).text) == ["extend", "withdraw"]
    assert offered(desk.become("looker").look(order_path()).text) == []


def test_an_order_goes_through_its_whole_loop(desk: Hall) -> None:
    at = desk.become("district")
    text = at.do(order_path(act="ack"), note="收到").text
    assert "督办单 DB-2026-0001：已签收" in text
    at.do(order_path(act="reply"), **REPLY)

    at = desk.become("city")
    text = at.look(order_path()).text
    assert "两日内办结" in text
    assert offered(text) == ["accept", "return", "withdraw"]
    text = at.do(order_path(act="return"), note="请写明整改措施", until="2026-10-20").text
    assert "退回重报" in text
    assert "10月20日（周二）17:30" in text

    at = desk.become("district")
    assert "请写明整改措施" in at.look(order_path()).text
    at.do(order_path(act="reply"), **{**REPLY, "note": "已调整分工，专人跟办"})
    at = desk.become("city")
    at.do(order_path(act="accept"))
    assert desk.order().order.state is OrderState.ACCEPTED

    answer = at.do(order_path(act="discharge"), note="核实属实")
    assert answer.status_code == 422
    assert "未办结" in answer.text
    desk.close("D-1")
    desk.close("D-9")
    text = at.do(order_path(act="discharge"), note="核实属实，予以销号").text
    assert "已销号" in text
    assert offered(text) == []
    order = desk.order().order
    assert (order.state, order.returns) == (OrderState.DISCHARGED, 1)
    course = text.split('class="events"')[1]
    names = ("签发", "签收", "反馈", "退回", "反馈", "审核通过", "销号")
    assert course.count("<li>") == len(names)
    for name in names:
        assert f"<b>{name}</b>" in course


def test_more_time_is_asked_for_and_granted_or_refused(desk: Hall) -> None:
    at = desk.become("district")
    text = at.do(order_path(act="ask"), until="2026-10-23", note="须专家复核").text
    assert "申请把反馈期限延至 10月23日（周五）17:30" in text
    assert "ask" not in offered(text)
    assert "申请延期" in at.look("/orders").text
    at = desk.become("city")
    assert {"extend", "refuse"} <= set(offered(at.look(order_path()).text))
    text = at.do(order_path(act="refuse"), note="期限已足").text
    assert "不准延期" in text
    desk.become("district").do(order_path(act="ask"), until="2026-10-23", note="专家出差")
    text = desk.become("city").do(order_path(act="extend")).text
    assert "10月23日（周五）17:30" in text
    assert desk.order().order.extensions == 1


def test_who_carries_the_card_answers_with_no_role_but_to_look(desk: Hall) -> None:
    at = desk.become("handler")
    assert offered(at.look(order_path()).text) == ["ack", "ask", "reply"]
    assert at.do(order_path(act="ack")).status_code == 200
    assert desk.order().order.state is OrderState.ACKNOWLEDGED
    assert at.do(order_path(act="withdraw"), note="不服").status_code == 403


def test_the_head_of_the_supervised_department_answers_too(desk: Hall) -> None:
    assert desk.become("lead").do(order_path(act="reply"), **REPLY).status_code == 200
    assert desk.order().order.replied_by == "chen"


@pytest.mark.parametrize("act", ["accept", "return", "extend", "refuse", "discharge", "withdraw"])
def test_the_supervised_side_judges_nothing(desk: Hall, act: str) -> None:
    desk.become("district").do(order_path(act="reply"), **REPLY)
    assert desk.become("district").do(order_path(act=act), note="x").status_code == 403
    assert desk.order().order.state is OrderState.REPLIED


def test_whoever_replied_does_not_judge_it_though_he_may_judge(desk: Hall) -> None:
    at = desk.become("city")
    text = at.do(order_path(act="reply"), **REPLY).text
    assert offered(text) == ["withdraw"]
    assert "须由签发单位的其他人审核" in text
    answer = at.do(order_path(act="accept"))
    assert answer.status_code == 422
    assert "不能由其本人审核通过" in answer.text


def test_others_may_do_nothing(desk: Hall) -> None:
    for who, act in (("looker", "ack"), ("elsewhere", "ack"), ("elsewhere", "withdraw")):
        assert desk.become(who).do(order_path(act=act), note="x").status_code == 403, who


def test_a_refused_reply_says_why_and_keeps_what_was_filled_in(desk: Hall) -> None:
    answer = desk.become("district").do(
        order_path(act="reply"), cause="nobody", finish="2026-10-16", note="一段很长的说明"
    )
    assert answer.status_code == 422
    assert "不在原因代码中" in answer.text
    form = answer.text.split('action="/orders/DB-2026-0001/reply"')[1].split("</form>")[0]
    assert "一段很长的说明" in form
    assert 'value="2026-10-16"' in form
    other = answer.text.split('action="/orders/DB-2026-0001/ack"')[1].split("</form>")[0]
    assert "一段很长的说明" not in other


def test_a_day_that_is_none_is_refused(desk: Hall) -> None:
    answer = desk.become("district").do(order_path(act="reply"), **{**REPLY, "finish": "明天"})
    assert answer.status_code == 422
    assert "不是日期" in answer.text


def test_a_second_order_for_a_card_is_refused_and_the_form_names_the_first(desk: Hall) -> None:
    at = desk.become("city")
    assert "DB-2026-0001" in at.look("/orders/new", alert="1").text
    answer = at.do("/orders/new", alert="1", advice="再督办")
    assert answer.status_code == 422
    assert "已有督办单 DB-2026-0001" in answer.text
    assert "再督办" in answer.text


def test_cards_and_regions_out_of_reach_are_not_issued_for(hall: Desk) -> None:
    desk = Hall(hall)
    at = desk.become("elsewhere")
    assert at.look("/orders/new", alert="1").status_code == 403
    assert at.do("/orders/new", alert="1", region="990200").status_code == 403
    at = desk.become("city")
    assert at.do("/orders/new", alert="1", region="990000").status_code == 403
    assert at.look("/orders/new", alert="4711").status_code == 404
    assert at.look("/orders/new", alert="x").status_code == 404
    assert at.do("/orders/new").status_code == 422
    root = desk.become("root")
    assert root.do("/orders/new", alert="1", region="990999").status_code == 422


def test_an_order_ends_by_withdrawal_and_says_so(desk: Hall) -> None:
    text = desk.become("city").do(order_path(act="withdraw"), note="重复签发").text
    assert "已撤回" in text
    assert "重复签发" in text
    assert desk.order().order.state is OrderState.WITHDRAWN
    assert "DB-2026-0001" in desk.become("city").look("/orders", state="withdrawn").text
