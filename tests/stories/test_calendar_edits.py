"""Somebody enters on the desk that a day is off, or worked, and the open cases go by it at once.

Accepted on Tuesday 22 September 2026 with ten working days, a case is due on 13 October at 17:30:
23, 24, 28, 29, 30 September, 8, 9, 10 (make-up), 12 and 13 October.
"""

from __future__ import annotations

from datetime import date

import pytest

from monitor.acts import calendars
from monitor.acts.actor import Actor
from monitor.metrics import Metrics
from monitor.pipeline.pipeline import Pipeline
from monitor.pipeline.previewing import preview
from monitor.store import audit_log, calendar_days
from rules.calendar_days import DayEdit
from rules.refusals import RefusedError
from tests.support.stories import Event, Story

WANG = Actor("wang", "web:10.0.0.1")
ACCEPTED = "2026-09-22 15:20"
DUE = "2026-10-13 17:30"
A_DAY_LATER = "2026-10-14 17:30"
OFF = DayEdit(date(2026, 9, 24), works=False, name="台风停工")
ON = DayEdit(date(2026, 9, 26), works=True, name="补班")


@pytest.fixture
def accepted(story: Story) -> Story:
    """A story in which a case with ten working days has been accepted and checked."""
    story.hall.accept("A1", at=ACCEPTED)
    story.at("2026-09-22 15:21")
    return story


def enter(story: Story, edit: DayEdit) -> None:
    with story.store.write() as connection:
        calendars.enter(connection, story.pipeline.rules, WANG, "cn", edit, story.now)


def take_back(story: Story, day: date, why: str = "录错了") -> None:
    with story.store.write() as connection:
        calendars.take_back(connection, WANG, "cn", day, why, story.now)


def test_a_day_that_is_entered_as_off_moves_the_due_moment_without_a_restart(
    accepted: Story,
) -> None:
    assert accepted.due("A1") == DUE
    enter(accepted, OFF)
    accepted.after(1)
    assert accepted.due("A1") == A_DAY_LATER


def test_a_day_that_is_entered_as_worked_brings_the_due_moment_nearer(accepted: Story) -> None:
    enter(accepted, ON)
    accepted.after(1)
    assert accepted.due("A1") == "2026-10-12 17:30"


def test_what_is_taken_back_holds_no_more(accepted: Story) -> None:
    fingerprint = accepted.pipeline.rules.book.fingerprint
    enter(accepted, OFF)
    accepted.after(1)
    take_back(accepted, OFF.day)
    accepted.after(1)
    assert accepted.due("A1") == DUE
    assert accepted.pipeline.rules.book.fingerprint == fingerprint


def test_a_day_gone_by_that_is_corrected_lowers_a_card_and_says_that_it_was_the_rule(
    accepted: Story,
) -> None:
    accepted.at(DUE)
    assert accepted.levels("A1") == {"promise": "yellow"}
    enter(accepted, OFF)
    accepted.after(1)
    assert accepted.history("A1")[-1] == Event("alert_lowered", "warning", "rule")


def test_the_preview_says_what_then_happens(accepted: Story) -> None:
    accepted.hall.accept("B1", at="2026-10-12 10:00")
    accepted.at(DUE)
    rules = accepted.pipeline.rules
    with accepted.store.read() as connection:
        days = calendars.with_edit(rules, calendar_days.load(connection), "cn", OFF)
        seen = preview(connection, rules, rules.with_days(days), accepted.now)
    assert (seen.cases, seen.more, seen.cases_moved) == (2, False, 1)
    assert seen.by_days(rules) == [(1, 1)]
    [turned] = seen.turned
    assert (turned.case.key, turned.before, turned.after) == ("A1", "yellow", "warning")
    enter(accepted, OFF)
    accepted.after(0)
    assert accepted.due("A1") == A_DAY_LATER
    assert accepted.levels("A1") == {"promise": "warning"}


def test_a_preview_says_where_it_did_not_look_at_all_cases(accepted: Story) -> None:
    accepted.hall.accept("B1", at="2026-10-12 10:00")
    accepted.at("2026-10-12 10:01")
    rules = accepted.pipeline.rules
    with accepted.store.read() as connection:
        seen = preview(connection, rules, rules, accepted.now, most=1)
    assert (seen.cases, seen.more, seen.moved, seen.turned) == (1, True, (), ())


def test_another_daemon_takes_the_day_up_before_it_checks(accepted: Story) -> None:
    metrics = Metrics(accepted.store, [], [], ())
    other = Pipeline(accepted.store, accepted.pipeline.rules, metrics, lambda: accepted.now)
    try:
        enter(accepted, OFF)
        accepted.hall.accept("C1", at=ACCEPTED)
        accepted.now += 60_000_000
        for source in other.rules.settings.source:
            other.poll_source(source)
        other.check_due()
        assert accepted.due("C1") == A_DAY_LATER
        while other.sweep():
            other.check_due()
        assert accepted.due("A1") == A_DAY_LATER
    finally:
        other.close()


def test_a_day_holds_after_a_restart_and_a_reload(accepted: Story) -> None:
    enter(accepted, OFF)
    for again in (accepted.restart, accepted.reload):
        again()
        accepted.after(1)
        assert accepted.due("A1") == A_DAY_LATER


def test_an_edit_against_an_edit_takes_it_back(accepted: Story) -> None:
    enter(accepted, OFF)
    enter(accepted, DayEdit(OFF.day, works=True, name="照常上班"))
    with accepted.store.read() as connection:
        assert calendar_days.load(connection).of("cn") == ()
        [one] = calendar_days.history(connection, "cn", 2026)
    assert (one.name, one.ended_by) == ("台风停工", "wang")


def test_who_entered_and_took_back_what_is_on_record(accepted: Story) -> None:
    enter(accepted, OFF)
    take_back(accepted, OFF.day)
    with accepted.store.read() as connection:
        acts = [one.act for one in audit_log.of_object(connection, "calendar:cn:2026-09-24")]
    off = {"kind": "rest", "name": "台风停工"}
    assert [(one.who, one.act, one.before, one.after, one.note) for one in acts] == [
        ("wang", "calendar.edit", None, off, ""),
        ("wang", "calendar.take-back", off, None, "录错了"),
    ]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (DayEdit(date(2026, 9, 24), works=True, name="上班"), "本来就是工作日"),
        (DayEdit(date(2026, 9, 26), works=False, name="休息"), "本来就是休息日"),
        (DayEdit(date(2026, 9, 24), works=False, name=" "), "没有写名称"),
        (DayEdit(date(2099, 9, 24), works=False, name="远"), "日历里没有"),
    ],
)
def test_an_edit_that_changes_nothing_or_says_nothing_is_refused(
    accepted: Story, edit: DayEdit, said: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        enter(accepted, edit)
    assert said in refused.value.zh


def test_nothing_can_be_taken_back_that_does_not_stand(accepted: Story) -> None:
    with pytest.raises(RefusedError):
        take_back(accepted, OFF.day)
