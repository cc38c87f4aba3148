"""The board: its figures, the lists behind them, and the part of it that an address asks for."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from monitor.acts.actor import Actor
from monitor.acts.orders import Issue, issue
from monitor.store import tables
from monitor.store.orders import OrderRow
from tests.monitor.web.boards import behind, charted, links, put, stand
from tests.support.desks import NOW, Desk
from tests.support.stories import local


@pytest.fixture
def busy(hall: Desk) -> Desk:
    """The hall with cases of every kind; today is Wednesday, 14 October 2026."""
    stand(hall)
    put(hall, "E-1", level="red", due=local("2026-10-09 17:30"), state="overdue")
    put(hall, "E-2", level="yellow", region="990100", department="SCJG", state="overdue")
    put(hall, "E-3", level="warning", due=local("2026-10-14 17:30"))
    put(hall, "E-4", due=local("2026-10-14 17:30"))
    put(hall, "E-5", due=local("2026-10-15 17:30"), region="990100")
    put(hall, "E-6", state="paused")
    put(hall, "E-7", level="red", closed=NOW - 3_600_000_000, punctuality="late")
    put(hall, "E-8", closed=NOW - 3_600_000_000, punctuality="on time")
    hall.sign_in()
    return hall


def test_every_number_is_that_of_the_list_it_leads_to(busy: Desk) -> None:
    found = links(busy.look("/").text)
    assert len(found) > 8
    assert found == {href: behind(busy, href) for href in found}


def test_every_number_of_a_part_of_the_board_is_that_of_its_list(busy: Desk) -> None:
    for query in ({"region": "990102"}, {"dept": "ZJ"}, {"lamp": "red"}, {"lamp": "red,yellow"}):
        found = links(busy.look("/", **query).text)
        assert found == {href: behind(busy, href) for href in found}, query


def test_the_lamps_of_the_matrix_add_up_to_the_totals(busy: Desk) -> None:
    found = links(busy.look("/").text)
    for level in ("red", "yellow", "warning"):
        cells = [n for href, n in found.items() if f"lamp={level}&region=" in href]
        assert sum(cells) == found[f"/cases?lamp={level}"] > 0


def test_a_case_with_two_cards_counts_once_and_is_shown_once(hall: Desk) -> None:
    stand(hall)
    with hall.store.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO alerts (case_id, source, rule, version, title, law, level, rank, state, "
            "shadow, opened_at, level_since_at, evidence, region, department, part, step) SELECT "
            "case_id, source, 'acceptance', '1', title, law, level, rank, state, shadow, "
            "opened_at, level_since_at, evidence, region, department, part, step FROM alerts"
        )
    text = hall.sign_in().text
    assert links(text)["/cases?lamp=red"] == 1
    assert text.count('<b><a href="/cases/NO-D-1">') == 1


def test_a_closed_case_whose_card_stands_has_a_lamp_and_is_not_open(busy: Desk) -> None:
    before = links(busy.look("/").text)
    put(busy, "E-9", level="red", closed=NOW - 1, state="met")
    after = links(busy.look("/").text)
    assert after["/cases?lamp=red"] == before["/cases?lamp=red"] + 1
    assert after["/cases?state=open"] == before["/cases?state=open"]


def test_who_sees_a_region_gets_its_numbers_alone(busy: Desk) -> None:
    busy.sign_in(login="qian")
    text = busy.look("/").text
    found = links(text)
    assert found["/cases?lamp=red"] == 3
    assert not any("region=990100" in href for href in found)
    assert "事项E-2" not in text
    assert sum(charted(text, "opened")["series"][0]["numbers"]) == 0  # yellow: elsewhere


def test_a_region_outside_what_somebody_sees_has_no_numbers(busy: Desk) -> None:
    busy.sign_in(login="qian")
    text = busy.look("/", region="990100").text
    assert re.search(r"无权查看.*云岭市不在当前账号的查看范围内", text, re.DOTALL)


def test_an_address_narrows_the_board(busy: Desk) -> None:
    text = busy.look("/", region="990102", lamp="red").text
    assert "事项E-1" in text
    assert "事项E-2" not in text
    assert "事项E-3" not in text
    assert "清除条件" in text


def test_what_matches_nothing_says_what_was_asked_for(busy: Desk) -> None:
    text = busy.look("/", region="990102", dept="SCJG").text
    assert re.search(r"没有符合条件的办件.*当前条件：东浦区、", text, re.DOTALL)


def test_the_most_urgent_lead_to_their_cases(busy: Desk) -> None:
    text = busy.look("/").text
    assert '<a href="/cases/NO-E-1">事项E-1</a>' in text
    assert text.index("事项E-1") < text.index("事项E-2")


def test_what_fell_due_today_is_told_as_that(hall: Desk) -> None:
    put(hall, "E-9", level="yellow", due=NOW - 3_600_000_000, state="overdue")
    hall.sign_in()
    assert "已到期" in hall.look("/").text.partition("事项E-9")[2].partition("</li>")[0]


def test_the_due_cases_of_the_next_ten_working_days_are_told_day_by_day(busy: Desk) -> None:
    chart = charted(busy.look("/").text, "due")
    lit, others = (one["numbers"] for one in chart["series"])
    assert len(chart["labels"]) == 10
    assert chart["labels"][:3] == ["今日", "15 四", "16 五"]
    assert (lit[:2], others[:2]) == ([1, 0], [1, 1])
    assert chart["links"][1] == "/cases?due=2026-10-15&state=open"
    assert [behind(busy, href) for href in chart["links"]] == [
        a + b for a, b in zip(lit, others, strict=True)
    ]


def test_a_day_off_is_shown_where_something_falls_due_on_it(busy: Desk) -> None:
    put(busy, "E-9", due=local("2026-10-17 12:00"))
    assert "17 六" in charted(busy.look("/").text, "due")["labels"]


def test_the_cards_of_the_last_twenty_working_days_are_told_day_by_day(busy: Desk) -> None:
    chart = charted(busy.look("/").text, "opened")
    # Cards of the days before: those that the hall was filled with, at the end of 13 October.
    yellow, red = (one["numbers"] for one in chart["series"])
    assert (yellow[-2:], red[-2:]) == ([1, 1], [1, 2])
    assert chart["labels"][-1] == "14"


def test_the_rate_of_a_month_stands_beside_that_of_the_month_before(busy: Desk) -> None:
    for number in range(20):
        put(busy, f"S-{number}", closed=local("2026-09-20 10:00"), punctuality="on time")
    text = busy.look("/").text
    assert ">50.0</a><small>%" in text
    assert "▼" not in text  # this month has too few cases
    for number in range(9):
        for ended in ("on time", "late"):
            put(busy, f"{ended}-{number}", closed=NOW - 1, punctuality=ended)
    text = busy.look("/").text
    assert ">50.0</a><small>%" in text
    assert "▼</span> −50.0" in text


def test_a_desk_without_a_source_says_how_to_begin(hall: Desk) -> None:
    hall.sign_in()
    with hall.store.write() as connection:
        connection.exec_driver_sql("UPDATE cases SET vanished_at = 1")
        connection.exec_driver_sql("UPDATE sources SET last_ok_at = NULL")
    text = hall.look("/").text
    assert "还没有接入审批库" in text
    assert "先看示例数据" in text


def test_where_nothing_is_wrong_the_last_reading_is_told(hall: Desk) -> None:
    hall.sign_in()
    with hall.store.write() as connection:
        connection.exec_driver_sql("UPDATE alerts SET state = 'resolved'")
    assert re.search(r"目前没有亮牌。最近一次成功读取：.*在办 4 件", hall.look("/").text)


def test_cards_about_no_case_are_told_beside_the_cases(busy: Desk) -> None:
    assert "张牌针对部门" not in busy.look("/").text
    with busy.store.write() as connection:
        connection.exec_driver_sql(
            "UPDATE alerts SET case_id = NULL, subject = 'unit:990102/ZJ' WHERE level = 'warning'"
        )
    assert "另有 1 张牌针对部门" in busy.look("/").text


def test_the_departments_of_a_single_region_stand_below_each_other(busy: Desk) -> None:
    text = busy.look("/", region="990102").text
    assert '<table class="matrix lines">' in text
    assert '<th scope="row">住房和城乡建设局</th>' in text
    assert links(text)["/cases?lamp=warning&region=990102&dept=ZJ"] == 1
    assert '<table class="matrix lines">' not in busy.look("/").text


def ordered(hall: Desk, key: str) -> OrderRow:
    """Issue an order for the card of a case at the instant of the hall."""
    with hall.store.write() as connection:
        a, c = tables.alerts.c, tables.cases.c
        card = connection.scalar(select(a.id).join(tables.cases).where(c.key == key))
        assert card is not None
        actor = Actor("wang", "cli:test@hall")
        return issue(connection, hall.rules, actor, Issue((card,)), hall.now)


def test_an_order_that_was_just_issued_is_no_fault(busy: Desk) -> None:
    ordered(busy, "D-1")
    assert "<span>督办单待签收</span>" in busy.look("/").text


def test_an_order_that_nobody_acknowledged_in_time_is_one(busy: Desk) -> None:
    busy.now = (ordered(busy, "D-1").order.acknowledge_due or 0) + 1
    busy.sign_in()
    text = busy.look("/").text
    assert re.search(r'<span class="pressing">督办单 .* 未签收，已逾期</span>', text)


def test_what_is_to_be_dealt_with_now_are_open_cases(hall: Desk) -> None:
    stand(hall)
    put(hall, "F-1", level="red", closed=NOW - 1)
    text = hall.sign_in().text
    assert "最紧急的 2 件，共 2 件" in text
    assert '<b><a href="/cases/NO-F-1">' not in text
    link = "/cases?lamp=red,yellow,warning&amp;state=closed"
    assert f'另有已办结、牌未销的 <a href="{link}">1</a> 件' in text
    assert behind(hall, link.replace("&amp;", "&")) == 1


def test_none_open_is_told_from_no_cases_at_all(busy: Desk) -> None:
    put(busy, "K-1", region="990100", department="GA", closed=NOW - 1, punctuality="on time")
    text = busy.look("/").text
    assert text.count(">无在办</span>") == 1
    assert "无此业务" not in text


def test_closings_in_doubt_are_told_beside_the_rate_with_their_list(busy: Desk) -> None:
    put(busy, "Z-1", closed=NOW - 1, punctuality="in doubt")
    text = busy.look("/").text.replace("&amp;", "&")
    assert '存疑 <a href="/cases?state=in-doubt&closed=2026-10">1</a>' in text
    assert behind(busy, "/cases?state=in-doubt&closed=2026-10") == 1
