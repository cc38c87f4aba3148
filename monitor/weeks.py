"""The days of an explanation as a calendar of weeks, long stretches of dull ones left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rules.days import Day, DayKind

Week = list[tuple[date, Day | None]]
"""Monday to Sunday, with what is known of each day."""

_WEEK = timedelta(days=7)
_FOLDED_FROM = 3
_HALF_A_YEAR = 26


@dataclass(frozen=True, slots=True)
class Fold:
    """Weeks that are left out: how many, and the first and the last of their numbered days."""

    weeks: int
    first: Day | None
    last: Day | None


def weeks(days: Sequence[Day]) -> list[Week]:
    """Give the weeks in which days lie, which are in order and of which there is one at least."""
    known = {day.date: day for day in days}
    monday = days[0].date - timedelta(days=days[0].date.weekday())
    found = []
    while monday <= days[-1].date:
        week = [monday + timedelta(days=at) for at in range(7)]
        found.append([(at, known.get(at)) for at in week])
        monday += _WEEK
    return found


def folded(found: Sequence[Week], today: date) -> Iterator[Week | Fold]:
    """Give the weeks, three or more in a row on which nothing falls folded into one.

    The week of ``today`` is never folded, and what counts is only where there is very much of it.
    """
    foldable = {DayKind.OFF, DayKind.OVERDUE, DayKind.PAUSED}
    if len(found) > _HALF_A_YEAR:
        foldable.add(DayKind.COUNTED)
    dull: list[Week] = []
    before: set[DayKind] = set()
    for week in found:
        kinds: set[DayKind] = {
            day.kind for _, day in week if day is not None and day.kind is not DayKind.OFF
        }
        here = today in (at for at, _ in week)
        if not here and kinds <= before and all(_is_dull(day, foldable) for _, day in week):
            dull.append(week)
            continue
        yield from _fold(dull)
        dull = []
        before = kinds
        yield week
    yield from _fold(dull)


def _fold(found: list[Week]) -> list[Week | Fold]:
    if len(found) < _FOLDED_FROM:
        return [*found]
    numbered = [day for week in found for _, day in week if day is not None and day.number]
    first, last = (numbered[0], numbered[-1]) if numbered else (None, None)
    return [Fold(len(found), first, last)]


def _is_dull(day: Day | None, foldable: set[DayKind]) -> bool:
    """Tell whether nothing falls on a day but that it counts as those before it."""
    if day is None or day.kind not in foldable:
        return False
    return not (day.start_at or day.due_at or day.until_at or day.levels)
