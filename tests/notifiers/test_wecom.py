from __future__ import annotations

import asyncio
import json
import logging
import re
import traceback
from pathlib import Path
from typing import Any

import pytest

from notifiers import Kind, Message, Recipient, SendError, WecomSettings, build
from notifiers.channels.wecom import MOST_BYTES, Wecom
from notifiers.markdown import fit
from tests.support.messages import message
from tests.support.sinks import HttpSink, Reply, Responder, http_sink, wecom_vendor

KEY = "73febdcb-1b38-4d1b-a994-790f21fc8d30"


def settings(url: str = "https://robot.invalid", **changes: Any) -> WecomSettings:
    return WecomSettings(**{"kind": "wecom", "id": "group", "key": KEY, "base_url": url} | changes)


def text(what: Message, **changes: Any) -> str:
    return Wecom(settings(**changes)).text(what)


def send_to(respond: Responder, *messages: Message, **changes: Any) -> HttpSink:
    with http_sink(respond) as sink:

        async def run() -> None:
            channel = build(settings(sink.url, **changes))
            try:
                for one in messages:
                    await channel.send(one)
            finally:
                await channel.close()

        asyncio.run(run())
    return sink


def failure(respond: Responder, **changes: Any) -> SendError:
    with pytest.raises(SendError) as caught:
        send_to(respond, message(), **changes)
    return caught.value


def answer(errcode: Any, errmsg: str = "") -> Responder:
    body = json.dumps({"errcode": errcode, "errmsg": errmsg}).encode()
    return lambda request: Reply(body=body)


def test_the_vendor_takes_the_message() -> None:
    sink = send_to(wecom_vendor(KEY), message())
    content = sink.requests[0].json["markdown"]["content"]
    assert content.startswith('### <font color="warning">黄牌｜超期 1 个工作日</font>\n')
    assert content.endswith("<@liyang>")


def test_connections_stay_open_between_messages() -> None:
    sink = send_to(wecom_vendor(KEY), message(), message(), message())
    assert len(sink.requests) == 3
    assert len(sink.connections) == 1


def test_a_closed_channel_opens_anew() -> None:
    with http_sink(wecom_vendor(KEY)) as sink:

        async def run() -> None:
            channel = build(settings(sink.url))
            for _ in range(2):
                await channel.send(message())
                await channel.close()

        asyncio.run(run())
    assert len(sink.connections) == 2


def test_many_in_flight_all_arrive() -> None:
    with http_sink(wecom_vendor(KEY, per_minute=100)) as sink:

        async def run() -> None:
            channel = build(settings(sink.url))
            await asyncio.gather(*(channel.send(message(key=str(n))) for n in range(40)))
            await channel.close()

        asyncio.run(run())
    assert len(sink.requests) == 40


def test_more_than_the_vendor_allows_is_temporary_and_waits_a_minute() -> None:
    with pytest.raises(SendError, match="45009") as caught:
        send_to(wecom_vendor(KEY), *[message()] * 21)
    assert not caught.value.permanent
    assert caught.value.retry_after == 60.0


def test_a_wrong_key_is_permanent() -> None:
    error = failure(wecom_vendor("another"))
    assert error.permanent
    assert "93000" in error.reason


@pytest.mark.parametrize(
    ("respond", "permanent"),
    [
        (answer(-1, "system busy"), False),
        (answer(6000), False),
        (answer(45033), False),
        (answer(40008), True),
        (answer(40058), True),
        (answer(45002), True),
        (answer(99999, "something new"), False),
        (answer(None), False),
        (lambda request: Reply(body=b"<html>Please log in</html>"), False),
        (lambda request: Reply(body=b"[]"), False),
        (lambda request: Reply(body=b"\xff"), False),
        (lambda request: Reply(), False),
        (lambda request: Reply(500), False),
        (lambda request: Reply(404), True),
        (lambda request: Reply(302, headers={"location": "https://evil.invalid/"}), True),
        (lambda request: Reply(cut=True), False),
        (lambda request: Reply(raw=b"this is no HTTP\r\n\r\n"), False),
        (lambda request: Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"), False),
    ],
)
def test_failures_say_whether_trying_again_can_help(respond: Responder, permanent: bool) -> None:
    assert failure(respond).permanent is permanent


def test_a_slow_vendor_is_not_waited_for() -> None:
    error = failure(lambda request: Reply(delay=1.0), timeout=0.2)
    assert not error.permanent
    assert error.reason == "127.0.0.1: no answer within 0.2 s"


def test_nobody_listening_is_temporary() -> None:
    with http_sink() as sink:
        url = sink.url

    async def run() -> None:
        channel = build(settings(url))
        try:
            await channel.send(message())
        finally:
            await channel.close()

    with pytest.raises(SendError, match="no answer: Cannot connect") as caught:
        asyncio.run(run())
    assert not caught.value.permanent


@pytest.mark.parametrize(
    "respond",
    [
        answer(93000, f"invalid webhook url key={KEY}"),
        answer(12345, f"odd key={KEY}"),
        lambda request: Reply(500),
        lambda request: Reply(cut=True),
        lambda request: Reply(raw=b"this is no HTTP\r\n\r\n"),
        lambda request: Reply(delay=0.5),
    ],
)
def test_the_key_never_shows(respond: Responder, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(SendError) as caught:
        send_to(respond, message(), timeout=0.2)
    shown = [repr(caught.value), str(caught.value), repr(settings()), str(settings())]
    shown += ["".join(traceback.format_exception(caught.value))]
    shown += [record.getMessage() for record in caplog.records if record.name != "asyncio"]
    assert KEY not in "\n".join(shown)


LONG: dict[str, Any] = {
    "case": {
        "item": "建" * 60,
        "department": "某某市某某区住房和城乡建设局" * 3,
        "step": "步" * 200,
        "handler_masked": "李*",
    },
    "alert": {"law": "法" * 300, "reason": "因" * 300, "title": "题" * 60},
    "clock": {"next_level_text": "下" * 200, "limit_text": "限" * 300},
    "route": {"reason": "由" * 300},
}


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("kind", Kind)
def test_the_longest_realistic_data_fit(kind: Kind, language: str) -> None:
    department = "部" * 30
    case = {"item": "题" * 60, "department": department}
    what = message(kind, language=language, case=case if kind is not Kind.SYSTEM else None)
    content = text(what)
    assert len(content.encode()) <= MOST_BYTES
    assert "…" not in content.replace("(…", "")


@pytest.mark.parametrize("kind", [Kind.WARNING, Kind.OVERDUE, Kind.ESCALATION, Kind.RESOLVED])
def test_absurd_data_are_cut_and_the_mention_stays(kind: Kind) -> None:
    content = text(message(kind, **LONG))
    assert len(content.encode()) <= MOST_BYTES
    assert content.endswith("<@liyang>")
    assert content.count("<font") == content.count("</font>")


def test_an_own_template_that_is_too_long_is_cut_by_whole_lines(tmp_path: Path) -> None:
    folder = tmp_path / "zh_CN" / "wecom"
    folder.mkdir(parents=True)
    line = '> <font color="info">' + "长" * 50 + "</font>\n"
    (folder / "base.md").write_text("### 首行\n" + line * 60 + "{{ mention }}\n", "utf-8")
    content = text(message(), templates=tmp_path)
    assert len(content.encode()) <= MOST_BYTES
    assert content.startswith("### 首行")
    assert content.endswith("<@liyang>")
    assert content.count("<font") == content.count("</font>") > 10


@pytest.mark.parametrize("size", range(10, 120, 7))
def test_fitting_never_breaks_a_tag_or_a_character(size: int) -> None:
    whole = '<font color="warning">' + "长" * 30 + '</font>\n> <font color="info">短</font>\n<@li>'
    short = fit(whole, size)
    assert len(short.encode()) <= size
    assert short.count("<") == short.count(">") - short.count("\n> ")
    assert short.count("<font") == short.count("</font>")


EVIL = [
    "<@all>",
    "@all",
    "<@chenbo>",
    "[点我](https://evil.example)",
    "https://evil.example/x",
    "**加粗**",
    "`代码`",
    '</font><font color="info">',
    "标题\n### 假标题\n> 假引用",
    "\u2028# x\r\n<@all>",
]


@pytest.mark.parametrize("evil", EVIL)
def test_data_cannot_inject_mentions_links_or_lines(evil: str) -> None:
    plain = text(message())
    content = text(
        message(
            case={"item": evil, "department": evil, "step": evil},
            route={"reason": evil},
            clock={"next_level_text": evil},
        )
    )
    assert re.findall(r"<@[^>]*>", content) == ["<@liyang>"]
    assert content.count("\n") == plain.count("\n")
    for sign in ("](", "`", "<font", "</font>", "@", "**", "http"):
        assert content.replace("https：//", "").count(sign) == plain.count(sign)


@pytest.mark.parametrize("userid", ["all", "ALL", "@all", "a> <@all", "", "李", "a" * 65, "a\n"])
def test_nobody_but_one_person_can_be_mentioned(userid: str) -> None:
    what = message(addresses={"wecom": userid})
    assert "<@" not in text(what)


def test_a_link_that_is_not_http_is_left_out() -> None:
    content = text(message(links={"case": "javascript:alert(1)", "explain": "https://a/b) [x](y"}))
    assert "javascript" not in content
    assert "(https://a/b%29%20%5Bx%5D%28y)" in content


def test_the_group_sees_neither_the_applicant_nor_the_whole_number() -> None:
    for kind in Kind:
        content = re.sub(r"\(https://[^)]*\)", "", text(message(kind)))
        assert "DP-ZJ-20260922-0173" not in content
        assert "云岭**" not in content.replace("＊", "*")
        assert "13800000000" not in content


def test_a_missing_field_is_named() -> None:
    bare = Message("k", Kind.OVERDUE, "zh_CN", Recipient("李阳"), {"case": {"no": "1"}})
    with pytest.raises(SendError, match="level_name") as caught:
        text(bare)
    assert caught.value.permanent


def test_a_proxy_is_used_when_it_is_set() -> None:
    with http_sink(answer(0)) as sink:

        async def run() -> None:
            channel = build(settings("http://robot.invalid", proxy=sink.url))
            await channel.send(message())
            await channel.close()

        asyncio.run(run())
    assert sink.requests[0].target.startswith("http://robot.invalid/cgi-bin/webhook/send?key=")
