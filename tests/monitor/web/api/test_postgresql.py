"""The same on PostgreSQL: lists by keyset, and requests that are done once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.monitor.web.api.callers import caller
from tests.support.desks import Desk, filled_desk
from tests.support.settings import loaded
from tests.support.stores import fresh_url
from tests.support.stories_settings import file_channel, settings_text


@pytest.fixture
def shared_store(tmp_path: Path) -> Iterator[Desk]:
    """The desk of the hall on a store that several daemons can share."""
    with fresh_url("postgresql", tmp_path) as url:
        channels = file_channel(tmp_path / "o")
        text = settings_text(store=url, hall="sqlite:///hall.db", channels=channels)
        with filled_desk(url, loaded(tmp_path, text)) as desk:
            yield desk


def test_lists_and_acts_are_the_same_there(shared_store: Desk) -> None:
    key = {"idempotency-key": "once"}
    with caller(shared_store, "system") as program:
        for path in (
            "cases",
            "cases?sort=due",
            "alerts",
            "orders",
            "appeals",
            "call-backs",
            "deliveries",
            "silences",
            "audit",
            "figures/standing",
        ):
            assert program.get(f"/{path}").status_code == 200, path
        first = program.get("/cases?sort=due&limit=3").json()
        rest = program.get(f"/cases?sort=due&cursor={first['next']}").json()
        again = [program.post("/alerts/1/acknowledge", headers=key) for _ in range(2)]
    assert [one["key"] for one in first["rows"] + rest["rows"]] == ["D-1", "D-2", "D-3", "D-4"]
    assert [answer.status_code for answer in again] == [200, 200]
    assert again[1].headers["idempotency-replayed"] == "true"
