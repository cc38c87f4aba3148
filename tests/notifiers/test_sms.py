"""SMS over a gateway: its form, its answers, and words that fit into one part."""

from __future__ import annotations

import asyncio
import hashlib
import json
from base64 import b64decode
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError

from notifiers import Kind, Message, SendError, SmsSettings
from notifiers.channels.sms import PART
from tests.support.messages import message
from tests.support.sinks import HttpSink, Reply, Request, Responder, http_sink

SIGN = "云岭政务监察"
JSON = '{"to": {{ mobile|tojson }}, "content": {{ text|tojson }}, "id": {{ key|tojson }}}'
# The form of a carrier's platform: JSON in base64, with a digest of its fields and the password.
CARRIER = (
    "{% set mac = ('yunling' ~ mobile ~ text ~ 's3cret')|md5 %}"
    "{{ {'ecName': 'yunling', 'mobiles': mobile, 'content': text, 'mac': mac}|tojson|base64 }}"
)


def settings(url: str = "https://gateway.invalid/send", **changes: Any) -> SmsSettings:
    given = {"url": url, "body": JSON, "sign": SIGN, "accepted": '"code": ?0'}
    return SmsSettings(**{"kind": "sms", "id": "sms"} | given | changes)


def gateway(request: Request) -> Reply:
    """Answer as gateways do: HTTP 200 whatever happens, the verdict in the body."""
    if not request.json.get("to", "").isdigit():
        return Reply(body=b'{"code": 17, "msg": "bad number"}')
    return Reply(body=b'{"code": 0, "sid": "8f2"}')


def send(
    respond: Responder, what: Message, path: str = "/send", **changes: Any
) -> tuple[HttpSink, str]:
    with http_sink(respond) as sink:

        async def run() -> str:
            channel = settings(sink.url + path, **changes).open()
            try:
                return (await channel.send(what)).response
            finally:
                await channel.close()

        return sink, asyncio.run(run())


def failure(respond: Responder, what: Message | None = None, **changes: Any) -> SendError:
    with pytest.raises(SendError) as caught:
        send(respond, what or message(), **changes)
    return caught.value


def test_the_gateway_takes_the_message_in_its_own_form() -> None:
    sink, said = send(gateway, message())
    assert sink.requests[0].json == {
        "to": "13800000000",
        "content": f"【{SIGN}】黄牌：消防设计审查（尾号0173）10月16日17:30到期未办结，"
        "10月21日17:30仍未办结转红牌。",
        "id": "notice-1:wecom",
    }
    assert said == '{"code": 0, "sid": "8f2"}'


def test_a_digest_over_fields_and_password_is_worked_out_in_the_form() -> None:
    sink, _ = send(
        lambda request: Reply(body=b'{"rspcod":"success"}'),
        message(),
        body=CARRIER,
        content_type="text/plain",
        accepted='"rspcod":"success"',
    )
    sent = json.loads(b64decode(sink.requests[0].body))
    expected = hashlib.md5(f"yunling13800000000{sent['content']}s3cret".encode()).hexdigest()
    assert sent["mac"] == expected
    assert sink.requests[0].headers["content-type"] == "text/plain"


def test_a_gateway_without_a_body_is_asked_with_get() -> None:
    def accepts(request: Request) -> Reply:
        return Reply(body=b"000:ok")

    path = "/s?u=duban&to={{ mobile }}&text={{ text|urlencode }}"
    changes: dict[str, Any] = {"body": None, "accepted": "^000", "headers": {"x-token": "t0ken"}}
    sink, _ = send(accepts, message(Kind.TEST), path, **changes)
    query = parse_qs(urlsplit(sink.requests[0].target).query)
    assert query == {
        "u": ["duban"],
        "to": ["13800000000"],
        "text": [f"【{SIGN}】测试消息，不用处理。"],
    }
    assert sink.requests[0].headers["x-token"] == "t0ken"


def test_http_200_alone_is_no_receipt() -> None:
    error = failure(lambda request: Reply(body='{"code": 9, "msg": "余额不足"}'.encode()))
    assert "余额不足" in error.reason
    assert not error.permanent


def test_what_cannot_help_is_not_tried_again() -> None:
    answer = b'{"code": 4, "msg": "blacklisted number"}'
    assert failure(lambda request: Reply(body=answer), refused='"code": 4').permanent


@pytest.mark.parametrize(
    ("reply", "reason", "permanent"),
    [
        (Reply(503, headers={"retry-after": "7"}), "HTTP 503", False),
        (Reply(403), "HTTP 403", False),
        (Reply(413), "HTTP 413", True),
        (Reply(cut=True), "no answer", False),
        (Reply(delay=1.0), "no answer within 0.2 s", False),
    ],
)
def test_a_gateway_that_fails_is_told_apart(reply: Reply, reason: str, permanent: bool) -> None:
    error = failure(lambda request: reply, timeout=0.2)
    assert reason in error.reason
    assert error.permanent is permanent


@pytest.mark.parametrize("number", ["", "王敏", "1380000"[:4], "13800000000;13900000000"])
def test_without_a_number_nothing_is_sent(number: str) -> None:
    error = failure(gateway, message(addresses={"mobile": number}))
    assert "no mobile number" in error.reason
    assert error.permanent


def test_people_may_write_their_number_as_they_like() -> None:
    sink, _ = send(gateway, message(addresses={"mobile": "138-0000 0000"}))
    assert sink.requests[0].json["to"] == "13800000000"


LONG: dict[str, Any] = {
    "case": {
        "item": "大型人员密集场所和其他特殊建设工程消防设计审查" * 3,
        "item_short": "特殊建设工程消防设计",
        "department": "东浦区住房和城乡建设局（人民防空办公室）建设工程消防审验管理科",
    },
    "order": {"no": "DB-990102-2026-00413", "subject": "大型人员密集场所消防设计审查" * 4},
    "clock": {"over_text": "超期 128 个工作日"},
}


@pytest.mark.parametrize("kind", [one for one in Kind if one is not Kind.ESCALATION])
def test_the_longest_realistic_data_fit_into_one_part_without_being_cut(kind: Kind) -> None:
    sections = {name: LONG[name] for name in LONG if name in message(kind).context}
    sections = {name: fields for name, fields in sections.items() if message(kind).context[name]}
    text = settings().open().payload(message(kind, **sections))
    assert len(text) <= PART
    assert not text.endswith("…")
    assert "http" not in text


def test_what_does_not_fit_is_cut_behind_the_signature() -> None:
    text = settings().open().payload(message(Kind.SYSTEM, alert={"title": "读不到审批库" * 20}))
    assert text.startswith(f"【{SIGN}】监察告警：读不到审批库")
    assert text.endswith("…")
    assert len(text) == PART


def test_the_digest_of_a_day_without_cards_says_so() -> None:
    what = message(Kind.DIGEST, case=None)
    quiet = {**what.context, "nothing": True, "counts": {}, "count": 0}
    text = settings().open().payload(Message("k", Kind.DIGEST, "zh_CN", what.recipient, quiet))
    assert text == f"【{SIGN}】云岭市10月20日：无红牌、黄牌、预警。详情请登录监察系统。"


def test_english_is_one_part_too() -> None:
    text = settings(sign="").open().payload(message(Kind.WARNING, language="en"))
    assert text.startswith("消防设计审查 (0173): ")
    assert len(text) <= 160


@pytest.mark.parametrize(
    ("name", "value"),
    [("body", "{{ mobile"), ("url", "{% if %}"), ("accepted", "("), ("accepted", "")],
)
def test_a_form_that_is_none_is_refused_when_it_is_read(name: str, value: str) -> None:
    with pytest.raises(ValidationError) as caught:
        settings(**{name: value})
    assert caught.value.errors()[0]["loc"] == (name,)


def test_passwords_are_never_shown() -> None:
    one = settings("https://g.invalid/?password=s3cret", body="s3cret", headers={"a": "s3cret"})
    assert "s3cret" not in repr(one)
    error = failure(
        lambda request: Reply(cut=True), body='{"password": "s3cret"}', headers={"a": "s3cret"}
    )
    assert "s3cret" not in error.reason
