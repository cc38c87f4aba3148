from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path

import pytest

from notifiers import ConsoleSettings, FileSettings, Kind, SendError
from notifiers.channels.console import Console
from tests.support.messages import message


def printed(form: str, kind: Kind = Kind.OVERDUE) -> str:
    stream = io.StringIO()
    settings = ConsoleSettings(kind="console", id="c", format=form)
    asyncio.run(Console(settings, stream).send(message(kind)))
    return stream.getvalue()


def test_the_console_prints_a_readable_block() -> None:
    lines = printed("text").splitlines()
    assert lines[1:3] == [
        "[黄] 黄牌｜超期 1 个工作日  -> 李阳",
        "特殊建设工程消防设计审查（尾号 0173）",
    ]
    assert lines[-1] == "为什么发给你：你是本件承办人或科室负责人"


def test_the_console_prints_one_json_line() -> None:
    text = printed("json")
    assert text.count("\n") == 1
    assert json.loads(text)["key"] == "notice-1:wecom"


def test_without_a_stream_it_is_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    asyncio.run(ConsoleSettings(kind="console", id="c").open().send(message()))
    assert "黄牌" in capsys.readouterr().out


def test_the_file_gets_one_line_a_message(tmp_path: Path) -> None:
    path = tmp_path / "notices.jsonl"
    channel = FileSettings(kind="file", id="f", path=path).open()

    async def run() -> None:
        await asyncio.gather(*(channel.send(message(key=str(n))) for n in range(30)))
        await channel.close()

    asyncio.run(run())
    records = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert sorted(int(record["key"]) for record in records) == list(range(30))
    assert records[0]["headline"] == "黄牌｜超期 1 个工作日"


def test_a_file_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    channel = FileSettings(kind="file", id="f", path=tmp_path / "absent" / "x.jsonl").open()
    with pytest.raises(SendError, match="No such file") as caught:
        asyncio.run(channel.send(message()))
    assert not caught.value.permanent
