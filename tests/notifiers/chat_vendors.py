"""The channels of the chat vendors, each beside a stand-in of its vendor, for tests of them all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from notifiers import (
    Channel,
    ChannelBase,
    DingtalkNoticeSettings,
    DingtalkSettings,
    FeishuSettings,
    Message,
    Receipt,
    WecomAppSettings,
    WecomSettings,
)
from tests.support.sinks import HttpSink, Responder, http_sink, wecom_vendor
from tests.support.vendors import (
    DingtalkApplication,
    DingtalkRobot,
    FeishuRobot,
    WecomApplication,
)

SECRET = "SEC0c9a6dd1f3-密"
TOKEN = "73febdcb-1b38-4d1b-a994-790f21fc8d30"


@dataclass(frozen=True)
class Chat:
    """A channel under test.

    ``limit`` is what ``size`` of its payload may be at most; ``words`` are those in a payload.
    """

    settings: Callable[..., ChannelBase]
    vendor: Callable[[], Responder]
    private: bool
    limit: int
    size: Callable[[Any], int]

    def payload(self, what: Message, **changes: Any) -> Any:
        """Give what would be posted for a message."""
        return json.loads(self.channel(**changes).payload(what))

    def channel(self, **changes: Any) -> Channel:
        """Give a channel that is not to send, the same one each time where nothing is changed."""
        if changes:
            return self.settings("https://vendor.invalid", **changes).open()
        if id(self) not in _BUILT:
            _BUILT[id(self)] = self.settings("https://vendor.invalid").open()
        return _BUILT[id(self)]

    def words(self, what: Message, **changes: Any) -> str:
        """Give the texts that the vendor lays out, but for the addresses of links."""
        texts = list(strings(self.payload(what, **changes)))
        return "\n".join(text for text in texts if not text.startswith(("http://", "https://")))


_BUILT: dict[int, Channel] = {}


def strings(value: Any) -> Any:
    """Give every text within a JSON value that the vendor reads as markdown or shows in a card."""
    if isinstance(value, str):
        yield value
    if isinstance(value, dict):  # a title in a list of conversations is plain text
        value = [part for name, part in value.items() if name != "title" or isinstance(part, dict)]
    if isinstance(value, list):
        for part in value:
            yield from strings(part)


def encoded(value: Any) -> int:
    """Give the bytes of a JSON value."""
    return len(json.dumps(value, ensure_ascii=False).encode())


def _wecom(url: str, **changes: Any) -> ChannelBase:
    return WecomSettings(**{"kind": "wecom", "id": "c", "key": TOKEN, "base_url": url} | changes)


def _wecom_app(url: str, **changes: Any) -> ChannelBase:
    values = {"corpid": "ww1", "agentid": 1000002, "secret": SECRET, "base_url": url}
    return WecomAppSettings(**{"kind": "wecom-app", "id": "c"} | values | changes)


def _dingtalk(url: str, **changes: Any) -> ChannelBase:
    values = {"access_token": TOKEN, "secret": SECRET, "base_url": url}
    return DingtalkSettings(**{"kind": "dingtalk", "id": "c"} | values | changes)


def _dingtalk_notice(url: str, **changes: Any) -> ChannelBase:
    values = {"app_key": "ding1", "app_secret": SECRET, "agent_id": 77, "base_url": url}
    return DingtalkNoticeSettings(**{"kind": "dingtalk-notice", "id": "c"} | values | changes)


def _feishu(url: str, **changes: Any) -> ChannelBase:
    values = {"token": TOKEN, "secret": SECRET, "base_url": url, "avoid_rush": False}
    return FeishuSettings(**{"kind": "feishu", "id": "c"} | values | changes)


CHATS = {
    "wecom": Chat(
        _wecom,
        lambda: wecom_vendor(TOKEN),
        False,
        4096,
        lambda body: len(body["markdown"]["content"].encode()),
    ),
    "wecom-app": Chat(
        _wecom_app,
        lambda: WecomApplication("ww1", SECRET, 1000002),
        True,
        2048,
        lambda body: len(body["markdown"]["content"].encode()),
    ),
    "dingtalk": Chat(_dingtalk, lambda: DingtalkRobot(TOKEN, SECRET), False, 20_000, encoded),
    "dingtalk-notice": Chat(
        _dingtalk_notice,
        lambda: DingtalkApplication("ding1", SECRET, 77),
        True,
        2048,
        lambda body: encoded(body["msg"]),
    ),
    "feishu": Chat(_feishu, lambda: FeishuRobot(TOKEN, SECRET), False, 20_000, encoded),
}


def send_to(
    chat: Chat, respond: Responder, *messages: Message, together: bool = False, **changes: Any
) -> tuple[list[Receipt], HttpSink]:
    """Send messages over a channel to a sink, one after the other or ``together``."""
    with http_sink(respond) as sink:

        async def run() -> list[Receipt]:
            channel = chat.settings(sink.url, **changes).open()
            try:
                if together:
                    return list(await asyncio.gather(*(channel.send(one) for one in messages)))
                return [await channel.send(one) for one in messages]
            finally:
                await channel.close()

        return asyncio.run(run()), sink
