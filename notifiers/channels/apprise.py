"""Apprise: the hundred other services, by the addresses that Apprise knows: the extra ``apprise``.

https://github.com/caronc/apprise/wiki
"""

from __future__ import annotations

import logging
from typing import Annotated, ClassVar, Literal

from pydantic import Field, SecretStr

from notifiers.channel import ChannelBase, Readers, Receipt, SendError
from notifiers.message import Message
from notifiers.rendering import Renderer

# Apprise logs what it sends, and the addresses it sends to hold keys.
logging.getLogger("apprise").setLevel(logging.CRITICAL)


class AppriseSettings(ChannelBase):
    """Where to send.

    Attributes:
        urls: addresses as Apprise writes them (``ntfys://…``, ``mailtos://…``, ``zulip://…``).
    """

    readers: ClassVar[Readers] = Readers.ROOM

    kind: Literal["apprise"]
    urls: Annotated[tuple[SecretStr, ...], Field(min_length=1)]

    def open(self) -> AppriseChannel:
        """Give the channel."""
        return AppriseChannel(self)


class AppriseChannel:
    """Sends plain text with a title to every address; all of them have to take it."""

    def __init__(self, settings: AppriseSettings) -> None:
        try:
            from apprise import Apprise, NotifyFormat
        except ModuleNotFoundError as error:
            raise ValueError(f'install it first: pip install "duban[apprise]" ({error})') from None
        self.settings = settings
        self._renderer = Renderer("apprise", settings.templates)
        self._text = NotifyFormat.TEXT
        self._apprise = Apprise()
        for number, url in enumerate(settings.urls):
            if not self._apprise.add(url.get_secret_value()):
                raise ValueError(f"urls[{number}]: Apprise knows no such address")

    async def send(self, message: Message) -> Receipt:
        """Send one message.

        Raises:
            SendError: at least one address did not take it. Apprise does not say why.
        """
        title, body = self._parts(message)
        taken = await self._apprise.async_notify(body, title=title, body_format=self._text)
        if not taken:
            raise SendError("an address did not take it; Apprise does not say why", permanent=False)
        return Receipt(id=message.key)

    def payload(self, message: Message) -> str:
        """Give the title and the text that are sent."""
        return "\n\n".join(self._parts(message))

    async def close(self) -> None:
        """Do nothing: Apprise keeps nothing open."""

    def _parts(self, message: Message) -> tuple[str, str]:
        notice = self._renderer.notice(message)
        text = self._renderer.layout(message, "txt", notice=notice, about=notice.about)
        return notice.subject, text.strip()
