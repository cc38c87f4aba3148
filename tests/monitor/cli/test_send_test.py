from __future__ import annotations

import json
from email import message_from_string
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import duban, settings_file
from tests.support.sinks import Reply, http_sink

SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"


def with_webhook(folder: Path, url: str) -> Path:
    channel = f'[[channel]]\nid = "hook"\nkind = "webhook"\nurl = "{url}"\nsecret = "{SECRET}"\n'
    return settings_file(folder, channel)


def test_a_test_message_is_sent_and_its_receipt_told(tmp_path: Path) -> None:
    with http_sink() as sink:
        config = with_webhook(tmp_path, sink.url)
        called = duban("send-test", "hook", "--to", "李阳", "--json", "-c", config)
    assert called.code == 0, called.err
    told, sent = json.loads(called.out), sink.requests[0].json
    assert sent["type"] == "notice.test"
    assert sent["data"]["addresses"] == {"email": "liyang@example.gov.cn"}
    assert (told["response"], told["to"]) == ("HTTP 200", "李阳")
    assert told["key"] == sent["data"]["key"]


def test_it_has_every_field_that_real_messages_have(tmp_path: Path) -> None:
    with http_sink() as sink:
        duban("send-test", "hook", "--to", "h1", "-c", with_webhook(tmp_path, sink.url))
    context = sink.requests[0].json["data"]["context"]
    assert context["case"]["no"] == "TEST-0000"
    assert context["clock"]["due_text"]


@pytest.mark.parametrize(("status", "hint"), [(500, "可能是暂时的"), (413, "再试也没有用")])
def test_a_refusal_says_whether_trying_again_can_help(
    tmp_path: Path, status: int, hint: str
) -> None:
    with http_sink(lambda request: Reply(status)) as sink:
        config = with_webhook(tmp_path, sink.url)
        called = duban("send-test", "hook", "--to", "h1", "-c", config)
    assert (called.code, called.out) == (1, "")
    assert f"HTTP {status}" in called.err
    assert hint in called.err


def test_a_dry_run_prints_what_would_be_posted_and_posts_nothing(tmp_path: Path) -> None:
    with http_sink() as sink:
        config = with_webhook(tmp_path, sink.url)
        shown: dict[str, Any] = json.loads(
            duban("send-test", "hook", "--to", "h1", "--dry-run", "-c", config).out
        )
        assert sink.requests == []
        duban("send-test", "hook", "--to", "h1", "-c", config)
        sent = sink.requests[0].json
    for one in (shown, sent):
        one["data"].pop("key")
        for moving in ("clock", "source", "alert"):  # with the seconds
            one["data"]["context"].pop(moving)
    assert shown == sent


def test_a_dry_run_of_mail_is_the_mail(tmp_path: Path) -> None:
    channel = '[[channel]]\nid = "mail"\nkind = "email"\nhost = "h"\nsender = "d@example.gov.cn"\n'
    config = settings_file(tmp_path, channel)
    called = duban("send-test", "mail", "--to", "h1", "--dry-run", "-c", config)
    assert "测试消息" in called.out  # in words that one can read
    mail = message_from_string(called.out, policy=default)
    assert mail["To"] == "李阳 <liyang@example.gov.cn>"
    assert "测试" in mail["Subject"]


def test_what_the_console_channel_prints_stays_out_of_the_json(config: Path) -> None:
    called = duban("send-test", "screen", "--to", "h1", "--json", "-c", config)
    assert json.loads(called.out)["channel"] == "screen"
    assert "测试消息" in called.err


@pytest.mark.parametrize(
    ("channel", "person", "said"),
    [
        ("fax", "h1", "有：screen"),
        ("screen", "h9", "名录里没有 h9"),
        ("screen", "王敏", "h2, h3"),
    ],
)
def test_an_unknown_channel_or_person_is_told(
    config: Path, channel: str, person: str, said: str
) -> None:
    called = duban("send-test", channel, "--to", person, "-c", config)
    assert (called.code, called.out) == (1, "")
    assert said in called.err


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("warning", "预警｜剩"),
        ("overdue", "黄牌｜超期"),
        ("escalation", "，现上报"),
        ("resolved", "已办结｜"),
        ("order", "督办单 TEST-2026-0001"),
        ("order.replied", "督办反馈｜TEST-2026-0001 请审核"),
        ("digest", "监察快报 · "),
        ("digest.silence", "静默结束｜期间 5 条"),
        ("system", "监察告警｜测试"),
    ],
)
def test_every_kind_of_message_can_be_looked_at(config: Path, kind: str, said: str) -> None:
    called = duban("send-test", "screen", "--to", "h1", "--kind", kind, "--dry-run", "-c", config)
    assert (called.code, called.err) == (0, "")
    assert said in called.out


def test_an_unknown_kind_of_message_is_told(config: Path) -> None:
    called = duban("send-test", "screen", "--to", "h1", "--kind", "pigeon", "-c", config)
    assert (called.code, called.out) == (1, "")
    assert "pigeon；有：warning, overdue" in called.err
