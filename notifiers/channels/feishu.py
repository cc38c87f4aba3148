"""Feishu (飞书) custom robot: https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any, ClassVar, Literal
from urllib.parse import quote

from markupsafe import Markup
from pydantic import Field, SecretStr

from notifiers import markdown
from notifiers.addresses import userid
from notifiers.channel import Readers, Receipt, SendError, TooSoonError
from notifiers.http import HttpSettings, Poster
from notifiers.message import Message, Recipient
from notifiers.notice import Lamp, Notice
from notifiers.pacing import Pace
from notifiers.rendering import Renderer
from notifiers.verdicts import Codes

MOST_BYTES = 20_000
"""Of the body of one message."""

HEADERS = {
    Lamp.WARNING: "orange",
    Lamp.YELLOW: "yellow",
    Lamp.RED: "red",
    Lamp.CLOSED: "green",
    Lamp.ORDER: "carmine",
    Lamp.DIGEST: "blue",
    Lamp.SYSTEM: "indigo",
}
"""The colour of a card's header, by the lamp of its message."""

_ITEMS = 20  # of a digest
_PATIENCE = 3.0  # seconds that a message may wait for its turn in a crowd
_CROWDED = 50  # seconds after the full and the half hour within which messages are spread

# The page above; 19001 and 11247 are not on it, but the vendor answers them.
_CODES = Codes(
    vendor="Feishu",
    field="code",
    text="msg",
    permanent={
        9499: "the message is not valid, or longer than 20 KB",
        19001: "token is not valid: the robot was deleted, or the token was mistyped",
        19002: "the message is not valid",
        19021: "secret is not that of the robot, or the clock of this machine is an hour off",
        19022: "the address that we send from is not among those of the robot",
        19024: "the message has none of the robot's keywords",
    },
    waits={11232: 60.0, 11247: 60.0},  # too often, by us or by all the world
)


class FeishuSettings(HttpSettings):
    """A custom robot of a group, secured by a signature.

    Attributes:
        token: the last part of the robot's address.
        secret: that of its signature; ``None`` where it is secured otherwise.
        base_url: the vendor's gateway, or a relay at the border of an intranet.
        per_minute: the vendor allows a robot 100 messages a minute, and 5 a second besides.
        avoid_rush: keep away from the first minute of the full and the half hour, in which the
            vendor refuses messages because everybody sends then.
    """

    readers: ClassVar[Readers] = Readers.ROOM

    kind: Literal["feishu"]
    token: SecretStr = Field(min_length=1)
    secret: SecretStr | None = None
    base_url: str = Field(default="https://open.feishu.cn", pattern=r"^https?://")
    per_minute: int | None = Field(default=100, ge=1)
    avoid_rush: bool = True

    def open(self) -> Feishu:
        """Give the channel."""
        return Feishu(self)


class Feishu:
    """Sends a card (JSON 1.0, which older clients show too) and mentions the recipient.

    Args:
        settings: which robot.
        clock: gives the seconds since 1970, for the signature and for the rush hours.
    """

    def __init__(self, settings: FeishuSettings, clock: Callable[[], float] = time.time) -> None:
        self.settings = settings
        self._clock = clock
        self._renderer = Renderer("feishu", settings.templates, escape)
        self._poster = Poster(settings)
        self._pace = Pace(5, 1.2)  # a little less, for the vendor counts when they arrive
        token = quote(settings.token.get_secret_value(), safe="")
        self._url = f"{settings.base_url.rstrip('/')}/open-apis/bot/v2/hook/{token}"

    async def send(self, message: Message) -> Receipt:
        """Post one message to the group.

        Raises:
            SendError: the vendor did not answer ``"code": 0``; HTTP 200 alone says nothing.
        """
        card = self._card(message)
        if self.settings.avoid_rush and (wait := rush(message.key, self._clock())):
            raise TooSoonError("the vendor is crowded at the full and the half hour", wait)
        await self._turn()
        body = json.dumps(self._signed(card), ensure_ascii=False).encode()
        answer = await self._poster.post(self._url, body, {"content-type": "application/json"})
        verdict = _CODES.read(answer)
        if verdict.code:
            secrets = [self.settings.token, self.settings.secret]
            raise _CODES.refuse(verdict, [one.get_secret_value() for one in secrets if one])
        return Receipt(id=message.key, response="code 0")

    def payload(self, message: Message) -> str:
        """Give the JSON that is posted for a message, without its signature."""
        return json.dumps(self._body(self._card(message)), ensure_ascii=False)

    async def close(self) -> None:
        """Close the connections."""
        await self._poster.close()

    async def _turn(self) -> None:
        waited = 0.0
        while wait := self._pace.wait():
            waited += wait
            if waited > _PATIENCE:
                raise TooSoonError("the vendor takes 5 messages a second", wait)
            await asyncio.sleep(wait)

    def _card(self, message: Message) -> Any:
        for notice in self._renderer.notice(message).ever_shorter(_ITEMS):
            card = self._layout(message, notice)
            signed = json.dumps(self._signed(card), ensure_ascii=False)
            if len(signed.encode()) <= MOST_BYTES:
                return card
        raise SendError(f"the card is longer than {MOST_BYTES} bytes", permanent=True)

    def _layout(self, message: Message, notice: Notice) -> Any:
        text = self._renderer.layout(
            message,
            "json",
            notice=notice,
            colour=HEADERS[notice.lamp],
            mention=mention(message.recipient),
        )
        try:
            return json.loads(text)
        except ValueError as error:
            raise SendError(
                f"the layout of the card is not JSON: {error}", permanent=True
            ) from None

    def _body(self, card: Any) -> dict[str, Any]:
        return {"msg_type": "interactive", "card": card}

    def _signed(self, card: Any) -> dict[str, Any]:
        if self.settings.secret is None:
            return self._body(card)
        stamp = str(int(self._clock()))
        key = f"{stamp}\n{self.settings.secret.get_secret_value()}".encode()
        sign = base64.b64encode(hmac.new(key, b"", sha256).digest()).decode()
        return {"timestamp": stamp, "sign": sign, **self._body(card)}


def escape(text: str) -> str:
    """Make text harmless within a string of JSON and within the vendor's markdown."""
    return json.dumps(markdown.escape(text), ensure_ascii=False)[1:-1]


def mention(recipient: Recipient) -> Markup:
    """Give the mention of one person by his open_id or user_id; nothing without one."""
    person = userid(recipient, "feishu")
    return Markup(f"<at id={person}></at>" if person else "")  # noqa: S704 a userid has no markup


def rush(key: str, now: float) -> float:
    """Give the seconds to wait after a full or half hour; 0 at other times.

    Each message has a second of its own, by its key, so that they do not come all at once either.
    """
    since = now % 1800
    own = 10 + sha256(key.encode()).digest()[0] % (_CROWDED - 10)
    return max(0.0, own - since)
