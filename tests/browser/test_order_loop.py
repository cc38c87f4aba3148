"""A supervision order (督办单) from a card to its discharge, by two people with two browsers."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Hall

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

SEEN = 45_000  # milliseconds: three times the pause between two looks of a page


def finish(folder: Path, number: str) -> None:
    """Have the hall close a case."""
    now = "strftime('%Y-%m-%d %H:%M:%f', 'now', '+8 hours')"
    with sqlite3.connect(folder / "hall.db", timeout=30) as hall:
        hall.execute(
            f"UPDATE up_pro_accept SET project_state = '3', result_type = '1', finish_date = {now},"
            f" cd_time = {now} WHERE project_no = ?",
            [number],
        )


def reply(page: Page, account: str) -> None:
    page.select_option("#cause", index=1)
    page.fill("#finish", str(date.today() + timedelta(days=9)))  # noqa: DTZ011  # days to spare
    page.fill("#note-reply", account)
    page.get_by_role("button", name="反馈").click()


def open_act(page: Page, name: str) -> None:
    """Unfold an act that is not the next one."""
    page.locator("details.act:not([open]) > summary", has_text=name).click()


def test_an_order_goes_from_a_card_to_its_discharge(sample: Hall) -> None:
    issuing, supervised = sample.page("wang"), sample.page("qian")
    for page in (issuing, supervised):
        page.on("dialog", lambda dialog: dialog.accept())

    issuing.goto("/cases?lamp=red,yellow&region=990102&state=open")
    link = issuing.locator("main [data-row] a[href^='/cases/']").first
    number = link.inner_text().strip()
    link.click()
    issuing.wait_for_url(f"**/cases/{number}")
    issuing.keyboard.press("d")
    issuing.wait_for_url("**/orders/new?**")
    issuing.fill("#advice", "请查明原因，三日内办结。")
    issuing.get_by_role("button", name="签发").click()
    issuing.wait_for_url("**/orders/DB-*")
    order = issuing.url

    supervised.goto(order)
    expect(supervised.locator("main")).to_contain_text("请查明原因，三日内办结。")
    supervised.keyboard.press("a")
    reply(supervised, "承办人外出，已改派。")

    expect(issuing.locator("main")).to_contain_text("承办人外出，已改派。", timeout=SEEN)
    open_act(issuing, "退回重报")
    issuing.fill("#note-return", "请说明为何没有及时改派。")
    issuing.get_by_role("button", name="退回重报").click()

    expect(supervised.locator("main")).to_contain_text("请说明为何没有及时改派。", timeout=SEEN)
    reply(supervised, "值班安排有漏洞，已补上。")

    expect(issuing.locator("main")).to_contain_text("值班安排有漏洞，已补上。", timeout=SEEN)
    issuing.get_by_role("button", name="审核通过").click()
    finish(sample.folder, number)
    issuing.wait_for_timeout(5_000)  # the daemon reads the hall every second
    issuing.goto(order)
    issuing.fill("#note-discharge", "已核实，办件办结。")
    issuing.get_by_role("button", name="销号").click()
    expect(issuing.locator("main")).to_contain_text("已核实，办件办结。")

    supervised.goto("/orders?state=discharged")
    expect(supervised.locator("main")).to_contain_text(order.rpartition("/")[2])
    for page in (issuing, supervised):
        page.context.close()


def test_an_order_of_another_region_is_not_shown(sample: Hall) -> None:
    issuing, other = sample.page("wang"), sample.page("qian")
    issuing.on("dialog", lambda dialog: dialog.accept())
    issuing.goto("/cases?lamp=red,yellow&region=990103")
    issuing.locator("main [data-row] a[href^='/cases/']").first.click()
    issuing.wait_for_url(lambda url: "/cases/" in url)  # or the list would be given the key
    issuing.keyboard.press("d")
    issuing.wait_for_url("**/orders/new?**")
    issuing.get_by_role("button", name="签发").click()
    issuing.wait_for_url("**/orders/DB-*")
    answer = other.goto(issuing.url)
    assert answer is not None
    assert answer.status == 403
    expect(other.locator("main")).to_contain_text("你的账号只能查看东浦区")
    for page in (issuing, other):
        page.context.close()
