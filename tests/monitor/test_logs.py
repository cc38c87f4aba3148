from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest
import structlog

from monitor import logs


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def warn(stream: io.StringIO) -> str:
    logs.set_up(stream)
    structlog.get_logger().warning("source_failed", source="县大厅", tries=2)
    return stream.getvalue()


def test_in_a_pipe_a_line_is_an_object_with_a_stable_event() -> None:
    told = json.loads(warn(io.StringIO()))
    assert told.pop("timestamp").endswith("Z")
    assert told == {"event": "source_failed", "level": "warning", "source": "县大厅", "tries": 2}


def test_an_error_in_a_pipe_stays_on_its_line() -> None:
    stream = io.StringIO()
    logs.set_up(stream)
    try:
        int("no number")
    except ValueError:
        structlog.get_logger().exception("step_failed")
    [line] = stream.getvalue().splitlines()
    assert json.loads(line)["exception"][0]["exc_type"] == "ValueError"


def test_on_a_terminal_it_is_for_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    text = warn(Terminal())
    assert "source_failed" in text
    assert "\x1b[" in text


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    text = warn(Terminal())
    assert "\x1b[" not in text
    assert "source=县大厅" in text


def test_an_error_on_a_terminal_tells_no_local_variables() -> None:
    stream = Terminal()
    logs.set_up(stream)
    key = "dbn_" + "x" * 9
    try:
        int(key[:0])
    except ValueError:
        structlog.get_logger().exception("step_failed")
    assert "ValueError" in stream.getvalue()
    assert key not in stream.getvalue()
