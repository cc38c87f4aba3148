"""The days of a limit of one case: what each of them counts as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

import numpy as np

from rules.cases import Part
from rules.instants import NEVER
from rules.stretches import Stop, Stretch, without
from rules.walk import Walk, Walked
from rules.worktime import WorkingTime


class DayKind(StrEnum):
    """What a day counts as."""

    START = "start"  # the day of start, which does not count
    COUNTED = "counted"
    OFF = "off"
    PAUSED = "paused"
    ROLLED = "rolled"  # passed over to the working day on which the limit ends
    SHIFTED = "shifted"  # makes up for the time of pauses after the last counted day
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Day:
    """One day: what it counts as.

    ``number``: the how many-th counted or overdue day it is. ``name`` is the name of the holiday
    ("" on days off of the week), ``makeup``: an extra working day (调休上班). ``pauses`` touch it
    and count. ``counted`` and ``total`` (microseconds) are given where hours, minutes or seconds
    are counted: what was counted that day, and up to its end. ``start_at``, ``due_at`` and
    ``until_at`` are the moments that fall on it, ``levels`` the names of the levels reached on it.
    """

    date: date
    kind: DayKind
    number: int | None = None
    name: str = ""
    makeup: bool = False
    pauses: tuple[Part, ...] = ()
    counted: int | None = None
    total: int | None = None
    start_at: int | None = None
    due_at: int | None = None
    until_at: int | None = None
    levels: tuple[str, ...] = ()


class Days:
    """The days of a limit, one after the other.

    Args:
        walk: the limit of the case.
        work: its compiled calendar.
        walked: where the walk ended; ``None`` where the case itself names the due moment.
        due: the due moment, ``None`` while there is none yet.
        until: when the case reached the end of the limit.
        levels: for each moment after which a level stands its day number and its name.
    """

    def __init__(
        self,
        walk: Walk,
        work: WorkingTime,
        walked: Walked | None,
        due: int | None,
        until: int | None,
        levels: Sequence[tuple[int, str]],
    ) -> None:
        self._walk = walk
        self._work = work
        self._walked = walked
        self._stops: tuple[Stop, ...] = walked.stops if walked else ()
        self._due = due
        self._levels = levels
        clock = not walk.unit.counts_days
        self.first = self._day_of(walk.start, working=True) if clock else walk.start_day
        self.due_day = None if due is None else self.last_day_at(due)
        self._until = until
        self.until_day = None if until is None else max(self.first, self._day_of(until))

    def last_day_at(self, at: int) -> int:
        """Give the day that ends, as far as the limit goes, at an instant such as the due moment.

        A midnight is the end of the day before, and hours past midnight belong to it as well.
        """
        wall = self._walk.unit.seconds is not None and not self._walk.unit.working
        return max(self.first, self._day_of(at - 1, working=not wall))

    def up_to(self, last: int) -> list[Day]:
        """Give the days from the start to the day number ``last``, included."""
        days = []
        number = over = total = 0
        for at in range(self.first, min(last, self._work.size - 1) + 1):
            day = self._plain(at)
            if self.due_day is not None and at > self.due_day:
                if self._walk.time(at):
                    over += 1
                    day = replace(day, kind=DayKind.OVERDUE, number=over)
            elif not self._walk.unit.counts_days:
                day = self._clocked(day, at, total)
                total = day.total or 0
            else:
                kind = self._kind(at, number)
                if kind is DayKind.COUNTED:
                    number += 1
                day = replace(day, kind=kind, number=number if kind is DayKind.COUNTED else None)
            days.append(day)
        return days

    def _plain(self, at: int) -> Day:
        calendar = self._work.calendar
        day = self._work.date_of(at)
        begin, end = (int(edge) for edge in self._work.midnight[at : at + 2])
        stops = self._stops if self.due_day is None or at <= self.due_day else ()
        time = self._walk.time(at) or (Stretch(begin, end),)
        return Day(
            day,
            DayKind.OFF,
            name=calendar.holiday(day) or "",
            makeup=day in calendar.workdays,
            pauses=tuple(s.part for s in stops if _touches(time, s) or self._walk.holds(s, at)),
            start_at=self._walk.start if at == self.first else None,
            due_at=self._due if at == self.due_day else None,
            until_at=self._until if at == self.until_day else None,
            levels=tuple(name for day_number, name in self._levels if day_number == at),
        )

    def _kind(self, at: int, number: int) -> DayKind:
        walked, walk = self._walked, self._walk
        if walked is not None and walked.last_day is not None and at > walked.last_day:
            if walk.by_moments and not (walk.unit.working and not walk.time(at)):
                return DayKind.SHIFTED
            return DayKind.OFF if walk.unit.working else DayKind.ROLLED
        if not walk.time(at):
            return DayKind.OFF
        if at == walk.start_day and not walk.counts_start_day:
            return DayKind.START
        if walk.stands_still(at, self._stops):
            return DayKind.PAUSED
        if walked is not None and number >= walked.number:  # a limit of no days at all
            return DayKind.START if at == walk.start_day else DayKind.ROLLED
        return DayKind.COUNTED

    def _clocked(self, day: Day, at: int, total: int) -> Day:
        """Count the time of a day."""
        time = self._within(self._walk.time(at))
        counted = sum(end - begin for begin, end in without(time, self._stops))
        if counted:
            kind = DayKind.COUNTED
        elif any(_touches(time, stop) for stop in self._stops):
            kind = DayKind.PAUSED
        elif at == self.first:
            kind = DayKind.START
        else:
            kind = DayKind.OFF
        return replace(day, kind=kind, counted=counted, total=total + counted)

    def _within(self, time: Sequence[Stretch]) -> list[Stretch]:
        last = NEVER if self._due is None else self._due
        parts = [Stretch(max(t.begin, self._walk.start), min(t.end, last)) for t in time]
        return [part for part in parts if part.begin < part.end]

    def _day_of(self, at: int, *, working: bool = False) -> int:
        find = self._work.working_day if working else self._work.day
        return int(find(np.array([at], np.int64))[0])


def _touches(time: Sequence[Stretch], stop: Stop) -> bool:
    return any(stop.begin < part.end and part.begin < stop.end for part in time)
