"""Explanations: the reckoning of one limit of one case, day by day, as people would check it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import numpy as np

from rules import courses
from rules.amounts import Amount, Unit
from rules.batches import Batch
from rules.cases import Case, Part, PartKind
from rules.clocks import STATES, Course
from rules.days import Day, Days
from rules.findings import ClockState
from rules.instants import optional
from rules.limit_results import stand
from rules.limits import Limit, Threshold, ThresholdKind
from rules.margins import Margin, margin
from rules.uses import ExtensionUse, PauseUse, extension_uses, pause_uses
from rules.walk import Walk, Walked
from rules.worktime import WorkingTime

OPEN = (ClockState.RUNNING, ClockState.OVERDUE)
CLOSED = (ClockState.MET, ClockState.MISSED)

MOST_DAYS = 750
"""So many days are listed at most; what a case has gone beyond its limit for longer is not news."""


class DisagreementError(RuntimeError):
    """The days lead to another due moment than the engine's: a fault of duban itself."""


@dataclass(frozen=True, slots=True)
class LevelMark:
    """A level of the limit and the moment from which it stands, ``None`` without a due moment.

    ``reached``: it was, while the case was open. ``withheld``: it is the gravest and the due moment
    is provisional, so that it does not stand.
    """

    name: str
    rank: int
    threshold: Threshold
    at: int | None
    reached: bool
    withheld: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """How one limit of one case is reckoned at the instant ``now``; moments are instants.

    ``allowed`` is what the limit allows without extensions, ``amount`` with those that count;
    ``None`` where the case does not say, or names the due moment itself. ``margin`` is what is left
    or over, for a closed case at the moment of closing. ``days`` run from the start to the due day
    and on to the last level, or to today; ``cut``: there are more than are listed. Without a start
    or an allowance there are none. ``step`` is the name of the step that the limit runs over.
    """

    limit: Limit
    case: Case
    unit: Unit
    now: int
    state: ClockState
    timezone: ZoneInfo
    calendar_version: str
    start_at: int | None = None
    until_at: int | None = None
    due_at: int | None = None
    provisional: bool = False
    allowed: Amount | None = None
    amount: Amount | None = None
    margin: Margin | None = None
    days: tuple[Day, ...] = ()
    cut: bool = False
    pauses: tuple[PauseUse, ...] = ()
    extensions: tuple[ExtensionUse, ...] = ()
    levels: tuple[LevelMark, ...] = ()
    step: str = ""

    @property
    def level(self) -> LevelMark | None:
        """The level that stands now."""
        standing = [mark for mark in self.levels if mark.reached and not mark.withheld]
        return max(standing, key=_rank, default=None) if self.state in OPEN else None

    @property
    def next_level(self) -> LevelMark | None:
        """The level that is reached next if nothing changes."""
        # A start that lies ahead, as with deemed acceptance, has levels ahead too.
        ahead = self.state is ClockState.NOT_STARTED and self.until_at is None
        if self.state not in OPEN and not ahead:
            return None
        coming = [mark for mark in self.levels if mark.at is not None and mark.at > self.now]
        usable = [mark for mark in coming if not mark.withheld]
        return min(usable, key=lambda mark: mark.at or 0, default=None)


def explain(
    limit: Limit,
    case: Case,
    work: WorkingTime,
    now: int,
    held: Course | None = None,
    step: Part | None = None,
) -> Explanation:
    """Explain how a limit of a case stands at the instant ``now``.

    Args:
        limit: the limit; whether it is for the case is for the caller to know.
        case: the case.
        work: the compiled calendar of the limit.
        now: the present.
        held: the course of the limit over the case alone, where it is known already; it must be
            given where the limit starts when another one is due.
        step: the step it runs over, where that is not the one that :func:`courses.course` takes.

    Raises:
        DisagreementError: the days do not lead to the engine's due moment. One of the two is wrong
            then, and neither may be shown as the reason of the other.
    """
    course = courses.course(limit, Batch.of([case]), work) if held is None else held
    state = STATES[course.state(np.array([now], np.int64))[0]]
    fixed = limit.allow.due is not None
    start = optional(course.start[0])
    step = step or _step_of(limit, case, start)
    plain = Explanation(
        limit,
        case,
        Unit.WORKING_DAY if fixed else course.limit_unit,
        now,
        state,
        work.calendar.timezone,
        work.calendar.version,
        start,
        optional(course.until[0]),
        allowed=_allowed(limit, case, step),
        step=str(step.facts.get("name") or "") if step else "",
    )
    due, paused = optional(course.due[0]), bool(course.paused[0])
    if plain.start_at is None or not course.known[0]:
        return plain
    walk = Walk(limit, case, work, plain.start_at, plain.unit, plain.until_at)
    walked = None
    if plain.allowed is not None:
        walked = walk.reckon(plain.allowed.value)
        if (walked.due, walked.paused) != (due, paused):
            raise DisagreementError(
                f"{case.key}, limit {limit.id}: the engine says due {due}, paused {paused}; day by "
                f"day it is due {walked.due}, paused {walked.paused}"
            )
    if due is None and not paused:  # beyond the last day of the calendar
        return plain
    marks = _marks(course, plain, provisional=bool(course.provisional[0]))
    _agree_on_levels(replace(plain, levels=marks), course)
    days, cut = _days(plain, walk, work, walked, due, marks)
    at = plain.until_at if state in CLOSED and plain.until_at is not None else now
    return replace(
        plain,
        due_at=due,
        provisional=bool(course.provisional[0]),
        amount=walked.amount if walked else None,
        margin=None if due is None else margin(plain.unit, due, at, work),
        days=tuple(days[:MOST_DAYS]),
        cut=cut,
        pauses=tuple(pause_uses(limit, case, walk, walked, now if due is None else due, days)),
        extensions=tuple(extension_uses(case, walk, walked)),
        levels=marks,
    )


def _allowed(limit: Limit, case: Case, step: Part | None) -> Amount | None:
    allow = limit.allow
    if allow.amount is not None or allow.unit is None:
        return allow.amount
    value = case.facts.get(allow.column or "")
    if allow.column is not None and allow.column.startswith("step."):
        value = step.facts.get(allow.column.removeprefix("step.")) if step else None
    value = allow.otherwise if value is None else value
    return Amount(float(value), allow.unit) if isinstance(value, int | float) else None


def _step_of(limit: Limit, case: Case, start: int | None) -> Part | None:
    """Give the step that a limit runs over which started at ``start``."""
    if not limit.start.startswith(courses.STEP):
        return None
    name = limit.start.removeprefix(courses.STEP)
    steps = (part for part in reversed(case.parts) if part.kind is PartKind.STEP)
    mine = (s for s in steps if s.started_at == start and name in ("*", s.facts.get("name")))
    return next(mine, None)


def _marks(course: Course, plain: Explanation, *, provisional: bool) -> tuple[LevelMark, ...]:
    end = min(plain.now, plain.until_at or plain.now)
    marks = []
    for level in plain.limit.levels:
        at = optional(course.reached(level.threshold)[0])
        reached = at is not None and at <= end and plain.state is not ClockState.PAUSED
        withheld = provisional and level.gravest
        marks.append(LevelMark(level.name, level.rank, level.threshold, at, reached, withheld))
    return tuple(marks)


def _agree_on_levels(shown: Explanation, course: Course) -> None:
    """Refuse to show another level, or another next one, than alerts are opened by.

    Raises:
        DisagreementError: the two differ.
    """
    batch = Batch.of([shown.case])
    now = np.array([shown.now], np.int64)
    stands = stand(shown.limit, course, np.ones(1, dtype=bool), now, batch, None)
    names = [level.name for level in shown.limit.levels]
    engine = [
        names[index] if index >= 0 else None for index in (stands.level[0], stands.next_level[0])
    ]
    told = [mark.name if mark else None for mark in (shown.level, shown.next_level)]
    if engine != told:
        raise DisagreementError(
            f"{shown.case.key}, limit {shown.limit.id}: the engine says level {engine[0]} and next "
            f"{engine[1]}; what is shown would say {told[0]} and {told[1]}"
        )


def _days(
    plain: Explanation,
    walk: Walk,
    work: WorkingTime,
    walked: Walked | None,
    due: int | None,
    marks: tuple[LevelMark, ...],
) -> tuple[list[Day], bool]:
    """List the days, and tell whether some are missing at the end."""
    bare = Days(walk, work, walked, due, plain.until_at, ())
    placed = [(_day_of(mark, bare, walk, due), mark.name) for mark in marks if mark.at is not None]
    last = [bare.first if bare.due_day is None else bare.due_day]
    if plain.state is ClockState.PAUSED or plain.state is ClockState.OVERDUE:
        last.append(walk.day(plain.now))
    if plain.state in OPEN:
        last += [day for day, _ in placed]
    elif bare.until_day is not None:
        last.append(bare.until_day)
    listed = min(max(last), bare.first + MOST_DAYS - 1)
    days = Days(walk, work, walked, due, plain.until_at, placed).up_to(listed)
    return days, max(last) > listed


def _day_of(mark: LevelMark, days: Days, walk: Walk, due: int | None) -> int:
    """Give the day on which a level is reached: one that ends a day belongs to that day."""
    at, threshold = mark.at or 0, mark.threshold
    late = threshold.kind is ThresholdKind.OVER or threshold.percent > 100
    return days.last_day_at(at) if late or at == due else max(days.first, walk.day(at))


def _rank(mark: LevelMark) -> int:
    return mark.rank
