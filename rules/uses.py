"""What the pauses and extensions of a case did to a limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rules.amounts import Amount, Unit
from rules.cases import Case, Part, PartKind
from rules.days import Day, DayKind
from rules.limits import Limit
from rules.walk import Walk, Walked


class PauseEffect(StrEnum):
    """Whether a pause stops a limit, or why it does not."""

    COUNTS = "counts"
    LATE = "late"  # it begins after the due moment
    ENDED = "ended"  # it begins after the case reached the end of the limit
    OTHER_KIND = "other kind"  # pauses of its kind do not stop the limit
    OUTSIDE = "outside"  # no time of it lies after the start of the limit
    FIXED = "fixed"  # the case itself names the due moment
    RESTARTS = "restarts"  # the clock starts anew when it ends


@dataclass(frozen=True, slots=True)
class PauseUse:
    """A pause and what it did: how many days do not count for it, or how much time (microseconds).

    ``time`` is given where pauses are cut out exactly, else 0.
    """

    part: Part
    effect: PauseEffect
    days: int = 0
    time: int = 0


@dataclass(frozen=True, slots=True)
class ExtensionUse:
    """An extension; ``counts`` is false where it was granted after the due moment."""

    part: Part
    amount: Amount | None
    counts: bool


def pause_uses(
    limit: Limit, case: Case, walk: Walk, walked: Walked | None, until: int, days: Sequence[Day]
) -> list[PauseUse]:
    """Give what each pause of a case did to a limit.

    Args:
        limit: the limit.
        case: the case.
        walk: the limit of the case.
        walked: where the walk ended, ``None`` where the case itself names the due moment.
        until: the due moment, or the present while there is none.
        days: the days of the limit.
    """
    kinds = limit.pause_kinds
    counting = {id(stop.part): stop for stop in walked.stops} if walked else {}
    possible = {id(stop.part) for stop in walk.stops}
    exact = not walk.unit.counts_days or walk.by_moments
    uses = []
    for part in case.parts:
        if part.kind is not PartKind.PAUSE:
            continue
        stop = counting.get(id(part))
        if stop is not None:
            stopped = [day for day in days if day.kind is DayKind.PAUSED]
            number = sum(walk.holds(stop, walk.number_of(day.date)) for day in stopped)
            end = min(stop.end, until)
            time = sum(t.end - t.begin for t in walk.running(stop.begin, end)) if exact else 0
            uses.append(PauseUse(part, PauseEffect.COUNTS, number, time))
        elif walked is None:
            uses.append(PauseUse(part, PauseEffect.FIXED))
        elif part.ended_at == walk.start and part.facts.get("kind") in limit.restarts:
            uses.append(PauseUse(part, PauseEffect.RESTARTS))
        elif kinds and part.facts.get("kind") not in kinds:
            uses.append(PauseUse(part, PauseEffect.OTHER_KIND))
        else:
            late = PauseEffect.LATE if id(part) in possible else PauseEffect.OUTSIDE
            uses.append(PauseUse(part, PauseEffect.ENDED if walk.ended_before(part) else late))
    return uses


def extension_uses(case: Case, walk: Walk, walked: Walked | None) -> list[ExtensionUse]:
    """Give for each extension of a case by how much it extends and whether it counts."""
    counting = {id(part) for part in walked.extensions} if walked else set()
    uses = []
    for part in case.parts:
        if part.kind is PartKind.EXTENSION:
            value, unit = part.facts.get("amount"), part.facts.get("unit")
            known = isinstance(value, int | float) and (unit is None or unit in list(Unit))
            amount = None
            if known and isinstance(value, int | float):
                amount = Amount(float(value), walk.unit if unit is None else Unit(str(unit)))
            uses.append(ExtensionUse(part, amount, id(part) in counting))
    return uses
