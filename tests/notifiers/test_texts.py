"""The texts and layouts: every channel, kind and language; own ones; faults."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path
from typing import Any

import pytest

from notifiers import (
    ConsoleSettings,
    EmailSettings,
    Kind,
    SendError,
    WecomSettings,
    build,
)
from notifiers.channels.console import Console
from notifiers.channels.email import Email
from notifiers.channels.wecom import Wecom
from notifiers.message import Message
from notifiers.notice import Notice
from notifiers.rendering import LANGUAGES, Renderer
from tests.support.messages import message


def wecom(own: Path | None = None) -> Wecom:
    return Wecom(WecomSettings(kind="wecom", id="w", key="k", templates=own))


def mail_text(what: Message, own: Path | None = None) -> str:
    settings = EmailSettings(kind="email", id="e", host="h", sender="a@b.cn", templates=own)
    body = Email(settings).compose(what).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def mail_html(what: Message) -> str:
    settings = EmailSettings(kind="email", id="e", host="h", sender="a@b.cn")
    body = Email(settings).compose(what).get_body(("html",))
    assert body is not None
    return str(body.get_content())


def console_text(what: Message) -> str:
    stream = io.StringIO()
    asyncio.run(Console(ConsoleSettings(kind="console", id="c"), stream).send(what))
    return stream.getvalue()


def notice(what: Message, own: Path | None = None) -> Notice:
    return Renderer("console", own).notice(what)


@pytest.mark.parametrize("render", [mail_text, mail_html, console_text, lambda m: wecom().text(m)])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_every_channel_has_a_text_for_every_kind_in_every_language(
    kind: Kind, language: str, render: Any
) -> None:
    text = render(message(kind, language=language))
    assert "{" not in text.replace("{%", "")
    assert "None" not in text
    assert "Undefined" not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_a_notice_opens_with_the_conclusion_and_says_why_you(kind: Kind, language: str) -> None:
    made = notice(message(kind, language=language))
    assert made.headline
    assert made.reason
    assert made.actions
    assert len(made.facts) <= 5


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        (Kind.WARNING, "[预警] 特殊建设工程消防设计审查（0173）剩 2 个工作日"),
        (Kind.OVERDUE, "[黄牌] 特殊建设工程消防设计审查（0173）超期 1 个工作日"),
        (Kind.ESCALATION, "[红牌] 特殊建设工程消防设计审查（0173）超期 3 个工作日，现上报"),
        (Kind.RESOLVED, "[已办结] 特殊建设工程消防设计审查（0173）超期 2 个工作日"),
        (
            Kind.ORDER,
            "[督办单 DB-2026-0413] 特殊建设工程消防设计审查（0173），10月21日（周三）12:00 前反馈",
        ),
        (Kind.DIGEST, "监察快报 云岭市 10月20日（周二）：红牌 6，黄牌 23，预警 39"),
        (Kind.SYSTEM, "[监察告警] 读不到审批库 county-hall"),
        (Kind.TEST, "[测试] 监察消息通道可以收到"),
    ],
)
def test_subjects_are_those_of_the_design(kind: Kind, subject: str) -> None:
    assert notice(message(kind)).subject == subject


def test_a_check_without_a_clock_says_what_was_found() -> None:
    what = message(
        clock=None, alert={"title": "不收费事项收费", "level_name": "红牌", "level": "red"}
    )
    made = notice(what)
    assert made.headline == "红牌｜不收费事项收费"
    assert made.lamp == "red"


def test_only_the_needed_fields_make_a_message() -> None:
    bare = {
        "case": {"item": "审查", "tail": "0173"},
        "alert": {"level_name": "黄牌", "title": "题"},
    }
    made = notice(Message("k", Kind.OVERDUE, "zh_CN", message().recipient, bare))
    assert made.headline == "黄牌｜题"
    assert made.facts == ()
    assert made.actions == ()


@pytest.mark.parametrize(
    ("reason", "headline"),
    [("closed", "已办结｜黄牌解除"), ("moved", "已解除｜黄牌解除"), (None, "已办结｜黄牌解除")],
)
def test_a_card_lifted_for_another_reason_does_not_say_closed(
    reason: str | None, headline: str
) -> None:
    assert notice(message(Kind.RESOLVED, alert={"reason": reason})).headline == headline


def test_a_resolved_alert_of_the_system_names_what_it_was() -> None:
    what = message(Kind.RESOLVED, case=None, clock=None, alert={"title": "读不到审批库"})
    assert notice(what).about == "读不到审批库"


def test_an_own_text_replaces_one_entry_and_leaves_the_others(tmp_path: Path) -> None:
    (tmp_path / "zh_CN").mkdir()
    (tmp_path / "zh_CN" / "texts.toml").write_text(
        '[overdue]\nheadline = "{{ alert.level_name }}！{{ case.region }}"\n', "utf-8"
    )
    made = notice(message(), tmp_path)
    assert made.headline == "黄牌！东浦区"
    assert made.subject == notice(message()).subject
    assert notice(message(language="en"), tmp_path) == notice(message(language="en"))


def test_an_own_layout_for_one_kind_may_extend_ours(tmp_path: Path) -> None:
    folder = tmp_path / "zh_CN" / "wecom"
    folder.mkdir(parents=True)
    (folder / "overdue.md").write_text(
        '{% extends "wecom/base.md" %}{% block about %}{{ super() }}'
        '> 区划：{{ notice.words.colon }}<font color="info">甲</font>\n{% endblock %}',
        "utf-8",
    )
    channel = wecom(tmp_path)
    assert '<font color="info">甲</font>' in channel.text(message())
    assert "**特殊建设工程消防设计审查（尾号 0173）**" in channel.text(message())
    assert "甲" not in channel.text(message(Kind.WARNING))


@pytest.mark.parametrize(
    "text", ["[overdue]\nheadline = '{{ case.'\n", "[overdue", "[overdue]\nfacts = ['x']\n"]
)
def test_a_faulty_own_text_is_refused_when_the_channel_is_built(tmp_path: Path, text: str) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "texts.toml").write_text(text, "utf-8")
    with pytest.raises(ValueError, match=r"texts\.toml"):
        build(ConsoleSettings(kind="console", id="c", templates=tmp_path))


@pytest.mark.parametrize(
    "layout",
    [
        "{{ nothing }}",
        "{{ notice.nothing }}",
        "{% if %}",
        "{{ notice.__class__.__mro__ }}",
        "{{ 1/0 }}",
    ],
)
def test_a_faulty_own_layout_fails_for_good_and_says_why(tmp_path: Path, layout: str) -> None:
    folder = tmp_path / "zh_CN" / "email"
    folder.mkdir(parents=True)
    (folder / "overdue.txt").write_text(layout, "utf-8")
    with pytest.raises(SendError, match="faulty") as caught:
        mail_text(message(), tmp_path)
    assert caught.value.permanent


def test_an_unknown_language_is_named() -> None:
    with pytest.raises(SendError, match="fr_FR"):
        notice(message(language="fr_FR"))


def test_data_are_never_read_as_templates() -> None:
    made = notice(message(case={"item": "{{ 7 * 7 }}{% raw %}"}))
    assert made.about == "{{ 7 * 7 }}{% raw %}（尾号 0173）"


def test_rendering_gives_the_same_text_every_time() -> None:
    channel = wecom()
    assert len({channel.text(message()) for _ in range(5)} | {wecom().text(message())}) == 1
