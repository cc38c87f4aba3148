"""The source rewrites what a card stood on: the card goes, and the rewriting is found."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from monitor.store import alert_list, fact_changes, tables
from monitor.store.alert_list import Filter
from rules.history import FactChange
from tests.support.cli import duban
from tests.support.stories import Event, Story, fresh_story, local
from tests.support.stories_settings import HANDLER_ONLY, PROMISE, SOURCE, SYSTEM

CHECKS = "".join(
    f'[[check]]\nuse = "{use}"\n'
    for use in ("fact-changed-after-card", "back-dated", "fact-removed")
)
DUE = "2026-10-13 17:30"  # of what was accepted on 22 September with ten working days


@pytest.fixture(params=["sqlite", "postgresql"])
def story(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Story]:
    """Give a story in which the handler hears of everything, and history is checked."""
    given = {"limits": PROMISE + CHECKS, "policies": SYSTEM + HANDLER_ONLY}
    with fresh_story(tmp_path, request.param, **given) as told:
        yield told


def late(story: Story, no: str = "A1") -> None:
    """Let a case get its yellow card."""
    story.hall.accept(no, at="2026-09-22 15:20", days=10)
    for when in ("2026-09-22 15:30", "2026-10-12 09:00", DUE):
        story.at(when)
    assert story.levels(no) == {"promise": "yellow"}


def changes(story: Story, no: str) -> list[FactChange]:
    with story.store.read() as connection:
        query = select(tables.cases.c.id).where(tables.cases.c.no == no)
        return fact_changes.changes_of(connection, connection.execute(query).scalar_one())


def evidence(story: Story, rule: str) -> dict[str, Any]:
    with story.store.read() as connection:
        [row] = alert_list.listing(connection, Filter(rule=rule), 10)
    return dict(row.alert.evidence)


def test_an_acceptance_moved_after_the_card_puts_the_card_out_and_is_found(story: Story) -> None:
    late(story)
    story.at("2026-10-14 09:00")
    story.hall.correct("A1", at="2026-10-14 09:10", accepted="2026-10-09 09:00")
    story.at("2026-10-14 09:11")
    assert story.history("A1")[-1] == Event("alert_resolved", "yellow", "moved")
    assert story.levels("A1") == {"fact-changed-after-card": "yellow"}
    assert evidence(story, "fact-changed-after-card") == {
        "fact": "accepted_at",
        "before": "2026-09-22 15:20",
        "after": "2026-10-09 09:00",
        "seen_at": local("2026-10-14 09:11"),
        "carded_at": local(DUE),
    }
    assert story.messages[-1]["context"]["alert"]["found"] == (
        "2026年10月13日亮牌之后，2026年10月14日看到受理时间"
        "由 2026-09-22 15:20 改为 2026-10-09 09:00"
    )


def test_what_was_found_stays_found_when_the_fact_is_put_back(story: Story) -> None:
    late(story)
    for minute, accepted in ((10, "2026-10-09 09:00"), (20, "2026-09-22 15:20")):
        story.hall.correct("A1", at=f"2026-10-14 09:{minute}", accepted=accepted)
        story.at(f"2026-10-14 09:{minute + 1}")
    assert story.levels("A1") == {"promise": "yellow", "fact-changed-after-card": "yellow"}
    assert [(one.name, one.seen_at) for one in changes(story, "A1")] == [
        ("accepted_at", local("2026-10-14 09:11")),
        ("accepted_at", local("2026-10-14 09:21")),
    ]


def test_a_closing_dated_back_to_before_the_card_is_found(story: Story) -> None:
    late(story)
    story.at("2026-10-14 10:00")
    story.hall.correct("A1", at="2026-10-14 10:01", closed="2026-10-13 17:00")
    story.at("2026-10-14 10:02")
    assert story.levels("A1") == {"back-dated": "red"}


def test_a_closing_told_late_because_the_source_could_not_be_read_is_not_found(
    story: Story,
) -> None:
    late(story)
    story.hall.close("A1", at="2026-10-13 17:20")
    story.at("2026-10-14 15:00")
    assert story.levels("A1") == {}


def test_a_pause_taken_away_is_found(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.hall.pause("A1", at="2026-09-24 09:00")
    story.at("2026-09-24 09:05")
    story.hall.database.run("DELETE FROM pauses")
    story.hall.correct("A1", at="2026-09-25 09:00", fee=0.0)
    story.at("2026-09-25 09:05")
    assert story.levels("A1") == {"fact-removed": "yellow"}


def test_a_case_that_goes_its_way_gives_no_finding(story: Story) -> None:
    late(story)
    story.hall.pause("A1", at="2026-10-14 09:00")
    story.at("2026-10-14 09:01")
    story.hall.resume("A1", at="2026-10-15 09:00")
    story.hall.extend("A1", at="2026-10-15 09:00", days=5)
    story.at("2026-10-15 09:01")
    story.hall.close("A1", at="2026-10-16 10:00")
    story.at("2026-10-16 10:01")
    assert story.levels("A1") == {}
    assert [one.name for one in changes(story, "A1")] == [
        "pauses[1]",
        "pauses[1].ended_at",
        "extensions[1]",
        "closed_at",
    ]


def test_a_case_that_vanishes_and_comes_back_is_no_other_for_it(story: Story) -> None:
    late(story)
    story.hall.delete("A1")
    story.at("2026-10-14 18:00")
    story.hall.accept("A1", at="2026-09-22 15:20", days=10, changed="2026-10-15 09:00")
    story.at("2026-10-15 09:01")
    assert story.levels("A1") == {"promise": "yellow"}
    assert [(one.name, one.before is None) for one in changes(story, "A1")] == [
        ("vanished_at", True),
        ("vanished_at", False),
    ]


def test_another_mapping_is_no_doing_of_the_source(story: Story) -> None:
    """Until the source has been read whole, facts that are read otherwise are not compared."""
    late(story)
    story.hall.correct("A1", at="2026-10-14 09:00", law_days=20)
    other = SOURCE.replace('promised_days = "days"', 'promised_days = "law_days"')
    story.restart(sources=other)
    story.at("2026-10-14 09:01")
    assert story.levels("A1") == {}
    assert [one.name for one in changes(story, "A1")] == ["statutory_days"]
    story.at("2026-10-15 09:01")
    story.hall.correct("A1", at="2026-10-15 09:02", law_days=30)
    story.at("2026-10-15 09:03")
    assert story.levels("A1") == {"fact-changed-after-card": "yellow"}


def test_an_audit_finds_the_rewriting_that_had_been_seen_by_then(story: Story) -> None:
    late(story)
    story.at("2026-10-14 10:00")
    story.hall.correct("A1", at="2026-10-14 10:01", closed="2026-10-13 17:00")
    story.at("2026-10-14 10:02")
    assert audited(story, until="2026-10-14T10:03") == {"back-dated": 1}
    assert audited(story, until="2026-10-14T10:01") == {}


def audited(story: Story, until: str) -> dict[str, int]:
    """What an audit finds of history, by rule."""
    settings = story.folder / "supervisor.toml"
    called = duban("audit", "--from", "2026-09-01", "--to", until, "--json", "-c", settings)
    assert called.code == 0, called.err
    return {
        one["rule"]: one["cases"]
        for one in json.loads(called.out)["rules"]
        if one["rule"] != "promise"
    }
