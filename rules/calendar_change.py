"""What other calendars would change about the due moments of a batch of cases."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rules.assessment import assess
from rules.batches import Batch
from rules.cases import Case
from rules.clocks import STATES
from rules.findings import ClockState
from rules.instants import optional
from rules.limit_results import LimitResult
from rules.limits import Limit
from rules.rulebook import RuleBook

_OPEN = (ClockState.RUNNING, ClockState.PAUSED, ClockState.OVERDUE)


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


def calendar_changes(
    before: RuleBook, after: RuleBook, batch: Batch, now: int
) -> tuple[list[CaseChange], int]:
    """Compare a batch, made of cases, under two rule books that differ in the calendars of limits.

    Gives the limits, open at the instant ``now``, that would stand otherwise, and how many open
    limits were compared.
    """
    moments = np.full(batch.size, now, np.int64)
    changes: list[CaseChange] = []
    compared = 0
    for old, new in zip(
        assess(replace(before, checks=()), batch, moments).limits,
        assess(replace(after, checks=()), batch, moments).limits,
        strict=True,
    ):
        mine = old.applies & np.isin(old.state, [STATES.index(state) for state in _OPEN])
        compared += int(mine.sum())
        # The state follows from the due moment, which is the only thing that calendars bear on.
        other = old.course.due != new.course.due
        other |= old.course.provisional != new.course.provisional
        changes += [
            CaseChange(batch.cases[i], old.limit, _stand(old, i), _stand(new, i))
            for i in np.flatnonzero(mine & other).tolist()
        ]
    return changes, compared


def _stand(result: LimitResult, i: int) -> Stand:
    course = result.course
    state = STATES[result.state[i]]
    return Stand(optional(course.due[i]), state, bool(course.provisional[i]))
