"""The whole check of a batch of cases: every limit and check, what stands, and what is due next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from rules.batches import Batch
from rules.cases import Fact
from rules.checks import Check, compiled, find, look_safely
from rules.clocks import STATES, Course
from rules.columns import Coded
from rules.courses import by_unit, course, in_force
from rules.findings import ClockState, Finding
from rules.instants import HOUR, NEVER, NONE, Instants, is_moment, optional
from rules.limits import Limit
from rules.rulebook import RuleBook
from rules.worktime import working_time

_NOT_STARTED = STATES.index(ClockState.NOT_STARTED)
_MISSED = STATES.index(ClockState.MISSED)
_MOST_COMBINATIONS = 2**62
_OPEN = (STATES.index(ClockState.RUNNING), STATES.index(ClockState.OVERDUE))


@dataclass(frozen=True, slots=True)
class LimitResult:
    """One limit over the ``n`` cases of a batch.

    ``applies`` (bool): the limit is for the case; the rest means nothing where it is not.
    ``state`` (int8): index into :data:`rules.clocks.STATES`. ``level`` (int8): index into the
    limit's levels of the one that stands, -1 where none does. ``since``: from when it stands,
    ``next_at``: when the next level is reached, ``next_level`` (int8) which, -1 where none.
    ``closed_at_level`` (int8): the level that a case had come to which met the end of the limit too
    late, -1 for every other.
    """

    limit: Limit
    course: Course
    applies: NDArray[np.bool_]
    state: NDArray[np.int8]
    level: NDArray[np.int8]
    since: Instants
    next_at: Instants
    next_level: NDArray[np.int8]
    closed_at_level: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a rule book says of a batch of ``n`` cases at ``now``.

    ``next_check_at`` (int64, n) is the first moment at which another level is reached if nothing
    else changes, ``NONE`` where there is none. ``faults`` maps the id of a limit or check that
    could not be worked out for some case to the reason; it finds nothing there.
    """

    size: int
    limits: tuple[LimitResult, ...]
    checked: Mapping[int, tuple[Finding, ...]]
    next_check_at: Instants
    faults: Mapping[str, str]

    def findings(self) -> list[tuple[Finding, ...]]:
        """Give for each case what should stand, limits first, in the order of the rule book."""
        found: list[list[Finding]] = [[] for _ in range(self.size)]
        for result in self.limits:
            for at, finding in _found(result):
                found[at].append(finding)
        for at, findings in self.checked.items():
            found[at].extend(findings)
        return [tuple(one) for one in found]


def assess(book: RuleBook, batch: Batch, now: Instants) -> Assessment:
    """Check a batch of ``n`` cases under a rule book, each at its own moment ``now`` (n)."""
    results, faults = timed(book, batch, now)
    next_check = np.full(batch.size, NEVER, np.int64)
    for result in results:
        next_check = _earlier(next_check, result.next_at)
    checked: dict[int, tuple[Finding, ...]] = {}
    for check in book.checks:
        found, again, faults[check.id] = _checked(book, check, batch, now)
        next_check = _earlier(next_check, again)
        for i, finding in found.items():
            checked[i] = (*checked.get(i, ()), finding)
    return Assessment(
        batch.size,
        tuple(results),
        checked,
        np.where(next_check == NEVER, NONE, next_check),
        {rule: fault for rule, fault in faults.items() if fault},
    )


def timed(book: RuleBook, batch: Batch, now: Instants) -> tuple[list[LimitResult], dict[str, str]]:
    """Give how every limit stands over a batch, and why one could not be worked out, else ""."""
    results: list[LimitResult] = []
    dues: dict[str, Instants] = {}
    faults: dict[str, str] = {}
    for limit in book.limits:
        work = working_time(book.calendars[limit.calendar])
        mine, faults[limit.id] = applies(limit.when, batch, now)
        dues[limit.id] = np.full(batch.size, NONE, np.int64)
        for one, counted in by_unit(limit, batch):
            held = course(one, batch, work, dues)
            result = _limit(one, held, mine & counted & in_force(one, batch, work, dues), now)
            dues[limit.id] = np.where(result.applies, held.due, dues[limit.id])
            results.append(result)
    return results, faults


def _earlier(at: Instants, other: Instants) -> Instants:
    return np.minimum(at, np.where(other == NONE, NEVER, other))


def _checked(
    book: RuleBook, check: Check, batch: Batch, now: Instants
) -> tuple[dict[int, Finding], Instants, str]:
    """Give what a check finds by case, when to look again (n), and why it failed, or ""."""
    if check.builtin:
        work = working_time(book.calendars[book.default_calendar])
        mine, unclear = applies(check.when, batch, now)
        found, again, failed = look_safely(check, batch, now, work, mine)
        return found, again, failed or unclear
    findings: dict[int, Finding] = {}
    fault = ""
    for i, case in enumerate(batch.cases):
        try:
            finding = find(check, case, int(now[i]))
        except ValueError as error:
            fault = f"{case.key}: {error}"
            continue
        if finding is not None:
            findings[i] = finding
    # Time alone can change what it says, at moments that CEL does not tell.
    at_now = compiled(check.when).looks_at_now
    return findings, now + HOUR if at_now else np.full(batch.size, NONE, np.int64), fault


def applies(text: str, batch: Batch, now: Instants) -> tuple[NDArray[np.bool_], str]:
    """Tell for which cases (bool, n) a CEL condition holds; "" holds for all.

    A condition over facts alone is worked out once for each combination of their values. Where it
    cannot be worked out it does not hold; the second value says why for one such case, or "".
    """
    if not text:
        return np.ones(batch.size, dtype=bool), ""
    expression = compiled(text)
    fault = ""

    def answer(holds: Callable[[], bool]) -> bool:
        nonlocal fault
        try:
            return holds()
        except ValueError as error:
            fault = str(error)
            return False

    if not expression.facts_alone:
        names, kinds = expression.facts, expression.parts
        cases = (batch.case(index, names, kinds) for index in range(batch.size))
        by_case = zip(cases, now.tolist(), strict=True)
        held = [answer(partial(expression.holds, case, at)) for case, at in by_case]
        return np.array(held, dtype=bool), fault
    names = expression.facts
    there = expression.presence
    columns = [_presence(batch, name) if name in there else batch.coded(name) for name in names]
    combined, rows = _combinations(columns, batch.size)
    answers = [
        answer(
            partial(
                expression.holds_for,
                {
                    name: column.values[column.codes[row]]
                    for name, column in zip(names, columns, strict=True)
                },
            )
        )
        for row in rows.tolist()
    ]
    return np.array(answers, dtype=bool)[combined], fault


def _presence(batch: Batch, name: str) -> Coded:
    """Tell a fact as ``True`` where it is there, else ``None``: where no more is asked of it."""
    if is_moment(name):
        return Coded((batch.moments(name) != NONE).astype(np.int64), (None, True))
    coded = batch.coded(name)
    there = np.array([value is not None for value in coded.values], dtype=np.int64)
    return Coded(there[coded.codes], (None, True))


def _combinations(columns: list[Coded], size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Number the combinations of values that there are: that of each case (n), and one row each."""
    combined, count = np.zeros(size, np.int64), 1
    for column in columns:
        if count * len(column.values) > _MOST_COMBINATIONS:
            distinct, combined = np.unique(combined, return_inverse=True)
            count = len(distinct)
        combined = combined * len(column.values) + column.codes
        count *= len(column.values)
    if count > 4 * size:  # few of them can be there
        _, rows, numbers = np.unique(combined, return_index=True, return_inverse=True)
        return numbers, rows
    row_of = np.full(count, -1)
    row_of[combined] = np.arange(size)
    present = np.flatnonzero(row_of >= 0)
    number_of = np.zeros(count, np.int64)
    number_of[present] = np.arange(len(present))
    return number_of[combined], row_of[present]


def _limit(limit: Limit, held: Course, mine: NDArray[np.bool_], now: Instants) -> LimitResult:
    state = held.state(now)
    still_open = mine & ((state == _OPEN[0]) | (state == _OPEN[1]))
    # A start that lies ahead, as with deemed acceptance, has levels ahead too.
    ahead = mine & (state == _NOT_STARTED) & (held.start != NONE) & (held.until == NONE)
    level = np.full(len(mine), -1, np.int8)
    since = np.full(len(mine), NONE, np.int64)
    next_at = np.full(len(mine), NEVER, np.int64)
    next_level = np.full(len(mine), -1, np.int8)
    closed_at_level = np.full(len(mine), -1, np.int8)
    missed = mine & (state == _MISSED)
    any_missed = bool(missed.any())
    highest = max((one.rank for one in limit.levels), default=0)
    for index, one in enumerate(limit.levels):
        reached = held.reached(one.threshold)
        usable = (still_open | ahead) & (reached != NONE)
        if one.rank == highest and len(limit.levels) > 1:
            # A due moment that the calendar may still move is no ground for the gravest card.
            usable &= ~held.provisional
        passed = usable & still_open & (reached <= now)
        level[passed] = index
        since = np.where(passed, reached, since)
        coming = usable & (reached > now) & (reached < next_at)
        next_at = np.where(coming, reached, next_at)
        next_level[coming] = index
        if any_missed:
            closed_at_level[missed & (reached != NONE) & (reached <= held.until)] = index
    next_at = np.where(next_at == NEVER, NONE, next_at)
    return LimitResult(limit, held, mine, state, level, since, next_at, next_level, closed_at_level)


def _found(result: LimitResult) -> Iterator[tuple[int, Finding]]:
    """Give what stands under a limit, and for which case."""
    limit, course = result.limit, result.course
    cases = np.flatnonzero(result.level >= 0)
    columns = (
        result.level,
        result.since,
        result.state,
        result.next_level,
        result.next_at,
        course.start,
        course.due,
        course.provisional,
    )
    rows = zip(cases.tolist(), *(column[cases].tolist() for column in columns), strict=True)
    for at, standing, since, state, following, next_at, start, due, provisional in rows:
        level = limit.levels[standing]
        due_at = optional(due)
        evidence: dict[str, Fact] = {
            "start_at": optional(start),
            "due_at": due_at,
            "state": STATES[state].value,
            "provisional": provisional,
            "unit": limit.allow.told_in.value,
            "next_level": limit.levels[following].name if following >= 0 else None,
            "next_level_at": optional(next_at),
        }
        finding = Finding(
            limit.id, limit.version, level.name, level.rank, since, due_at, limit.law, evidence
        )
        yield at, finding
