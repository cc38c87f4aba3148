"""Other rules come into force: every open case is looked at again, and cards follow the rules."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from config.rule_texts import restored
from monitor.pipeline import pipeline
from monitor.pipeline.checking import RULE_FAILS
from monitor.pipeline.watching import watch
from monitor.store import alert_list, rule_versions, tables
from rules.limits import Limit
from tests.support.stories import Event, Story
from tests.support.stories_settings import DIRECTORY, HANDLER_ONLY, PROMISE, STATUTORY, SYSTEM

DUE = "2026-10-13 17:30"
RED = "2026-10-16 17:30"


def begin(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at("2026-09-22 15:30")


def test_a_milder_rule_lowers_a_card_and_says_that_it_was_the_rule(story: Story) -> None:
    begin(story)
    story.at(RED)
    story.reload(limits=PROMISE.replace('red = "3', 'red = "9'))
    story.at("2026-10-16 17:31")
    assert story.history("A1") == [
        Event("alert_opened", "red", "due"),
        Event("alert_lowered", "yellow", "rule"),
    ]


def test_a_lowered_card_tells_nobody_what_he_was_told_before(story: Story) -> None:
    story.restart(daemon='catch_up = "each"')
    begin(story)
    story.at(DUE)
    story.at(RED)
    told = story.told("A1")
    story.reload(limits=PROMISE.replace('red = "3', 'red = "9'))
    story.at("2026-10-16 17:31")
    assert story.levels("A1") == {"promise": "yellow"}
    assert [one for one in story.told("A1") if one.who == "李阳"] == told


def test_a_rule_with_a_later_threshold_resolves_the_card(story: Story) -> None:
    begin(story)
    story.at("2026-10-12 09:00")
    story.reload(limits=PROMISE.replace('warning = "2', 'warning = "1'))
    story.at("2026-10-12 09:01")
    assert story.history("A1")[-1] == Event("alert_resolved", "warning", "rule")
    assert [one.kind for one in story.told("A1")] == ["warning", "resolved"]


def test_a_rule_taken_out_resolves_its_cards(story: Story) -> None:
    begin(story)
    story.at(DUE)
    story.reload(limits=STATUTORY)
    story.at("2026-10-13 17:31")
    assert story.history("A1")[-1] == Event("alert_resolved", "yellow", "rule")
    assert story.levels("A1") == {}


def test_a_new_rule_finds_the_cases_that_were_there_before_it(story: Story) -> None:
    story.hall.accept("A1", at="2026-09-22 15:20", days=10, law_days=8)
    story.at("2026-10-10 09:00")
    assert story.levels("A1") == {}
    story.reload(limits=PROMISE + STATUTORY)
    story.at("2026-10-10 09:01")
    assert story.levels("A1") == {"statutory": "warning"}


def test_a_case_that_is_closed_is_left_alone_by_new_rules(story: Story) -> None:
    begin(story)
    story.hall.close("A1", at="2026-10-13 10:00")
    story.at("2026-10-13 10:01")
    with story.store.read() as connection:
        before = connection.scalar(select(tables.cases.c.fingerprint))
    story.reload(limits=PROMISE + STATUTORY)
    story.at("2026-10-14 10:02")
    with story.store.read() as connection:
        assert connection.scalar(select(tables.cases.c.fingerprint)) == before


def test_every_case_is_checked_anew_by_changed_rules_however_many(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "_SWEEP_AT_ONCE", 2)
    story.hall.accept_many([f"A{n}" for n in range(5)], at="2026-09-22 15:20")
    story.at("2026-09-22 15:21")
    story.reload(limits=PROMISE + STATUTORY)
    story.at("2026-09-22 15:31")
    with story.store.read() as connection:
        used = connection.scalars(select(tables.cases.c.fingerprint).distinct()).all()
    assert used == [story.pipeline.rules.book.fingerprint]


def test_a_change_of_people_and_ladders_makes_no_case_due(story: Story) -> None:
    begin(story)
    story.reload(policies=SYSTEM + HANDLER_ONLY, directory=DIRECTORY.replace("钱程", "钱承"))
    assert story.pipeline.sweep() == 0


def test_a_card_goes_on_climbing_a_ladder_that_was_changed(story: Story) -> None:
    begin(story)
    story.at(DUE)
    story.reload(directory=DIRECTORY.replace('name = "钱程"', 'name = "钱承"'))
    story.at("2026-10-14 14:30")
    story.at("2026-10-14 17:30")
    assert [one.who for one in story.told("A1")] == ["李阳", "陈波", "钱承"]


def test_a_card_whose_ladder_was_taken_out_ends_on_it_all_the_same(story: Story) -> None:
    begin(story)
    story.at(DUE)
    story.reload(policies=SYSTEM + HANDLER_ONLY.replace('"handler"', '"other"', 1))
    story.at("2026-10-14 14:30")
    assert story.levels("A1") == {"promise": "yellow"}
    story.hall.close("A1", at="2026-10-14 15:00")
    story.at("2026-10-14 15:01")
    assert [(one.who, one.kind) for one in story.told("A1")] == [
        ("李阳", "overdue"),
        ("陈波", "escalation"),
        ("李阳", "resolved"),
        ("陈波", "resolved"),
    ]


def test_a_source_taken_out_of_the_settings_is_not_read_any_more(story: Story) -> None:
    begin(story)
    story.reload(sources="", limits=PROMISE)
    story.at(DUE)
    assert story.levels("A1") == {"promise": "yellow"}
    assert story.pipeline.readers == {}


def test_a_rule_that_cannot_be_worked_out_is_an_alert_until_it_is_changed(story: Story) -> None:
    faulty = """
[[check]]
id = "odd"
title = "比较文字和数字"
when = "case.no > 5"
level = "yellow"
"""
    story.reload(limits=PROMISE + faulty)
    story.hall.accept("A1", at="2026-09-22 15:20", days=10)
    story.at("2026-10-12 09:00")
    assert story.levels("A1") == {"promise": "warning"}
    assert [event.event for event in story.system(RULE_FAILS)] == ["alert_opened"]
    story.reload(limits=PROMISE)
    watch(story.store, story.pipeline.rules, story.now)
    assert story.system(RULE_FAILS)[-1].event == "alert_resolved"


def test_a_rule_on_trial_is_recorded_apart_and_tells_nobody(story: Story) -> None:
    trial = PROMISE.replace('id = "promise"', 'id = "stricter"\nshadow = true').replace(
        'red = "3 working days over"', 'red = "1 working day over"'
    )
    story.reload(limits=PROMISE + trial)
    begin(story)
    story.at("2026-10-15 09:00")
    with story.store.read() as connection:
        on_trial = alert_list.listing(connection, alert_list.Filter(shadow=True), 10)
        in_force = alert_list.listing(connection, alert_list.Filter(), 10)
    assert [(row.alert.rule, row.alert.level) for row in on_trial] == [("stricter", "red")]
    assert [(row.alert.rule, row.alert.level) for row in in_force] == [("promise", "yellow")]
    told = {one["context"]["alert"]["rule"] for one in story.messages}
    assert told == {"promise"}


def versions(story: Story) -> list[str]:
    """The version of the alert of the case and those that are kept of the rule, oldest first."""
    with story.store.read() as connection:
        alert = connection.scalar(select(tables.alerts.c.version).order_by(tables.alerts.c.id))
        kept = rule_versions.kept(connection, "promise")
    return [str(alert), *(one.version for one in reversed(kept))]


def test_a_changed_threshold_is_another_version_and_the_earlier_text_is_kept(story: Story) -> None:
    begin(story)
    story.at(RED)
    assert versions(story) == ["1", "1"]
    story.reload(limits=PROMISE.replace('red = "3', 'red = "9'))
    story.at("2026-10-16 17:31")
    assert versions(story) == ["1.1", "1", "1.1"]
    assert story.pipeline.rules.limits["promise"].version == "1.1"
    with story.store.read() as connection:
        now, before = rule_versions.kept(connection, "promise")
    book = story.pipeline.rules.book
    for kept, red in ((before, "3 working days over"), (now, "9 working days over")):
        rule = restored(kept.kind, kept.said, kept.version, book.levels, book.default_calendar)
        assert isinstance(rule, Limit)
        assert str(rule.levels[-1].threshold) == red


def test_a_rule_that_says_again_what_it_said_has_its_earlier_version(story: Story) -> None:
    begin(story)
    changed = PROMISE.replace('red = "3', 'red = "9')
    story.at(RED)
    for limits in (changed, PROMISE, changed):
        story.reload(limits=limits)
        story.after(1)
    assert versions(story)[1:] == ["1", "1.1"]
    assert story.pipeline.rules.limits["promise"].version == "1.1"


def test_a_start_and_a_reload_of_the_same_rules_make_no_version(story: Story) -> None:
    begin(story)
    story.at(RED)
    story.restart()
    story.reload()
    story.after(1)
    assert versions(story) == ["1", "1"]


def test_a_version_that_the_settings_name_is_taken_as_it_is(story: Story) -> None:
    begin(story)
    story.at(RED)
    changed = PROMISE.replace('red = "3', 'red = "9').replace(
        'id = "promise"', 'id = "promise"\nversion = "2027"'
    )
    story.reload(limits=changed)
    story.after(1)
    assert versions(story)[1:] == ["1", "2027"]
