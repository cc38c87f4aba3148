"""How people are told: messages, channels, their texts, and when to try again.

Knows neither the settings file nor the daemon: a channel is built from its own settings and takes
:class:`Message` values.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from notifiers.channel import Channel, ChannelBase, Receipt, SendError
from notifiers.channels.alertmanager import AlertmanagerSettings
from notifiers.channels.aliyun_sms import AliyunSmsSettings
from notifiers.channels.apprise import AppriseSettings
from notifiers.channels.console import ConsoleSettings
from notifiers.channels.dingtalk import DingtalkSettings
from notifiers.channels.dingtalk_notice import DingtalkNoticeSettings
from notifiers.channels.email import EmailSettings
from notifiers.channels.feishu import FeishuSettings
from notifiers.channels.file import FileSettings
from notifiers.channels.gbt39046 import Gbt39046Settings
from notifiers.channels.inbox import InboxSettings
from notifiers.channels.sms import SmsSettings
from notifiers.channels.tencent_sms import TencentSmsSettings
from notifiers.channels.webhook import WebhookSettings
from notifiers.channels.wecom import WecomSettings
from notifiers.channels.wecom_app import WecomAppSettings
from notifiers.message import Kind, Message, Recipient

__all__ = [
    "AlertmanagerSettings",
    "AliyunSmsSettings",
    "AppriseSettings",
    "Channel",
    "ChannelBase",
    "ChannelSettings",
    "ConsoleSettings",
    "DingtalkNoticeSettings",
    "DingtalkSettings",
    "EmailSettings",
    "FeishuSettings",
    "FileSettings",
    "Gbt39046Settings",
    "InboxSettings",
    "Kind",
    "Message",
    "Receipt",
    "Recipient",
    "SendError",
    "SmsSettings",
    "TencentSmsSettings",
    "WebhookSettings",
    "WecomAppSettings",
    "WecomSettings",
]

ChannelSettings = Annotated[
    AlertmanagerSettings
    | AliyunSmsSettings
    | AppriseSettings
    | ConsoleSettings
    | DingtalkSettings
    | DingtalkNoticeSettings
    | EmailSettings
    | FeishuSettings
    | FileSettings
    | Gbt39046Settings
    | InboxSettings
    | SmsSettings
    | TencentSmsSettings
    | WebhookSettings
    | WecomSettings
    | WecomAppSettings,
    Field(discriminator="kind"),
]
"""The settings of any channel, told apart by ``kind``."""
