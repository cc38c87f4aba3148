"""File: appends messages to a file of JSON Lines, one object a line."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import ClassVar, Literal

from notifiers.appending import append_to
from notifiers.channel import ChannelBase, Readers, Receipt, SendError
from notifiers.message import Message
from notifiers.notice import record
from notifiers.rendering import Renderer


class FileSettings(ChannelBase):
    """Append each message to ``path``, whose folder must exist."""

    readers: ClassVar[Readers] = Readers.PROGRAM

    kind: Literal["file"]
    path: Path

    def open(self) -> File:
        """Give the channel."""
        return File(self)


class File:
    """Appends to a file; it is opened for each message, so that it may be rotated at any time."""

    def __init__(self, settings: FileSettings) -> None:
        self.settings = settings
        self._renderer = Renderer("file", settings.templates)

    async def send(self, message: Message) -> Receipt:
        """Append one message.

        Raises:
            SendError: the file cannot be written now.
        """
        try:
            await asyncio.to_thread(self._append, self.payload(message) + "\n")
        except OSError as error:
            raise SendError(f"{self.settings.path}: {error.strerror}", permanent=False) from error
        return Receipt(id=message.key)

    def payload(self, message: Message) -> str:
        """Give the line of JSON of a message."""
        return json.dumps(record(message, self._renderer.notice(message)), ensure_ascii=False)

    async def close(self) -> None:
        """Do nothing: nothing stays open."""

    def _append(self, line: str) -> None:
        with append_to(self.settings.path) as out:
            out.write(line)
