from __future__ import annotations

import asyncio
import re
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from notifiers import EmailSettings, Kind, Message, Receipt, SendError
from notifiers.channels.email import Email
from tests.support.messages import message
from tests.support.sinks import Certificate, SmtpSink, self_signed, smtp_sink

PASSWORD = "s3cret-密码"
NOON = datetime(2026, 10, 19, 4, 0, tzinfo=UTC)


def settings(port: int | None = None, **changes: Any) -> EmailSettings:
    values = {
        "kind": "email",
        "id": "mail",
        "host": "127.0.0.1",
        "port": port,
        "security": "plain",
        "sender": "云岭市政务监察 <duban@example.gov.cn>",
        "timeout": 5.0,
    }
    return EmailSettings(**values | changes)


def send(config: EmailSettings, *messages: Message) -> list[Receipt]:
    async def run() -> list[Receipt]:
        channel = config.open()
        try:
            return [await channel.send(one) for one in messages]
        finally:
            await channel.close()
            await asyncio.sleep(0.05)  # a connection refused in the middle of TLS closes by itself

    return asyncio.run(run())


def failure(config: EmailSettings, what: Message | None = None) -> SendError:
    with pytest.raises(SendError) as caught:
        send(config, what or message())
    return caught.value


def compose(what: Message, **changes: Any) -> Any:
    return Email(settings(**changes), clock=lambda: NOON).compose(what)


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    return self_signed(tmp_path)


def test_a_mail_arrives_as_text_and_html() -> None:
    with smtp_sink(SmtpSink()) as sink:
        (receipt,) = send(settings(sink.port), message())
    (mail,) = sink.mails
    assert mail["Subject"] == "[黄牌] 特殊建设工程消防设计审查（0173）超期 1 个工作日"
    assert mail["From"] == "云岭市政务监察 <duban@example.gov.cn>"
    assert mail["To"] == "李阳 <liyang@example.gov.cn>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    text = mail.get_body(("plain",))
    assert text is not None
    assert text.get_content().splitlines()[:2] == [
        "黄牌｜超期 1 个工作日",
        "特殊建设工程消防设计审查（办件号 DP-ZJ-20260922-0173）",
    ]
    assert receipt == Receipt(mail["Message-ID"], "2.0.0 queued as 1")
    assert sink.recipients == ["liyang@example.gov.cn"]


def test_headers_are_plain_ascii_on_the_wire() -> None:
    raw = compose(message()).as_bytes()
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998


def test_login_goes_over_starttls_only(certificate: Certificate) -> None:
    with smtp_sink(SmtpSink(), starttls=certificate.server, login=("duban", PASSWORD)) as sink:
        send(
            settings(
                sink.port,
                security="starttls",
                username="duban",
                password=PASSWORD,
                ca_file=certificate.file,
            ),
            message(),
        )
    assert sink.encrypted == [True]
    assert len(sink.logins) == 1


def test_tls_from_the_first_byte(certificate: Certificate) -> None:
    with smtp_sink(SmtpSink(), tls=certificate.server) as sink:
        send(settings(sink.port, security="tls", ca_file=certificate.file), message())
    assert len(sink.mails) == 1


def test_an_unknown_authority_is_not_trusted(certificate: Certificate) -> None:
    with smtp_sink(SmtpSink(), starttls=certificate.server) as sink:
        error = failure(settings(sink.port, security="starttls"))
    assert "certificate" in error.reason.lower()
    assert not error.permanent
    assert sink.mails == []


def test_a_server_without_starttls_gets_nothing() -> None:
    with smtp_sink(SmtpSink()) as sink:
        error = failure(settings(sink.port, security="starttls"))
    assert "STARTTLS" in error.reason
    assert sink.mails == []


def test_a_wrong_password_is_permanent_and_never_shows(certificate: Certificate) -> None:
    config: dict[str, Any] = {
        "security": "starttls",
        "username": "duban",
        "password": PASSWORD,
        "ca_file": certificate.file,
    }
    with smtp_sink(SmtpSink(), starttls=certificate.server, login=("duban", "other")) as sink:
        error = failure(settings(sink.port, **config))
    assert error.permanent
    assert error.reason.startswith("login refused: 535")
    shown = "".join(traceback.format_exception(error)) + repr(settings(**config))
    assert PASSWORD not in shown


def test_a_refused_recipient_is_permanent_and_the_next_mail_goes_on() -> None:
    refuse = {"gone@example.gov.cn": "550 5.1.1 no such user"}
    with smtp_sink(SmtpSink(on_recipient=refuse.get)) as sink:

        async def run() -> SendError:
            channel = settings(sink.port).open()
            with pytest.raises(SendError) as caught:
                await channel.send(message(addresses={"email": "gone@example.gov.cn"}))
            await channel.send(message())
            await channel.close()
            return caught.value

        error = asyncio.run(run())
    assert error.permanent
    assert error.reason == "recipient gone@example.gov.cn refused: 550 5.1.1 no such user"
    assert len(sink.mails) == len(sink.peers) == 1


def test_greylisting_is_temporary_and_the_same_mail_gets_in_later() -> None:
    with smtp_sink(
        SmtpSink(on_mail=lambda number: "451 4.7.1 try later" if number == 1 else None)
    ) as sink:
        error = failure(settings(sink.port))
        (receipt,) = send(settings(sink.port), message())
    assert not error.permanent
    assert "451" in error.reason
    assert sink.mails[0]["Message-ID"] == receipt.id


def test_a_full_mailbox_at_the_recipient_is_temporary() -> None:
    with smtp_sink(SmtpSink(on_recipient=lambda address: "452 4.2.2 mailbox full")) as sink:
        assert not failure(settings(sink.port)).permanent


def test_a_refused_text_is_permanent() -> None:
    with smtp_sink(SmtpSink(on_mail=lambda number: "554 5.7.1 spam")) as sink:
        assert failure(settings(sink.port)).permanent


def test_the_connection_stays_open_between_mails() -> None:
    with smtp_sink(SmtpSink()) as sink:
        send(settings(sink.port), *(message(key=str(n)) for n in range(5)))
    assert len(sink.mails) == 5
    assert len(sink.peers) == 1


def test_a_dropped_connection_is_opened_anew() -> None:
    with smtp_sink(SmtpSink(hang_up=True)) as sink:

        async def run() -> None:
            channel = settings(sink.port).open()
            for number in range(3):
                await channel.send(message(key=str(number)))
                await asyncio.sleep(0.1)
            await channel.close()

        asyncio.run(run())
    assert len(sink.mails) == len(sink.peers) == 3


def test_a_connection_cut_in_the_middle_of_a_mail_is_opened_anew() -> None:
    with smtp_sink(SmtpSink(cut_at=2)) as sink:
        send(settings(sink.port), message(key="1"), message(key="2"))
    assert len(sink.mails) == len(sink.peers) == 2


def test_a_fresh_connection_that_is_cut_is_temporary() -> None:
    with smtp_sink(SmtpSink(cut_at=1)) as sink:
        assert not failure(settings(sink.port)).permanent
    assert sink.mails == []


def test_a_server_that_says_goodbye_to_an_idle_client_is_called_again() -> None:
    with smtp_sink(
        SmtpSink(on_mail=lambda number: "421 4.4.2 idle too long" if number == 2 else None)
    ) as sink:
        send(settings(sink.port), message(key="1"), message(key="2"))
    assert len(sink.mails) == 2


def test_mails_at_the_same_time_share_a_few_connections() -> None:
    with smtp_sink(SmtpSink(delay=0.05)) as sink:

        async def run() -> None:
            channel = settings(sink.port).open()
            await asyncio.gather(*(channel.send(message(key=str(n))) for n in range(10)))
            await channel.close()

        asyncio.run(run())
    assert len(sink.mails) == 10
    assert 1 < len(sink.peers) <= 4


def test_a_cancelled_mail_does_not_confuse_the_next() -> None:
    with smtp_sink(SmtpSink(delay=0.3)) as sink:

        async def run() -> Receipt:
            channel = settings(sink.port).open()
            task = asyncio.create_task(channel.send(message(key="1")))
            while not sink.peers:
                await asyncio.sleep(0.01)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            try:
                return await channel.send(message(key="2"))
            finally:
                await channel.close()

        receipt = asyncio.run(run())
    assert receipt.id == sink.mails[-1]["Message-ID"] == compose(message(key="2"))["Message-ID"]
    assert receipt.response == "2.0.0 queued as 2"
    assert len(sink.peers) == 2


def test_a_slow_server_is_not_waited_for() -> None:
    with smtp_sink(SmtpSink(delay=0.5)) as sink:
        assert not failure(settings(sink.port, timeout=0.2)).permanent


def test_nobody_listening_is_temporary() -> None:
    with smtp_sink(SmtpSink()) as sink:
        port = sink.port
    assert not failure(settings(port)).permanent


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@", "a b@example.com", "a@x\nBcc: b@y", "a@x, b@y"]
)
def test_an_unusable_address_is_permanent(address: str) -> None:
    with pytest.raises(SendError, match="no usable email address") as caught:
        compose(message(addresses={"email": address}))
    assert caught.value.permanent


def test_mails_of_a_case_group_and_each_has_its_own_id() -> None:
    first = compose(message(Kind.WARNING, key="a"))
    second = compose(message(Kind.OVERDUE, key="b"))
    assert first["References"] == second["References"] == second["In-Reply-To"]
    assert first["Message-ID"] != second["Message-ID"]
    assert re.fullmatch(r"<notice\.[0-9a-f]{32}@example\.gov\.cn>", first["Message-ID"])


def test_a_mail_about_no_case_refers_to_none() -> None:
    assert compose(message(Kind.SYSTEM))["References"] is None


def test_mails_of_an_order_about_no_case_group_too() -> None:
    issued = compose(message(Kind.ORDER, key="a", case=None))
    replied = compose(message(Kind.ORDER, key="b", case=None, order={"event": "replied"}))
    assert issued["References"] == replied["References"]
    assert compose(message(Kind.ORDER, key="c"))["References"] == compose(message())["References"]


def test_the_same_message_makes_the_same_bytes() -> None:
    assert compose(message()).as_bytes() == compose(message()).as_bytes()


def test_a_title_cannot_add_headers() -> None:
    mail = compose(message(case={"item": "审查\r\nBcc: evil@example.com\r\n\r\nhello"}))
    assert mail["Bcc"] is None
    assert "Bcc: evil@example.com" in mail["Subject"]


def test_a_name_cannot_add_recipients() -> None:
    mail = compose(message(name='李阳" <evil@example.com>,\r\nBcc: x@y'))
    assert [a.addr_spec for a in mail["To"].addresses] == ["liyang@example.gov.cn"]


@pytest.mark.parametrize(
    "evil", ["<script>alert(1)</script>", '"><img src=x onerror=y>', "{{ 7*7 }}"]
)
def test_html_is_escaped(evil: str) -> None:
    mail = compose(message(case={"item": evil, "department": evil}, route={"reason": evil}))
    html = mail.get_body(("html",)).get_content()
    assert "<script" not in html
    assert "<img" not in html
    assert "49" not in html.replace("#1b4f91", "")


def test_a_link_that_is_not_http_is_left_out() -> None:
    mail = compose(
        message(links={"case": "javascript:alert(1)", "explain": 'https://a/"onclick="x'})
    )
    html = mail.get_body(("html",)).get_content()
    assert "javascript:" not in html
    assert 'href="https://a/%22onclick=%22x"' in html


def test_the_whole_number_is_for_the_one_reader() -> None:
    text = compose(message()).get_body(("plain",)).get_content()
    assert "DP-ZJ-20260922-0173）" in text


@pytest.mark.parametrize("sender", ["nobody", "", "监察 <>", "a@b@c", "x <a@>"])
def test_a_sender_must_be_an_address(sender: str) -> None:
    with pytest.raises(ValidationError):
        settings(sender=sender)
