from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.store.store import Store
from tests.monitor.cli.halls import NOW, fill
from tests.support.cli import settings_file
from tests.support.stores import prepare


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The settings file of a small hall; its store is not there yet."""
    return settings_file(tmp_path)


@pytest.fixture
def store(config: Path) -> Iterator[Store]:
    """The store of ``config``, with its tables."""
    with Store.open(f"sqlite:///{config.parent / 'duban.db'}") as store:
        prepare(store)
        yield store


@pytest.fixture
def alerts(store: Store, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """The ids of the two alerts of the store that ``halls.fill`` fills; it is then ``NOW``."""
    monkeypatch.setattr(time, "time_ns", lambda: NOW * 1000)
    return fill(store)
