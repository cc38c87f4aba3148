"""A card that was climbing under an older version climbs on under this one."""

from __future__ import annotations

import pytest
from sqlalchemy import null

from monitor.store import tables
from tests.support.stories import Story


@pytest.mark.parametrize("upgraded", [True, False])
def test_a_card_in_the_middle_of_its_ladder_climbs_on(story: Story, upgraded: bool) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at("2026-09-22 15:20")
    story.at("2026-10-13 17:30")
    story.at("2026-10-14 15:30")
    if upgraded:  # what the upgrade leaves of columns that were not there before
        new = ("ladder", "climbed", "holds", "answered_at", "revoke_why")
        with story.store.write() as connection:
            connection.execute(tables.alerts.update().values(dict.fromkeys(new, null())))
    story.at("2026-10-14 17:00")
    story.at("2026-10-14 17:30")
    story.at("2026-10-15 17:30")
    assert [(one.at, one.who) for one in story.told("A1")] == [
        ("2026-10-13 17:30", "李阳"),
        ("2026-10-14 15:30", "陈波"),
        ("2026-10-14 17:30", "钱程"),
        ("2026-10-15 17:30", "王敏"),
    ]
