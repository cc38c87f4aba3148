"""Alerts for an Alertmanager: one of ours is one of its own, from its first rung to its end."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from notifiers import AlertmanagerSettings, Kind, Message, SendError
from tests.support.messages import message
from tests.support.sinks import HttpSink, Reply, Responder, http_sink


def settings(url: str = "http://alerts.invalid", **changes: Any) -> AlertmanagerSettings:
    return AlertmanagerSettings(**{"kind": "alertmanager", "id": "am", "url": url} | changes)


def posted(what: Message, **changes: Any) -> dict[str, Any]:
    [alert] = json.loads(settings(**changes).open().payload(what))
    return dict(alert)


def send(respond: Responder, what: Message, **changes: Any) -> HttpSink:
    with http_sink(respond) as sink:

        async def run() -> None:
            channel = settings(sink.url + "/", **changes).open()
            try:
                await channel.send(what)
            finally:
                await channel.close()

        asyncio.run(run())
    return sink


def test_an_alert_is_posted_to_the_api() -> None:
    sink = send(lambda request: Reply(), message(), token="t0ken")
    [request] = sink.requests
    assert request.target == "/api/v2/alerts"
    assert request.headers["authorization"] == "Bearer t0ken"
    assert request.json[0]["annotations"]["summary"] == "黄牌｜超期 1 个工作日"


def test_every_rung_is_the_same_alert() -> None:
    alert = {"alert": {"id": 7, "rule": "promise"}}
    rungs = [
        posted(message(kind, **alert))["labels"]
        for kind in (Kind.WARNING, Kind.OVERDUE, Kind.ESCALATION, Kind.RESOLVED)
    ]
    assert rungs[0] == {
        "alertname": "promise",
        "alert": "7",
        "case": "0173",
        "department": "东浦区住房和城乡建设局 · 消防审验科",
        "region": "东浦区",
    }
    assert rungs.count(rungs[0]) == len(rungs)


def test_it_stands_until_we_say_that_it_is_over() -> None:
    opened = {"opened_at": "2026-10-16T17:30:00+08:00"}
    stands = posted(message(alert=opened))
    assert datetime.fromisoformat(stands["startsAt"]) == datetime.fromisoformat(opened["opened_at"])
    assert datetime.fromisoformat(stands["endsAt"]) > datetime.now(UTC) + timedelta(days=365)
    over = posted(message(Kind.RESOLVED, alert={"opened_at": "2020-10-16T17:30:00+08:00"}))
    assert datetime.fromisoformat(over["endsAt"]) <= datetime.now(UTC)


@pytest.mark.parametrize("kind", list(Kind))
def test_no_label_is_empty_and_no_number_is_whole(kind: Kind) -> None:
    alert = posted(message(kind), labels={"site": "hall", "empty": ""})
    assert alert["labels"]["site"] == "hall"
    assert all(alert["labels"].values())
    assert alert["labels"]["alertname"]
    assert "20260922-0173" not in json.dumps(alert["labels"])


@pytest.mark.parametrize(("status", "permanent"), [(413, True), (400, False), (503, False)])
def test_a_refusal_is_told_apart(status: int, permanent: bool) -> None:
    with pytest.raises(SendError) as caught:
        send(lambda request: Reply(status), message())
    assert caught.value.permanent is permanent
