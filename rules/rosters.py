"""Duty rosters (值班表): who is on duty at an instant, by turns and by shifts that were agreed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from rules.instants import instant, moment


@dataclass(frozen=True, slots=True)
class Shift:
    """That ``person`` is on duty from one instant up to another."""

    person: str
    from_at: int
    until_at: int


@dataclass(frozen=True)
class Turns:
    """People who take turns.

    Duty is handed over on ``days`` (0 is Monday) at ``times`` (seconds after midnight by the wall
    clock of ``zone``), each time to the next of ``people``. The first of them begins with the
    first hand-over on or after the day ``since``; before that nobody is on duty.
    """

    people: tuple[str, ...]
    since: date
    times: tuple[int, ...]
    days: tuple[int, ...]
    zone: ZoneInfo

    def on_duty(self, at: int) -> tuple[str, int, int] | None:
        """Give who is on duty at an instant, and from when until when."""
        local = moment(at, self.zone)
        day = local.date()
        # The turn under way began within the last week, and ends within the next.
        days = [day + timedelta(days=n) for n in range(-8, 9)]
        days = [one for one in days if one.weekday() in self.days]
        around = [self._at(one, time) for one in days for time in self.times]
        index = bisect_right(around, at)
        if not 0 < index < len(around):
            return None
        number = self._before(moment(around[index - 1], self.zone))
        if number < 0:
            return None
        return self.people[number % len(self.people)], around[index - 1], around[index]

    def _at(self, day: date, seconds: int) -> int:
        wall = datetime.combine(day, datetime.min.time()) + timedelta(seconds=seconds)
        return instant(wall.replace(tzinfo=self.zone))

    def _before(self, hand_over: datetime) -> int:
        """Give the number of hand-overs from the first one up to this one; negative before it."""
        days = (hand_over.date() - self.since).days
        if days < 0:
            return -1
        weeks, rest = divmod(days, 7)
        whole = weeks * len(self.days) + sum(
            (self.since + timedelta(days=n)).weekday() in self.days for n in range(rest)
        )
        seconds = hand_over.hour * 3600 + hand_over.minute * 60 + hand_over.second
        # A time that the clocks leapt over comes later on the wall.
        return whole * len(self.times) + max(bisect_right(self.times, seconds) - 1, 0)


@dataclass(frozen=True)
class Roster:
    """A duty roster: people who take turns, and shifts that go before the turns.

    ``shifts`` are in the order of their beginnings and do not overlap.
    """

    id: str
    name: str
    turns: Turns | None = None
    shifts: tuple[Shift, ...] = ()

    def on_duty(self, at: int) -> Shift | None:
        """Give who is on duty at an instant and until when; ``None``: nobody is."""
        index = bisect_right(self.shifts, at, key=lambda shift: shift.from_at) - 1
        if index >= 0 and at < self.shifts[index].until_at:
            return self.shifts[index]
        turn = self.turns.on_duty(at) if self.turns else None
        if turn is None:
            return None
        person, begin, end = turn
        before = self.shifts[index].until_at if index >= 0 else begin
        after = self.shifts[index + 1].from_at if index + 1 < len(self.shifts) else end
        return Shift(person, max(begin, before), min(end, after))


def overlapping(shifts: Sequence[Shift]) -> tuple[Shift, Shift] | None:
    """Give two shifts that overlap, or twice one that ends before it begins; ``None``: neither."""
    for one in shifts:
        if one.until_at <= one.from_at:
            return one, one
    ordered = sorted(shifts, key=lambda shift: (shift.from_at, shift.until_at))
    return next(((a, b) for a, b in pairwise(ordered) if b.from_at < a.until_at), None)
