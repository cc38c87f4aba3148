"""What people do on the page of a case, and who may."""

from __future__ import annotations

from html import unescape

import pytest
from sqlalchemy import update

from monitor.store import alert_list, appeals, audit_log, tables
from tests.monitor.web.boards import board_key
from tests.monitor.web.test_case import NO, card, put, read
from tests.support.desks import Desk
from tests.support.stories import local


@pytest.fixture
def carded(hall: Desk) -> tuple[Desk, str]:
    """A case with a yellow card, and the card's id."""
    hall.now = local("2026-10-20 09:12")
    [case] = put(hall, read())
    return hall, str(card(hall, case))


def alert(desk: Desk, ident: str) -> alert_list.Alert:
    with desk.store.read() as connection:
        return alert_list.of_ids(connection, [int(ident)])[0].alert


def test_an_inspector_acknowledges_with_a_note(carded: tuple[Desk, str]) -> None:
    desk, ident = carded
    desk.enter("inspect", regions=["990102"], person="qian")
    answer = desk.do(f"/cases/{NO}/ack", alert=ident, note="已电话催办")
    assert "已签收。" in answer.text
    assert "钱程（监察员） 10-20 09:12 签收：已电话催办" in answer.text
    assert alert(desk, ident).acked_by == "qian"


def test_an_account_and_a_key_that_acknowledged_are_called_by_their_names(
    carded: tuple[Desk, str],
) -> None:
    desk, _ = carded
    desk.enter("inspect")
    board_key(desk)
    for who, name in (("inspect-all-", "李监察"), ("token:1", "大屏")):
        with desk.store.write() as connection:
            connection.execute(update(tables.alerts).values(acked_at=desk.now, acked_by=who))
        assert f"{name} 10-20 09:12 签收" in desk.look(f"/cases/{NO}").text


def test_what_is_acknowledged_cannot_be_again(carded: tuple[Desk, str]) -> None:
    desk, ident = carded
    desk.enter("inspect")
    desk.do(f"/cases/{NO}/ack", alert=ident)
    answer = desk.do(f"/cases/{NO}/ack", alert=ident)
    assert answer.status_code == 422
    assert "已有人签收" in answer.text


def test_who_only_looks_acknowledges_nothing(carded: tuple[Desk, str]) -> None:
    desk, ident = carded
    desk.enter("view")
    assert desk.do(f"/cases/{NO}/ack", alert=ident).status_code == 403
    assert "签收</summary>" not in desk.look(f"/cases/{NO}").text
    assert alert(desk, ident).acked_at is None


def test_the_handler_answers_for_and_contests_his_own_card(carded: tuple[Desk, str]) -> None:
    desk, ident = carded
    desk.enter("view", regions=["990102"], person="li")
    desk.do(f"/cases/{NO}/ack", alert=ident)
    assert alert(desk, ident).acked_by == "li"
    answer = desk.do(f"/cases/{NO}/appeal", alert=ident, reason="暂停漏记", evidence="告知书 12 号")
    assert "裁定前不再升级" in answer.text
    with desk.store.read() as connection:
        row = appeals.pending_of(connection, int(ident))
    assert row is not None
    assert (row.appeal.filed_by, row.appeal.reason, row.appeal.evidence) == (
        "li",
        "暂停漏记",
        "告知书 12 号",
    )
    assert "更正申请待裁定" in desk.look(f"/cases/{NO}").text


def test_an_appeal_without_a_reason_is_refused_and_its_form_kept(carded: tuple[Desk, str]) -> None:
    desk, ident = carded
    desk.enter("inspect")
    answer = desk.do(f"/cases/{NO}/appeal", alert=ident, act="appeal", evidence="告知书")
    assert answer.status_code == 422
    assert "申诉须写明理由" in answer.text
    assert '<details class="act" open>' in answer.text
    assert ">告知书</textarea>" in answer.text


def test_a_card_is_taken_back_by_who_issues_orders(carded: tuple[Desk, str]) -> None:
    desk, ident = carded
    desk.enter("inspect")
    assert desk.do(f"/cases/{NO}/revoke", alert=ident, why="误亮").status_code == 403
    desk.enter("issue")
    assert "已撤牌：误亮" in desk.do(f"/cases/{NO}/revoke", alert=ident, why="误亮").text
    assert alert(desk, ident).state == "revoked"


def test_nobody_takes_back_his_own_card(carded: tuple[Desk, str]) -> None:
    desk, ident = carded
    desk.enter("issue", person="li")
    assert desk.do(f"/cases/{NO}/revoke", alert=ident, why="误亮").status_code == 403


def test_a_card_of_another_case_is_none_of_this_one(carded: tuple[Desk, str]) -> None:
    desk, ident = carded
    put(desk, read("OTHER"))
    desk.enter("issue")
    for act in ("ack", "appeal", "revoke"):
        answer = desk.do(f"/cases/OTHER/{act}", alert=ident, why="x", reason="x")
        assert answer.status_code == 404
    assert alert(desk, ident).state == "open"


def test_the_applicant_is_shown_once_and_the_look_is_on_record(carded: tuple[Desk, str]) -> None:
    desk, _ = carded
    login = desk.enter("inspect")
    answer = desk.do(f"/cases/{NO}/applicant", why="核实联系方式")
    assert "申请人：云岭建设置业有限公司，电话 13800000000（已留痕）" in unescape(answer.text)
    assert "云岭建设置业有限公司" not in desk.look(f"/cases/{NO}").text
    with desk.store.read() as connection:
        [done] = audit_log.of_object(connection, f"case:{NO}")
    assert (done.act.who, done.act.act, done.act.note) == (login, "applicant.look", "核实联系方式")


def test_who_does_not_say_why_does_not_see_the_applicant(carded: tuple[Desk, str]) -> None:
    desk, _ = carded
    desk.enter("inspect")
    answer = desk.do(f"/cases/{NO}/applicant", why=" ")
    assert answer.status_code == 422
    assert "云岭建设置业有限公司" not in answer.text


def test_the_applicant_of_another_place_is_not_shown(carded: tuple[Desk, str]) -> None:
    desk, _ = carded
    desk.enter("inspect", regions=["990103"], person="li")  # who carries the card sees the case
    assert desk.look(f"/cases/{NO}").status_code == 200
    assert desk.do(f"/cases/{NO}/applicant", why="x").status_code == 403


def test_an_order_is_led_to_for_who_issues_them(carded: tuple[Desk, str]) -> None:
    desk, ident = carded
    desk.enter("issue")
    assert f'data-key="d" href="/orders/new?alert={ident}"' in desk.look(f"/cases/{NO}").text
    desk.enter("inspect")
    assert 'data-key="d"' not in desk.look(f"/cases/{NO}").text


def test_the_key_opens_the_form_of_the_gravest_card(carded: tuple[Desk, str]) -> None:
    desk, ident = carded
    desk.enter("inspect")
    link = f'data-key="a" href="/cases/{NO}?act=ack&amp;alert={ident}#note-{ident}"'
    assert link in desk.look(f"/cases/{NO}").text
    shown = desk.look(f"/cases/{NO}", act="ack", alert=ident).text
    assert '<details class="act" open>' in shown
