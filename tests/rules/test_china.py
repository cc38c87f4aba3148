"""The calendar of China against the notices of the State Council and against the law."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from config import china
from rules.batches import Batch
from rules.cases import Case, Part, PartKind
from rules.clocks import Course
from rules.instants import moment
from rules.limits import parse_threshold
from rules.worktime import working_time
from tests.rules.drawing import make_limit
from tests.support.moments import at, days

# 国务院办公厅关于部分节假日安排的通知 for 2024, 2025 and 2026: days off from and to, make-up days.
NOTICES = {
    2024: (
        "01-01 02-10/02-17 04-04/04-06 05-01/05-05 06-10 09-15/09-17 10-01/10-07",
        "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    ),
    2025: (
        "01-01 01-28/02-04 04-04/04-06 05-01/05-05 05-31/06-02 10-01/10-08",
        "01-26 02-08 04-27 09-28 10-11",
    ),
    2026: (
        "01-01/01-03 02-15/02-23 04-04/04-06 05-01/05-05 06-19/06-21 09-25/09-27 10-01/10-07",
        "01-04 02-14 02-28 05-09 09-20 10-10",
    ),
}


def _year(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(i) for i in range((date(year + 1, 1, 1) - first).days)]


def _listed(year: int, text: str) -> set[date]:
    listed: set[date] = set()
    for stretch in text.split():
        first, _, last = stretch.partition("/")
        begin, end = (date.fromisoformat(f"{year}-{day}") for day in (first, last or first))
        listed |= {begin + timedelta(i) for i in range((end - begin).days + 1)}
    return listed


@pytest.mark.parametrize("year", NOTICES)
def test_each_day_of_a_year_is_as_its_notice_says(year: int) -> None:
    off, extra = (_listed(year, text) for text in NOTICES[year])
    for day in _year(year):
        worked = day in extra or (day.weekday() < 5 and day not in off)
        assert bool(china().spans(day)) is worked, day


@pytest.mark.parametrize("year", range(2010, 2027))
def test_every_year_has_as_many_days_off_as_the_law_gives(year: int) -> None:
    # 全国年节及纪念日放假办法: make-up days only move days off about, so that a year has its
    # weekends and so many statutory days off, 11 up to 2024 and 13 from 2025.
    statutory = 11 if year < 2025 else 13
    statutory += {
        2011: -1,  # 2011-12-31 was worked for a day off in 2012
        2012: 1,
        2015: 1,  # 抗战胜利七十周年, 3 September
        2020: 2,  # the Spring Festival was extended: 31 January off, 1 February not made up
    }.get(year, 0)
    weekdays = sum(day.weekday() < 5 for day in _year(year))
    assert sum(bool(china().spans(day)) for day in _year(year)) == weekdays - statutory


def test_a_make_up_day_has_the_hours_of_a_working_day() -> None:
    assert china().spans(date(2026, 9, 20)) == china().spans(date(2026, 9, 21))


def test_the_calendar_ends_with_the_last_notice() -> None:
    assert china().published_through == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("start", "number", "due"),
    [
        ("2026-09-18", 5, "2026-09-24"),
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-02-13", 20, "2026-03-19"),
        ("2026-04-30", 1, "2026-05-06"),
        ("2025-09-26", 5, "2025-10-10"),
        ("2025-01-24", 5, "2025-02-07"),
    ],
)
def test_known_deadlines(start: str, number: int, due: str) -> None:
    limit = make_limit(days(number))
    case = Case("", "", {"accepted_at": at(f"{start} 10:00")})
    course = Course(limit, Batch.of([case]), working_time(china()))
    assert moment(int(course.due[0]), china().timezone).isoformat() == f"{due}T17:30:00+08:00"
    assert not course.provisional[0]


def test_past_the_last_notice_a_deadline_is_provisional() -> None:
    case = Case("", "", {"accepted_at": at("2026-12-10 10:00")})
    course = Course(make_limit(days(20)), Batch.of([case]), working_time(china()))
    assert course.provisional[0]


def test_the_case_of_the_mock_up() -> None:
    pause = Part(PartKind.PAUSE, "", at("2026-09-28 08:50"), at("2026-09-30 17:10"))
    case = Case("", "", {"accepted_at": at("2026-09-22 15:20")}, (pause,))
    course = Course(make_limit(days(10)), Batch.of([case]), working_time(china()))

    def reached(text: str) -> str:
        found = int(course.reached(parse_threshold(text))[0])
        return moment(found, china().timezone).isoformat(" ", "minutes")

    assert int(course.due[0]) == at("2026-10-16 17:30")
    assert reached("2 working days left") == "2026-10-15 09:00+08:00"
    assert reached("over") == "2026-10-16 17:30+08:00"
    assert reached("3 working days over") == "2026-10-21 17:30+08:00"
