from __future__ import annotations

import asyncio
import traceback
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from notifiers import Message, Receipt, SendError, WebhookSettings
from notifiers.http import Answer
from tests.support.messages import message
from tests.support.sinks import Reply, Responder, http_sink, self_signed, webhook_receiver

TOKEN = "s3cret"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def settings(url: str = "https://hook.invalid/", **changes: Any) -> WebhookSettings:
    return WebhookSettings(
        **{"kind": "webhook", "id": "gateway", "url": url, "secret": SECRET} | changes
    )


async def send(config: WebhookSettings, what: Message) -> Receipt:
    channel = config.open()
    try:
        return await channel.send(what)
    finally:
        await channel.close()


def failure(respond: Responder, **changes: Any) -> SendError:
    with http_sink(respond) as sink, pytest.raises(SendError) as caught:
        asyncio.run(send(settings(sink.url, **changes), message()))
    return caught.value


def test_the_receiver_can_verify_the_signature() -> None:
    with http_sink(webhook_receiver(SECRET)) as sink:
        receipt = asyncio.run(send(settings(sink.url), message(key="notice-7:gateway")))
    assert receipt == Receipt("notice-7:gateway", "HTTP 204")
    assert sink.requests[0].headers["webhook-id"] == "notice-7:gateway"


def test_a_key_that_no_header_can_hold_is_encoded() -> None:
    with http_sink(webhook_receiver(SECRET)) as sink:
        receipt = asyncio.run(send(settings(sink.url), message(key="李\n阳")))
    assert receipt.id == sink.requests[0].headers["webhook-id"] == "%E6%9D%8E%0A%E9%98%B3"


def test_another_secret_is_refused_until_it_is_mended() -> None:
    error = failure(webhook_receiver("whsec_" + "b" * 32))
    assert not error.permanent
    assert error.reason == "HTTP 401"


def test_the_body_holds_the_words_the_fields_and_the_addresses() -> None:
    with http_sink() as sink:
        asyncio.run(send(settings(sink.url), message()))
    body = sink.requests[0].json
    assert body["type"] == "notice.overdue"
    assert body["data"]["headline"] == "黄牌｜超期 1 个工作日"
    assert body["data"]["context"]["case"]["no"] == "DP-ZJ-20260922-0173"
    assert body["data"]["addresses"]["mobile"] == "13800000000"


def test_a_repeat_has_the_same_body() -> None:
    with http_sink() as sink:
        for _ in range(2):
            asyncio.run(send(settings(sink.url), message()))
    assert sink.requests[0].body == sink.requests[1].body


@pytest.mark.parametrize(
    ("status", "permanent"),
    [
        *((410, True), (413, True)),
        *((302, False), (400, False), (401, False), (404, False)),  # as of a gateway in between
        *((408, False), (429, False), (503, False)),
    ],
)
def test_the_status_says_whether_trying_again_can_help(status: int, permanent: bool) -> None:
    assert failure(lambda request: Reply(status)).permanent is permanent


@pytest.mark.parametrize("status", [429, 503])
def test_the_receiver_can_ask_for_time(status: int) -> None:
    error = failure(lambda request: Reply(status, headers={"Retry-After": "120"}))
    assert error.retry_after == 120.0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "0"}, 0.0),
        (
            {
                "retry-after": "Fri, 16 Oct 2026 09:31:00 GMT",
                "date": "Fri, 16 Oct 2026 09:30:00 GMT",
            },
            60.0,
        ),
        (
            {
                "retry-after": "Fri, 16 Oct 2026 09:00:00 GMT",
                "date": "Fri, 16 Oct 2026 09:30:00 GMT",
            },
            0.0,
        ),
        ({"retry-after": "Fri, 16 Oct 2026 09:31:00 GMT"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "²"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read_in_both_forms(headers: dict[str, str], seconds: float | None) -> None:
    assert Answer(429, headers, b"").retry_after == seconds


def test_redirects_are_not_followed() -> None:
    with http_sink() as other:
        error = failure(lambda request: Reply(307, headers={"Location": other.url}))
    assert "redirect" in error.reason
    assert other.requests == []


def test_an_endless_answer_is_not_read_to_its_end() -> None:
    with http_sink(lambda request: Reply(200, b"x" * 5_000_000)) as sink:
        assert asyncio.run(send(settings(sink.url), message())).response == "HTTP 200"


def test_the_private_authority_is_trusted_when_it_is_set(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    with http_sink(webhook_receiver(SECRET), tls=certificate.server) as sink:
        asyncio.run(send(settings(sink.url, ca_file=certificate.file), message()))
        assert len(sink.requests) == 1
        with pytest.raises(SendError, match="certificate"):
            asyncio.run(send(settings(sink.url), message()))
    assert len(sink.requests) == 1


@pytest.mark.parametrize(
    "respond", [lambda request: Reply(500), lambda request: Reply(cut=True)], ids=["500", "cut"]
)
def test_tokens_in_the_url_never_show(respond: Responder) -> None:
    with http_sink(respond) as sink, pytest.raises(SendError) as caught:
        asyncio.run(send(settings(f"{sink.url}/hook/{TOKEN}?token={TOKEN}"), message()))
    config = settings(f"https://hook.invalid/{TOKEN}")
    shown = "".join(traceback.format_exception(caught.value)) + repr(config) + str(config)
    assert TOKEN not in shown
    assert SECRET not in shown


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("secret", "not base64 s3cret!"),
        ("secret", ""),
        ("url", "ftp://s3cret"),
        ("url", "https://"),
        ("proxy", "s3cret"),
    ],
)
def test_bad_settings_are_refused_without_showing_the_secret(field: str, value: str) -> None:
    with pytest.raises(ValidationError) as caught:
        settings(**{field: value})
    assert "s3cret" not in str(caught.value)
