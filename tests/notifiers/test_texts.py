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
)
from notifiers.channels.console import Console
from notifiers.channels.email import Email
from notifiers.channels.wecom import Wecom
from notifiers.message import Message
from notifiers.notice import MOST_ITEMS, Notice, record
from notifiers.rendering import LANGUAGES, Renderer
from tests.notifiers.chat_vendors import CHATS
from tests.support.messages import item, message


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


RENDERED = {
    "mail as text": mail_text,
    "mail as HTML": mail_html,
    "console": console_text,
    **{kind: chat.words for kind, chat in CHATS.items()},
}
ORDERS = [
    *("issued", "reminder", "overdue", "acknowledged", "replied", "accepted", "sent_back"),
    *("extension_asked", "extended", "extension_refused", "discharged", "withdrawn"),
]
DIGESTS = ["merged", "daily", "silence", "missed"]
EVENTS = [
    *((kind, "") for kind in Kind),
    *((Kind.ORDER, event) for event in ORDERS),
    *((Kind.DIGEST, event) for event in DIGESTS),
]


@pytest.mark.parametrize("render", RENDERED)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_channel_has_a_text_for_every_kind_in_every_language(
    language: str, render: str
) -> None:
    for kind, event in EVENTS:
        extra: dict[str, Any] = {kind.value: {"event": event}} if event else {}
        text = RENDERED[render](message(kind, language=language, **extra))
        assert text.strip()
        for fault in ("{", "None", "Undefined"):
            assert fault not in text, (kind, event)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_event_of_an_order_has_words_of_its_own(language: str) -> None:
    made = [notice(message(Kind.ORDER, language=language, order={"event": e})) for e in ORDERS]
    for what in (lambda one: one.headline, lambda one: one.lead, lambda one: one.subject):
        assert len({what(one) for one in made}) == len(ORDERS)
    assert all("DB-2026-0413" in one.subject and one.lamp == "order" for one in made)


def test_an_event_without_words_of_its_own_says_the_state() -> None:
    order = {"event": "moved", "state_text": "已移交"}
    assert notice(message(Kind.ORDER, order=order)).headline == "督办单 DB-2026-0413｜已移交"


def test_an_order_about_no_case_says_its_subject() -> None:
    order = {"subject": "望湖区自然资源局，逾期率 12%"}
    assert notice(message(Kind.ORDER, case=None, order=order)).about == order["subject"]


def test_a_daily_digest_counts_and_compares() -> None:
    made = notice(message(Kind.DIGEST))
    assert made.headline == "监察快报 · 云岭市 · 10月20日（周二）"
    assert [(fact.label, fact.text) for fact in made.facts] == [
        ("红牌", "6（较昨日 +1，未签收 2）"),
        ("黄牌", "23（较昨日 −4，未签收 5）"),
        ("预警", "39，今日到期 37 件"),
        ("审批库", "最近一次成功读取 08:59:28，在办 1,284 件"),
        ("按期办结率", "本月 98.7%，较上月 +0.3 个百分点"),
    ]


@pytest.mark.parametrize(
    ("as_of", "said"),
    [("08:59:28", "最近一次成功读取 08:59:28，在办 1,284 件"), ("", "还没有成功读取过")],
)
def test_a_day_with_nothing_to_report_says_so_and_when_the_source_was_read(
    as_of: str, said: str
) -> None:
    what = message(Kind.DIGEST, source={"as_of": as_of})
    nothing = {**what.context, "nothing": True, "count": 0, "counts": {}, "items": []}
    made = notice(Message("k", Kind.DIGEST, "zh_CN", what.recipient, nothing))
    assert [fact.text for fact in made.facts[:2]] == ["无红牌、黄牌、预警", said]
    assert made.subject.endswith("：无红牌、黄牌、预警")
    assert made.items == ()


def test_a_digest_shows_the_gravest_first_and_keeps_their_order() -> None:
    items = [item(1, Kind.RESOLVED), item(2, Kind.WARNING), item(3), item(4, Kind.ESCALATION)]
    items += [item(5, Kind.SYSTEM), item(6), item(7, Kind.ORDER)]
    what = message(Kind.DIGEST)
    context = {**what.context, "items": items, "count": 900}
    made = notice(Message("k", Kind.DIGEST, "zh_CN", what.recipient, context))
    assert [one.tag for one in made.items] == [
        *("红牌", "黄牌", "黄牌", "督办", "监察告警", "预警", "已解除")
    ]
    assert [one.title[-5:-1] for one in made.items[1:3]] == ["0003", "0006"]
    assert made.more == 893


@pytest.mark.parametrize(
    ("reasons", "digest", "each"),
    [
        (["你是承办人", "你是承办人"], "你是承办人", ["", ""]),
        (
            ["你是承办人", "你是监察员"],
            "这些消息都该发给你，因为多，合为一条",
            ["你是承办人", "你是监察员"],
        ),
    ],
)
def test_a_digest_says_why_once_where_it_is_the_same_for_all(
    reasons: list[str], digest: str, each: list[str]
) -> None:
    items = [item(n, route={"reason": reason}) for n, reason in enumerate(reasons)]
    what = message(Kind.DIGEST, digest={"event": "merged"})
    made = notice(
        Message("k", Kind.DIGEST, "zh_CN", what.recipient, {**what.context, "items": items})
    )
    assert made.reason == digest
    assert [one.reason for one in made.items] == each
    assert all(
        reason
        in mail_text(
            Message("k", Kind.DIGEST, "zh_CN", what.recipient, {**what.context, "items": items})
        )
        for reason in reasons
    )


def test_levels_of_ones_own_are_counted_too() -> None:
    what = message(Kind.DIGEST, digest={"event": "merged"})
    context = {**what.context, "counts": {"orange": 3, "red": 1}}
    made = notice(Message("k", Kind.DIGEST, "zh_CN", what.recipient, context))
    assert ("其他", "orange 3") in [(fact.label, fact.text) for fact in made.facts]


def test_a_record_for_machines_has_the_gravest_items_only() -> None:
    what = message(Kind.DIGEST)
    context = {**what.context, "items": [item(number) for number in range(80)], "count": 80}
    many = Message("k", Kind.DIGEST, "zh_CN", what.recipient, context)
    made = record(many, notice(many))
    assert len(made["items"]) == len(made["context"]["items"]) == MOST_ITEMS


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


def test_a_check_is_no_limit_and_shows_none() -> None:
    what = message(clock={"due_text": "", "limit_text": "不收费事项收费"})
    assert "时限" not in [fact.label for fact in notice(what).facts]


@pytest.mark.parametrize(
    ("region", "department", "said"),
    [
        ("望湖区", "自然资源局", "望湖区自然资源局 李*"),
        ("望湖区", "望湖区自然资源局", "望湖区自然资源局 李*"),
        ("", "自然资源局", "自然资源局 李*"),
        ("Wanghu", "Land Office", "Wanghu Land Office 李*"),
    ],
)
def test_a_department_is_named_by_its_region(region: str, department: str, said: str) -> None:
    made = notice(message(case={"region": region, "department": department}))
    assert said in [fact.text for fact in made.facts]


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
    assert notice(what).headline == "已解除｜读不到审批库"


@pytest.mark.parametrize(("reason", "said"), [("read", "已能读取"), ("sent", "已能发出")])
def test_a_resolved_alert_of_the_system_says_why_in_words(reason: str, said: str) -> None:
    what = message(
        Kind.RESOLVED, case=None, clock=None, alert={"title": "读不到审批库", "reason": reason}
    )
    assert said in [fact.text for fact in notice(what).facts]


def test_a_case_that_is_overdue_is_not_advised_to_be_extended() -> None:
    for language in ("zh_CN", "en"):
        made = notice(message(Kind.ESCALATION, language=language))
        texts = " ".join(fact.text for fact in made.facts)
        assert "延期" not in texts
        assert "extension" not in texts


def test_an_extension_is_advised_of_before_the_deadline_alone() -> None:
    early = message(Kind.ESCALATION, clock={"left_text": "剩 2 个工作日", "over_text": ""})
    assert "须在到期之前报批" in " ".join(fact.text for fact in notice(early).facts)


def test_a_card_that_is_about_no_limit_speaks_of_none() -> None:
    fee = {"due_text": "", "over_text": "", "next_level_text": ""}
    made = notice(message(Kind.OVERDUE, clock=fee, alert={"title": "不收费事项收费"}))
    said = " ".join((made.lead, *(action.label for action in made.actions)))
    assert "亮牌有异议" in said
    assert "时限" not in said


def test_an_own_text_replaces_one_entry_and_leaves_the_others(tmp_path: Path) -> None:
    (tmp_path / "zh_CN").mkdir()
    (tmp_path / "zh_CN" / "texts.toml").write_text(
        '[overdue]\nheadline = "{{ alert.level_name }}！{{ case.region }}"\n', "utf-8"
    )
    made = notice(message(), tmp_path)
    assert made.headline == "黄牌！东浦区"
    assert made.subject == notice(message()).subject
    assert notice(message(language="en"), tmp_path) == notice(message(language="en"))


def test_an_own_text_can_show_a_field_that_is_called_like_a_method(tmp_path: Path) -> None:
    (tmp_path / "zh_CN").mkdir()
    (tmp_path / "zh_CN" / "texts.toml").write_text(
        '[overdue]\nheadline = "{{ case.copy }}：{{ case.keys()|first }}"\n', "utf-8"
    )
    assert notice(message(case={"copy": "副本"}), tmp_path).headline == "副本：unit"


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


def test_an_own_text_for_one_event_leaves_the_others(tmp_path: Path) -> None:
    (tmp_path / "zh_CN").mkdir()
    (tmp_path / "zh_CN" / "texts.toml").write_text(
        '[order.event.issued]\nheadline = "督办通知 {{ order.no }}"\n', "utf-8"
    )
    made = notice(message(Kind.ORDER), tmp_path)
    assert made.headline == "督办通知 DB-2026-0413"
    assert made.facts == notice(message(Kind.ORDER)).facts
    other = message(Kind.ORDER, order={"event": "discharged"})
    assert notice(other, tmp_path) == notice(other)


@pytest.mark.parametrize(
    "text",
    [
        "[order.event]\nissued = 'x'\n",
        "[overdue]\nheadline = '{{ case.'\n",
        "[overdue",
        "[overdue]\nfacts = ['x']\n",
    ],
)
def test_a_faulty_own_text_is_refused_when_the_channel_is_built(tmp_path: Path, text: str) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "texts.toml").write_text(text, "utf-8")
    with pytest.raises(ValueError, match=r"texts\.toml"):
        ConsoleSettings(kind="console", id="c", templates=tmp_path).open()


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
