"""Days entered by hand over those of a calendar."""

from __future__ import annotations

from datetime import date

from config.calendars import china
from rules.calendar_days import DayEdit, edited
from rules.worktime import working_time

CN = china()
HOURS = CN.spans(date(2026, 10, 15))


def test_a_working_day_becomes_a_day_off_with_its_name() -> None:
    new = edited(CN, [DayEdit(date(2026, 10, 15), works=False, name="停工")])
    assert new.spans(date(2026, 10, 15)) == ()
    assert new.holiday(date(2026, 10, 15)) == "停工"


def test_a_make_up_day_becomes_a_day_off() -> None:
    new = edited(CN, [DayEdit(date(2026, 10, 10), works=False, name="不调休")])
    assert new.spans(date(2026, 10, 10)) == ()


def test_a_holiday_and_a_weekend_become_working_days_with_the_usual_hours() -> None:
    days = date(2026, 10, 7), date(2026, 10, 17)
    new = edited(CN, [DayEdit(day, works=True, name="上班") for day in days])
    assert [new.spans(day) for day in days] == [HOURS, HOURS]


def test_a_day_of_a_year_that_is_not_published_can_be_worked_although_it_is_a_holiday() -> None:
    day = date(2030, 10, 1)
    assert CN.spans(day) == ()
    assert edited(CN, [DayEdit(day, works=True, name="上班")]).spans(day) == HOURS


def test_every_other_day_stays_as_it_was() -> None:
    edit = DayEdit(date(2026, 10, 15), works=False, name="停工")
    old, new = working_time(CN).working, working_time(edited(CN, [edit])).working
    [changed] = (old != new).nonzero()[0]
    assert working_time(CN).date_of(int(changed)) == edit.day


def test_without_edits_it_is_the_calendar_itself() -> None:
    assert edited(CN, []) is CN
