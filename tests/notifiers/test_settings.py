from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from notifiers import ChannelSettings

ADAPTER: TypeAdapter[Any] = TypeAdapter(ChannelSettings)

MINIMAL: list[dict[str, Any]] = [
    {"kind": "console", "id": "a"},
    {"kind": "file", "id": "b", "path": "notices.jsonl"},
    {"kind": "email", "id": "c", "host": "smtp.example.gov.cn", "sender": "a@example.gov.cn"},
    {"kind": "webhook", "id": "d", "url": "https://x.invalid/", "secret": "whsec_" + "a" * 32},
    {"kind": "wecom", "id": "e", "key": "0f1e"},
    {"kind": "wecom-app", "id": "f", "corpid": "ww1", "agentid": 1000002, "secret": "s"},
    {"kind": "dingtalk", "id": "g", "access_token": "t"},
    {"kind": "dingtalk-notice", "id": "h", "app_key": "k", "app_secret": "s", "agent_id": 1},
    {"kind": "feishu", "id": "i", "token": "t"},
]


@pytest.mark.parametrize("values", MINIMAL, ids=lambda values: values["kind"])
def test_every_kind_can_be_built_from_little(values: dict[str, Any]) -> None:
    settings = ADAPTER.validate_python(values)
    assert settings.open().settings is settings


@pytest.mark.parametrize("values", MINIMAL, ids=lambda values: values["kind"])
def test_an_unknown_setting_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="colour"):
        ADAPTER.validate_python(values | {"colour": "red"})


def test_an_unknown_kind_is_refused_and_the_known_ones_are_listed() -> None:
    with pytest.raises(ValidationError) as caught:
        ADAPTER.validate_python({"kind": "pigeon", "id": "x"})
    assert all(f"'{values['kind']}'" in str(caught.value) for values in MINIMAL)


def test_settings_cannot_be_changed() -> None:
    settings = ADAPTER.validate_python(MINIMAL[0])
    with pytest.raises(ValidationError, match="frozen"):
        settings.id = "other"


@pytest.mark.parametrize(
    ("text", "seconds"), [("10s", 10.0), ("2m", 120.0), ("1d", 86_400), (30, 30.0), (1.5, 1.5)]
)
def test_a_timeout_may_be_written_with_its_unit(text: object, seconds: float) -> None:
    assert ADAPTER.validate_python(MINIMAL[4] | {"timeout": text}).timeout == seconds


@pytest.mark.parametrize(
    "text", ["soon", "2 working days", "10 working minutes", "1 month", True, 0, -1, "0s"]
)
def test_a_timeout_that_is_no_length_of_time_is_refused(text: object) -> None:
    with pytest.raises(ValidationError, match="timeout"):
        ADAPTER.validate_python(MINIMAL[4] | {"timeout": text})


@pytest.mark.parametrize(("kind", "limit"), [("wecom", 20), ("dingtalk", 20), ("feishu", 100)])
def test_robots_keep_their_vendors_limit_unless_told_otherwise(kind: str, limit: int) -> None:
    (values,) = (one for one in MINIMAL if one["kind"] == kind)
    assert ADAPTER.validate_python(values).per_minute == limit
    assert ADAPTER.validate_python(values | {"per_minute": None}).per_minute is None
