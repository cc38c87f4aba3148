"""The oracle: limits reckoned by walking through a calendar day by day and span by span.

It is written from the law (民法典 第二百零一至二百零三条, 行政许可法 第四十五、八十二条) for one
case at a time, slowly and plainly. With the engine in ``rules/`` it shares the values that go in,
and no code.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import islice

from rules.amounts import Amount, Unit
from rules.cases import Case, PartKind
from rules.limits import DayEnd, Limit, PauseCount, Reckoning, Threshold, ThresholdKind
from tests.rules.diary import Day, Diary, Pause, Stretch, used_up, within, without


@dataclass(frozen=True)
class Answer:
    """The due moment (``None``: none), whether it is paused, and what was reckoned on the way."""

    due: int | None
    paused: bool
    amount: Fraction = Fraction(0)
    counted_pauses: tuple[Pause, ...] = ()


class Oracle:
    """One limit over one case, walked through."""

    def __init__(self, diary: Diary, limit: Limit, case: Case) -> None:
        self.diary = diary
        self.limit = limit
        self.how: Reckoning = limit.reckoning
        allow = limit.allow.amount
        assert allow is not None
        self.unit = allow.unit
        start = case.facts[limit.start]
        assert isinstance(start, int)
        self.start = start
        until = case.facts.get(limit.until)
        self.until = until if isinstance(until, int) else None
        self.pauses = self._pauses(case)
        self.answer = self._answer(case, Fraction(allow.value))

    def reached(self, threshold: Threshold) -> int | None:
        """The moment from which a threshold is passed."""
        due = self.answer.due
        if due is None:
            return None
        if threshold.kind is ThresholdKind.OVER:
            return self._after_due(due, threshold.amount.unit, Fraction(threshold.amount.value))
        if threshold.kind is ThresholdKind.LEFT:
            at = self._left(due, threshold.amount)
        else:
            share = Fraction(str(threshold.percent)) / 100
            if share >= 1:
                return self._after_due(due, self.unit, self._size() * (share - 1))
            at = self._used(share, None)
        # A limit of no days at all is due before the first day that counts.
        return due if at is None else max(min(at, due), self.start)

    def progress(self, now: int) -> tuple[Fraction, Fraction]:
        """How much is used and how much is left; the day in hand is in both."""
        size, pauses = self._size(), self.answer.counted_pauses
        if self.unit.counts_days:
            days = list(islice(self._counted(pauses), int(size)))
            begun = sum(within(day, Fraction(0)) <= now for day in days)
            return Fraction(begun), size - sum(self._end(day) <= now for day in days)
        running = self._time(self.start, max(now, self.start), self.unit.working)
        passed = sum(end - begin for begin, end in without(running, pauses))
        used = min(Fraction(passed, (self.unit.seconds or 0) * 1_000_000), size)
        return used, size - used

    def _pauses(self, case: Case) -> list[Pause]:
        pauses = []
        for part in sorted(case.parts, key=lambda part: part.started_at or 0):
            if part.kind is not PartKind.PAUSE or part.started_at is None:
                continue
            if self.limit.pause_kinds and part.facts.get("kind") not in self.limit.pause_kinds:
                continue
            end, still_open = part.ended_at, False
            if self.until is not None:
                end = self.until if end is None else min(end, self.until)
            elif end is None:
                still_open = True
                end = self.diary.horizon
                if self.how.pause_cap is not None:
                    end = self._end_of_cap(part.started_at, self.how.pause_cap)
            begin = max(part.started_at, self.start)
            if begin < end:
                pauses.append(Pause(begin, end, still_open))
        return pauses

    def _end_of_cap(self, begin: int, cap: Amount) -> int:
        assert cap.unit is Unit.WORKING_DAY
        after = self.diary.days[self.diary.index(begin) + 1 :]
        working = [day for day in after if day.spans]
        return working[math.ceil(cap.value) - 1].spans[-1][1]

    def _answer(self, case: Case, amount: Fraction) -> Answer:
        extensions = [part for part in case.parts if part.kind is PartKind.EXTENSION]
        for part in sorted(extensions, key=lambda part: part.started_at or 0):
            so_far = self._reckon(amount)
            granted = part.started_at
            if granted is not None and so_far.due is not None and granted > so_far.due:
                continue
            more = self._in_my_unit(part.facts.get("amount"), part.facts.get("unit"))
            if more is None:
                return Answer(None, paused=False)
            amount += more
        return self._reckon(amount)

    def _in_my_unit(self, value: object, unit: object) -> Fraction | None:
        if not isinstance(value, int | float):
            return None
        other = self.unit if unit is None else Unit(str(unit))
        if other is self.unit:
            return Fraction(value)
        if not other.seconds or not self.unit.seconds or other.working is not self.unit.working:
            return None
        return Fraction(value) * other.seconds / self.unit.seconds

    def _reckon(self, amount: Fraction) -> Answer:
        """The due moment with those pauses that begin before it, one after the other."""
        if self.unit.counts_days:
            amount = Fraction(math.ceil(amount))
        counted: tuple[Pause, ...] = ()
        due = self._moment(amount, counted)
        paused = False
        for pause in self.pauses:
            if due is None or pause.begin >= due:
                break
            before = self._moment(amount, counted, roll=False)
            counted = (*counted, pause)
            due = self._moment(amount, counted)
            if pause.still_open and self._moment(amount, counted, roll=False) != before:
                paused = True
        if paused and self.how.pause_cap is None:
            due = None
        if due is not None and self._by_moments and counted:
            due = self._off_to_working_day(amount, due)
        return Answer(due, paused, amount, counted)

    def _moment(
        self, amount: Fraction, pauses: tuple[Pause, ...], *, roll: bool = True
    ) -> int | None:
        if not self.unit.counts_days:
            return self._moment_of_clock(amount, pauses)
        if self._by_moments:
            plain = self._moment_of_days(amount, ())
            return None if plain is None else self._shifted(plain, pauses)
        return self._moment_of_days(amount, pauses, roll=roll)

    @property
    def _by_moments(self) -> bool:
        return self.unit.counts_days and self.how.pauses is PauseCount.MOMENTS

    def _moment_of_clock(self, amount: Fraction, pauses: tuple[Pause, ...]) -> int | None:
        left = round(amount * (self.unit.seconds or 0) * 1_000_000)
        if left == 0:
            return self.start
        running = self._time(self.start, self.diary.horizon, self.unit.working)
        return used_up(without(running, pauses), left)

    def _moment_of_days(
        self, amount: Fraction, pauses: tuple[Pause, ...], *, roll: bool = True
    ) -> int | None:
        day = self._last_day(amount, pauses)
        if day is not None and not day.spans and self.how.roll and roll:
            day = next((d for d in self._from(day) if d.spans), None)
        return None if day is None else max(self._end(day), self.start)

    def _last_day(self, amount: Fraction, pauses: tuple[Pause, ...]) -> Day | None:
        number = self._number_of_days(amount)
        today = self.diary.days[self.diary.index(self.start)]
        counts_at_once = bool(today.spans) or self.unit is not Unit.WORKING_DAY
        if number == 0 and not self.how.count_start_day and counts_at_once:
            return today
        for count, day in enumerate(self._counted(pauses), 1):
            if count >= number:
                return day
        return None

    def _number_of_days(self, amount: Fraction) -> int:
        if self.unit is not Unit.MONTH:
            return math.ceil(amount)
        start = self.diary.days[self.diary.index(self.start)].date
        index = start.year * 12 + start.month - 1 + math.ceil(amount)
        first = date(index // 12, index % 12 + 1, 1)
        length = (date((index + 1) // 12, (index + 1) % 12 + 1, 1) - first).days
        if self.how.count_start_day:  # it ends on the day before the one of the same number
            last = first + timedelta(days=min(start.day - 1, length) - 1)
            return (last - start).days + 1
        return (first + timedelta(days=min(start.day, length) - 1) - start).days

    def _counted(self, pauses: tuple[Pause, ...]) -> Iterator[Day]:
        """The days that count, in order."""
        today = self.diary.index(self.start)
        for day in self.diary.days[today if self.how.count_start_day else today + 1 :]:
            whole_day = ((day.midnight, day.next_midnight),)
            time = day.spans if self.unit is Unit.WORKING_DAY else whole_day
            if time and not self._stands_still(day, time, pauses):
                yield day

    def _stands_still(self, day: Day, time: tuple[Stretch, ...], pauses: tuple[Pause, ...]) -> bool:
        if self.how.pauses is PauseCount.AFTER_FIRST_DAY:
            return any(self._date(p.begin) < day.date <= self._date(p.end) for p in pauses)
        left = list(without(iter(time), pauses))
        return not left if self.how.pauses is PauseCount.WHOLE else left != list(time)

    def _date(self, at: int) -> date:
        """The day of a moment; of working days, hours past midnight are the day before's."""
        index = min(self.diary.index(at), len(self.diary.days) - 1)
        before = self.diary.days[index - 1]
        if self.unit is Unit.WORKING_DAY and before.spans and before.spans[-1][1] > at:
            return before.date
        return self.diary.days[index].date

    def _end(self, day: Day) -> int:
        if self.how.day_end is DayEnd.CLOSE and day.spans:
            return day.spans[-1][1]
        return day.next_midnight

    def _from(self, day: Day) -> list[Day]:
        return self.diary.days[self.diary.index(day.midnight) :]

    def _shifted(self, at: int, pauses: tuple[Pause, ...]) -> int | None:
        """A moment moved on by the time that stood still before it."""
        left = 0
        for i, pause in enumerate(pauses):
            for begin, end in without(iter([(pause.begin, pause.end)]), pauses[:i]):
                left += sum(b - a for a, b in self._time(begin, end, self._shifts_work))
        after = self._time(at, self.diary.horizon, self._shifts_work)
        return at if left == 0 else used_up(after, left)

    def _time(self, begin: int, end: int, working: bool) -> Iterator[Stretch]:
        """The working time, or all the time, between two instants."""
        return self.diary.work(begin, end) if working else iter([(begin, end)])

    @property
    def _shifts_work(self) -> bool:
        return self.unit is Unit.WORKING_DAY

    def _off_to_working_day(self, amount: Fraction, due: int) -> int:
        if self._shifts_work or not self.how.roll or due == self._moment(amount, ()):
            return due
        day = self.diary.days[self.diary.index(due - 1)]
        if day.spans:
            return due
        return self._end(next(d for d in self._from(day) if d.spans))

    def _used(self, share: Fraction | None, left: Fraction | None) -> int | None:
        """When a share of the limit is used, or only so much is left."""
        amount = self.answer.amount
        if not self.unit.counts_days:
            used = amount * share if share is not None else max(amount - (left or 0), Fraction(0))
            return self._reckon(used).due
        if share is not None:
            used = self._number_of_days(amount) * share
        elif self.unit is Unit.MONTH:
            used = Fraction(self._number_of_days(max(amount - (left or 0), Fraction(0))))
        else:
            used = max(amount - (left or 0), Fraction(0))
        whole = math.floor(used)
        pauses = () if self._by_moments else self.answer.counted_pauses
        for count, day in enumerate(self._counted(pauses)):
            if count == whole:
                at = within(day, used - whole)
                return self._moved_by_pauses(at) if self._by_moments else at
        return None

    def _moved_by_pauses(self, at: int) -> int | None:
        counted: tuple[Pause, ...] = ()
        moved: int | None = at
        for pause in self.pauses:
            if moved is not None and pause.begin < moved:
                counted = (*counted, pause)
                moved = self._shifted(at, counted)
        return moved

    def _size(self) -> Fraction:
        """The limit in days, or in its unit of clock or working time."""
        amount = self.answer.amount
        return Fraction(self._number_of_days(amount)) if self.unit.counts_days else amount

    def _left(self, due: int, amount: Amount) -> int | None:
        """When only so much is left: of the limit itself, or counted back from the due moment."""
        if amount.unit is self.unit:
            return self._used(None, Fraction(amount.value))
        first = self.start
        if self.unit.counts_days:
            # A limit of no days has its last day before the first that counts, if any does.
            last = within(self.diary.days[self._last_index(due)], Fraction(0))
            counted = self._used(Fraction(0), None)
            first = last if counted is None else min(counted, last)
        back = self._before_due(due, amount.unit, Fraction(amount.value))
        return max(first, back)

    def _before_due(self, due: int, unit: Unit, amount: Fraction) -> int:
        """So many days before the end of the last day; part of a day is that part of its hours."""
        days = self.diary.days[: self._last_index(due) + 1]
        after = self.diary.days[self._last_index(due) + 1 :]
        if unit is Unit.WORKING_DAY:
            days, after = ([day for day in some if day.spans] for some in (days, after))
        whole = math.ceil(amount)
        return within(days[-whole] if whole else after[0], whole - amount)

    def _last_index(self, due: int) -> int:
        last = self.diary.index(due - 1)
        before = self.diary.days[last - 1]
        # Hours that run past midnight.
        return last - 1 if before.spans and before.spans[-1][1] >= due else last

    def _after_due(self, due: int, unit: Unit, amount: Fraction) -> int | None:
        """So much after the due moment: pauses no longer matter."""
        if amount == 0:
            return due
        if not unit.counts_days:
            left = round(amount * (unit.seconds or 0) * 1_000_000)
            return used_up(self._time(due, self.diary.horizon, unit.working), left)
        after = self.diary.days[self._last_index(due) + 1 :]
        if unit is Unit.WORKING_DAY:
            after = [day for day in after if day.spans]
        return self._end(after[math.ceil(amount) - 1])
