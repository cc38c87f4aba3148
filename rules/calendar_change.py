"""What other calendars would change about the due moments of a batch of cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rules.assessment import assess
from rules.batches import Batch
from rules.cases import Case
from rules.clocks import STATES
from rules.findings import ClockState
from rules.instants import Instants, optional
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
        _whole(assess(replace(before, checks=()), batch, moments).limits),
        _whole(assess(replace(after, checks=()), batch, moments).limits),
        strict=True,
    ):
        mine = old.applies & np.isin(old.state, [STATES.index(state) for state in _OPEN])
        compared += int(mine.sum())
        # The state follows from the due moment, which is the only thing that calendars bear on.
        other = (old.due != new.due) | (old.provisional != new.provisional)
        changes += [
            CaseChange(batch.cases[i], old.limit, _stand(old, i), _stand(new, i))
            for i in np.flatnonzero(mine & other).tolist()
        ]
    return changes, compared


@dataclass(frozen=True, slots=True)
class _Whole:
    """A limit over the ``n`` cases of a batch, whatever allowance and calendar each goes by."""

    limit: Limit
    applies: NDArray[np.bool_]
    state: NDArray[np.int8]
    due: Instants
    provisional: NDArray[np.bool_]


def _whole(results: Sequence[LimitResult]) -> list[_Whole]:
    """Put the results of each limit, over each step, together: every case is in one of them."""
    found: dict[tuple[str, int], _Whole] = {}
    for result in results:
        # Those over the same steps share their rows.
        key = (result.limit.id, id(result.rows))
        mine, one = result.applies, found.get(key)
        course = result.course
        if one is None:
            found[key] = _Whole(result.limit, mine, result.state, course.due, course.provisional)
        else:
            found[key] = _Whole(
                one.limit,
                one.applies | mine,
                np.where(mine, result.state, one.state),
                np.where(mine, course.due, one.due),
                np.where(mine, course.provisional, one.provisional),
            )
    return list(found.values())


def _stand(one: _Whole, i: int) -> Stand:
    return Stand(optional(one.due[i]), STATES[one.state[i]], bool(one.provisional[i]))
