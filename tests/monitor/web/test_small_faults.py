"""What pages say where something is not there, fails, or is not one's to do."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from monitor.store import tables
from monitor.web.navigation import PLACES
from notifiers.failures import in_words
from tests.support.desks import Desk
from tests.support.order_desk import Hall, order_path

HTML = {"accept": "text/html,application/xhtml+xml"}


def test_an_unknown_address_is_a_page_for_a_browser(hall: Desk) -> None:
    shown = hall.browser.get("/nothing-here", headers=HTML)
    assert shown.status_code == 404
    assert shown.headers["content-type"].startswith("text/html")
    assert "没有找到" in shown.text


def test_an_unknown_address_of_the_api_is_a_problem(hall: Desk) -> None:
    shown = hall.browser.get("/api/v1/nothing-here", headers=HTML)
    assert shown.status_code == 404
    assert shown.headers["content-type"].startswith("application/problem+json")


def test_the_chip_is_amber_from_the_first_attempt_that_fails(hall: Desk) -> None:
    hall.enter("inspect")
    assert 'class="fresh"' in hall.look("/").text
    with hall.store.write() as connection:
        connection.execute(update(tables.sources).values(state="down", failures=1))
    shown = hall.look("/").text
    assert '<a href="/health" class="fresh failing"' in shown
    assert "读取审批库失败，数据截至" in shown


def test_tokens_belong_to_the_accounts_in_the_bar() -> None:
    [place] = [one for one in PLACES if one.path == "/admin/users"]
    assert place.holds("/admin/tokens")
    assert place.holds("/admin/tokens/3")
    assert not place.holds("/admin/audit")


def test_who_is_notified_goes_by_dept_as_everywhere(hall: Desk) -> None:
    hall.enter("inspect")
    shown = hall.look("/people/who", region="990102", dept="ZJ").text
    assert '<option value="ZJ" selected>' in shown


@pytest.mark.parametrize(
    ("error", "text"),
    [
        ("李阳 has no mobile number", "李阳 没有手机号码"),
        ("gw.example: no answer: timed out", "gw.example 没有应答：timed out"),
        ("errcode 93000: invalid webhook url", "errcode 93000: invalid webhook url"),
    ],
)
def test_failures_of_our_own_channels_are_told_in_chinese(error: str, text: str) -> None:
    assert in_words(error, "zh_CN") == text
    assert in_words(error, "en") == error


def test_the_command_of_the_first_account_names_the_settings(hall: Desk) -> None:
    with hall.store.write() as connection:
        connection.execute(tables.accounts.delete())
    shown = hall.browser.get("/sign-in").text
    assert "--role system -c supervisor.toml" in shown


def test_an_order_is_not_discharged_while_a_case_is_open(hall: Desk) -> None:
    desk = Hall(hall)
    card = desk.card("D-9", handler="李阳")
    terms = {"acknowledge": "1 working day", "reply": "3 working days", "region": "990100"}
    desk.become("city").do("/orders/new", alert=[str(card)], advice="请查明原因", **terms)
    reply = {"cause": "handler", "finish": "2026-10-16", "note": "已督促承办人"}
    desk.become("district").do(order_path(act="ack"), note="收到")
    hall.do(order_path(act="reply"), **reply)
    shown = desk.become("city").do(order_path(act="accept"), note="属实").text
    assert '<button class="main" disabled aria-describedby="barred"' in shown
    assert 'id="barred"' in shown
