"""SMS (短信) over Alibaba Cloud (阿里云), by its own SDK: the extra ``aliyun``.

https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-sendsms
"""

from __future__ import annotations

import json
from typing import Any, ClassVar, Literal

from pydantic import Field, SecretStr

from notifiers.approved import ByKind, chosen
from notifiers.channel import ChannelBase, Receipt, Seconds, SendError
from notifiers.channels.sms import mobile
from notifiers.message import Message
from notifiers.rendering import Renderer
from notifiers.words import cut, one_line

# What the vendor calls too often, or short of money, may pass; a form that is wrong never does.
# https://help.aliyun.com/zh/sms/developer-reference/api-error-codes
_TEMPORARY = ("LIMIT_CONTROL", "AMOUNT_NOT_ENOUGH", "SYSTEM_ERROR", "OUT_OF_SERVICE", "Throttling")
_PERMANENT = ("ILLEGAL", "INVALID", "MISSING", "NOT_FOUND", "DENY", "Invalid", "Forbidden")


class AliyunSmsSettings(ChannelBase):
    """An account with approved signature and templates.

    Attributes:
        access_key: the AccessKey ID of a RAM user who may send text messages.
        secret: its secret.
        sign: the approved signature, without brackets.
        approved: the approved templates by kind of message.
        endpoint: host of the service, or of a relay at the border of an intranet.
        protocol: how the endpoint is spoken to.
        proxy: address of an HTTP proxy.
        timeout: seconds that one attempt may take.
    """

    reaches_by: ClassVar[tuple[str, ...]] = ("mobile",)

    kind: Literal["aliyun-sms"]
    access_key: str = Field(min_length=1)
    secret: SecretStr = Field(min_length=1)
    sign: str = Field(min_length=1)
    approved: ByKind = Field(min_length=1)
    endpoint: str = "dysmsapi.aliyuncs.com"
    protocol: Literal["https", "http"] = "https"
    proxy: str | None = None
    timeout: Seconds = 10.0

    def open(self) -> AliyunSms:
        """Give the channel."""
        return AliyunSms(self)


class AliyunSms:
    """Sends an approved template to the recipient's ``mobile``."""

    def __init__(self, settings: AliyunSmsSettings) -> None:
        try:
            from alibabacloud_dysmsapi20170525 import client, models
            from alibabacloud_tea_openapi.models import Config
            from darabonba.runtime import RuntimeOptions
        except ModuleNotFoundError as error:
            raise ValueError(f'install it first: pip install "duban[aliyun]" ({error})') from None
        self.settings = settings
        self._renderer = Renderer("sms", settings.templates)
        milliseconds = int(settings.timeout * 1000)
        self._request = models.SendSmsRequest
        self._client = client.Client(
            Config(
                access_key_id=settings.access_key,
                access_key_secret=settings.secret.get_secret_value(),
                endpoint=settings.endpoint,
                protocol=settings.protocol,
                http_proxy=settings.proxy,
                https_proxy=settings.proxy,
            )
        )
        self._options = RuntimeOptions(
            autoretry=False, connect_timeout=milliseconds, read_timeout=milliseconds
        )

    async def send(self, message: Message) -> Receipt:
        """Hand one message to the vendor.

        Raises:
            SendError: the recipient has no mobile number, no template is approved for this kind of
                message, or the vendor's code is not ``OK``.
        """
        fields = self._fields(message)
        try:
            answer = await self._client.send_sms_with_options_async(
                self._request(**fields), self._options
            )
        except Exception as error:  # of many classes, of the SDK and of what is under it
            raise self._refusal(str(getattr(error, "code", "")), str(error)) from None
        if answer.body.code != "OK":
            raise self._refusal(str(answer.body.code), str(answer.body.message))
        return Receipt(id=str(answer.body.biz_id), response="OK")

    def payload(self, message: Message) -> str:
        """Give the fields that are sent, as JSON."""
        return json.dumps(self._fields(message), ensure_ascii=False)

    async def close(self) -> None:
        """Do nothing: the SDK keeps nothing open."""

    def _fields(self, message: Message) -> dict[str, Any]:
        approved = chosen(self.settings.approved, message.kind)
        words = approved.fill(message, self._renderer.notice(message))
        return {
            "phone_numbers": mobile(message.recipient),
            "sign_name": self.settings.sign,
            "template_code": approved.template,
            "template_param": json.dumps(words, ensure_ascii=False),
            "out_id": message.key[:255],
        }

    def _refusal(self, code: str, said: str) -> SendError:
        secret = self.settings.secret.get_secret_value()
        reason = cut(one_line(said.replace(secret, "***")), 200)
        passing = any(one in code for one in _TEMPORARY)
        return SendError(
            f"{code}: {reason}" if code else reason,
            permanent=not passing and any(one in code for one in _PERMANENT),
            retry_after=60.0 if "LIMIT_CONTROL" in code or "Throttling" in code else None,
        )
