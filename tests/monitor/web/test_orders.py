"""Supervision orders on the desk: the list, and who sees what of it."""

from __future__ import annotations

import pytest

from tests.support.desks import Desk
from tests.support.order_desk import Hall, order_path


@pytest.fixture
def desk(hall: Desk) -> Hall:
    """Two orders of the city: one against 东浦区, one against the city itself."""
    desk = Hall(hall)
    at = desk.become("city")
    for alert in ("1", "2"):
        assert at.do("/orders/new", alert=alert, advice="限期办结").status_code == 200
    return desk


def counted(text: str) -> list[str]:
    tabs = text.split('<nav class="tabs"')[1].split("</nav>")[0]
    return [part.split("</b>")[0].rpartition(">")[2] for part in tabs.split("<b")[1:]]


def test_the_list_says_what_each_order_is_about_and_how_long_is_left(desk: Hall) -> None:
    text = desk.become("city").look("/orders").text
    for shown in ("DB-2026-0001", "事项D-1（尾号", "东浦区住房和城乡建设局", "王敏", "待签收"):
        assert shown in text
    assert "剩 2 个工作日" in text
    assert counted(text) == ["2", "2", "0", "0", "0", "0", "0", "0"]


def test_time_left_is_told_in_hours_on_the_last_day_and_then_as_overdue(desk: Hall) -> None:
    desk.later(24 * 60 - 60)  # 14:30 of the day on which it is to be acknowledged by 17:30
    assert "剩 3 小时" in desk.become("city").look("/orders").text
    desk.later(4 * 60)
    text = desk.become("city").look("/orders", state="late").text
    assert "已逾期 1 小时" in text
    assert counted(text)[5] == "2"
    desk.later(24 * 60)
    assert "已逾期 1 个工作日" in desk.become("city").look("/orders").text


def test_a_tab_has_as_many_orders_as_it_says(desk: Hall) -> None:
    at = desk.become("district")
    at.do(order_path(act="ack"))
    at = desk.become("city")
    for tab, count in (("issued", 1), ("reply", 1), ("review", 0)):
        text = at.look("/orders", state=tab).text
        assert text.count("<tr data-row>") == count
        position = ["open", "issued", "reply", "review"].index(tab)
        assert counted(text)[position] == str(count)


def test_filters_stand_in_the_address_and_can_be_cleared(desk: Hall) -> None:
    at = desk.become("city")
    text = at.look("/orders", region="990102").text
    assert "事项D-1" in text
    assert "事项D-2" not in text
    assert "清除条件" in text
    assert "没有符合条件的督办单" in at.look("/orders", q="没有的").text
    assert "事项D-2" in at.look("/orders", q="2026-0002").text
    assert "没有符合条件" in at.look("/orders", dept="SL").text


def test_mine_are_those_that_somebody_issued_or_that_name_him(desk: Hall) -> None:
    alert = desk.card("D-9", handler="李阳")
    desk.become("root").do("/orders/new", alert=str(alert), region="990100")
    assert "事项D-9" not in desk.become("city").look("/orders", mine="1").text
    assert "事项D-1" in desk.become("city").look("/orders", mine="1").text
    text = desk.become("handler").look("/orders", mine="1").text
    assert "事项D-9" in text
    assert "事项D-1" not in text


def test_a_region_sees_the_orders_against_it_and_those_it_issued(desk: Hall) -> None:
    text = desk.become("district").look("/orders").text
    assert "事项D-1" in text
    assert "事项D-2" not in text
    assert counted(text)[0] == "1"
    assert "没有未销号的督办单" in desk.become("elsewhere").look("/orders").text


def test_an_order_outside_his_scope_is_refused_to_everybody(desk: Hall) -> None:
    at = desk.become("district")
    assert at.look(order_path("DB-2026-0002")).status_code == 403
    assert at.look(order_path("DB-2026-0002", "print")).status_code == 403
    assert at.do(order_path("DB-2026-0002", "ack")).status_code == 403
    assert at.look(order_path("DB-2026-0001")).status_code == 200
    assert at.look(order_path("none")).status_code == 404


def test_pages_part_a_long_list_and_the_total_stays(
    desk: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.web.pages.orders.page.SIZE", 1)
    at = desk.become("city")
    first, second = at.look("/orders").text, at.look("/orders", page="2").text
    assert "1 / 2" in first
    assert "2 / 2" in second
    assert ("事项D-1" in first) != ("事项D-1" in second)
    assert "2 / 2" in at.look("/orders", page="99").text


def test_the_list_can_be_taken_along_as_files(desk: Hall) -> None:
    rows = desk.become("district").look("/orders.json").json()["rows"]
    assert [row["no"] for row in rows] == ["DB-2026-0001"]
    assert rows[0]["overdue"] is False
    assert "事项D-1" in desk.become("city").look("/orders.csv", q="0001").text
    assert desk.become("city").look("/orders.xlsx").content[:2] == b"PK"


def test_the_paper_has_number_unit_deadlines_and_place_for_a_seal(desk: Hall) -> None:
    text = desk.become("district").look(order_path(act="print")).text
    for shown in (
        "云岭市政务服务电子监察督办单",
        "DB-2026-0001",
        "东浦区住房和城乡建设局：",
        "10月15日（周四）17:30",
        "（印章）",
        "2026年10月14日",
    ):
        assert shown in text
    assert "style=" not in text


@pytest.mark.parametrize("no", ["云督〔2026〕1号", "DB/2026/1", "100%督", "云督 1?x#y"])
def test_any_number_can_be_in_an_address(desk: Hall, no: str) -> None:
    with desk.desk.store.write() as connection:
        connection.exec_driver_sql("UPDATE orders SET no = ? WHERE id = 1", (no,))
    at = desk.become("district")
    text = at.look("/orders").text
    path = text.split('<td class="number-of"><a href="')[1].split('"')[0]
    assert at.look(path).status_code == 200
    assert at.do(f"{path}/ack").status_code == 200
    assert desk.order(no).order.acknowledged_at is not None
