"""The channel protocol, what sending gives, how it fails, and the settings all channels share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from math import inf
from pathlib import Path
from typing import Annotated, ClassVar, Protocol

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from notifiers.message import Message
from rules.amounts import clock_seconds

NO_LENGTH = "no_length_of_time"
"""The type of the error by which :data:`Seconds` refuses what is no length of time."""


def _length(value: object) -> float:
    try:
        seconds = clock_seconds(value)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < inf:
        raise PydanticCustomError(NO_LENGTH, "no length of time that is always the same")
    return seconds


Seconds = Annotated[float, BeforeValidator(_length)]
"""A length of clock time, as :func:`rules.amounts.clock_seconds` reads it, held in seconds."""


class Readers(StrEnum):
    """Who reads what a channel brings: that decides which messages may be merged into a digest."""

    EACH = "each"  # its receiver alone: those of one receiver
    ROOM = "room"  # a group of people: all of them
    PROGRAM = "program"  # a program or a log: none, each message is told by itself


class ChannelBase(BaseModel, ABC):
    """Settings that every channel has; those of each kind also have a literal ``kind``.

    Attributes:
        readers: who reads what it brings.
        reaches_by: the kinds of address of which it needs one of its receiver; none: it needs no
            address, for it brings everything to one place.
        id: the name by which policies mean this channel.
        per_minute: most messages in any minute; ``None``: as many as there are.
        templates: folder of own texts and layouts that go before the built-in ones.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    readers: ClassVar[Readers] = Readers.EACH
    reaches_by: ClassVar[tuple[str, ...]] = ()

    id: str = Field(min_length=1)
    per_minute: int | None = Field(default=None, ge=1)
    templates: Path | None = None

    @abstractmethod
    def open(self) -> Channel:
        """Give the channel that these settings describe; it connects when it first sends.

        Raises:
            ValueError: the channel's own folder of templates holds a faulty text.
        """


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a message was taken over.

    Attributes:
        id: the name under which the receiver knows it (Message-ID, webhook-id, …).
        response: what the receiver answered, in a line.
    """

    id: str
    response: str = ""


class SendError(Exception):
    """A message was not taken over.

    Attributes:
        reason: what happened, in a line, without secrets.
        permanent: trying again cannot help.
        retry_after: seconds the receiver asked us to wait; ``None`` where it did not say.
    """

    def __init__(self, reason: str, *, permanent: bool, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.retry_after = retry_after


class TooSoonError(SendError):
    """A message was not even tried: the channel knows that it may go in ``seconds`` at soonest."""

    def __init__(self, reason: str, seconds: float) -> None:
        super().__init__(reason, permanent=False, retry_after=seconds)


class Channel(Protocol):
    """A way to reach people. One object serves one event loop."""

    @property
    def settings(self) -> ChannelBase:
        """The settings that it was built from."""

    async def send(self, message: Message) -> Receipt:
        """Send one message and give the receipt.

        Raises:
            SendError: it was not taken over; the error says whether trying again can help.
        """

    def payload(self, message: Message) -> str:
        """Give what :meth:`send` would hand over, as text, and send nothing.

        Raises:
            SendError: there is nothing to hand over: a faulty text, no usable address.
        """

    async def close(self) -> None:
        """Close what is open; the channel may be used again and then opens anew."""
