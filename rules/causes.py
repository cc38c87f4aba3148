"""Finding the cause (查明原因): where the time of a late case went, as far as its data tell.

The course of a limit is cut into stages that do not overlap, each with whoever had the case in
hand: waiting for its first step, each step, the gaps between steps, the rest after the last one,
and pauses. Where steps run side by side, the time is that of the one that ends last: the others
did not hold the case up. The result is a statement of fact in an order, and not yet a verdict: the
unit replies with the cause.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from rules.amounts import Amount, parse_amount


class StageKind(StrEnum):
    """Where a case was for a while."""

    WAITING = "waiting"  # accepted, and no step begun
    STEP = "step"
    BETWEEN = "between"  # one step ended and the next one not begun
    AFTER = "after"  # every step ended and the case not closed
    UNTOLD = "untold"  # the source tells no steps
    PAUSE = "pause"


@dataclass(frozen=True, slots=True)
class Stage:
    """A while of a case's course and who had it in hand.

    Attributes:
        kind: where it was.
        name: of a step or pause, what it is called; of a gap, the step it waited for.
        handler: who had it, "" where the data do not say.
        department: whose it was, "" where the data do not say.
        began_at: the instant at which it began.
        ended_at: when it ended, ``None`` where it goes on.
        seconds: how long, in working time or, on a limit in clock time, in clock time.
        share: its part of the time that counts, 0 to 1; 0 where the clock stood still.
        counts: whether the clock of the limit ran.
        allowed: how long it may take or was told to take, ``None`` where nothing says.
        over: by how much it took longer, ``None`` where it did not.
    """

    kind: StageKind
    name: str
    handler: str
    department: str
    began_at: int
    ended_at: int | None
    seconds: float
    share: float
    counts: bool = True
    allowed: Amount | None = None
    over: Amount | None = None


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What the data show about a late case; the instants as in its explanation.

    ``seconds`` of time counted, ``day`` seconds of it in a day, ``working``: working time. ``over``
    is by how much the case is late, ``None`` where it is not. ``cause`` is the code of the cause
    that more than half of the counted time points to, ``None`` where none does. ``in_hand`` is how
    many open cases the handler of the longest stage has, ``late_in_hand`` how many of them are
    late, where that was looked up.
    """

    start_at: int
    due_at: int | None
    end_at: int
    closed: bool
    seconds: float
    day: float
    working: bool
    over: Amount | None
    stages: tuple[Stage, ...]
    cause: str | None
    in_hand: int | None = None
    late_in_hand: int = 0

    @property
    def longest(self) -> Stage | None:
        """The stage that took most of the counted time."""
        counted = [stage for stage in self.stages if stage.counts and stage.seconds]
        return max(counted, key=lambda stage: stage.seconds, default=None)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values, amounts as the text that reads back."""
        return {
            **asdict(self),
            "over": _text(self.over),
            "stages": [
                {**asdict(stage), "allowed": _text(stage.allowed), "over": _text(stage.over)}
                for stage in self.stages
            ],
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """Read what :meth:`to_json` gave."""
        stages = tuple(
            Stage(
                **{
                    **one,
                    "kind": StageKind(one["kind"]),
                    "allowed": _amount(one["allowed"]),
                    "over": _amount(one["over"]),
                }
            )
            for one in told["stages"]
        )
        return cls(**{**told, "over": _amount(told["over"]), "stages": stages})


def _text(amount: Amount | None) -> str | None:
    return None if amount is None else str(amount)


def _amount(text: str | None) -> Amount | None:
    return None if text is None else parse_amount(text)
