"""The desk with settings of its own, served as the daemon serves it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from monitor.metrics import Metrics
from monitor.pipeline.in_force import InForce
from monitor.store.store import Store
from monitor.web.app import Health
from monitor.web.serve import served
from tests.support.desks import Desk, fill, folder_url
from tests.support.settings import loaded
from tests.support.stores import prepare
from tests.support.stories_settings import file_channel, settings_text


@contextmanager
def behind(folder: Path, daemon: str = "", more: str = "") -> Iterator[Desk]:
    """Serve a small hall with lines of ``[daemon]`` and other tables of the settings."""
    url, channel = folder_url(folder), file_channel(folder / "o")
    text = settings_text(store=url, hall="sqlite:///hall.db", channels=channel, daemon=daemon)
    rules = InForce.of(loaded(folder, text + more))
    well = Health(True, {})
    with (
        Store.open(url) as store,
        httpx.Client(headers={"accept-language": "zh-CN"}, follow_redirects=True) as browser,
    ):
        prepare(store)
        fill(store)
        desk = Desk(store, rules, browser)
        metrics = Metrics(store, [], [], ())
        with served(
            store,
            lambda: desk.rules,
            lambda: desk.now,
            metrics,
            lambda: well,
            lambda: well,
            "127.0.0.1:0",
            lambda _step: None,
        ) as server:
            desk.server = server
            browser.base_url = httpx.URL(server.url)
            server.start()
            try:
                yield desk
            finally:
                server.stop()
