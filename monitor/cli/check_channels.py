"""What ``duban check`` tells of a channel: whether it can be built, and its files are there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from config import Words
from monitor.sources import CheckResult
from notifiers import ChannelSettings, FileSettings


def examine(channel: ChannelSettings) -> CheckResult:
    """Build a channel without sending anything: CHN-101 it works, CHN-102 its files are there."""
    try:
        channel.open()
    except ValueError as error:
        text = Words(f"建不起来：{error}", f"it cannot be built: {error}")
        return CheckResult("CHN-101", "fail", text)
    missing = ", ".join(str(path) for path in _files(channel) if not path.exists())
    if missing:
        text = Words(f"{missing} 不存在；请建立或改正路径", f"{missing}: not there; mend the path")
        return CheckResult("CHN-102", "fail", text)
    text = Words(
        f"可以使用；试发：duban send-test {channel.id} --to 人员",
        f"ready; to try it: duban send-test {channel.id} --to PERSON",
    )
    return CheckResult("CHN-101", "ok", text)


def _files(channel: ChannelSettings) -> Iterator[Path]:
    """Give the files and folders that a channel needs to be there."""
    named = (getattr(channel, name, None) for name in ("templates", "ca_file"))
    yield from (path for path in named if path is not None)
    if isinstance(channel, FileSettings):
        yield channel.path.parent
