"""Inbox (收件箱): the message stays in duban's own store, for its receiver to read there."""

from __future__ import annotations

from typing import ClassVar, Literal

from notifiers.channel import ChannelBase, Readers, Receipt
from notifiers.message import Message
from notifiers.rendering import Renderer


class InboxSettings(ChannelBase):
    """An inbox for everyone in the directory; it needs no address and no network."""

    # A reader goes through a list at his own pace: there is nothing to spare him by a digest.
    readers: ClassVar[Readers] = Readers.PROGRAM

    kind: Literal["inbox"]

    def open(self) -> Inbox:
        """Give the channel."""
        return Inbox(self)


class Inbox:
    """Leaves a message where it is: its record in the store is what people read."""

    def __init__(self, settings: InboxSettings) -> None:
        self.settings = settings
        self._renderer = Renderer("inbox", settings.templates)

    async def send(self, message: Message) -> Receipt:
        """Take a message over.

        Raises:
            SendError: it could not be shown, for its text is faulty.
        """
        self._renderer.notice(message)
        return Receipt(id=message.key)

    def payload(self, message: Message) -> str:
        """Give what its receiver reads."""
        notice = self._renderer.notice(message)
        text = self._renderer.layout(message, "txt", notice=notice, about=notice.about_private)
        return text.strip()

    async def close(self) -> None:
        """Do nothing: nothing is open."""
