"""Links in messages: who answers by one is not told further up, and groups are given none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from monitor.store import audit_log
from monitor.web.app import Health, build_app
from monitor.web.links import link_pages
from monitor.web.server import WebServer
from rules.orders import OrderState
from tests.support.order_acts import issue, order
from tests.support.sinks import SmtpSink, smtp_sink
from tests.support.stories import Story
from tests.support.stories_settings import DIRECTORY, file_channel

BASE = "https://jc.example.gov.cn/duban"
PEOPLE = DIRECTORY.replace('name = "陈波"', 'name = "陈波", email = "chen@example.gov.cn"').replace(
    'name = "钱程"', 'name = "钱程", email = "qian@example.gov.cn"'
)
MAIL = """
[[channel]]
id = "out"
kind = "email"
host = "127.0.0.1"
port = {port}
security = "plain"
sender = "duban@example.gov.cn"
"""


def links(sink: SmtpSink) -> list[str]:
    """Give the links for acknowledging of all mails so far, as paths of the server."""
    texts = [
        part.get_payload(decode=True).decode()  # type: ignore[union-attr]
        for mail in sink.mails
        for part in mail.walk()
        if part.get_content_type() == "text/plain"
    ]
    found = re.findall(re.escape(BASE) + r"(/links/[\w.-]+)", "\n".join(texts))
    return list(dict.fromkeys(found))


def overdue(story: Story) -> None:
    """Let a case be overdue since the day before, and its handler and the next one up be told."""
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at("2026-09-22 15:20")
    story.at("2026-10-13 17:30")
    story.at("2026-10-14 15:30")


@contextmanager
def mailing(story: Story) -> Iterator[SmtpSink]:
    """Let the messages of a story go out by mail, with links."""
    with smtp_sink(SmtpSink()) as sink:
        channel = MAIL.format(port=sink.port)
        story.reload(channels=channel, directory=PEOPLE, daemon=f'base_url = "{BASE}/"\n')
        yield sink


@contextmanager
def phone(story: Story) -> Iterator[httpx.Client]:
    """Give a browser for the pages of a story."""
    well, metrics = Health(True, {}), story.pipeline.metrics
    pages = link_pages(story.store, lambda: story.pipeline.rules, lambda: story.now, metrics)
    server = WebServer(build_app(metrics, lambda: well, lambda: well, pages), "127.0.0.1:0")
    server.start()
    with httpx.Client(base_url=server.url, follow_redirects=True) as browser:
        yield browser
    server.stop()


@pytest.mark.parametrize("answered", [True, False])
def test_who_answers_by_a_link_is_not_told_further_up(story: Story, answered: bool) -> None:
    with mailing(story) as sink, phone(story) as browser:
        overdue(story)
        link, told = links(sink)[-1], len(sink.mails)
        assert (browser.post(link) if answered else browser.get(link)).status_code == 200
        story.at("2026-10-14 17:30")
        assert len(sink.mails) == told + (0 if answered else 1)


def test_an_order_is_acknowledged_by_its_link_and_not_replied_to(story: Story) -> None:
    with mailing(story) as sink, phone(story) as browser:
        overdue(story)
        issue(story, "A1")
        story.go()
        link = links(sink)[-1]
        page = browser.get(link).text
        assert "督办单 DB-2026-0001" in page
        assert '<button type="submit">签收</button>' in page
        done = browser.post(link).text
        assert "已签收" in done
        assert "前反馈原因和办结时间" in done
        assert order(story).order.state is OrderState.ACKNOWLEDGED
        browser.post(link)
        with story.store.read() as connection:
            acts = [one.act for one in audit_log.of_object(connection, "order:DB-2026-0001")]
        assert [(act.who, act.act) for act in acts] == [
            ("qian", "order.issue"),
            ("chen", "order.acknowledge"),
        ]
        assert acts[1].origin == "web:127.0.0.1"


def test_a_message_that_is_not_for_one_reader_alone_has_no_link(story: Story) -> None:
    story.reload(channels=file_channel(story.outbox), daemon=f'base_url = "{BASE}"\n')
    overdue(story)
    assert [one.kind for one in story.told("A1")] == ["overdue", "escalation"]
    assert not any("ack" in one["context"]["links"] for one in story.messages)
