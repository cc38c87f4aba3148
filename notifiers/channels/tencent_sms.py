"""SMS (短信) over Tencent Cloud (腾讯云), by its own SDK: the extra ``tencent``.

https://cloud.tencent.com/document/product/382/55981
"""

from __future__ import annotations

import asyncio
import json
from typing import Any, ClassVar, Literal

from pydantic import Field, SecretStr

from notifiers.approved import ByKind, chosen
from notifiers.channel import ChannelBase, Receipt, Seconds, SendError
from notifiers.channels.sms import mobile
from notifiers.message import Message
from notifiers.rendering import Renderer
from notifiers.words import cut, one_line

# https://cloud.tencent.com/document/product/382/59177. What is in neither list is taken as
# temporary: to give up early would lose a message, to try again costs little.
_TOO_OFTEN = ("LimitExceeded", "RequestLimitExceeded")
_PERMANENT = (
    *("AuthFailure", "UnauthorizedOperation", "InvalidParameter", "MissingParameter"),
    *("FailedOperation.SignatureIncorrectOrUnapproved", "FailedOperation.PhoneNumberInBlacklist"),
    *("FailedOperation.TemplateIncorrectOrUnapproved", "FailedOperation.TemplateParamSetNotMatch"),
    *("FailedOperation.ContainSensitiveWord", "UnsupportedOperation"),
)


class TencentSmsSettings(ChannelBase):
    """An account with approved signature and templates.

    Attributes:
        secret_id: the SecretId of a user who may send text messages.
        secret_key: its key.
        app: the SmsSdkAppId of the application.
        sign: the approved signature, without brackets.
        approved: the approved templates by kind of message; their variables are filled in order.
        region: the region of the service.
        endpoint: host of the service, or of a relay at the border of an intranet.
        protocol: how the endpoint is spoken to.
        proxy: host and port of an HTTP proxy.
        timeout: seconds that one attempt may take.
    """

    reaches_by: ClassVar[tuple[str, ...]] = ("mobile",)

    kind: Literal["tencent-sms"]
    secret_id: str = Field(min_length=1)
    secret_key: SecretStr = Field(min_length=1)
    app: str = Field(min_length=1)
    sign: str = Field(min_length=1)
    approved: ByKind = Field(min_length=1)
    region: str = "ap-guangzhou"
    endpoint: str = "sms.tencentcloudapi.com"
    protocol: Literal["https", "http"] = "https"
    proxy: str | None = None
    timeout: Seconds = 10.0

    def open(self) -> TencentSms:
        """Give the channel."""
        return TencentSms(self)


class TencentSms:
    """Sends an approved template to the recipient's ``mobile``."""

    def __init__(self, settings: TencentSmsSettings) -> None:
        try:
            from tencentcloud.common import credential
            from tencentcloud.common.profile.client_profile import ClientProfile
            from tencentcloud.common.profile.http_profile import HttpProfile
            from tencentcloud.sms.v20210111 import models, sms_client
        except ModuleNotFoundError as error:
            raise ValueError(f'install it first: pip install "duban[tencent]" ({error})') from None
        self.settings = settings
        self._renderer = Renderer("sms", settings.templates)
        self._request = models.SendSmsRequest
        http = HttpProfile(
            protocol=settings.protocol,
            endpoint=settings.endpoint,
            reqTimeout=max(1, round(settings.timeout)),
            proxy=settings.proxy,
        )
        self._client = sms_client.SmsClient(
            credential.Credential(settings.secret_id, settings.secret_key.get_secret_value()),
            settings.region,
            ClientProfile(httpProfile=http),
        )

    async def send(self, message: Message) -> Receipt:
        """Hand one message to the vendor.

        Raises:
            SendError: the recipient has no mobile number, no template is approved for this kind of
                message, or the vendor's code is not ``Ok``.
        """
        body = self.payload(message)
        try:
            # The SDK waits for the answer itself: a thread of its own keeps the others going.
            status = await asyncio.to_thread(self._ask, body)
        except Exception as error:  # of the SDK and of what is under it
            raise self._refusal(str(getattr(error, "code", "")), str(error)) from None
        if status.Code != "Ok":
            raise self._refusal(str(status.Code), str(status.Message))
        return Receipt(id=str(status.SerialNo), response="Ok")

    def payload(self, message: Message) -> str:
        """Give the request that is sent, as JSON."""
        approved = chosen(self.settings.approved, message.kind)
        words = approved.fill(message, self._renderer.notice(message))
        number = mobile(message.recipient)
        request = {
            "PhoneNumberSet": [number if number.startswith("+") else f"+86{number}"],
            "SmsSdkAppId": self.settings.app,
            "SignName": self.settings.sign,
            "TemplateId": approved.template,
            "TemplateParamSet": list(words.values()),
            "SessionContext": message.key[:512],
        }
        return json.dumps(request, ensure_ascii=False)

    async def close(self) -> None:
        """Do nothing: the SDK keeps nothing open."""

    def _ask(self, body: str) -> Any:
        request = self._request()
        request.from_json_string(body)
        return self._client.SendSms(request).SendStatusSet[0]

    def _refusal(self, code: str, said: str) -> SendError:
        secret = self.settings.secret_key.get_secret_value()
        reason = cut(one_line(said.replace(secret, "***")), 200)
        too_often = code.startswith(_TOO_OFTEN)
        return SendError(
            f"{code}: {reason}" if code else reason,
            permanent=code.startswith(_PERMANENT),
            retry_after=60.0 if too_often else None,
        )
