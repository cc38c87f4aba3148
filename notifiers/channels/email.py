"""Email over SMTP."""

from __future__ import annotations

from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr

from notifiers.channel import ChannelBase, Seconds


def _mailbox(text: str) -> str:
    address = parseaddr(text)[1]
    try:
        if not Address(addr_spec=address).domain:
            raise ValueError("it has no @ and domain")
    except Exception as error:  # the standard parser raises several kinds
        raise ValueError(f"expected an address such as {_EXAMPLE}: {error}") from error
    return text


_EXAMPLE = "监察 <duban@example.gov.cn>"
Mailbox = Annotated[str, AfterValidator(_mailbox)]
"""An address with or without a name: ``监察 <duban@example.gov.cn>``."""


class EmailSettings(ChannelBase):
    """How to hand mail to the SMTP server.

    Attributes:
        security: ``starttls`` (RFC 3207), ``tls`` from the first byte (RFC 8314) or ``plain``.
        port: ``None`` means the usual one: 587, 465 or 25.
        ca_file: PEM file of the authorities to trust instead of the system's.
        timeout: seconds that each step of the conversation may take.
    """

    kind: Literal["email"]
    host: str = Field(min_length=1)
    port: int | None = Field(default=None, ge=1, le=65535)
    security: Literal["starttls", "tls", "plain"] = "starttls"
    username: str | None = None
    password: SecretStr | None = None
    sender: Mailbox
    reply_to: Mailbox | None = None
    ca_file: Path | None = None
    timeout: Seconds = 30.0
