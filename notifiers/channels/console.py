"""Console: prints messages, to try rules before anybody is told."""

from __future__ import annotations

import json
import sys
from typing import ClassVar, Literal, TextIO

from notifiers.channel import ChannelBase, Readers, Receipt, SendError
from notifiers.message import Message
from notifiers.notice import record
from notifiers.rendering import Renderer


class ConsoleSettings(ChannelBase):
    """Print each message as a readable block or as one line of JSON."""

    readers: ClassVar[Readers] = Readers.PROGRAM

    kind: Literal["console"]
    format: Literal["text", "json"] = "text"

    def open(self) -> Console:
        """Give the channel."""
        return Console(self)


class Console:
    """Prints to ``stream``, or to the standard output of the moment where it is ``None``."""

    def __init__(self, settings: ConsoleSettings, stream: TextIO | None = None) -> None:
        self.settings = settings
        self._stream = stream
        self._renderer = Renderer("console", settings.templates)

    async def send(self, message: Message) -> Receipt:
        """Print one message."""
        stream = self._stream or sys.stdout
        try:
            stream.write(self.payload(message) + "\n")
            stream.flush()
        except (OSError, ValueError) as error:  # a pipe that was closed at the other end
            raise SendError(f"cannot print: {error}", permanent=False) from None
        return Receipt(id=message.key)

    def payload(self, message: Message) -> str:
        """Give what is printed for a message."""
        notice = self._renderer.notice(message)
        if self.settings.format == "json":
            return json.dumps(record(message, notice), ensure_ascii=False)
        text = self._renderer.layout(
            message,
            "txt",
            notice=notice,
            about=notice.about,
            recipient=message.recipient.name,
        )
        return text.strip()

    async def close(self) -> None:
        """Do nothing: the stream is not ours."""
