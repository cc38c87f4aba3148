"""How one limit stands over a batch of cases, and what it finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.batches import Batch
from rules.carriers import columns_of, columns_of_steps
from rules.cases import Fact, Part, PartKind
from rules.clocks import STATES, Course
from rules.courses import Rows
from rules.findings import ClockState, Finding
from rules.instants import NEVER, NONE, Instants, optional
from rules.limits import Limit

_NOT_STARTED = STATES.index(ClockState.NOT_STARTED)
_MISSED = STATES.index(ClockState.MISSED)
_OPEN = (STATES.index(ClockState.RUNNING), STATES.index(ClockState.OVERDUE))


@dataclass(frozen=True, slots=True)
class LimitResult:
    """One limit over the ``n`` cases of a batch; of one for each step, over one step of each.

    ``applies`` (bool): the limit is for the case; the rest means nothing where it is not.
    ``state`` (int8): index into :data:`rules.clocks.STATES`. ``level`` (int8): index into the
    limit's levels of the one that stands, -1 where none does. ``since``: from when it stands,
    ``next_at``: when the next level is reached, ``next_level`` (int8) which, -1 where none.
    ``closed_at_level`` (int8): the level that a case had come to which met the end of the limit too
    late, -1 for every other. ``rows`` says which steps it runs over, where it does.
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
    batch: Batch
    rows: Rows | None = None

    def part_of(self, index: int) -> str:
        """Give the name of the step that a clock of its own runs over, "" where none does."""
        if self.rows is None or not self.limit.each or self.rows[index] < 0:
            return ""
        return self.batch.parts(PartKind.STEP).name(int(self.rows[index]))

    def parts_of(self, cases: NDArray[np.int64]) -> list[str]:
        """Give the same of some cases (k)."""
        if self.rows is None or not self.limit.each:
            return [""] * len(cases)
        rows = self.rows[cases]
        names = iter(self.batch.parts(PartKind.STEP).names(rows[rows >= 0]))
        return [next(names) if row >= 0 else "" for row in rows.tolist()]

    def step_of(self, index: int) -> Part | None:
        """Give the step of a case that it runs over, as its source tells it."""
        row = -1 if self.rows is None else int(self.rows[index])
        return self.batch.parts(PartKind.STEP).rows[row] if row >= 0 else None

    def carriers_of(self, cases: NDArray[np.int64]) -> list[dict[str, Fact]]:
        """Give who carries a card of each of some cases (k); empty where the case's own unit does.

        Whoever handles the step carries that of a limit over it.
        """
        facts = self.limit.carriers
        if self.rows is not None:
            columns = columns_of_steps(self.batch, self.rows[cases])
        elif facts:
            told = {place: list(self.batch.column(fact, cases)) for place, fact in facts.items()}
            columns = columns_of(self.batch, cases, told)
        else:
            return [{}] * len(cases)
        return [
            {place: column[index] for place, column in columns.items()}
            for index in range(len(cases))
        ]


def stand(
    limit: Limit,
    held: Course,
    mine: NDArray[np.bool_],
    now: Instants,
    batch: Batch,
    rows: Rows | None,
) -> LimitResult:
    """Work out how a limit stands at ``now`` (n) over the cases (bool, n) that it is for.

    ``held`` is its course over them, ``rows`` the steps it runs over, if any.
    """
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
    for index, one in enumerate(limit.levels):
        reached = held.reached(one.threshold)
        usable = (still_open | ahead) & (reached != NONE)
        if one.gravest:
            # A due moment that the calendar may still move is no ground for the gravest card.
            usable &= ~held.provisional
        passed = usable & still_open & (reached <= now)
        level[passed] = index
        since = np.where(passed, reached, since)
        coming = usable & (reached > now) & (reached < next_at)
        next_at = np.where(coming, reached, next_at)
        next_level[coming] = index
        if any_missed:
            late = missed & (reached != NONE) & (reached <= held.until)
            if one.gravest:
                late &= ~held.provisional
            closed_at_level[late] = index
    next_at = np.where(next_at == NEVER, NONE, next_at)
    return LimitResult(
        *(limit, held, mine, state, level, since, next_at, next_level, closed_at_level),
        *(batch, rows),
    )


def found_by(result: LimitResult) -> Iterator[tuple[int, Finding]]:
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
    rows = zip(
        cases.tolist(),
        *(column[cases].tolist() for column in columns),
        _step_names(result, cases),
        result.parts_of(cases),
        result.carriers_of(cases),
        strict=True,
    )
    for at, standing, since, state, following, next_at, start, due, provisional, *told in rows:
        step, part, carrier = told
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
        if limit.by_region:
            evidence["calendar"] = limit.calendar
        if step:
            evidence["step"] = step
        finding = Finding(
            *(limit.id, limit.version, level.name, level.rank, since, due_at, limit.law),
            *(evidence, carrier, part),
        )
        yield at, finding


def _step_names(result: LimitResult, cases: NDArray[np.int64]) -> list[str]:
    """Give the names of the steps that a limit runs over in some cases (k), "" where in none."""
    if result.rows is None:
        return [""] * len(cases)
    # What stands under a limit over a step has one.
    return result.batch.parts(PartKind.STEP).names(result.rows[cases])


def late_ends(result: LimitResult) -> Iterator[tuple[int, Finding]]:
    """Yield what a limit that ended too late had come to by its end, and for which case.

    It is what stood, or would have stood, at the end of the limit; evidence ``ended_at`` is when
    that was. Whether it is still to be told depends on what stood before: see
    :func:`rules.late_ends.unheard`.
    """
    limit, course = result.limit, result.course
    cases = np.flatnonzero(result.applies & (result.closed_at_level >= 0))
    reached = {
        index: course.reached(one.threshold)
        for index, one in enumerate(limit.levels if len(cases) else ())
    }
    rows = zip(
        cases.tolist(),
        result.closed_at_level[cases].tolist(),
        _step_names(result, cases),
        result.parts_of(cases),
        result.carriers_of(cases),
        strict=True,
    )
    for at, index, step, part, carrier in rows:
        level = limit.levels[index]
        due_at = optional(course.due[at])
        evidence: dict[str, Fact] = {
            "start_at": optional(course.start[at]),
            "due_at": due_at,
            "ended_at": optional(course.until[at]),
            "state": ClockState.MISSED.value,
            "provisional": bool(course.provisional[at]),
            "unit": limit.allow.told_in.value,
        }
        if limit.by_region:
            evidence["calendar"] = limit.calendar
        if step:
            evidence["step"] = step
        yield (
            at,
            Finding(
                rule=limit.id,
                version=limit.version,
                level=level.name,
                rank=level.rank,
                since_at=int(reached[index][at]),
                due_at=due_at,
                law=limit.law,
                evidence=evidence,
                carrier=carrier,
                part=part,
            ),
        )
