"""Appeals on the desk: who sees them, and deciding them."""

from __future__ import annotations

import pytest

from monitor.acts.actor import Actor
from monitor.acts.appeals import decide_appeal, file_appeal
from monitor.store import alert_list, appeals
from monitor.store.appeals import AppealRow
from rules.appeals import AppealState, Decision
from rules.refusals import RefusedError
from tests.support.desks import Desk
from tests.support.order_desk import Hall

ONE = "/appeals/1"


@pytest.fixture
def desk(hall: Desk) -> Hall:
    """李阳 appeals against the red card of his in 东浦区."""
    desk = Hall(hall)
    card = desk.card("D-9", handler="李阳")
    with hall.store.write() as connection:
        file_appeal(
            *(connection, hall.rules, Actor("li", "web:test"), card),
            *("审批系统停机三天", "停机公告", hall.now),
        )
    return desk


def appeal(desk: Hall) -> AppealRow:
    with desk.desk.store.read() as connection:
        row = appeals.by_id(connection, 1)
    assert row is not None
    return row


def card_state(desk: Hall) -> str:
    with desk.desk.store.read() as connection:
        [row] = alert_list.of_ids(connection, [appeal(desk).alert_id])
    return row.alert.state


def test_the_list_shows_what_is_pending_and_until_when(desk: Hall) -> None:
    text = desk.become("district").look("/appeals").text
    for shown in ("申诉 1", "事项D-9", "李阳", "审批系统停机三天", "东浦区", "剩 4 个工作日"):
        assert shown in text
    assert "没有这个状态的申诉" in desk.become("district").look("/appeals", state="granted").text
    assert "没有待裁定的申诉" in desk.become("elsewhere").look("/appeals").text


def test_one_appeal_shows_reason_evidence_and_since_when_the_clock_stands(desk: Hall) -> None:
    text = desk.become("district").look(ONE).text
    for shown in ("审批系统停机三天", "停机公告", "10月14日（周三）15:30 起停止升级", "上报云岭市"):
        assert shown in text
    assert 'action="/appeals/1/decide"' in text


def test_granting_takes_the_card_back(desk: Hall) -> None:
    text = desk.become("district").do(f"{ONE}/decide", decision="revoke", opinion="情况属实").text
    assert "申诉 1：已撤牌" in text
    assert "情况属实" in text
    assert appeal(desk).appeal.state is AppealState.GRANTED
    assert card_state(desk) == "revoked"
    assert "事项D-9" in desk.become("district").look("/appeals", state="granted").text


def test_sending_back_leaves_the_card(desk: Hall) -> None:
    text = desk.become("district").do(f"{ONE}/decide", decision="send back", opinion="无依据").text
    assert "申诉 1：已驳回" in text
    assert card_state(desk) == "open"
    assert 'action="/appeals/1/decide"' not in text


def test_what_was_passed_up_the_region_above_decides(desk: Hall) -> None:
    at = desk.become("district")
    text = at.do(f"{ONE}/decide", decision="pass up", opinion="拿不准").text
    assert "已上报云岭市裁定" in text
    assert appeal(desk).appeal.region == "990100"
    assert 'action="/appeals/1/decide"' not in text
    refused = at.do(f"{ONE}/decide", decision="revoke", opinion="x")
    assert refused.status_code == 403
    text = desk.become("city").do(f"{ONE}/decide", decision="revoke", opinion="属实").text
    assert "已撤牌" in text
    assert "上报云岭市" in text


@pytest.mark.parametrize("who", ["handler", "looker", "elsewhere"])
def test_neither_the_accused_nor_who_only_looks_nor_a_stranger_decides(
    desk: Hall, who: str
) -> None:
    at = desk.become(who)
    assert 'action="/appeals/1/decide"' not in at.look(ONE).text
    answer = at.do(f"{ONE}/decide", decision="revoke", opinion="x")
    assert answer.status_code == 403
    assert appeal(desk).appeal.state is AppealState.PENDING


def test_the_carrier_decides_nothing_even_as_an_inspector(desk: Hall) -> None:
    desk.desk.enter("inspect", regions=["990102"], person="li")
    assert desk.desk.do(f"{ONE}/decide", decision="revoke", opinion="x").status_code == 403
    with desk.desk.store.write() as connection:
        connection.exec_driver_sql("UPDATE appeals SET filed_by = 'chen'")
    assert desk.desk.do(f"{ONE}/decide", decision="revoke", opinion="x").status_code == 403


def test_the_act_itself_refuses_the_carrier(desk: Hall) -> None:
    rules, now = desk.desk.rules, desk.desk.now
    with desk.desk.store.write() as connection:
        connection.exec_driver_sql("UPDATE appeals SET filed_by = 'chen'")
        actor = Actor("li", "cli:test")
        with pytest.raises(RefusedError, match="carries alert"):
            decide_appeal(connection, rules, actor, 1, Decision.REVOKE, "x", now)


def test_a_refused_decision_keeps_what_was_written(desk: Hall) -> None:
    at = desk.become("district")
    answer = at.do(f"{ONE}/decide", opinion="写了很久的意见")
    assert answer.status_code == 422
    assert "请选择怎么裁定" in answer.text
    assert "写了很久的意见" in answer.text
    answer = at.do(f"{ONE}/decide", decision="revoke")
    assert answer.status_code == 422
    assert "裁定须写明意见" in answer.text
    at.do(f"{ONE}/decide", decision="send back", opinion="无依据")
    answer = at.do(f"{ONE}/decide", decision="revoke", opinion="改主意")
    assert answer.status_code == 422
    assert "不能再裁定" in answer.text


def test_an_appeal_out_of_scope_or_unknown_is_not_shown(desk: Hall) -> None:
    assert desk.become("elsewhere").look(ONE).status_code == 403
    for ident in ("4711", "9" * 40):
        assert desk.become("district").look(f"/appeals/{ident}").status_code == 404


def test_the_list_can_be_taken_along_within_his_scope(desk: Hall) -> None:
    [row] = desk.become("district").look("/appeals.json").json()["rows"]
    assert (row["id"], row["item"], row["filed_by"]) == (1, "事项D-9", "李阳")
    assert desk.become("elsewhere").look("/appeals.json").json()["rows"] == []
