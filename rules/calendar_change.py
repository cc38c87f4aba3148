"""What other calendars would change about the due moments of a batch of cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rules.assessment import applies
from rules.cases import Batch, Case
from rules.clocks import STATES, Course
from rules.findings import ClockState
from rules.instants import optional
from rules.limits import Limit
from rules.worktime import WorkingTime

_OPEN = (ClockState.RUNNING, ClockState.PAUSED, ClockState.OVERDUE)


@dataclass(frozen=True, slots=True)
class Swap:
    """A limit with the calendar that it has and the one that it would have."""

    limit: Limit
    before: WorkingTime
    after: WorkingTime


@dataclass(frozen=True, slots=True)
class Stand:
    """How a limit of a case stands: its due moment (an instant) and state."""

    due_at: int | None
    state: ClockState
    provisional: bool


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A limit of an open case that other calendars change."""

    case: Case
    limit: Limit
    before: Stand
    after: Stand

    @property
    def moves(self) -> bool:
        """Whether the due moment is another one."""
        return self.before.due_at != self.after.due_at

    @property
    def becomes_overdue(self) -> bool:
        """Whether the case would be overdue and is not."""
        return self.after.state is ClockState.OVERDUE is not self.before.state

    @property
    def stops_being_overdue(self) -> bool:
        """Whether the case is overdue and would not be."""
        return self.before.state is ClockState.OVERDUE is not self.after.state


def calendar_changes(swaps: Sequence[Swap], batch: Batch, now: int) -> tuple[list[CaseChange], int]:
    """Compare a batch of cases, made of cases, under two calendars at the instant ``now``.

    Gives the open limits that would stand otherwise, and how many open limits were compared.
    """
    moments = np.full(batch.size, now, np.int64)
    changes, compared = [], 0
    for swap in swaps:
        before = Course(swap.limit, batch, swap.before)
        after = Course(swap.limit, batch, swap.after)
        states = before.state(moments), after.state(moments)
        still_open = np.isin(states[0], [STATES.index(state) for state in _OPEN])
        mine = applies(swap.limit.when, batch, moments) & still_open
        compared += int(mine.sum())
        other = (before.due != after.due) | (states[0] != states[1])
        other |= before.provisional != after.provisional
        for i in np.flatnonzero(mine & other):
            stands = [
                Stand(optional(course.due[i]), STATES[state[i]], bool(course.provisional[i]))
                for course, state in zip((before, after), states, strict=True)
            ]
            changes.append(CaseChange(batch.cases[int(i)], swap.limit, *stands))
    return changes, compared
