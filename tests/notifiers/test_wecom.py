from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from notifiers import Kind, Message, SendError, WecomSettings
from notifiers.channels.wecom import MOST_BYTES, Wecom
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
            channel = settings(sink.url, **changes).open()
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


def test_a_closed_channel_opens_anew() -> None:
    with http_sink(wecom_vendor(KEY)) as sink:

        async def run() -> None:
            channel = settings(sink.url).open()
            for _ in range(2):
                await channel.send(message())
                await channel.close()

        asyncio.run(run())
    assert len(sink.connections) == 2


def test_many_in_flight_all_arrive() -> None:
    with http_sink(wecom_vendor(KEY, per_minute=100)) as sink:

        async def run() -> None:
            channel = settings(sink.url).open()
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
    ("code", "permanent", "wait"),
    [
        (40008, True, None),
        (40058, True, None),
        (45002, True, None),
        (93004, True, None),
        (45033, False, 10.0),
        (6000, False, None),
    ],
)
def test_codes_are_taken_as_the_vendor_means_them(
    code: int, permanent: bool, wait: float | None
) -> None:
    error = failure(answer(code))
    assert (error.permanent, error.retry_after) == (permanent, wait)


def test_nobody_listening_is_temporary() -> None:
    with http_sink() as sink:
        url = sink.url

    async def run() -> None:
        channel = settings(url).open()
        try:
            await channel.send(message())
        finally:
            await channel.close()

    with pytest.raises(SendError, match="no answer: Cannot connect") as caught:
        asyncio.run(run())
    assert not caught.value.permanent


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
def test_the_longest_realistic_data_are_not_even_cut(kind: Kind, language: str) -> None:
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
