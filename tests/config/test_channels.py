"""Channels of packages that are installed beside duban."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from notifiers import Kind, Message, Recipient
from tests.support.packages import install
from tests.support.settings import loaded, refused

MODULE = """
from pathlib import Path
from typing import Literal

from notifiers import ChannelBase, Receipt


class PagerSettings(ChannelBase):
    kind: Literal["pager"]
    path: Path

    def open(self):
        return Pager(self)


class Pager:
    def __init__(self, settings):
        self.settings = settings

    def payload(self, message):
        return f"{message.recipient.name}: {message.kind}"

    async def send(self, message):
        self.settings.path.write_text(self.payload(message), "utf-8")
        return Receipt(message.key)

    async def close(self):
        pass


class Nameless(ChannelBase):
    pass
"""
CHANNEL = '[[channel]]\nid = "beep"\nkind = "pager"\npath = "paged"\n'


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    """Let each test have a module of that name to itself."""
    yield
    sys.modules.pop("hall_pager", None)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return tmp_path / "site"


def installs(monkeypatch: pytest.MonkeyPatch, site: Path, points: str) -> None:
    install(monkeypatch, site, "hall_pager", points, MODULE, "duban.channels")


def test_a_channel_of_a_package_is_used_like_a_built_in_one(
    tmp_path: Path, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installs(monkeypatch, site, "pager = hall_pager:PagerSettings")
    [channel] = loaded(tmp_path, CHANNEL).channel
    receipt = asyncio.run(channel.open().send(Message("k1", Kind.TEST, "zh_CN", Recipient("王敏"))))
    assert receipt.id == "k1"
    assert (tmp_path / "paged").read_text("utf-8") == "王敏: test"


def test_its_settings_are_checked_like_any_others(
    tmp_path: Path, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installs(monkeypatch, site, "pager = hall_pager:PagerSettings")
    faults = refused(tmp_path, CHANNEL.replace("path =", "pat =")).faults
    assert {(one.code, one.path) for one in faults} == {
        ("CFG-101", "channel[0].pat"),
        ("CFG-102", "channel[0].path"),
    }
    assert any("path" in one.mend.en for one in faults if one.code == "CFG-101")


@pytest.mark.parametrize(
    ("points", "why"),
    [
        ("pager = hall_pager:Nameless", "Nameless has no literal kind"),
        ("pager = hall_pager:Pager", "not a class of ChannelBase"),
        ("pager = hall_pager:Gone", "no attribute 'Gone'"),
        ("pager = notifiers.channels.file:FileSettings", "there is a channel file already"),
    ],
)
def test_a_package_that_gives_no_channel_is_a_fault_that_names_it(
    tmp_path: Path, site: Path, monkeypatch: pytest.MonkeyPatch, points: str, why: str
) -> None:
    installs(monkeypatch, site, points)
    [fault] = refused(tmp_path, "").faults
    assert fault.code == "CFG-330"
    assert why in fault.text("en")
    assert "hall_pager" in fault.text("en")
