from __future__ import annotations

import json
from email import message_from_string
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from notifiers import (
    Channel,
    ChannelSettings,
    ConsoleSettings,
    EmailSettings,
    FileSettings,
    Kind,
    SendError,
    WebhookSettings,
)
from tests.notifiers.chat_vendors import CHATS, send_to
from tests.support.messages import message

SECRET = "whsec_" + "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"


def built(kind: str, folder: Path) -> Channel:
    settings: dict[str, ChannelSettings] = {
        "console": ConsoleSettings(kind="console", id="c"),
        "file": FileSettings(kind="file", id="c", path=folder / "sent.jsonl"),
        "email": EmailSettings(kind="email", id="c", host="127.0.0.1", sender="d@example.gov.cn"),
        "webhook": WebhookSettings(kind="webhook", id="c", url="http://127.0.0.1", secret=SECRET),  # type: ignore[arg-type]
    }
    return settings[kind].open()


@pytest.mark.parametrize("kind", ["console", "file", "email", "webhook"])
def test_a_payload_says_what_would_be_sent_and_sends_nothing(kind: str, tmp_path: Path) -> None:
    text = built(kind, tmp_path).payload(message())
    assert "黄牌" in plain(kind, text)
    assert list(tmp_path.iterdir()) == []


def test_without_an_address_there_is_no_payload(tmp_path: Path) -> None:
    with pytest.raises(SendError, match="no usable email address"):
        built("email", tmp_path).payload(message(addresses={}))


def plain(kind: str, text: str) -> str:
    """Give the words in a payload, and fail where it has not the form of its channel."""
    if kind == "console":
        return text
    if kind == "email":
        mail: Any = message_from_string(text, policy=default)
        return str(mail["Subject"])
    sent = json.loads(text)
    return str((sent["data"] if kind == "webhook" else sent)["headline"])


@pytest.mark.parametrize("kind", CHATS)
def test_the_payload_of_a_chat_channel_is_what_its_vendor_gets(kind: str) -> None:
    chat = CHATS[kind]
    _, sink = send_to(chat, chat.vendor(), message(Kind.ORDER))
    sent = {name: sink.requests[-1].json[name] for name in chat.payload(message(Kind.ORDER))}
    assert sent == chat.payload(message(Kind.ORDER))
    assert "督办单 DB-2026-0413" in chat.words(message(Kind.ORDER))
