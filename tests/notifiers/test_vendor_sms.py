"""Text messages over Aliyun and Tencent: their SDKs speak to sinks that check the signatures."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from pydantic import ValidationError

from notifiers import AliyunSmsSettings, Kind, Message, Receipt, SendError, TencentSmsSettings
from notifiers.channel import ChannelBase
from tests.support.messages import message
from tests.support.sinks import HttpSink, Reply, Request, Responder, http_sink

KEY, SECRET, SIGN = "LTAI5tExample", "an+Example/Secret", "云岭政务监察"
APPROVED: dict[str, Any] = {
    "warning": {
        "template": "SMS_1501",
        "words": {"item": "{{ case.item_short }}", "left": "{{ clock.left_text|tight }}"},
    },
    "other": {"template": "SMS_1502", "words": {"text": "{{ short }}"}, "longest": 60},
}


def aliyun(sink: HttpSink, **changes: Any) -> ChannelBase:
    given = {"access_key": KEY, "secret": SECRET, "sign": SIGN, "approved": APPROVED}
    where = {"endpoint": sink.url.removeprefix("http://"), "protocol": "http"}
    return AliyunSmsSettings(**{"kind": "aliyun-sms", "id": "sms"} | given | where | changes)


def tencent(sink: HttpSink, **changes: Any) -> ChannelBase:
    given = {"secret_id": KEY, "secret_key": SECRET, "sign": SIGN, "approved": APPROVED}
    where = {"endpoint": sink.url.removeprefix("http://"), "protocol": "http", "app": "1400006666"}
    return TencentSmsSettings(**{"kind": "tencent-sms", "id": "sms"} | given | where | changes)


def send(settings: Any, respond: Responder, what: Message, **changes: Any) -> Receipt:
    with http_sink(respond) as sink:
        receipt: Receipt = asyncio.run(settings(sink, **changes).open().send(what))
    return receipt


def aliyun_vendor(request: Request) -> Reply:
    """Check the signature as the vendor says it is made, and take the message.

    https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature
    """
    scheme, _, rest = request.headers["authorization"].partition(" ")
    parts = dict(part.split("=", 1) for part in rest.split(","))
    signed = parts["SignedHeaders"].split(";")
    query = sorted(parse_qsl(urlsplit(request.target).query, keep_blank_values=True))
    canonical = "\n".join(
        [
            "POST",
            "/",
            "&".join(f"{quote(k, safe='~')}={quote(v, safe='~')}" for k, v in query),
            *(f"{name}:{request.headers[name].strip()}" for name in signed),
            "",
            parts["SignedHeaders"],
            hashlib.sha256(request.body).hexdigest(),
        ]
    )
    to_sign = f"{scheme}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    expected = hmac.new(SECRET.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    if parts["Credential"] != KEY or parts["Signature"] != expected:
        body = {"Code": "SignatureDoesNotMatch", "Message": "no"}
        return Reply(400, json.dumps(body).encode(), {"content-type": "application/json"})
    return aliyun_answer("OK")


def aliyun_answer(code: str) -> Reply:
    body = {"Code": code, "Message": code, "BizId": "9006^0", "RequestId": "x"}
    return Reply(200, json.dumps(body).encode(), {"content-type": "application/json"})


def tencent_vendor(request: Request) -> Reply:
    """Check the signature as the vendor says it is made, and take the message.

    https://cloud.tencent.com/document/product/382/52072
    """
    scheme, _, rest = request.headers["authorization"].partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    signed = parts["SignedHeaders"].split(";")
    headers = "".join(f"{name}:{request.headers[name].strip().lower()}\n" for name in signed)
    payload = hashlib.sha256(request.body).hexdigest()
    canonical = f"POST\n/\n\n{headers}\n{parts['SignedHeaders']}\n{payload}"
    moment = int(request.headers["x-tc-timestamp"])
    date = datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d")
    scope = f"{date}/sms/tc3_request"
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    key = f"TC3{SECRET}".encode()
    for part in (date, "sms", "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    to_sign = f"{scheme}\n{moment}\n{scope}\n{hashed}"
    expected = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    if parts["Credential"] != f"{KEY}/{scope}" or parts["Signature"] != expected:
        error = {"Code": "AuthFailure.SignatureFailure", "Message": "no"}
        return tencent_reply({"Error": error, "RequestId": "x"})
    return tencent_answer("Ok")


def tencent_answer(code: str) -> Reply:
    status = {"SerialNo": "5000:1", "PhoneNumber": "+86", "Fee": 1, "Code": code, "Message": code}
    return tencent_reply({"SendStatusSet": [status], "RequestId": "x"})


def tencent_reply(body: dict[str, Any]) -> Reply:
    text = json.dumps({"Response": body}).encode()
    return Reply(200, text, {"content-type": "application/json"})


VENDORS = pytest.mark.parametrize(
    ("settings", "vendor", "answer", "ident"),
    [
        pytest.param(aliyun, aliyun_vendor, aliyun_answer, "9006^0", id="aliyun"),
        pytest.param(tencent, tencent_vendor, tencent_answer, "5000:1", id="tencent"),
    ],
)


@VENDORS
def test_the_vendor_takes_what_is_signed(
    settings: Any, vendor: Responder, answer: Any, ident: str
) -> None:
    assert send(settings, vendor, message(Kind.WARNING)).id == ident


@VENDORS
def test_a_wrong_secret_is_refused_for_good(
    settings: Any, vendor: Responder, answer: Any, ident: str
) -> None:
    name = "secret" if settings is aliyun else "secret_key"
    with pytest.raises(SendError, match="Signature") as caught:
        send(settings, vendor, message(), **{name: "another"})
    assert "another" not in caught.value.reason


@VENDORS
@pytest.mark.parametrize(
    ("codes", "permanent", "retry_after"),
    [
        (("isv.MOBILE_NUMBER_ILLEGAL", "InvalidParameterValue.IncorrectPhoneNumber"), True, None),
        (("isv.BUSINESS_LIMIT_CONTROL", "LimitExceeded.PhoneNumberOneHourLimit"), False, 60.0),
        (("isv.AMOUNT_NOT_ENOUGH", "FailedOperation.InsufficientBalanceInSmsPackage"), False, None),
    ],
)
def test_a_refusal_is_told_apart_by_its_code(
    settings: Any,
    vendor: Responder,
    answer: Any,
    ident: str,
    codes: tuple[str, str],
    permanent: bool,
    retry_after: float | None,
) -> None:
    code = codes[settings is tencent]
    with pytest.raises(SendError) as caught:
        send(settings, lambda request: answer(code), message())
    assert code in caught.value.reason
    assert (caught.value.permanent, caught.value.retry_after) == (permanent, retry_after)


@VENDORS
@pytest.mark.parametrize("reply", [Reply(cut=True), Reply(500), Reply(delay=3.0)])
def test_a_vendor_that_fails_is_asked_again(
    settings: Any, vendor: Responder, answer: Any, ident: str, reply: Reply
) -> None:
    with pytest.raises(SendError) as caught:
        send(settings, lambda request: reply, message(), timeout=1)
    assert not caught.value.permanent


def test_aliyun_is_given_the_variables_by_name() -> None:
    with http_sink() as sink:
        given = json.loads(aliyun(sink).open().payload(message(Kind.WARNING)))
    assert given["template_code"] == "SMS_1501"
    words = json.loads(given["template_param"])
    assert words == {"item": "消防设计审查", "left": "剩2个工作日"}


def test_tencent_is_given_the_variables_in_order() -> None:
    with http_sink() as sink:
        given = json.loads(tencent(sink).open().payload(message(Kind.WARNING)))
    assert given["PhoneNumberSet"] == ["+8613800000000"]
    assert given["TemplateParamSet"] == ["消防设计审查", "剩2个工作日"]


def test_a_variable_is_no_longer_than_the_vendor_takes() -> None:
    with http_sink() as sink:
        what = message(Kind.SYSTEM, alert={"title": "读不到审批库" * 20})
        given = json.loads(aliyun(sink).open().payload(what))
    text = json.loads(given["template_param"])["text"]
    assert len(text) == APPROVED["other"]["longest"]
    assert text.endswith("…")


def test_kinds_without_a_template_of_their_own_have_the_other_one() -> None:
    with http_sink() as sink:
        given = json.loads(aliyun(sink).open().payload(message(Kind.TEST)))
        assert json.loads(given["template_param"]) == {"text": "测试消息，不用处理。"}
        only = {"warning": APPROVED["warning"]}
        with pytest.raises(SendError, match="no approved template for test messages"):
            aliyun(sink, approved=only).open().payload(message(Kind.TEST))


@pytest.mark.parametrize(
    "approved",
    [
        {},
        {"alarm": {"template": "x"}},
        {"other": {"template": "x", "words": {"a": "{{ case"}}},
        {"other": {"words": {}}},
    ],
)
def test_faulty_templates_are_refused_when_they_are_read(approved: dict[str, Any]) -> None:
    with http_sink() as sink, pytest.raises(ValidationError):
        aliyun(sink, approved=approved)
