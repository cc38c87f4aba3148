"""The desk of a small hall, and the pages behind links of a card that was told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.store import board_counts
from monitor.store.store import Store
from tests.monitor.web.serving import SECRET, Pages, served
from tests.support.desks import Desk, filled_desk, folder_url
from tests.support.settings import loaded
from tests.support.stores import prepare
from tests.support.stories_settings import file_channel, settings_text


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    url = f"sqlite:///{tmp_path / 'duban.db'}"
    channel = file_channel(tmp_path / "out.jsonl")
    daemon = f'secret = "{SECRET}"\n'
    text = settings_text(store=url, hall="sqlite:///hall.db", channels=channel, daemon=daemon)
    with Store.open(url) as store:
        prepare(store)
        with served(store, loaded(tmp_path, text)) as ready:
            yield ready


@pytest.fixture
def hall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """The desk of a hall with a red card in 东浦区, a yellow one, and two open cases."""
    monkeypatch.setattr(board_counts, "CHEAP", 60.0)  # however busy the machine of the tests is
    url = folder_url(tmp_path)
    text = settings_text(store=url, hall="sqlite:///hall.db", channels=file_channel(tmp_path / "o"))
    with filled_desk(url, loaded(tmp_path, text)) as desk:
        yield desk
