"""The applications that write to persons: their access tokens, and whom they reach."""

from __future__ import annotations

import asyncio

import pytest

from notifiers import Kind, SendError
from notifiers.channel import TooSoonError
from tests.notifiers.chat_vendors import CHATS, SECRET, Chat, send_to
from tests.support.messages import message
from tests.support.sinks import Reply, Request, http_sink
from tests.support.vendors import (
    Application,
    DingtalkApplication,
    WecomApplication,
    answer,
    path,
)

APPS = ["wecom-app", "dingtalk-notice"]


@pytest.fixture(params=APPS)
def chat(request: pytest.FixtureRequest) -> Chat:
    return CHATS[str(request.param)]


@pytest.fixture
def vendor(chat: Chat) -> Application:
    made = chat.vendor()
    assert isinstance(made, Application)
    return made


def test_the_token_is_asked_for_once(chat: Chat, vendor: Application) -> None:
    messages = [message(key=str(number)) for number in range(20)]
    send_to(chat, vendor, *messages, together=True)
    assert vendor.tokens == ["token-1"]
    assert len(vendor.taken) >= 1


def test_a_token_that_ended_is_fetched_anew_and_no_message_is_lost(
    chat: Chat, vendor: Application
) -> None:
    with http_sink(vendor) as sink:

        async def run() -> None:
            channel = chat.settings(sink.url).open()
            await channel.send(message(key="1", route={"reason": "1"}))
            vendor.ended = True
            tasks = (
                channel.send(message(key=str(number), route={"reason": str(number)}))
                for number in range(2, 12)
            )
            await asyncio.gather(*tasks)
            await channel.close()

        asyncio.run(run())
    assert len(vendor.taken) == 11
    assert vendor.tokens == ["token-1", "token-2"]


def test_a_vendor_that_refuses_every_token_is_not_asked_on_and_on(chat: Chat) -> None:
    tokens = 0

    def respond(request: Request) -> Reply:
        nonlocal tokens
        if path(request).endswith("/gettoken"):
            tokens += 1
            return answer(errcode=0, access_token=f"t{tokens}", expires_in=7200)
        return answer(errcode=40014, errmsg="invalid access_token")

    with pytest.raises(SendError, match="40014") as caught:
        send_to(chat, respond, message())
    assert not caught.value.permanent
    assert tokens == 2


def test_a_wrong_secret_is_permanent_and_does_not_show(chat: Chat, vendor: Application) -> None:
    name = "app_secret" if "app_secret" in chat.settings("https://x").model_dump() else "secret"
    with pytest.raises(SendError, match="secret is not") as caught:
        send_to(chat, vendor, message(), **{name: "wrong-one"})
    assert caught.value.permanent
    assert "wrong-one" not in caught.value.reason


def test_a_person_whom_the_vendor_does_not_know_is_permanent(
    chat: Chat, vendor: Application
) -> None:
    what = message(addresses={"wecom": "gone", "dingtalk": "gone"})
    with pytest.raises(SendError, match=r"invaliduser|33012") as caught:
        send_to(chat, vendor, what)
    assert caught.value.permanent


def test_a_person_without_a_licence_is_not_taken_for_told() -> None:
    def respond(request: Request) -> Reply:
        if path(request).endswith("/gettoken"):
            return answer(errcode=0, access_token="t", expires_in=7200)
        return answer(errcode=0, errmsg="ok", unlicenseduser="liyang", msgid="m")

    with pytest.raises(SendError, match="licence") as caught:
        send_to(CHATS["wecom-app"], respond, message())
    assert caught.value.permanent


def test_the_receipt_has_the_vendors_number() -> None:
    wecom = WecomApplication("ww1", SECRET, 1000002)
    assert send_to(CHATS["wecom-app"], wecom, message())[0][0].id == "m1"
    ding = DingtalkApplication("ding1", SECRET, 77)
    assert send_to(CHATS["dingtalk-notice"], ding, message())[0][0].id == "256271667527"


def test_what_wecom_would_drop_without_a_word_is_put_off() -> None:
    vendor = WecomApplication("ww1", SECRET, 1000002, people=("liyang", "chenbo"))
    with http_sink(vendor) as sink:

        async def run() -> SendError:
            channel = CHATS["wecom-app"].settings(sink.url).open()
            for number in range(30):
                await channel.send(message(key=str(number), route={"reason": str(number)}))
            with pytest.raises(TooSoonError) as caught:
                await channel.send(message())
            await channel.send(message(addresses={"wecom": "chenbo"}))
            await channel.close()
            return caught.value

        error = asyncio.run(run())
    assert len(vendor.taken) == 31
    assert 0 < (error.retry_after or 0) <= 60


def test_a_repeat_is_dropped_by_wecom_and_a_second_test_is_not() -> None:
    vendor = WecomApplication("ww1", SECRET, 1000002)
    send_to(CHATS["wecom-app"], vendor, message(), message())
    assert len(vendor.taken) == 1
    send_to(CHATS["wecom-app"], vendor, message(Kind.TEST), message(Kind.TEST))
    assert len(vendor.taken) == 3


def test_two_tests_of_dingtalk_differ_so_that_it_shows_both() -> None:
    chat = CHATS["dingtalk-notice"]
    first, second = (chat.words(message(Kind.TEST, key=key)) for key in ("test:1a", "test:2b"))
    assert first != second
    once, again = (chat.words(message(Kind.OVERDUE, key=key)) for key in ("n-1a", "n-2b"))
    assert once == again
