"""How people are told: messages, channels, their texts, and when to try again.

Knows neither the settings file nor the daemon: a channel is built from its own settings and takes
:class:`Message` values.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from notifiers.channel import Channel, ChannelBase, Receipt, SendError
from notifiers.channels.console import ConsoleSettings
from notifiers.channels.email import EmailSettings
from notifiers.channels.file import FileSettings
from notifiers.channels.sms import SmsSettings
from notifiers.channels.webhook import WebhookSettings
from notifiers.channels.wecom import WecomSettings
from notifiers.message import Kind, Message, Recipient

__all__ = [
    "Channel",
    "ChannelBase",
    "ChannelSettings",
    "ConsoleSettings",
    "EmailSettings",
    "FileSettings",
    "Kind",
    "Message",
    "Receipt",
    "Recipient",
    "SendError",
    "SmsSettings",
    "WebhookSettings",
    "WecomSettings",
    "build",
]

ChannelSettings = Annotated[
    SmsSettings | ConsoleSettings | FileSettings | EmailSettings | WebhookSettings | WecomSettings,
    Field(discriminator="kind"),
]
"""The settings of any channel, told apart by ``kind``."""


def build(settings: ChannelBase) -> Channel:
    """Build the channel that ``settings`` describe; it connects when it first sends.

    Raises:
        ValueError: the channel's own folder of templates holds a faulty text.
    """
    return settings.open()
