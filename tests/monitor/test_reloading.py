"""Settings that leave nothing to watch are refused at a reload."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import Settings
from monitor.reloading import too_little
from tests.support.settings import loaded
from tests.support.stories_settings import PROMISE, SOURCE, STATUTORY, settings_text


def made(folder: Path, **given: str) -> Settings:
    plain = {"store": "sqlite:///duban.db", "hall": "sqlite:///hall.db", "channels": ""}
    return loaded(folder, settings_text(**{**plain, "policies": "", **given}))


@pytest.mark.parametrize(
    ("after", "lost"),
    [
        ({"sources": "", "limits": ""}, ("source", "limit")),
        ({"sources": ""}, ("source",)),
        ({"sources": SOURCE.replace('id = "hall"', 'id = "other"')}, ("source",)),
        ({"limits": ""}, ("limit",)),
        ({"limits": PROMISE + STATUTORY}, ()),
    ],
)
def test_all_sources_or_all_limits_are_not_dropped_at_once(
    tmp_path: Path, after: dict[str, str], lost: tuple[str, ...]
) -> None:
    refused = too_little(made(tmp_path), made(tmp_path, **after))
    assert (refused is not None) == bool(lost)
    for name in lost:
        assert refused is not None
        assert name in refused.en


def test_a_first_source_and_limit_may_be_added(tmp_path: Path) -> None:
    assert too_little(made(tmp_path, sources="", limits=""), made(tmp_path)) is None
