"""Email over SMTP, as text and HTML in one."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import aiosmtplib
from pydantic import AfterValidator, Field, SecretStr

from notifiers.channel import ChannelBase, Receipt, Seconds, SendError
from notifiers.message import Message
from notifiers.rendering import Renderer
from notifiers.words import cut, one_line

_SERVICE_NOT_AVAILABLE = 421
_LINES = 4  # conversations with the server at a time
_MANY_EMPTY = re.compile(r"\n{3,}")  # lines, where a layout leaves out what a message lacks


def _address(text: str) -> Address:
    """Read an address with or without a name.

    Raises:
        ValueError: it is none.
    """
    try:
        header: Any = SMTP_POLICY.header_factory("to", text)
        (address,) = header.addresses
    except (ValueError, IndexError):
        address = None
    if address is None or header.defects or not address.domain:
        raise ValueError(f"{text!r} is not an address such as 监察 <duban@example.gov.cn>")
    return Address(display_name=address.display_name, addr_spec=address.addr_spec)


def _mailbox(text: str) -> str:
    _address(text)
    return text


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

    reaches_by: ClassVar[tuple[str, ...]] = ("email",)

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

    def open(self) -> Email:
        """Give the channel."""
        return Email(self)


class Email:
    """Sends over a few connections that stay open between mails: one, where one is enough.

    Args:
        settings: how to reach the server.
        clock: gives the aware datetime for the ``Date`` of a mail.
    """

    def __init__(
        self,
        settings: EmailSettings,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.settings = settings
        self._clock = clock
        self._renderer = Renderer("email", settings.templates)
        self._sender = _address(settings.sender)
        self._idle = [_Line(settings) for _ in range(_LINES)]
        self._free = asyncio.Semaphore(_LINES)

    async def send(self, message: Message) -> Receipt:
        """Hand one mail to the server.

        Raises:
            SendError: the server refused it (4xx temporary, 5xx final: RFC 5321 section 4.2.1),
                could not be reached, or the recipient has no usable address.
        """
        mail = self.compose(message)
        async with self._free:
            line = self._idle.pop()  # the last that was used: it is open
            try:
                said = await line.send(mail)
            except (aiosmtplib.SMTPException, OSError, ValueError) as error:
                raise _verdict(error) from None
            finally:
                self._idle.append(line)
        return Receipt(id=mail["Message-ID"], response=cut(one_line(said), 200))

    async def close(self) -> None:
        """Take leave of the server."""
        await asyncio.gather(*(line.close() for line in self._idle))

    def payload(self, message: Message) -> str:
        """Return the mail of a message as one can read it: over the wire its texts are encoded."""
        return self.compose(message, readable=True).as_bytes().decode()

    def compose(self, message: Message, *, readable: bool = False) -> EmailMessage:
        """Write the mail of a message; a ``readable`` one has its words in UTF-8 as they are.

        ``Message-ID`` comes from the key alone, so that a repeat is the same mail. All mails of a
        case, or of an order that is about none, refer to one id that comes from its number, so that
        mailboxes group them (RFC 5322 section 3.6.4). ``Auto-Submitted`` keeps robots from
        answering (RFC 3834).
        """
        notice = self._renderer.notice(message)
        cte = "8bit" if readable else "base64"
        mail = EmailMessage(policy=SMTP_POLICY.clone(utf8=True) if readable else SMTP_POLICY)
        mail["From"] = self._sender
        mail["To"] = self._recipient(message)
        if self.settings.reply_to:
            mail["Reply-To"] = _address(self.settings.reply_to)
        mail["Subject"] = notice.subject
        mail["Date"] = format_datetime(self._clock())
        mail["Message-ID"] = self._id("notice", message.key)
        if thread := self._thread(message):
            mail["In-Reply-To"] = mail["References"] = thread
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
        shown = {"notice": notice, "about": notice.about_private, "private": True}
        text = self._renderer.layout(message, "txt", **shown).strip() + "\n"
        mail.set_content(_MANY_EMPTY.sub("\n\n", text), cte=cte)
        html = self._renderer.layout(message, "html", **shown)
        mail.add_alternative(html, subtype="html", cte=cte)
        mail.set_boundary(f"=_{sha256(message.key.encode()).hexdigest()[:32]}")
        return mail

    def _recipient(self, message: Message) -> Address:
        recipient = message.recipient
        try:
            spec = _address(recipient.addresses.get("email", "")).addr_spec
            return Address(display_name=one_line(recipient.name), addr_spec=spec)
        except ValueError as error:
            raise SendError(f"no usable email address: {error}", permanent=True) from error

    def _thread(self, message: Message) -> str:
        for name in ("case", "order"):
            if number := (message.context.get(name) or {}).get("no"):
                return self._id(name, str(number))
        return ""

    def _id(self, kind: str, text: str) -> str:
        return f"<{kind}.{sha256(text.encode()).hexdigest()[:32]}@{self._sender.domain}>"


class _Line:
    """One conversation with the server, one mail after the other."""

    def __init__(self, settings: EmailSettings) -> None:
        self.settings = settings
        self._client: aiosmtplib.SMTP | None = None

    async def send(self, mail: EmailMessage) -> str:
        """Hand one mail over and return what the server said."""
        try:
            return await self._deliver(mail)
        except (aiosmtplib.SMTPException, OSError, ValueError):
            raise
        except BaseException:
            # Stopped in the middle of the conversation: the rest of it would be misread.
            if self._client is not None:
                self._client.close()
            raise

    async def close(self) -> None:
        """Take leave of the server."""
        client, self._client = self._client, None
        if client is None or client.transport is None:
            return
        transport = client.transport
        with suppress(aiosmtplib.SMTPException, OSError):
            await client.quit()
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()  # after QUIT there is no more to wait for in the closing of TLS

    async def _deliver(self, mail: EmailMessage) -> str:
        client = self._client
        if client is not None and client.is_connected:
            try:
                return await self._hand_over(client, mail)
            except aiosmtplib.SMTPServerDisconnected:
                pass  # it hung up on an idle connection, which says nothing about this mail
            except aiosmtplib.SMTPResponseException as error:
                if error.code != _SERVICE_NOT_AVAILABLE:
                    raise
            client.close()
        self._client = client = self._open()
        await client.connect()
        return await self._hand_over(client, mail)

    async def _hand_over(self, client: aiosmtplib.SMTP, mail: EmailMessage) -> str:
        _, said = await client.send_message(mail)
        return said

    def _open(self) -> aiosmtplib.SMTP:
        settings = self.settings
        password = settings.password.get_secret_value() if settings.password else None
        return aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            username=settings.username,
            password=password,
            timeout=settings.timeout,
            use_tls=settings.security == "tls",
            start_tls=settings.security == "starttls",
            tls_context=ssl.create_default_context(cafile=settings.ca_file),
        )


def _verdict(error: Exception) -> SendError:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        refusal = error.recipients[0]
        return _refused(f"recipient {refusal.recipient} refused", refusal)
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return _refused("login refused", error)
    if isinstance(error, aiosmtplib.SMTPSenderRefused):
        return _refused(f"sender {error.sender} refused", error)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _refused("refused", error)
    # A certificate that cannot be verified is an OSError and a ValueError; it can be mended.
    unfit = isinstance(error, aiosmtplib.SMTPNotSupported | ValueError)
    why = one_line(str(error)) or type(error).__name__
    return SendError(f"SMTP: {cut(why, 200)}", permanent=unfit and not isinstance(error, OSError))


def _refused(what: str, error: aiosmtplib.SMTPResponseException) -> SendError:
    reason = f"{what}: {error.code} {cut(one_line(error.message), 200)}"
    return SendError(reason, permanent=error.code >= 500)
