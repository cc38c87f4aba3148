"""Answering from a phone: one button behind a link, once, and nothing for those who only look."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from monitor.acts.acknowledging import acknowledge
from monitor.acts.actor import Actor
from monitor.links import LIFE, sign
from monitor.store import alerts, audit_log, tables
from monitor.store.alerts import Resolved
from rules.findings import Reason
from rules.instants import SECOND
from tests.monitor.web.serving import Pages


def test_looking_at_a_link_acknowledges_nothing(pages: Pages) -> None:
    link = pages.tell()
    for answer in (pages.browser.get(link), pages.browser.head(link), pages.browser.get(link)):
        assert answer.status_code == 200
    page = pages.browser.get(link).text
    for shown in ("黄牌｜超期", "特殊建设工程消防设计审查", "尾号 0173", "10月13日", "李*", "陈波"):
        assert shown in page
    assert '<button type="submit">我来处理</button>' in page
    assert pages.alert().acked_at is None


def test_the_button_acknowledges_for_the_receiver_and_puts_that_on_record(pages: Pages) -> None:
    answer = pages.browser.post(pages.tell())
    assert (answer.status_code, answer.history[0].status_code) == (200, 303)
    assert "已签收" in answer.text
    assert "<button" not in answer.text
    found = pages.alert()
    assert (found.acked_by, found.acked_at) == ("chen", pages.now)
    with pages.store.read() as connection:
        [recorded] = audit_log.of_object(connection, f"alert:{pages.card}")
    act = recorded.act
    assert (act.who, act.act, act.origin) == ("chen", "acknowledge", "web:127.0.0.1")
    assert 'duban_links_used_total{result="done"} 1.0' in pages.metrics.text().decode()


def test_a_link_works_once(pages: Pages) -> None:
    link = pages.tell()
    pages.browser.post(link)
    assert "已签收" in pages.browser.post(link).text
    with pages.store.read() as connection:
        assert len(audit_log.of_object(connection, f"alert:{pages.card}")) == 1


def test_a_used_link_does_nothing_once_things_have_changed(pages: Pages) -> None:
    link = pages.tell()
    pages.browser.post(link)
    with pages.store.write() as connection:  # as where a card is raised
        connection.execute(tables.alerts.update().values(acked_at=None, acked_by=None, level="red"))
    for answer in (pages.browser.get(link), pages.browser.post(link)):
        assert "链接已用过" in answer.text
        assert "<button" not in answer.text
    assert pages.alert().acked_at is None


def test_what_somebody_else_has_acknowledged_needs_no_second_answer(pages: Pages) -> None:
    link = pages.tell()
    with pages.store.write() as connection:
        acknowledge(connection, pages.card, Actor("li", "cli:li@hall"), "", pages.now)
    page = pages.browser.post(link).text
    assert "已有人签收" in page
    assert "李阳 于" in page
    assert pages.alert().acked_by == "li"


def test_what_was_resolved_meanwhile_needs_no_answer(pages: Pages) -> None:
    link = pages.tell()
    with pages.store.write() as connection:
        alerts.resolve(connection, [Resolved(pages.card, pages.now, Reason.CLOSED, "yellow")])
    assert "已解除，不用处理" in pages.browser.post(link).text
    assert pages.alert().acked_at is None


def test_after_a_day_a_link_has_expired(pages: Pages) -> None:
    link = pages.tell()
    pages.now += LIFE - SECOND
    assert pages.browser.get(link).status_code == 200
    pages.now += SECOND
    for answer in (pages.browser.get(link), pages.browser.post(link)):
        assert answer.status_code == 410
        assert "链接已过期" in answer.text
    assert pages.alert().acked_at is None


FORGED: dict[str, Callable[[str], str]] = {
    "cut": lambda token: token[:-1],
    "longer": lambda token: token + "x",
    "good for longer": lambda token: re.sub(r"\.(\d+)\.", lambda at: f".{int(at[1]) + 60}.", token),
    "another message's": lambda token: "2" + token[token.index(".") :],
    "no message's": lambda token: "9" * 30 + token[token.index(".") :],
    "of another secret": lambda token: sign("another", 1, "duban-1-chen-escalation", 2**60),
    "no token": lambda token: "x",
    "dots": lambda token: "1.2.3.4",
    "odd": lambda token: "%01%ff",
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_a_link_that_was_changed_or_forged_does_nothing(
    pages: Pages, forge: Callable[[str], str]
) -> None:
    token = pages.tell().rpartition("/")[2]
    pages.tell("li")
    link = f"/links/{forge(token)}"
    for answer in (pages.browser.get(link), pages.browser.post(link)):
        assert answer.status_code == 404
        assert "链接无效" in answer.text
    assert pages.alert().acked_at is None


def test_a_link_with_a_nul_is_refused_and_does_nothing(pages: Pages) -> None:
    pages.tell()
    for answer in (pages.browser.get("/links/%00"), pages.browser.post("/links/%00")):
        assert answer.status_code == 400
    assert pages.alert().acked_at is None


def test_before_the_store_has_a_secret_no_link_is_good(pages: Pages) -> None:
    link = pages.tell()
    settings = pages.rules.settings
    daemon = settings.daemon.model_copy(update={"secret": None})
    pages.rules = type(pages.rules).of(settings.model_copy(update={"daemon": daemon}))
    assert pages.browser.get(link).status_code == 404


@pytest.mark.parametrize(
    ("accepts", "button"),
    [
        ("en-GB,en;q=0.9,zh;q=0.1", "I take care of it"),
        ("zh-TW, en;q=0.5", "我来处理"),
        ("de, *;q=0.5", "我来处理"),
        ("de;q=0.9, en;q=0.1", "I take care of it"),
        (";;q=,en;q=x,,", "我来处理"),
        ("", "我来处理"),
    ],
)
def test_the_page_speaks_the_language_of_the_browser(
    pages: Pages, accepts: str, button: str
) -> None:
    answer = pages.browser.get(pages.tell(), headers={"accept-language": accepts})
    assert button in answer.text
    assert answer.headers["content-language"] == ("en" if button[0] == "I" else "zh-CN")


def test_the_page_loads_nothing_from_elsewhere_and_runs_no_script(pages: Pages) -> None:
    answer = pages.browser.get(pages.tell())
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert not re.findall(r"<script|style=|https?://|//", answer.text)
    style = pages.browser.get("/links/style.css")
    assert (style.status_code, style.headers["content-type"][:8]) == (200, "text/css")
    assert not re.findall(r"url\(|@import|https?:", style.text)


def test_the_applicant_and_the_whole_number_are_not_on_the_page(pages: Pages) -> None:
    page = pages.browser.get(pages.tell()).text
    assert "DP-20260922-0173" not in page
    assert "张" not in page
