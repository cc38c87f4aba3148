"""WeCom (企业微信) group robot: https://developer.work.weixin.qq.com/document/path/91770."""

from __future__ import annotations

import json
from typing import ClassVar, Literal
from urllib.parse import quote

from markupsafe import Markup
from pydantic import Field, SecretStr

from notifiers.addresses import userid
from notifiers.channel import Readers, Receipt
from notifiers.http import HttpSettings, Poster
from notifiers.markdown import escape, fit, tight
from notifiers.message import Message, Recipient
from notifiers.rendering import Renderer
from notifiers.verdicts import Codes

MOST_BYTES = 4096
"""Of the UTF-8 text of one markdown message."""

_ITEMS = 10  # of a digest: more would be a wall in a chat

# https://developer.work.weixin.qq.com/document/path/90313 (all codes of WeCom)
_CODES = Codes(
    vendor="WeCom",
    field="errcode",
    text="errmsg",
    permanent={
        40008: "the kind of message is not valid",
        40058: "a parameter is not valid, or the text is too long",
        44004: "the text is empty",
        45002: "the message is too long",
        93000: "the key of the robot is not valid: the robot was deleted, or the key was mistyped",
        93004: "the robot is disabled",
        93008: "the robot is not in the group",
    },
    waits={45009: 60.0, 45033: 10.0},  # too often, too many at once
)


class WecomSettings(HttpSettings):
    """A robot of a group.

    Attributes:
        key: the part after ``key=`` of the robot's address.
        base_url: the vendor's gateway, or a relay at the border of an intranet.
        per_minute: the vendor allows a robot 20 messages a minute.
    """

    readers: ClassVar[Readers] = Readers.ROOM

    kind: Literal["wecom"]
    key: SecretStr = Field(min_length=1)
    base_url: str = Field(default="https://qyapi.weixin.qq.com", pattern=r"^https?://")
    per_minute: int | None = Field(default=20, ge=1)

    def open(self) -> Wecom:
        """Give the channel."""
        return Wecom(self)


class Wecom:
    """Sends markdown to the group and mentions the recipient by his userid, where he has one."""

    def __init__(self, settings: WecomSettings) -> None:
        self.settings = settings
        self._renderer = Renderer("wecom", settings.templates, escape)
        self._poster = Poster(settings)
        key = quote(settings.key.get_secret_value(), safe="")
        self._url = f"{settings.base_url.rstrip('/')}/cgi-bin/webhook/send?key={key}"

    async def send(self, message: Message) -> Receipt:
        """Post one message to the group.

        Raises:
            SendError: the vendor did not answer ``"errcode": 0``; HTTP 200 alone says nothing.
        """
        answer = await self._poster.post(
            self._url,
            self.payload(message).encode(),
            {"content-type": "application/json"},
        )
        verdict = _CODES.read(answer)
        if verdict.code:
            raise _CODES.refuse(verdict, [self.settings.key.get_secret_value()])
        return Receipt(id=message.key, response="errcode 0")

    def payload(self, message: Message) -> str:
        """Give the JSON that is posted for a message."""
        body = {"msgtype": "markdown", "markdown": {"content": self.text(message)}}
        return json.dumps(body, ensure_ascii=False)

    async def close(self) -> None:
        """Close the connections."""
        await self._poster.close()

    def text(self, message: Message) -> str:
        """Give the markdown of a message, at most :data:`MOST_BYTES` bytes."""
        text = ""
        for notice in self._renderer.notice(message).ever_shorter(_ITEMS):
            text = self._renderer.layout(
                message,
                "md",
                notice=notice,
                about=notice.about,
                private=False,
                mention=mention(message.recipient),
            )
            text = tight(text)
            if len(text.encode()) <= MOST_BYTES:
                return text
        return fit(text, MOST_BYTES)


def mention(recipient: Recipient) -> Markup:
    """Give the mention of one person; nothing without a userid, and never one of everybody."""
    person = userid(recipient, "wecom")
    return Markup(f"<@{person}>" if person else "")  # noqa: S704 a userid has no markup
