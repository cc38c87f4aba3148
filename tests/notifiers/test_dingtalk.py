from __future__ import annotations

from typing import Any

import pytest

from notifiers import Kind, SendError
from notifiers.channels.dingtalk import LONGEST_BUTTON, LONGEST_TITLE, mention
from notifiers.message import Recipient
from notifiers.rendering import LANGUAGES
from tests.notifiers.chat_vendors import CHATS, SECRET, TOKEN, send_to
from tests.support.messages import message
from tests.support.sinks import Reply, Request
from tests.support.vendors import DingtalkRobot, answer, query

ROBOT, NOTICE = CHATS["dingtalk"], CHATS["dingtalk-notice"]


def test_the_vendor_takes_what_is_signed_with_its_secret() -> None:
    robot = DingtalkRobot(TOKEN, SECRET)
    send_to(ROBOT, robot, message())
    assert [body["markdown"]["title"] for body in robot.taken] == [
        "[黄牌] 特殊建设工程消防设计审查（0173）超期 1 个工作日"
    ]


@pytest.mark.parametrize(
    ("changes", "code"), [({"secret": "SECother"}, "310000"), ({"access_token": "x"}, "300005")]
)
def test_a_wrong_secret_or_token_is_permanent(changes: dict[str, str], code: str) -> None:
    with pytest.raises(SendError, match=code) as caught:
        send_to(ROBOT, DingtalkRobot(TOKEN, SECRET), message(), **changes)
    assert caught.value.permanent


def test_a_robot_secured_otherwise_is_not_signed_for() -> None:
    seen: list[Request] = []

    def respond(request: Request) -> Reply:
        seen.append(request)
        return answer(errcode=0)

    send_to(ROBOT, respond, message(), secret=None)
    assert query(seen[0]) == {"access_token": TOKEN}


def test_more_than_the_vendor_allows_waits_ten_minutes() -> None:
    robot = DingtalkRobot(TOKEN, SECRET)
    with pytest.raises(SendError, match="130101") as caught:
        send_to(ROBOT, robot, *(message(key=str(number)) for number in range(21)))
    assert len(robot.taken) == 20
    assert not caught.value.permanent
    assert caught.value.retry_after == 600.0


def test_the_documented_code_of_too_many_waits_as_long() -> None:
    with pytest.raises(SendError) as caught:
        send_to(ROBOT, lambda request: answer(errcode=410100), message())
    assert (caught.value.permanent, caught.value.retry_after) == (False, 600.0)


def test_a_repeat_under_the_same_key_reaches_the_group_once() -> None:
    robot = DingtalkRobot(TOKEN, SECRET)
    send_to(ROBOT, robot, message(key="a"), message(key="a"), message(key="b"))
    assert len(robot.taken) == 2


def test_paragraphs_and_lines_are_as_the_vendor_breaks_them() -> None:
    text = ROBOT.payload(message(Kind.WARNING))["markdown"]["text"]
    assert text.startswith(
        "### 预警｜剩 2 个工作日\n\n"
        "**特殊建设工程消防设计审查（尾号 0173）**\n\n"
        "> 到期：**10月16日（周五）17:30**  \n"
        "> 承办：东浦区住房和城乡建设局 · 消防审验科 李＊  \n"
    )
    assert "\n\n\n" not in text
    assert text.endswith("@liyang")


@pytest.mark.parametrize("kind", [Kind.ESCALATION, Kind.ORDER])
def test_what_asks_to_act_is_a_card_with_buttons(kind: Kind) -> None:
    body = ROBOT.payload(message(kind))
    assert body["msgtype"] == "actionCard"
    buttons = [button["title"] for button in body["actionCard"]["btns"]]
    assert (
        buttons[:2]
        == {
            Kind.ESCALATION: ["查看办件", "我来处理"],
            Kind.ORDER: ["签收", "反馈或申请延期"],
        }[kind]
    )
    assert "](http" not in body["actionCard"]["text"]
    card = NOTICE.payload(message(kind))["msg"]["action_card"]
    assert [button["title"] for button in card["btn_json_list"]] == buttons


def test_a_card_with_one_button_has_the_vendors_form_for_it() -> None:
    links = {"ack": "", "explain": "", "case": "https://a.example/"}
    card = ROBOT.payload(message(Kind.ESCALATION, links=links))["actionCard"]
    assert (card["singleTitle"], card["singleURL"]) == ("查看办件", "https://a.example/")
    assert "btns" not in card
    single = NOTICE.payload(message(Kind.ESCALATION, links=links))["msg"]["action_card"]
    assert (single["single_title"], single["single_url"]) == ("查看办件", "https://a.example/")


def test_without_a_link_there_is_no_card() -> None:
    links = {"ack": "", "explain": "", "case": ""}
    assert ROBOT.payload(message(Kind.ESCALATION, links=links))["msgtype"] == "markdown"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_titles_and_buttons_are_no_longer_than_the_vendor_shows(kind: Kind, language: str) -> None:
    case = {"item": "题" * 60} if kind is not Kind.SYSTEM else None
    body = ROBOT.payload(message(kind, language=language, case=case))
    shown: dict[str, Any] = body[body["msgtype"]]
    assert len(shown["title"]) <= LONGEST_TITLE
    labels = [button["title"] for button in shown.get("btns", [])]
    assert all(len(label) <= LONGEST_BUTTON and "…" not in label for label in labels)


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        ({"dingtalk": "manager7675", "mobile": "13800000000"}, {"atUserIds": ["manager7675"]}),
        ({"mobile": "13800000000"}, {"atMobiles": ["13800000000"]}),
        ({"mobile": "+8613800000000"}, {"atMobiles": ["13800000000"]}),
        ({"mobile": "010-12345"}, {}),
        ({"dingtalk": "all"}, {}),
        ({}, {}),
    ],
)
def test_one_person_is_mentioned_by_userid_or_mobile(
    addresses: dict[str, str], expected: dict[str, list[str]]
) -> None:
    assert mention(Recipient("李阳", addresses)) == expected
    body = ROBOT.payload(message(addresses=addresses))
    name = next(iter(expected.values()), [""])[0]
    assert body["at"] == {**expected, "isAtAll": False}
    assert body["markdown"]["text"].endswith(f"@{name}" if name else "负责人")
