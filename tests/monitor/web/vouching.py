"""The desk with settings of its own, served as the daemon serves it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.desks import Desk, filled_desk, folder_url
from tests.support.settings import loaded
from tests.support.stories_settings import file_channel, settings_text


@contextmanager
def behind(folder: Path, daemon: str = "", more: str = "") -> Iterator[Desk]:
    """Serve a small hall with lines of ``[daemon]`` and other tables of the settings."""
    url, channel = folder_url(folder), file_channel(folder / "o")
    text = settings_text(store=url, hall="sqlite:///hall.db", channels=channel, daemon=daemon)
    with filled_desk(url, loaded(folder, text + more)) as desk:
        yield desk
