"""SMS (短信) over the HTTP gateway of a carrier or of the city's own platform.

Every gateway has its own address and form, so both are templates of the operator's: sandboxed
Jinja2 over ``mobile``, ``text``, ``sign``, ``key`` and ``time`` (seconds since 1970), with the
filters ``tojson``, ``urlencode``, ``md5``, ``sha256`` and ``base64`` beside Jinja's own.
"""

from __future__ import annotations

import hashlib
import re
import time
from base64 import b64encode
from typing import Annotated, Any, ClassVar, Literal

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import AfterValidator, Field, SecretStr

from notifiers.channel import Receipt, SendError
from notifiers.http import HttpSettings, Poster
from notifiers.message import Message, Recipient
from notifiers.rendering import Renderer
from notifiers.words import cut, one_line

PART = 70
"""Characters of one part; a longer text is charged as two, and by some gateways refused."""

_MOBILE = re.compile(r"\+?\d{5,15}")
_FROM_ASCII = "replace"


def _environment() -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    made.filters["md5"] = lambda text: hashlib.md5(str(text).encode()).hexdigest()  # noqa: S324  # what gateways ask for
    made.filters["sha256"] = lambda text: hashlib.sha256(str(text).encode()).hexdigest()
    made.filters["base64"] = lambda text: b64encode(str(text).encode()).decode()
    return made


_ENVIRONMENT = _environment()


def _template(text: SecretStr) -> SecretStr:
    try:
        _ENVIRONMENT.from_string(text.get_secret_value())
    except TemplateError as error:
        raise ValueError(f"not a template: {error}") from None
    return text


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return text


SecretTemplate = Annotated[SecretStr, AfterValidator(_template)]
Pattern = Annotated[str, AfterValidator(_pattern)]


class SmsSettings(HttpSettings):
    """A gateway.

    Attributes:
        url: address, a template; never shown, for many hold a password.
        body: what is posted, a template; without one the address is fetched with GET.
        content_type: of the body.
        headers: further headers.
        sign: the approved signature (短信签名) without its brackets; some gateways add it
            themselves: leave it empty.
        accepted: regular expression that an answer contains when the message was taken over; HTTP
            200 alone says nothing.
        refused: regular expression of answers after which trying again cannot help, such as a
            number that is not in service.
        most: most characters of one message with its signature.
    """

    reaches_by: ClassVar[tuple[str, ...]] = ("mobile",)

    kind: Literal["sms"]
    url: SecretTemplate
    body: SecretTemplate | None = None
    content_type: str = "application/json; charset=utf-8"
    headers: dict[str, SecretStr] = Field(default_factory=dict)
    sign: str = Field(default="", max_length=20)
    accepted: Pattern = Field(min_length=1)
    refused: Pattern | None = None
    most: int = Field(default=PART, ge=40)

    def open(self) -> Sms:
        """Give the channel."""
        return Sms(self)


class Sms:
    """Sends the shortest words of a message to the recipient's ``mobile``."""

    def __init__(self, settings: SmsSettings) -> None:
        self.settings = settings
        self._renderer = Renderer("sms", settings.templates)
        self._poster = Poster(settings)
        self._url = _ENVIRONMENT.from_string(settings.url.get_secret_value())
        body = settings.body
        self._body = _ENVIRONMENT.from_string(body.get_secret_value()) if body else None

    async def send(self, message: Message) -> Receipt:
        """Hand one message to the gateway.

        Raises:
            SendError: the recipient has no mobile number, or the answer is none that is accepted.
        """
        fields = self._fields(message)
        headers = {name: value.get_secret_value() for name, value in self.settings.headers.items()}
        url = _filled(self._url, fields)
        if self._body is None:
            answer = await self._poster.get(url, headers)
        else:
            headers = {"content-type": self.settings.content_type, **headers}
            answer = await self._poster.post(url, _filled(self._body, fields).encode(), headers)
        answer.require_success()
        said = answer.body.decode("utf-8", errors=_FROM_ASCII)
        if not re.search(self.settings.accepted, said):
            refused = self.settings.refused
            raise SendError(
                f"the gateway did not accept it: {cut(one_line(said), 200)}",
                permanent=bool(refused and re.search(refused, said)),
                retry_after=answer.retry_after,
            )
        return Receipt(id=message.key, response=cut(one_line(said), 200))

    def payload(self, message: Message) -> str:
        """Give the text that is sent; the form around it may hold a password."""
        return str(self._fields(message)["text"])

    async def close(self) -> None:
        """Close the connections."""
        await self._poster.close()

    def _fields(self, message: Message) -> dict[str, Any]:
        sign = f"【{self.settings.sign}】" if self.settings.sign else ""
        short = self._renderer.notice(message).short
        return {
            "mobile": mobile(message.recipient),
            "text": sign + cut(short, self.settings.most - len(sign)),
            "sign": self.settings.sign,
            "key": message.key,
            "time": int(time.time()),
        }


def mobile(recipient: Recipient) -> str:
    """Give the mobile number of a recipient, without what people put between its digits.

    Raises:
        SendError: he has none that could be dialled.
    """
    number = re.sub(r"[\s()-]", "", recipient.addresses.get("mobile", ""))
    if not _MOBILE.fullmatch(number):
        raise SendError(f"{recipient.name or 'nobody'} has no mobile number", permanent=True)
    return number


def _filled(template: Template, fields: dict[str, Any]) -> str:
    try:
        return template.render(fields)
    except (TemplateError, TypeError, ValueError) as error:
        raise SendError(f"the form of the gateway is faulty: {error}", permanent=True) from error
