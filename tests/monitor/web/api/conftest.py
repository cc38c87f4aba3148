"""One desk for all tests that change nothing that others look at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.desks import Desk, filled_desk, folder_url
from tests.support.settings import loaded
from tests.support.stories_settings import file_channel, settings_text


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The desk of the hall, shared by the tests of a module."""
    folder = tmp_path_factory.mktemp("desk")
    channel = file_channel(folder / "o")
    url = folder_url(folder)
    text = settings_text(store=url, hall="sqlite:///hall.db", channels=channel)
    with filled_desk(url, loaded(folder, text)) as desk:
        yield desk
