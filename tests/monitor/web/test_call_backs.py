"""The list of applicants to be called: masked until shown, and recording what a call came to."""

from __future__ import annotations

import pytest

from monitor.acts.call_backs import SHOWN_FOR
from monitor.store import audit_log, call_backs
from monitor.store.call_backs import NewCallBack, Reason
from rules.instants import MINUTE
from tests.support.desks import NOW, Desk
from tests.support.order_desk import Hall
from tests.support.stores import case_id

LIST = "/call-backs"
DUE = NOW + 60 * MINUTE


@pytest.fixture
def desk(hall: Desk) -> Hall:
    """An applicant of 东浦区 and one of the city wait for a call."""
    desk = Hall(hall)
    desk.card("D-9")
    with hall.store.write() as connection:
        ids = [case_id(connection, key) for key in ("D-9", "D-2")]
        new = [NewCallBack(one, Reason.UNFINISHED, "red", DUE) for one in ids]
        call_backs.add(connection, new, NOW)
    return desk


def recorded(desk: Hall) -> call_backs.CallBack:
    with desk.desk.store.write() as connection:
        row = call_backs.by_id(connection, 1)
    assert row is not None
    return row


def test_a_region_sees_its_own_applicants_masked(desk: Hall) -> None:
    text = desk.become("district").look(LIST).text
    for shown in ("张*", "138****5678", "事项D-9", "剩 1 小时", "超期未办结"):
        assert shown in text
    for hidden in ("张三丰", "13812345678", "事项D-2"):
        assert hidden not in text


def test_whom_to_call_is_shown_after_a_word_in_the_audit_log(desk: Hall) -> None:
    at = desk.become("district")
    text = at.do(f"{LIST}/1/reveal").text
    assert "张三丰" in text
    assert "13812345678" in text
    with desk.desk.store.read() as connection:
        [act] = [one.act for one in audit_log.of_object(connection, "call_back:1")]
    assert (act.who, act.act) == ("qian", "call_back.reveal")
    assert "张三丰" in at.look(LIST).text
    assert "张三丰" not in desk.become("city").look(LIST).text  # to him alone
    desk.desk.now += SHOWN_FOR
    assert "张三丰" not in desk.become("district").look(LIST).text


def test_a_call_is_recorded_and_leaves_the_list(desk: Hall) -> None:
    at = desk.become("district")
    text = at.do(f"{LIST}/1/record", result="satisfied", note="已知悉").text
    assert "第 1 次回访：满意" in text
    assert "没有待回访的申请人" in text
    row = recorded(desk)
    assert (row.result, row.called_by, row.note) == ("satisfied", "qian", "已知悉")
    done = at.look(LIST, state="done").text
    assert "事项D-9" in done
    assert "满意" in done
    assert "/reveal" not in done


def test_who_was_not_reached_stays_with_the_number_of_attempts(desk: Hall) -> None:
    at = desk.become("district")
    at.do(f"{LIST}/1/record", result="unreached")
    text = at.do(f"{LIST}/1/record", result="unreached").text
    assert "无人接听" in text
    assert "第 2 次" in text
    assert recorded(desk).called_at is None


def test_a_complaint_says_what_about_or_is_refused_with_its_row_open(desk: Hall) -> None:
    at = desk.become("district")
    answer = at.do(f"{LIST}/1/record", result="complains")
    assert answer.status_code == 422
    assert "不满意的，须写明事由" in answer.text
    assert answer.text.count("<details>") == 0  # there is no other row
    assert '<option value="complains" selected>' in answer.text
    assert at.do(f"{LIST}/1/record").status_code == 422
    assert at.do(f"{LIST}/1/record", result="complains", note="多跑三趟").status_code == 200
    assert recorded(desk).note == "多跑三趟"


def test_late_calls_have_a_tab_of_their_own(desk: Hall) -> None:
    desk.later(90)
    text = desk.become("district").look(LIST, state="late").text
    assert "已逾期 30 分" in text
    assert "已逾期 <b" in text
    desk.become("district").do(f"{LIST}/1/record", result="satisfied")
    assert "没有逾期未回访的" in desk.become("district").look(LIST, state="late").text


def test_a_form_leads_back_to_where_it_stood_and_nowhere_else(desk: Hall) -> None:
    at = desk.become("district")
    answer = at.do(f"{LIST}/1/record", result="unreached", back="state=late&next=//evil\r\nX: y")
    assert answer.url.raw_path == b"/call-backs?state=late"


def test_only_who_inspects_the_place_calls(desk: Hall) -> None:
    at = desk.become("looker")
    assert "/reveal" not in at.look(LIST).text
    for who in ("looker", "elsewhere"):
        for act in ("reveal", "record"):
            answer = desk.become(who).do(f"{LIST}/1/{act}", result="satisfied")
            assert answer.status_code == 403, (who, act)
    assert recorded(desk).called_at is None
    assert desk.become("district").do(f"{LIST}/4711/reveal").status_code == 404
    assert desk.become("district").do(f"{LIST}/{'9' * 40}/reveal").status_code == 404


def test_without_a_list_the_page_says_how_to_keep_one(hall: Desk) -> None:
    assert "[call_backs]" in Hall(hall).become("city").look(LIST).text


def test_a_file_of_the_list_masks_names_and_has_no_numbers_even_after_a_look(desk: Hall) -> None:
    at = desk.become("district")
    at.do(f"{LIST}/1/reveal")
    answer = at.look(f"{LIST}.csv")
    assert "张*" in answer.text
    assert "张三丰" not in answer.text
    assert "1381234" not in answer.text
    assert "事项D-2" not in answer.text
