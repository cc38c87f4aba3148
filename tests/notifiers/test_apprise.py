"""Over Apprise to whatever it knows: here to a sink that it takes for a JSON service."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from notifiers import AppriseSettings, Kind, SendError
from tests.support.messages import message
from tests.support.sinks import HttpSink, Reply, Responder, http_sink


def settings(*urls: str) -> AppriseSettings:
    given: dict[str, Any] = {"kind": "apprise", "id": "others", "urls": urls}
    return AppriseSettings(**given)


def send(respond: Responder) -> HttpSink:
    with http_sink(respond) as sink:
        channel = settings(sink.url.replace("http://", "json://")).open()
        asyncio.run(channel.send(message(Kind.ESCALATION)))
    return sink


def test_a_service_takes_a_title_and_a_text() -> None:
    [request] = send(lambda request: Reply()).requests
    assert request.json["title"].startswith("[红牌] 特殊建设工程消防设计审查（0173）")
    assert "应办结：10月16日（周五）17:30" in request.json["message"]


def test_it_may_be_a_group_so_numbers_are_shown_by_their_tail() -> None:
    text = settings("json://127.0.0.1").open().payload(message())
    assert "尾号 0173" in text
    assert "DP-ZJ-20260922-0173" not in text.replace("/cases/DP-ZJ-20260922-0173", "")


def test_a_service_that_does_not_take_it_is_asked_again() -> None:
    with pytest.raises(SendError) as caught:
        send(lambda request: Reply(500))
    assert not caught.value.permanent


def test_an_address_that_apprise_does_not_know_is_named_by_its_place() -> None:
    with pytest.raises(ValueError, match=r"urls\[1\]: Apprise knows no such address") as caught:
        settings("json://127.0.0.1", "nosuch://s3cret").open()
    assert "s3cret" not in str(caught.value)
