from __future__ import annotations

import asyncio
import json
import time
from base64 import b64encode
from hashlib import sha256
from hmac import digest
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers import FeishuSettings, Kind, Message, SendError
from notifiers.channel import TooSoonError
from notifiers.channels.feishu import Feishu, rush
from tests.notifiers.chat_vendors import CHATS, SECRET, TOKEN, send_to
from tests.support.messages import message
from tests.support.sinks import Reply, Request, http_sink
from tests.support.vendors import FeishuRobot, answer

ROBOT = CHATS["feishu"]


def test_the_signature_is_that_of_the_documentation() -> None:
    robot = FeishuRobot(TOKEN, SECRET)
    _, sink = send_to(ROBOT, robot, message())
    body = sink.requests[0].json
    key = f"{body['timestamp']}\n{SECRET}".encode()
    assert body["sign"] == b64encode(digest(key, b"", sha256)).decode()
    assert abs(int(body["timestamp"]) - time.time()) < 60
    assert len(robot.taken) == 1


def test_a_robot_secured_otherwise_is_not_signed_for() -> None:
    _, sink = send_to(ROBOT, lambda request: answer(code=0), message(), secret=None)
    assert sink.requests[0].json.keys() == {"msg_type", "card"}


@pytest.mark.parametrize(
    ("changes", "code"), [({"secret": "other"}, "19021"), ({"token": "x"}, "19001")]
)
def test_a_wrong_secret_or_token_is_permanent(changes: dict[str, str], code: str) -> None:
    with pytest.raises(SendError, match=code) as caught:
        send_to(ROBOT, FeishuRobot(TOKEN, SECRET), message(), **changes)
    assert caught.value.permanent


def test_a_crowded_vendor_is_left_alone_for_a_minute() -> None:
    with pytest.raises(SendError) as caught:
        send_to(ROBOT, lambda request: answer(code=11232, msg="frequency limited"), message())
    assert (caught.value.permanent, caught.value.retry_after) == (False, 60.0)


@pytest.mark.parametrize(
    ("kind", "colour"),
    [
        (Kind.WARNING, "orange"),
        (Kind.OVERDUE, "yellow"),
        (Kind.ESCALATION, "red"),
        (Kind.RESOLVED, "green"),
        (Kind.ORDER, "carmine"),
        (Kind.DIGEST, "blue"),
        (Kind.SYSTEM, "indigo"),
    ],
)
def test_the_header_has_the_colour_of_the_lamp(kind: Kind, colour: str) -> None:
    assert ROBOT.payload(message(kind))["card"]["header"]["template"] == colour


def test_a_card_is_that_of_the_design() -> None:
    card = ROBOT.payload(message())["card"]
    assert card["header"]["title"] == {"tag": "plain_text", "content": "黄牌｜超期 1 个工作日"}
    about, facts, rule, actions, note = card["elements"]
    assert about["text"]["content"] == (
        "**特殊建设工程消防设计审查（尾号 0173）** <at id=ou_liyang></at>"
    )
    assert facts["fields"][0] == {
        "is_short": True,
        "text": {"tag": "lark_md", "content": "**应办结**\n10月16日（周五）17:30"},
    }
    assert rule == {"tag": "hr"}
    assert [button["type"] for button in actions["actions"]] == ["primary", "default", "default"]
    assert note["elements"][0]["content"].startswith("你是本件承办人或科室负责人 · 数据截至")


def test_what_is_too_much_for_a_second_follows_in_the_next() -> None:
    robot = FeishuRobot(TOKEN, SECRET)
    send_to(ROBOT, robot, *(message(key=str(number)) for number in range(8)), together=True)
    assert len(robot.taken) == 8


def test_who_would_wait_long_is_put_off_instead() -> None:
    robot = FeishuRobot(TOKEN, SECRET)
    with http_sink(robot) as sink:

        async def run() -> list[Any]:
            channel = Feishu(
                FeishuSettings(
                    kind="feishu",
                    id="f",
                    token=TOKEN,  # type: ignore[arg-type] # pydantic wraps it
                    secret=SECRET,  # type: ignore[arg-type] # the same
                    base_url=sink.url,
                    avoid_rush=False,
                )
            )
            tasks = (channel.send(message(key=str(number))) for number in range(40))
            try:
                return list(await asyncio.gather(*tasks, return_exceptions=True))
            finally:
                await channel.close()

        outcomes = asyncio.run(run())
    put_off = [one for one in outcomes if isinstance(one, TooSoonError)]
    assert len(robot.taken) + len(put_off) == 40
    assert put_off
    assert all(0 < (one.retry_after or 0) <= 2.0 for one in put_off)


@given(key=st.text(), now=st.floats(0, 4e9))
def test_no_message_goes_in_the_rush_of_the_full_and_half_hour(key: str, now: float) -> None:
    wait = rush(key, now)
    assert 0 <= wait < 50
    assert (now + wait) % 1800 >= 10 - 1e-3
    assert rush(key, now + wait) < 1e-3


def test_messages_of_one_moment_are_spread() -> None:
    half_past_five = 1_792_143_000.0
    assert half_past_five % 1800 == 0
    assert len({rush(str(number), half_past_five) for number in range(100)}) > 20


def test_a_message_in_the_rush_is_put_off_and_not_tried() -> None:
    settings = FeishuSettings(kind="feishu", id="f", token="t")  # type: ignore[arg-type]
    channel = Feishu(settings, clock=lambda: 1800.0 * 7)
    with pytest.raises(TooSoonError, match="half hour"):
        asyncio.run(channel.send(message()))


def own_layout(folder: Path, text: str) -> dict[str, Any]:
    (folder / "zh_CN" / "feishu").mkdir(parents=True)
    (folder / "zh_CN" / "feishu" / "overdue.json").write_text(text, "utf-8")
    return {"templates": folder}


def test_an_own_card_may_extend_ours(tmp_path: Path) -> None:
    text = '{% extends "feishu/base.json" %}{% block headline %}★ {{ super() }}{% endblock %}'
    changes = own_layout(tmp_path, text)
    card = ROBOT.payload(message(), **changes)["card"]
    assert card["header"]["title"]["content"] == "★ 黄牌｜超期 1 个工作日"


def test_an_own_card_that_is_no_json_fails_for_good(tmp_path: Path) -> None:
    with pytest.raises(SendError, match="not JSON") as caught:
        ROBOT.payload(message(), **own_layout(tmp_path, '{"header": '))
    assert caught.value.permanent


def test_an_own_card_that_cannot_be_shortened_fails_for_good(tmp_path: Path) -> None:
    text = json.dumps({"elements": ["长" * 10_000]}, ensure_ascii=False)
    with pytest.raises(SendError, match="longer than 20000 bytes"):
        ROBOT.payload(message(), **own_layout(tmp_path, text))


def test_what_the_vendor_answers_in_its_older_form_is_understood() -> None:
    def respond(request: Request) -> Reply:
        return answer(StatusCode=0, StatusMessage="success", code=0, msg="success")

    what: Message = message()
    receipts, _ = send_to(ROBOT, respond, what)
    assert receipts[0].id == what.key
