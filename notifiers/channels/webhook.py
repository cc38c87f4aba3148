"""Webhook: posts messages as JSON, signed by the Standard Webhooks specification.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Literal
from urllib.parse import quote

import msgspec
from pydantic import AfterValidator, SecretStr
from standardwebhooks import Webhook as Signer

from notifiers.channel import Readers, Receipt
from notifiers.http import HttpSettings, Poster, SecretUrl
from notifiers.message import Message
from notifiers.notice import record
from notifiers.rendering import Renderer

_IN_IDS = "!#$&*+,/:;=@|~"  # a header holds printable ASCII; anything else is percent-encoded


def signing_secret(secret: SecretStr) -> SecretStr:
    """Give a secret back that is one of Standard Webhooks.

    Raises:
        ValueError: it is none.
    """
    text = secret.get_secret_value().removeprefix("whsec_")
    try:
        size = len(b64decode(text, validate=True))
    except ValueError:
        size = 0
    if not 24 <= size <= 64:
        raise ValueError("expected whsec_ and the base64 text of 24 to 64 random bytes")
    return secret


class WebhookSettings(HttpSettings):
    """Where to post, and the secret shared with the receiver.

    Attributes:
        url: never shown, because many receivers put a token into it.
        secret: ``whsec_`` and the base64 text of 24 to 64 random bytes, as the specification asks.
    """

    readers: ClassVar[Readers] = Readers.PROGRAM

    kind: Literal["webhook"]
    url: SecretUrl
    secret: Annotated[SecretStr, AfterValidator(signing_secret)]

    def open(self) -> Webhook:
        """Give the channel."""
        return Webhook(self)


class Webhook:
    """Posts ``{"type": "notice.<kind>", "data": {…}}``.

    ``data`` holds the words, the fields behind them, and the recipient's addresses, so that the
    receiver can be a gateway to what we do not speak (an SMS platform of the city, say).
    """

    def __init__(self, settings: WebhookSettings) -> None:
        self.settings = settings
        self._renderer = Renderer("webhook", settings.templates)
        self._signer = Signer(settings.secret.get_secret_value())
        self._poster = Poster(settings)

    async def send(self, message: Message) -> Receipt:
        """Post one message; ``webhook-id`` is its key, so the receiver can drop repeats.

        Raises:
            SendError: anything but a 2xx; 410 and 413 are final, others temporary.
        """
        body = self.payload(message)
        ident = quote(message.key, safe=_IN_IDS)
        now = datetime.now(UTC)  # the receiver refuses a signature that is not fresh
        headers = {
            "content-type": "application/json",
            "webhook-id": ident,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signer.sign(ident, now, body),
        }
        answer = await self._poster.post(
            self.settings.url.get_secret_value(), body.encode(), headers
        )
        answer.require_success()
        return Receipt(id=ident, response=f"HTTP {answer.status}")

    def payload(self, message: Message) -> str:
        """Give the JSON that is posted for a message."""
        data = record(message, self._renderer.notice(message))
        data["addresses"] = dict(message.recipient.addresses)
        return msgspec.json.encode({"type": f"notice.{message.kind}", "data": data}).decode()

    async def close(self) -> None:
        """Close the connections."""
        await self._poster.close()
