"""What holds of every channel of a chat vendor."""

from __future__ import annotations

import json
import logging
import re
import traceback
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from notifiers import Kind, Message, SendError
from notifiers.rendering import LANGUAGES
from tests.notifiers.chat_vendors import CHATS, SECRET, TOKEN, send_to
from tests.support.messages import item, message
from tests.support.sinks import Reply, Request, Responder, http_sink
from tests.support.vendors import answer

EVENTS = [
    *("issued", "reminder", "overdue", "acknowledged", "replied", "accepted", "sent_back"),
    *("extension_asked", "extended", "extension_refused", "discharged", "withdrawn"),
]
LONG_CASE = {"item": "题" * 60, "department": "部" * 30}


@pytest.fixture(params=CHATS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def failure(kind: str, respond: Responder, *messages: Message, **changes: Any) -> SendError:
    with pytest.raises(SendError) as caught:
        send_to(CHATS[kind], respond, *(messages or [message()]), **changes)
    return caught.value


def test_the_vendor_takes_every_kind_of_message_over_one_connection(kind: str) -> None:
    chat = CHATS[kind]
    receipts, sink = send_to(chat, chat.vendor(), *(message(told, key=told) for told in Kind))
    assert len(receipts) == len(Kind)
    assert len(sink.connections) == 1


ANSWERS: list[tuple[Responder, bool]] = [
    (lambda request: answer(errcode=-1, code=-1, errmsg="busy"), False),
    (lambda request: answer(errcode=99_999, code=99_999), False),
    (lambda request: answer(errcode=None, code=None), False),
    (lambda request: answer(errcode="soon", code="soon"), False),
    (lambda request: Reply(body=b"<html>Please log in</html>"), False),
    (lambda request: Reply(body=b"[]"), False),
    (lambda request: Reply(body=b"\xff"), False),
    (lambda request: Reply(), False),
    (lambda request: Reply(500), False),
    (lambda request: Reply(404), False),
    (lambda request: Reply(302, headers={"location": "https://evil.invalid/"}), False),
    (lambda request: Reply(413), True),
    (lambda request: Reply(cut=True), False),
    (lambda request: Reply(raw=b"this is no HTTP\r\n\r\n"), False),
    (lambda request: Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"), False),
]


@pytest.mark.parametrize(("respond", "permanent"), ANSWERS)
def test_failures_say_whether_trying_again_can_help(
    kind: str, respond: Responder, permanent: bool
) -> None:
    assert failure(kind, respond).permanent is permanent


def test_a_slow_vendor_is_not_waited_for(kind: str) -> None:
    error = failure(kind, lambda request: Reply(delay=0.3), timeout=0.1)
    assert not error.permanent
    assert error.reason == "127.0.0.1: no answer within 0.1 s"


def test_a_proxy_is_used_when_it_is_set(kind: str) -> None:
    chat = CHATS[kind]
    with http_sink(chat.vendor()) as proxy:
        send_to(chat, chat.vendor(), message(), base_url="http://vendor.invalid", proxy=proxy.url)
    assert all(one.target.startswith("http://vendor.invalid/") for one in proxy.requests)
    assert proxy.requests


def test_a_proxy_is_told_the_password_of_its_address(kind: str) -> None:
    chat = CHATS[kind]
    with http_sink(chat.vendor()) as proxy:
        address = proxy.url.replace("//", "//duban:s3cret@")
        send_to(chat, chat.vendor(), message(), base_url="http://vendor.invalid", proxy=address)
    told = {one.headers.get("proxy-authorization") for one in proxy.requests}
    assert told == {"Basic ZHViYW46czNjcmV0"}


def repeats(request: Request) -> Reply:
    """Answer with all that was sent, as a careless gateway might."""
    told = f"{request.target} {request.body.decode()} {SECRET} {TOKEN}"
    return answer(errcode=12_345, errmsg=told, code=12_345, msg=told)


@pytest.mark.parametrize(
    "respond",
    [
        repeats,
        lambda request: Reply(500),
        lambda request: Reply(cut=True),
        lambda request: Reply(raw=b"this is no HTTP\r\n\r\n"),
        lambda request: Reply(delay=0.3),
    ],
)
def test_no_secret_ever_shows(
    kind: str, respond: Responder, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    error = failure(kind, respond, timeout=0.1)
    settings = CHATS[kind].settings("https://vendor.invalid")
    shown = [repr(error), str(error), repr(settings), str(settings), settings.model_dump_json()]
    shown += ["".join(traceback.format_exception(error))]
    shown += [record.getMessage() for record in caplog.records if record.name != "asyncio"]
    secrets = [one for one in dict(settings).values() if isinstance(one, SecretStr)]
    assert secrets
    for secret in secrets:
        assert secret.get_secret_value().removesuffix("密") not in "\n".join(shown)


def longest(told: Kind, language: str, event: str) -> Message:
    """Build the longest message that is likely, in Chinese, whatever its language says."""
    case = LONG_CASE if told is not Kind.SYSTEM else None
    if told is Kind.DIGEST:
        items = [item(number, case={"tail": f"{number:04}", **LONG_CASE}) for number in range(60)]
        items += [item(number, Kind.ESCALATION, case=LONG_CASE) for number in range(60)]
        what = message(told, language=language, digest={"event": event, "scope": "区" * 30})
        return Message(
            what.key,
            told,
            language,
            what.recipient,
            {**what.context, "items": items, "count": 5000},
        )
    order = {
        "event": event,
        "subject": "题" * 60,
        "issuing_unit": "部" * 30,
        "supervised": "部" * 30,
        "advice": "见" * 100,
        "found": "查" * 100,
        "note": "注" * 100,
    }
    extra: dict[str, Any] = {"order": order} if told is Kind.ORDER else {}
    return message(told, language=language, case=case, **extra)


LONGEST = [
    *((told, "") for told in Kind if told not in (Kind.ORDER, Kind.DIGEST)),
    *((Kind.ORDER, event) for event in EVENTS),
    *((Kind.DIGEST, event) for event in ("merged", "daily", "silence", "missed")),
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_realistic_data_fit(kind: str, language: str) -> None:
    chat = CHATS[kind]
    for told, event in LONGEST:
        assert chat.size(chat.payload(longest(told, language, event))) <= chat.limit, (told, event)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_digest_of_thousands_shows_the_gravest_and_how_many_more(
    kind: str, language: str
) -> None:
    words = CHATS[kind].words(longest(Kind.DIGEST, language, "merged"))
    listed = re.findall(r"^\d+\. (\S+)", words, re.MULTILINE)
    assert 3 <= len(listed) <= 20
    assert set(listed) == {"红牌"}
    more = "另有 {} 条" if language == "zh_CN" else "and {} more"
    assert more.format(5000 - len(listed)) in words


@pytest.mark.parametrize("told", [Kind.OVERDUE, Kind.ORDER, Kind.DIGEST])
def test_absurd_data_fit_too(kind: str, told: Kind) -> None:
    chat = CHATS[kind]
    case = {"item": "建" * 3000, "department": "某" * 3000, "step": "步" * 3000}
    what = message(told, case=case, route={"reason": "由" * 3000})
    if told is Kind.DIGEST:
        items = [item(number, case=case) for number in range(100)]
        context = {**what.context, "items": items}
        what = Message(what.key, told, what.language, what.recipient, context)
    assert chat.size(chat.payload(what)) <= chat.limit


def test_nobody_sees_the_applicant_and_only_a_single_reader_the_whole_number(kind: str) -> None:
    chat = CHATS[kind]
    for told in Kind:
        words = re.sub(r"\(https://[^)]*\)", "", chat.words(message(told)))
        assert "云岭**" not in words.replace("＊", "*")
        assert "13800000000" not in words
        about_cases = told not in (Kind.SYSTEM, Kind.TEST)
        assert ("DP-ZJ-20260922" in words) is (chat.private and about_cases)


EVIL = [
    "<@all>",
    "@all @所有人",
    "<at id=all></at>",
    "<@chenbo>",
    "[点我](https://evil.example)",
    "https://evil.example/x",
    "**加粗** ~~删~~",
    "`代码`",
    '</font><font color="info">',
    "标题\n### 假标题\n> 假引用\n1. 假条目",
    '"}, {"tag": "at", "user_id": "all", "x": "\\',
    "\u2028# x\r\n<@all>",
]


@pytest.mark.parametrize("told", [Kind.OVERDUE, Kind.ORDER, Kind.DIGEST])
def test_data_cannot_inject_mentions_links_or_lines(kind: str, told: Kind) -> None:
    chat = CHATS[kind]

    def built(text: str) -> Message:
        case = {"item": text, "department": text, "step": text, "tail": "0173"}
        what = message(
            told, case=case, route={"reason": text}, order={"advice": text, "note": text}
        )
        if told is not Kind.DIGEST:
            return what
        context = {**what.context, "items": [item(1, case=case)]}
        return Message(what.key, told, what.language, what.recipient, context)

    harmless, words = built("无害"), chat.words(built("无害"))
    for evil in EVIL:
        assert shape(chat.payload(built(evil))) == shape(chat.payload(harmless)), evil
        evil_words = chat.words(built(evil))
        for sign in ("\n", "](", "`", "<", "@", "**", "~~", "://", "\n#", "\n>"):
            assert evil_words.count(sign) == words.count(sign), (evil, sign)


def shape(value: Any) -> Any:
    """Give a JSON value without its texts, so that only its structure is compared."""
    if isinstance(value, dict):
        return {name: shape(part) for name, part in value.items()}
    if isinstance(value, list):
        return [shape(part) for part in value]
    return type(value).__name__ if isinstance(value, str) else None


def test_a_link_that_is_not_http_is_left_out(kind: str) -> None:
    links = {"case": "javascript:alert(1)", "explain": 'https://a/b") [x](y\\'}
    text = json.dumps(CHATS[kind].payload(message(links=links)), ensure_ascii=False)
    assert "javascript" not in text
    assert "https://a/b%22%29%20%5Bx%5D%28y%5C" in text


@pytest.mark.parametrize("userid", ["all", "@ALL", "a> <@all", "", "李", "a" * 65, "a\n"])
def test_nobody_but_one_person_can_be_meant(kind: str, userid: str) -> None:
    what = message(addresses={"wecom": userid, "dingtalk": userid, "feishu": userid})
    if CHATS[kind].private:
        with pytest.raises(SendError, match=r"no usable .* address") as caught:
            CHATS[kind].payload(what)
        assert caught.value.permanent
        return
    payload = CHATS[kind].payload(what)
    assert payload.get("at", {}) in ({}, {"isAtAll": False})
    words = CHATS[kind].words(what)
    assert "@" not in words
    assert "<at" not in words


def test_a_missing_field_is_named(kind: str) -> None:
    context = {"case": {"no": "1"}}
    bare = Message("k", Kind.OVERDUE, "zh_CN", message().recipient, context)
    with pytest.raises(SendError, match="level_name") as caught:
        CHATS[kind].payload(bare)
    assert caught.value.permanent


def test_a_layout_of_ones_own_may_extend_ours(kind: str, tmp_path: Path) -> None:
    chat = CHATS[kind]
    ending = "json" if kind == "feishu" else "md"
    folder = tmp_path / "zh_CN" / kind
    folder.mkdir(parents=True)
    (folder / f"order.{ending}").write_text(
        f'{{% extends "{kind}/base.{ending}" %}}'
        "{% block headline %}{{ super() | trim }}（{{ notice.mark }}）{% endblock %}",
        "utf-8",
    )
    assert "督办单 DB-2026-0413（督）" in chat.words(
        message(Kind.ORDER), templates=tmp_path
    ).replace("</font>", "")
    assert chat.words(message(), templates=tmp_path) == chat.words(message())
