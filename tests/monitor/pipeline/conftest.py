"""A story on SQLite: the stories proper are told on every store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.stories import Story, fresh_story


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    """Give a story over an empty hall under the usual settings."""
    with fresh_story(tmp_path) as told:
        yield told
