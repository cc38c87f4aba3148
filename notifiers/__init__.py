"""How people are told: messages, channels, their texts, and when to try again.

Knows neither the settings file nor the daemon: a channel is built from its own settings and takes
:class:`Message` values.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import Field

from notifiers.channel import Channel, Receipt, SendError
from notifiers.channels.console import Console, ConsoleSettings
from notifiers.channels.email import Email, EmailSettings
from notifiers.channels.file import File, FileSettings
from notifiers.channels.webhook import Webhook, WebhookSettings
from notifiers.channels.wecom import Wecom, WecomSettings
from notifiers.message import Kind, Message, Recipient

__all__ = [
    "Channel",
    "ChannelSettings",
    "ConsoleSettings",
    "EmailSettings",
    "FileSettings",
    "Kind",
    "Message",
    "Receipt",
    "Recipient",
    "SendError",
    "WebhookSettings",
    "WecomSettings",
    "build",
]

ChannelSettings = Annotated[
    ConsoleSettings | FileSettings | EmailSettings | WebhookSettings | WecomSettings,
    Field(discriminator="kind"),
]
"""The settings of any channel, told apart by ``kind``."""

_CHANNELS: dict[type[Any], Callable[[Any], Channel]] = {
    ConsoleSettings: Console,
    FileSettings: File,
    EmailSettings: Email,
    WebhookSettings: Webhook,
    WecomSettings: Wecom,
}


def build(settings: ChannelSettings) -> Channel:
    """Build the channel that ``settings`` describe; it connects when it first sends.

    Raises:
        ValueError: the channel's own folder of templates holds a faulty text.
    """
    return _CHANNELS[type(settings)](settings)
