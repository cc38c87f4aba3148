"""What the item catalogue promises changes from a day on, and each case keeps what it was given."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from monitor.catalogue import Reading, load
from monitor.metrics import Metrics
from monitor.pipeline.pipeline import Pipeline
from monitor.store import items, rejects
from rules.cases import Case
from rules.catalogue import EVER
from rules.catalogue_changes import Entry
from rules.replay import AlertEvent, replay
from tests.support.stories import SHANGHAI, Event, Story, fresh_story, local
from tests.support.stories_settings import SOURCE, SYSTEM

CATALOGUE = """
[catalogue]
source = "hall"
table = "up_task"
refresh_every = "1d"
[catalogue.columns]
code = "task_code"
name = "task_name"
promised_days = "promise_day"
kind = "task_kind"
"""
SOURCES = SOURCE.replace('item_name = "item"', 'item_code = "item"') + CATALOGUE
LIMIT = """
[[limit]]
id = "promise"
title = "承诺办结时限"
from = "accepted_at"
until = "closed_at"
allow = { column = "item_promised_days", unit = "working days" }
levels = { warning = "2 working days left", yellow = "over", red = "3 working days over" }
"""
POLICY = """
[[policy]]
id = "promised"
when = "case.item_kind == 'promise'"
steps = [{ after = "0m", tell = ["clerk"], via = ["out"] }]
"""

ACCEPTED = "2026-09-22 15:20"
TEN_DAYS = "2026-10-13 17:30"
FIVE_DAYS = "2026-09-30 17:30"


@pytest.fixture(params=["sqlite", "postgresql"])
def story(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Story]:
    """A hall with one item, for which ten working days are promised."""
    given = {"sources": SOURCES, "limits": LIMIT, "policies": SYSTEM + POLICY}
    with fresh_story(tmp_path, request.param, **given) as told:
        told.hall.database.run(
            "CREATE TABLE up_task"
            " (task_code TEXT, task_name TEXT, promise_day TEXT, task_kind TEXT)"
        )
        add(told, "施工许可", "10")
        yield told


def add(story: Story, code: str, days: str) -> None:
    row = {"task_code": code, "promise_day": days, "task_kind": "promise"}
    row["task_name"] = f"{code}（新办）"
    story.hall.database.insert("up_task", row)


def promise(story: Story, days: str) -> None:
    """Let the hall promise so many days from now on."""
    with story.hall.database.engine.begin() as connection:
        connection.execute(text("UPDATE up_task SET promise_day = :days"), {"days": days})


def imported(story: Story, days: int, on: date) -> None:
    """Import an edition by hand, as ``duban catalogue import FILE --from DATE`` does."""
    entry = Entry("施工许可", {"name": "施工许可", "promised_days": days, "kind": "promise"})
    with story.store.write() as connection:
        load(connection, Reading((entry,), (), "items.csv"), on, SHANGHAI, story.now)


def editions(story: Story) -> list[tuple[date, Any]]:
    with story.store.read() as connection:
        return [
            (one.item.valid_from, one.item.facts["promised_days"])
            for one in items.editions(connection, "施工许可")
        ]


def test_a_promise_that_is_shortened_binds_the_cases_accepted_since(story: Story) -> None:
    story.hall.accept("OLD", at=ACCEPTED, days=None)
    story.at("2026-09-22 15:21")
    assert story.due("OLD") == TEN_DAYS
    promise(story, "5")
    story.at("2026-10-08 09:00")
    story.hall.accept("NEW", at="2026-10-09 10:00", days=None)
    story.at("2026-10-09 10:01")
    assert (story.due("OLD"), story.due("NEW")) == (TEN_DAYS, "2026-10-15 17:30")
    assert editions(story) == [(EVER, 10), (date(2026, 10, 8), 5)]
    story.at("2026-10-12 09:00")
    assert story.levels("OLD") == {"promise": "warning"}
    story.at(TEN_DAYS)
    assert story.levels("OLD") == {"promise": "yellow"}
    story.at("2026-10-15 17:29")
    assert story.levels("NEW") == {"promise": "warning"}
    story.at("2026-10-15 17:30")
    assert story.levels("NEW") == {"promise": "yellow"}


def test_an_edition_for_a_day_gone_by_moves_the_cases_accepted_since_then(story: Story) -> None:
    story.hall.accept("A1", at=ACCEPTED, days=None)
    story.at("2026-09-29 09:00")
    assert story.levels("A1") == {}
    imported(story, 5, date(2026, 9, 20))
    story.after(1)
    assert story.due("A1") == FIVE_DAYS
    assert story.levels("A1") == {"promise": "warning"}


def test_an_edition_for_a_day_to_come_outlasts_the_daily_reading(story: Story) -> None:
    story.at(ACCEPTED)
    imported(story, 5, date(2026, 10, 8))
    for day in ("2026-09-23", "2026-10-08", "2026-10-09"):
        story.at(f"{day} 16:00")
    assert editions(story) == [(EVER, 10), (date(2026, 10, 8), 5)]


def test_a_daemon_that_has_not_heard_of_a_new_edition_judges_nobody_by_the_old_one(
    story: Story,
) -> None:
    story.hall.accept("A1", at=ACCEPTED, days=None)
    story.at(ACCEPTED)
    other = Pipeline(
        story.store, story.pipeline.rules, Metrics(story.store, [], [], ()), lambda: story.now
    )
    try:
        imported(story, 5, date(2026, 9, 20))
        other.check_due()
        assert story.due("A1") == FIVE_DAYS
        assert other.rules.book.catalogue.version == 2
    finally:
        other.close()


def test_the_catalogue_is_there_again_after_a_restart_and_a_reload(story: Story) -> None:
    story.hall.accept("A1", at=ACCEPTED, days=None)
    story.at(ACCEPTED)
    for again in (story.restart, story.reload):
        again(limits=LIMIT.replace("3 working days over", "4 working days over"))
        story.after(1)
        assert story.due("A1") == TEN_DAYS


def test_a_policy_may_ask_for_what_the_item_is(story: Story) -> None:
    story.hall.accept("A1", at=ACCEPTED, days=None)
    story.at(ACCEPTED)
    story.at(TEN_DAYS)
    assert [one.who for one in story.told("A1")] == ["李阳"]
    assert story.messages[0]["context"]["case"]["item"] == "施工许可（新办）"


def test_a_catalogue_that_cannot_be_read_is_told_and_stays_in_force(story: Story) -> None:
    story.hall.accept("A1", at=ACCEPTED, days=None)
    story.at(ACCEPTED)
    story.hall.database.run("ALTER TABLE up_task RENAME TO elsewhere")
    story.at("2026-09-23 15:20")
    assert story.system("source-down") == [Event("alert_opened", "red", "source-down")]
    assert [one.who for one in story.told()] == ["值班员"]
    assert story.due("A1") == TEN_DAYS
    story.hall.database.run("ALTER TABLE elsewhere RENAME TO up_task")
    story.after(4)
    assert len(story.system("source-down")) == 1
    story.after(2)
    assert story.system("source-down")[1:] == [Event("alert_resolved", "red", "read")]


def test_a_list_that_has_lost_most_of_its_items_is_not_taken_over(story: Story) -> None:
    for number in range(20):
        add(story, f"X{number}", "3")
    story.at(ACCEPTED)
    story.hall.database.run("DELETE FROM up_task WHERE task_code LIKE 'X%'")
    story.at("2026-09-23 15:20")
    assert story.system("source-emptied") == [Event("alert_opened", "red", "source-emptied")]
    with story.store.read() as connection:
        known = items.load(connection, SHANGHAI)
    assert known.edition("X7", date(2026, 9, 24)) is not None
    for number in range(20):
        add(story, f"X{number}", "3")
    story.at("2026-09-24 15:20")
    assert story.system("source-emptied")[1:] == [Event("alert_resolved", "red", "read")]


def test_a_row_that_cannot_be_understood_is_set_aside_and_its_item_stays(story: Story) -> None:
    story.hall.accept("A1", at=ACCEPTED, days=None)
    story.at(ACCEPTED)
    promise(story, "马上")
    story.at("2026-09-23 15:20")
    assert story.system("rows-rejected") == [Event("alert_opened", "warning", "rows-rejected")]
    with story.store.read() as connection:
        (reject,) = rejects.listing(connection, "catalogue", 10)
    assert (reject.key, reject.reason) == ("施工许可", "bad-number")
    assert (editions(story), story.due("A1")) == ([(EVER, 10)], TEN_DAYS)
    promise(story, "10")
    story.at("2026-09-24 15:20")
    assert story.system("rows-rejected")[1:] == [Event("alert_resolved", "warning", "read")]


def test_an_item_that_the_catalogue_lacks_is_told_until_it_is_there(story: Story) -> None:
    story.hall.accept("A1", at=ACCEPTED, days=None, item="无名事项")
    story.at(ACCEPTED)  # the catalogue is read before there are cases
    story.after(minutes=1)
    assert story.system("items-unknown") == [Event("alert_opened", "warning", "items-unknown")]
    add(story, "无名事项", "5")
    story.at("2026-09-24 15:20")
    assert story.system("items-unknown")[1:] == [Event("alert_resolved", "warning", "known")]
    assert story.due("A1") == FIVE_DAYS


def test_other_settings_of_the_catalogue_are_read_at_once(story: Story) -> None:
    story.hall.accept("A1", at=ACCEPTED, days=None)
    story.at(ACCEPTED)
    story.hall.database.run("CREATE TABLE other AS SELECT *, '7' d FROM up_task")
    story.reload(sources=SOURCES.replace('"up_task"', '"other"').replace('"promise_day"', '"d"'))
    story.after(1)
    assert editions(story)[-1] == (date(2026, 9, 22), 7)


def test_a_replay_shows_the_cards_that_were_shown(story: Story) -> None:
    story.hall.accept("A1", at=ACCEPTED, days=None)
    story.at(ACCEPTED)
    rules = story.pipeline.rules
    reader = story.pipeline.readers["hall"]
    (read,) = reader.read_keys(["A1"])

    case = Case("hall", "A1", read.facts)  # type: ignore[union-attr]
    events = replay(rules.book, rules.calendars, [case], local(ACCEPTED), local("2026-12-01 00:00"))
    assert [(e.level, e.at) for e in events if isinstance(e, AlertEvent)] == [
        ("warning", local("2026-10-12 09:00")),
        ("yellow", local(TEN_DAYS)),
        ("red", local("2026-10-16 17:30")),
    ]


def test_a_reading_waits_for_an_import_and_does_not_undo_it(story: Story) -> None:
    story.hall.accept("A1", at=ACCEPTED, days=None)
    story.at(ACCEPTED)
    story.now = local("2026-09-23 16:00")
    with ThreadPoolExecutor(1) as threads:
        with story.store.write() as connection:
            entry = Entry("施工许可", {"promised_days": 5})
            list_by_hand = Reading((entry,), (), "items.csv")
            load(connection, list_by_hand, date(2026, 9, 20), SHANGHAI, story.now)
            reading = threads.submit(story.pipeline.refresh_catalogue)
            with pytest.raises(TimeoutError):
                reading.result(timeout=0.5)
        reading.result(timeout=20)
    with story.store.read() as connection:
        assert items.state(connection).version == 2
    story.after(1)
    assert story.due("A1") == FIVE_DAYS


def test_a_file_that_is_exchanged_is_taken_over(story: Story, tmp_path: Path) -> None:
    file = tmp_path / "items.csv"
    file.write_text("事项编码,承诺时限\n施工许可,10\n", "utf-8")
    columns = 'columns = {{ code = "事项编码", promised_days = "承诺时限" }}'
    catalogue = f'[catalogue]\nfile = "items.csv"\n{columns}\n'
    story.reload(sources=SOURCES.replace(CATALOGUE, catalogue), policies=SYSTEM)
    story.hall.accept("OLD", at=ACCEPTED, days=None)
    story.at(ACCEPTED)
    file.write_text("事项编码,承诺时限\n施工许可,5\n", "gb18030")
    story.hall.accept("NEW", at="2026-09-23 16:00", days=None)
    story.at("2026-09-23 16:00")
    assert (story.due("OLD"), story.due("NEW")) == (TEN_DAYS, "2026-10-08 17:30")
    file.unlink()
    story.at("2026-09-24 16:00")
    assert story.system("source-down") == [Event("alert_opened", "red", "source-down")]
