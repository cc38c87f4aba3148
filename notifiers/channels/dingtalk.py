"""DingTalk (钉钉) group robot.

https://open.dingtalk.com/document/development/custom-robots-send-group-messages
"""

from __future__ import annotations

import base64
import hmac
import json
import re
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any, ClassVar, Literal
from urllib.parse import urlencode

from pydantic import Field, SecretStr

from notifiers.addresses import userid
from notifiers.channel import Readers, Receipt
from notifiers.http import HttpSettings, Poster
from notifiers.markdown import escape, fit, spaced
from notifiers.message import Kind, Message, Recipient
from notifiers.notice import Notice
from notifiers.rendering import Renderer
from notifiers.verdicts import Codes
from notifiers.words import cut

MOST_BYTES = 20_000
"""Of the body of one message; the vendor answers 460101 to more."""

LONGEST_TITLE = 64
LONGEST_BUTTON = 20
"""In characters; code 34016 of the vendor's list says so."""

CARDS = (Kind.ESCALATION, Kind.ORDER)
"""The kinds of message that ask the reader to act: cards with buttons, not links."""

_ITEMS = 10  # of a digest: more would be a wall in a chat
_REFUSED_FOR = 600.0  # seconds, once a robot has sent more than 20 in a minute

# https://open.dingtalk.com/document/development/custom-robots-send-group-messages
CODES = Codes(
    vendor="DingTalk",
    field="errcode",
    text="errmsg",
    permanent={
        40035: "a parameter is missing",
        43004: "the content type is not valid",
        300001: "access_token is not valid",
        300005: "access_token is not valid",
        310000: "the robot's security settings refuse it: the secret, the clock of this machine, "
        "its address or a keyword",
        400013: "the group has been dissolved",
        400101: "access_token is not valid",
        400102: "the robot is disabled",
        400105: "the kind of message is not valid",
        400106: "the robot is not in the group",
        430101: "the vendor holds a link for unsafe",
        430102: "the vendor holds a word for improper",
        430103: "the vendor holds a picture for improper",
        430104: "the vendor holds the content for improper",
        460101: "the message is too long",
    },
    # What the vendor answers, and what it documents: too many in a minute.
    waits={130101: _REFUSED_FOR, 410100: _REFUSED_FOR},
)

_MOBILE = re.compile(r"1\d{10}")


class DingtalkSettings(HttpSettings):
    """A custom robot of a group, secured by a signature.

    Attributes:
        access_token: the part after ``access_token=`` of the robot's address.
        secret: the one that begins with ``SEC``; ``None`` where the robot is secured by the address
            of this machine alone.
        base_url: the vendor's gateway, or a relay at the border of an intranet.
        per_minute: the vendor allows a robot 20 messages a minute.
    """

    readers: ClassVar[Readers] = Readers.ROOM

    kind: Literal["dingtalk"]
    access_token: SecretStr = Field(min_length=1)
    secret: SecretStr | None = None
    base_url: str = Field(default="https://oapi.dingtalk.com", pattern=r"^https?://")
    per_minute: int | None = Field(default=20, ge=1)

    def open(self) -> Dingtalk:
        """Give the channel."""
        return Dingtalk(self)


class Dingtalk:
    """Sends markdown to the group, or a card with buttons where the reader is asked to act.

    The recipient is mentioned by his userid or, without one, by his mobile number.

    Args:
        settings: which robot.
        clock: gives the seconds since 1970 for the signature.
    """

    def __init__(self, settings: DingtalkSettings, clock: Callable[[], float] = time.time) -> None:
        self.settings = settings
        self._clock = clock
        self._renderer = Renderer("dingtalk", settings.templates, escape)
        self._poster = Poster(settings)

    async def send(self, message: Message) -> Receipt:
        """Post one message to the group.

        Raises:
            SendError: the vendor did not answer ``"errcode": 0``; HTTP 200 alone says nothing.
        """
        answer = await self._poster.post(
            self._url(), self.payload(message).encode(), {"content-type": "application/json"}
        )
        verdict = CODES.read(answer)
        if verdict.code:
            secrets = [self.settings.access_token, self.settings.secret]
            raise CODES.refuse(verdict, [one.get_secret_value() for one in secrets if one])
        return Receipt(id=message.key, response="errcode 0")

    def payload(self, message: Message) -> str:
        """Give the JSON that is posted for a message, without the signature in the address."""
        body = ""
        for notice in self._renderer.notice(message).ever_shorter(_ITEMS):
            body = json.dumps(self._body(message, notice), ensure_ascii=False)
            if len(body.encode()) <= MOST_BYTES:
                return body
        return json.dumps(self._body(message, notice, MOST_BYTES // 2), ensure_ascii=False)

    async def close(self) -> None:
        """Close the connections."""
        await self._poster.close()

    def _body(self, message: Message, notice: Notice, size: int = MOST_BYTES) -> dict[str, Any]:
        at = mention(message.recipient)
        card = message.kind in CARDS and bool(notice.actions)
        text = self._renderer.layout(
            message,
            "md",
            notice=notice,
            about=notice.about,
            private=False,
            links=() if card else notice.actions,
            mention=next((one for known in at.values() for one in known), ""),
        )
        title, text = cut(notice.subject, LONGEST_TITLE), fit(spaced(text), size)
        shown: dict[str, Any] = {"title": title, "text": text}
        if card:
            shown |= _buttons(notice)
        return {
            "msgtype": "actionCard" if card else "markdown",
            "actionCard" if card else "markdown": shown,
            "at": {**at, "isAtAll": False},
            # The vendor drops what comes again under the same one.
            "msgUuid": sha256(message.key.encode()).hexdigest()[:32],
        }

    def _url(self) -> str:
        query = {"access_token": self.settings.access_token.get_secret_value()}
        if self.settings.secret:
            stamp = str(int(self._clock() * 1000))
            query |= {"timestamp": stamp, "sign": sign(self.settings.secret, stamp)}
        return f"{self.settings.base_url.rstrip('/')}/robot/send?{urlencode(query)}"


def sign(secret: SecretStr, stamp: str) -> str:
    """Give the signature of a moment, in milliseconds since 1970.

    https://open.dingtalk.com/document/development/customize-robot-security-settings
    """
    key = secret.get_secret_value()
    digest = hmac.new(key.encode(), f"{stamp}\n{key}".encode(), sha256).digest()
    return base64.b64encode(digest).decode()


def _buttons(notice: Notice) -> dict[str, Any]:
    buttons = [(cut(link.label, LONGEST_BUTTON), link.url) for link in notice.actions]
    if len(buttons) == 1:
        return {"singleTitle": buttons[0][0], "singleURL": buttons[0][1]}
    listed = [{"title": label, "actionURL": url} for label, url in buttons]
    return {"btnOrientation": "0", "btns": listed}


def mention(recipient: Recipient) -> dict[str, list[str]]:
    """Give whom to mention, in the vendor's form: one person, or nobody."""
    if person := userid(recipient, "dingtalk"):
        return {"atUserIds": [person]}
    mobile = recipient.addresses.get("mobile", "").removeprefix("+86")
    return {"atMobiles": [mobile]} if _MOBILE.fullmatch(mobile) else {}
