"""Who is on duty, against a walk from hand-over to hand-over."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.instants import HOUR
from rules.rosters import Roster, Shift, Turns, overlapping
from tests.support.moments import SHANGHAI, at

PEOPLE = ("chen", "li", "qian")
MONDAY = date(2026, 10, 5)


def walked(turns: Turns, moment: str) -> str | None:
    """Go from hand-over to hand-over, as people do, until the moment is passed."""
    day, found, turn = turns.since, None, 0
    while True:
        for time in turns.times if day.weekday() in turns.days else ():
            clock = f"{time // 3600:02d}:{time // 60 % 60:02d}"
            if at(f"{day} {clock}") > at(moment):
                return found
            found = turns.people[turn % len(turns.people)]
            turn += 1
        day += timedelta(days=1)


days = st.lists(st.integers(0, 6), min_size=1, unique=True).map(lambda d: tuple(sorted(d)))
times = st.lists(st.integers(0, 47), min_size=1, max_size=3, unique=True).map(
    lambda halves: tuple(sorted(half * 1800 for half in halves))
)


@given(days, times, st.integers(0, 6), st.integers(0, 60 * 48))
def test_turns_are_those_of_a_walk_from_hand_over_to_hand_over(
    on: tuple[int, ...], at_: tuple[int, ...], later: int, halves: int
) -> None:
    turns = Turns(PEOPLE, MONDAY + timedelta(days=later), at_, on, SHANGHAI)
    day, half = divmod(halves, 48)
    moment = f"{MONDAY + timedelta(days=day)} {half // 2:02d}:{half % 2 * 30:02d}"
    found = turns.on_duty(at(moment))
    assert (found[0] if found else None) == walked(turns, moment)
    if found:
        assert found[1] <= at(moment) < found[2]


def test_nobody_is_on_duty_before_the_first_hand_over() -> None:
    turns = Turns(PEOPLE, MONDAY, (9 * 3600,), (0, 1, 2, 3, 4, 5, 6), SHANGHAI)
    assert turns.on_duty(at("2026-10-05 08:59")) is None
    assert turns.on_duty(at("2026-10-05 09:00")) == (
        "chen",
        at("2026-10-05 09:00"),
        at("2026-10-06 09:00"),
    )


def test_a_hand_over_is_by_the_clock_on_the_wall_where_summer_time_begins() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    turns = Turns(PEOPLE, date(2026, 3, 28), (9 * 3600,), (0, 1, 2, 3, 4, 5, 6), berlin)
    first = turns.on_duty(at("2026-03-29 14:00"))  # 08:00 in Berlin, after the change
    assert first is not None
    assert first[2] - first[1] == 23 * HOUR


NIGHT = Roster(
    "night",
    "夜班",
    Turns(PEOPLE, MONDAY, (9 * 3600,), (0, 1, 2, 3, 4, 5, 6), SHANGHAI),
    (
        Shift("luo", at("2026-10-06 12:00"), at("2026-10-06 20:00")),
        Shift("wang", at("2026-10-08 00:00"), at("2026-10-09 00:00")),
    ),
)


@pytest.mark.parametrize(
    ("moment", "who", "until"),
    [
        ("2026-10-06 10:00", "li", "2026-10-06 12:00"),
        ("2026-10-06 12:00", "luo", "2026-10-06 20:00"),
        ("2026-10-06 20:00", "li", "2026-10-07 09:00"),
        ("2026-10-07 10:00", "qian", "2026-10-08 00:00"),
        ("2026-10-08 23:00", "wang", "2026-10-09 00:00"),
        ("2026-10-09 00:00", "chen", "2026-10-09 09:00"),
    ],
)
def test_shifts_that_were_agreed_go_before_the_turns(moment: str, who: str, until: str) -> None:
    shift = NIGHT.on_duty(at(moment))
    assert shift is not None
    assert (shift.person, shift.until_at) == (who, at(until))
    assert shift.from_at <= at(moment)


def test_a_roster_of_shifts_alone_has_gaps() -> None:
    roster = Roster("r", "r", None, NIGHT.shifts)
    assert roster.on_duty(at("2026-10-06 21:00")) is None
    assert Roster("r", "r").on_duty(0) is None


def test_shifts_that_overlap_or_end_before_they_begin_are_found() -> None:
    one, other = NIGHT.shifts
    late = Shift("qian", at("2026-10-08 23:00"), at("2026-10-09 08:00"))
    back = Shift("qian", 5, 5)
    assert overlapping(NIGHT.shifts) is None
    assert overlapping([late, one, other]) == (other, late)
    assert overlapping([one, back]) == (back, back)
