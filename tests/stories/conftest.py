"""The story that tests of this folder tell, once on each kind of store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.stories import Story, fresh_story


@pytest.fixture(params=["sqlite", "postgresql"])
def story(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Story]:
    """Give a story over an empty hall under the usual settings."""
    with fresh_story(tmp_path, request.param) as told:
        yield told
