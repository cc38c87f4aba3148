"""Amounts that no limit can go by, and texts that nobody can read: told, and the case is judged."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from monitor.store import tables
from rules.instants import MINUTE
from tests.support.stories import Event, Story
from tests.support.stories_settings import PROMISE, SOURCE, STATUTORY

DUE = "2026-10-13 17:30"
OWN_COLUMN = SOURCE.replace('promised_days = "days"', 'own_days = "days"')
OWN_LIMIT = PROMISE.replace('"promised_days", unit = "working days"', '"own_days", unit = "UNIT"')


def rejected(story: Story) -> list[tuple[str, str, bool]]:
    r = tables.rejects.c
    with story.store.read() as connection:
        rows = connection.execute(select(r.key, r.reason, r.gone_at).order_by(r.id)).all()
    return [(row.key, row.reason, row.gone_at is None) for row in rows]


@pytest.mark.parametrize("days", ["-5", "99999999", "1e300"])
def test_an_amount_that_is_none_is_told_and_the_other_limits_are_judged(
    story: Story, days: str
) -> None:
    story.reload(limits=PROMISE + STATUTORY)
    story.hall.accept("A1", at="2026-09-22 15:20", days=days, law_days=10)
    story.at(DUE)
    assert story.levels("A1") == {"statutory": "yellow"}
    assert story.clock("A1")["state"] == "unknown"
    assert rejected(story) == [("A1", "bad-number", True)]
    assert story.system("rows-rejected") == [Event("alert_opened", "warning", "rows-rejected")]
    story.hall.correct("A1", at="2026-10-13 17:31", days="10")
    story.at("2026-10-13 17:32")
    assert story.levels("A1") == {"promise": "yellow", "statutory": "yellow"}
    assert rejected(story) == [("A1", "bad-number", False)]
    assert [one.event for one in story.system("rows-rejected")][-1] == "alert_resolved"


@pytest.mark.parametrize("unit", ["working days", "hours", "working seconds"])
@pytest.mark.parametrize("value", ["abc", "9999999999999999", "-1"])
def test_no_odd_value_of_a_column_of_ones_own_is_overdue_at_once(
    story: Story, unit: str, value: str
) -> None:
    story.restart(sources=OWN_COLUMN, limits=OWN_LIMIT.replace("UNIT", unit))
    story.hall.accept("A1", at="2026-09-22 15:20", days=value)
    story.at(DUE)
    assert story.levels("A1") == {}
    assert rejected(story) == [("A1", "bad-number", True)]


def test_digits_in_a_column_of_text_are_told_to_be_text(story: Story) -> None:
    story.hall.database.run("ALTER TABLE cases ADD COLUMN own TEXT")
    own = OWN_COLUMN.replace('own_days = "days"', 'own_days = "own"')
    story.restart(sources=own, limits=OWN_LIMIT.replace("UNIT", "working days"))
    story.hall.accept("A1", at="2026-09-22 15:20", days=10, own="10")
    story.at(DUE)
    with story.store.read() as connection:
        (detail,) = connection.scalars(select(tables.rejects.c.detail))
    assert detail.endswith("(working days), held as a number, not as text")


def test_bytes_in_the_title_keep_no_case_from_being_watched(story: Story) -> None:
    titled = SOURCE.replace('item_name = "item"', 'item_name = "item"\ntitle = "title"')
    story.hall.database.run("ALTER TABLE cases ADD COLUMN title TEXT")
    story.restart(sources=titled)
    story.hall.accept("A1", at="2026-09-22 15:20", days=10, title="施工许可".encode("gbk"))
    story.at(DUE)
    assert story.levels("A1") == {"promise": "yellow"}
    assert rejected(story) == [("A1", "invalid-utf-8", True)]
    story.hall.correct("A1", at="2026-10-13 17:31", title="施工许可")
    story.at("2026-10-13 17:32")
    assert rejected(story) == [("A1", "invalid-utf-8", False)]


def test_bytes_in_a_text_that_conditions_may_go_by_set_the_row_aside(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10, region="石桥".encode("gbk"))
    story.at(DUE)
    with story.store.read() as connection:
        assert connection.scalars(select(tables.cases.c.no)).all() == []
    assert rejected(story) == [("A1", "invalid-utf-8", True)]


def test_more_rows_that_cannot_be_understood_are_told_anew(story: Story) -> None:
    story.hall.accept("A1", at="gestern", days=10, changed="2026-09-22 15:20")
    story.at("2026-09-22 15:30")
    assert [one.kind for one in story.told()] == ["system"]
    story.hall.accept("A2", at="gestern", days=10, changed="2026-09-22 15:31")
    story.now += MINUTE
    story.go()
    assert len(story.told()) == 1, "not at once: a flood of them is told of once"
    for _ in range(3):
        story.after(minutes=10)
    assert [event.event for event in story.system("rows-rejected")] == [
        "alert_opened",
        "alert_raised",
    ]
    assert len(story.told()) == 2
    assert "2 行" in story.messages[-1]["context"]["alert"]["title"]


def test_an_absurd_extension_makes_the_limit_unknown_and_holds_up_nobody(story: Story) -> None:
    for no in ("A1", "A2"):
        story.hall.accept(no, at="2026-09-22 15:20", days=10)
    story.hall.extend("A1", at="2026-09-23 10:00", days=10**15)
    story.at(DUE)
    assert story.clock("A1")["state"] == "unknown"
    assert story.levels("A2") == {"promise": "yellow"}
    assert rejected(story) == [("A1", "bad-number", True)]
