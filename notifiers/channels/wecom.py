"""WeCom (企业微信) group robot: https://developer.work.weixin.qq.com/document/path/91770."""

from __future__ import annotations

import json
import re
from typing import ClassVar, Literal
from urllib.parse import quote

from markupsafe import Markup
from pydantic import Field, SecretStr

from notifiers.channel import Readers, Receipt, SendError
from notifiers.http import Answer, HttpSettings, Poster
from notifiers.message import Message, Recipient
from notifiers.rendering import Renderer
from notifiers.words import cut, cut_bytes, one_line

MOST_BYTES = 4096
"""Of the UTF-8 text of one markdown message."""

_ITEMS = 10  # of a digest: more would be a wall in a chat

# https://developer.work.weixin.qq.com/document/path/90455. What is in neither list is taken as
# temporary: to give up early would lose a message, to try again costs little.
_TOO_OFTEN = 45009
_PERMANENT = {
    40008: "the kind of message is not valid",
    40058: "a parameter is not valid",
    44004: "the text is empty",
    45002: "the text is too long",
    93000: "the key of the robot is not valid: the robot was deleted, or the key was mistyped",
}

_USERID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")
# The dialect has no escapes, so what could begin a tag, a mention, a link or an emphasis is put
# in its full-width form, which reads the same.
_FULL_WIDTH = str.maketrans("<>[]*`#@", "＜＞［］＊｀＃＠")


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
        answer.require_success()
        self._require_accepted(answer)
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
                message, "md", notice=notice, mention=mention(message.recipient)
            )
            text = "\n".join(line.strip() for line in text.splitlines() if line.strip())
            if len(text.encode()) <= MOST_BYTES:
                return text
        return fit(text, MOST_BYTES)

    def _require_accepted(self, answer: Answer) -> None:
        try:
            verdict = json.loads(answer.body)
            code, said = int(verdict["errcode"]), str(verdict.get("errmsg", ""))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise SendError("the answer is not WeCom's: no errcode", permanent=False) from None
        if code == 0:
            return
        said = said.replace(self.settings.key.get_secret_value(), "***")
        why = _PERMANENT.get(code) or cut(one_line(said), 200)
        raise SendError(
            f"errcode {code}: {why}",
            permanent=code in _PERMANENT,
            retry_after=60.0 if code == _TOO_OFTEN else answer.retry_after,
        )


def escape(text: str) -> str:
    """Make text harmless in WeCom markdown: no tags, mentions, links, emphasis or headings."""
    return text.translate(_FULL_WIDTH).replace("://", "：//")


def mention(recipient: Recipient) -> Markup:
    """Give the mention of one person; nothing without a userid, and never one of everybody."""
    userid = recipient.addresses.get("wecom", "")
    if not _USERID.fullmatch(userid) or userid.lower() == "all":
        return Markup("")
    return Markup(f"<@{userid}>")  # noqa: S704 matched just above


def fit(text: str, size: int) -> str:
    """Shorten markdown to ``size`` bytes by whole lines, so that no tag, link or mention breaks.

    Lines go from the end, but the last one, which says who is meant, stays as long as it can.
    """
    first, *lines = text.split("\n")
    last = lines.pop() if lines else ""
    while lines and len("\n".join([first, *lines, last]).encode()) > size:
        lines.pop()
    short = "\n".join(line for line in [first, *lines, last] if line)
    if len(short.encode()) <= size:
        return short
    bare = re.sub(r"<[^>]*>", "", first)
    room = size - len(last.encode()) - 1
    return f"{cut_bytes(bare, room)}\n{last}" if room > len(first) // 2 else cut_bytes(bare, size)
