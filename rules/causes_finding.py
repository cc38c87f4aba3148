"""Finding where the time of a late case went (查明原因): its course, cut into stages."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rules.amounts import Amount, Unit
from rules.cases import Case, Part, PartKind
from rules.causes import Inquiry, Stage, StageKind
from rules.explanation import Explanation
from rules.instants import DAY, NEVER, SECOND
from rules.margins import margin
from rules.single import due_at, ruler
from rules.uses import PauseEffect
from rules.worktime import WorkingTime


def inquire(
    shown: Explanation,
    work: WorkingTime,
    others: Sequence[Explanation] = (),
    applicant_pauses: Collection[str] = (),
    department: str | None = None,
) -> Inquiry | None:
    """Find where the time of a case went under the limit that ``shown`` explains.

    Args:
        shown: the limit, explained; its case has the steps and pauses.
        work: the compiled calendar of the limit.
        others: the other limits of the case, explained: those of steps say what each may take.
        applicant_pauses: the kinds of pause in which the applicant has to do something.
        department: who answers for the limit, whose own steps are not "another department";
            the department of the case if missing.

    Returns:
        The inquiry, ``None`` where the limit has not begun.
    """
    if shown.start_at is None:
        return None
    end = shown.now if shown.until_at is None else shown.until_at
    if end <= shown.start_at:
        return None
    measure = _Measure(work, working=shown.unit.working or shown.unit.counts_days)
    cut = _cut(shown, end)
    counted = sum(measure(a, b) for place, spans in cut for a, b in spans if place.counts)
    stages = tuple(_stage(place, spans, shown, measure, counted, others) for place, spans in cut)
    late = shown.margin if shown.margin is not None and shown.margin.passed else None
    return Inquiry(
        shown.start_at,
        shown.due_at,
        end,
        shown.until_at is not None,
        counted / SECOND,
        measure.day(shown.start_at) / SECOND,
        measure.working,
        None if late is None else late.amount,
        stages,
        _cause(stages, department or str(_department(None, shown.case) or ""), applicant_pauses),
    )


@dataclass(frozen=True)
class _Place:
    kind: StageKind
    part: Part | None = None
    counts: bool = True


class _Measure:
    """Measures time between instants in microseconds of working time, or of the clock."""

    def __init__(self, work: WorkingTime, *, working: bool) -> None:
        self.work = work
        self.working = working
        self._ruler = ruler(work)

    def __call__(self, begin: int, end: int) -> int:
        if not self.working:
            return end - begin
        return self._ruler.passed_at(end) - self._ruler.passed_at(begin)

    def day(self, at: int) -> int:
        """Give how long the working day at or after an instant is."""
        if not self.working:
            return DAY
        one = self._ruler
        day = one.day(at)
        day = day if one.working[day] else one.nth(one.ordinal[day] + 1)
        return self(one.opens[day], one.closes[day])


def _cut(shown: Explanation, end: int) -> list[tuple[_Place, list[tuple[int, int]]]]:
    """Cut the time from the start of the limit to ``end`` into what the case was in, by moments."""
    start = shown.start_at or 0
    steps = [p for p in shown.case.parts if p.kind is PartKind.STEP and p.started_at is not None]
    pauses = [(use.part, use.effect is PauseEffect.COUNTS) for use in shown.pauses]
    edges = {start, end}
    for part in (*steps, *(part for part, _ in pauses)):
        edges |= {at for at in (part.started_at, part.ended_at) if at and start < at < end}
    moments = sorted(edges)
    found: dict[tuple[StageKind, int], tuple[_Place, list[tuple[int, int]]]] = {}
    for begin, until in pairwise(moments):
        place = _place(begin, steps, pauses)
        key = (place.kind, id(place.part))
        found.setdefault(key, (place, []))[1].append((begin, until))
    return list(found.values())


def _place(at: int, steps: Sequence[Part], pauses: Sequence[tuple[Part, bool]]) -> _Place:
    """Give where a case was just after the instant ``at``."""
    resting = [(part, counts) for part, counts in pauses if _holds(part, at)]
    if resting:
        part, stops = max(resting, key=lambda pair: pair[1])
        return _Place(StageKind.PAUSE, part, counts=not stops)
    active = [step for step in steps if _holds(step, at)]
    if active:
        last = max(active, key=lambda step: (_end(step), -(step.started_at or 0)))
        return _Place(StageKind.STEP, last)
    if not steps:
        return _Place(StageKind.UNTOLD)
    coming = [step for step in steps if (step.started_at or 0) > at]
    following = min(coming, key=lambda step: step.started_at or 0, default=None)
    if following is None:
        return _Place(StageKind.AFTER)
    begun = any((step.started_at or 0) <= at for step in steps)
    return _Place(StageKind.BETWEEN if begun else StageKind.WAITING, following)


def _holds(part: Part, at: int) -> bool:
    return part.started_at is not None and part.started_at <= at < _end(part)


def _end(part: Part) -> int:
    return NEVER if part.ended_at is None else part.ended_at


def _stage(
    place: _Place,
    spans: Sequence[tuple[int, int]],
    shown: Explanation,
    measure: _Measure,
    counted: int,
    others: Sequence[Explanation],
) -> Stage:
    case, part = shown.case, place.part
    time = sum(measure(begin, end) for begin, end in spans)
    last = spans[-1][1]
    goes_on = shown.until_at is None and last == shown.now
    allowed, over = (None, None) if part is None else _allowed(place, part, shown, measure, others)
    own = part is not None and place.kind is StageKind.STEP
    return Stage(
        place.kind,
        str(part.facts.get("kind" if place.kind is StageKind.PAUSE else "name") or "")
        if part
        else "",
        str((part.facts.get("handler") if part and own else case.facts.get("handler")) or ""),
        str(_department(part if own else None, case) or ""),
        spans[0][0],
        None if goes_on else last,
        time / SECOND,
        time / counted if counted and place.counts else 0.0,
        place.counts,
        allowed,
        over,
    )


def _department(step: Part | None, case: Case) -> object:
    return (step.facts.get("department") if step else None) or case.facts.get("department")


def _allowed(
    place: _Place,
    part: Part,
    shown: Explanation,
    measure: _Measure,
    others: Sequence[Explanation],
) -> tuple[Amount | None, Amount | None]:
    """Give how long a step or pause may take, and by how much it took longer."""
    if place.kind not in (StageKind.STEP, StageKind.PAUSE) or part.started_at is None:
        return None, None
    if place.kind is StageKind.STEP:
        for other in others:  # a limit of the step itself says best
            # Branches of one joint approval often begin at once: the name tells them apart.
            named = other.step and other.step == part.facts.get("name")
            if named and other.start_at == part.started_at and other.margin is not None:
                passed = other.margin.passed and other.margin.amount.value > 0
                return other.amount, other.margin.amount if passed else None
    days = part.facts.get("limit_days" if place.kind is StageKind.STEP else "told_days")
    if not isinstance(days, int | float):
        return None, None
    allowed = Amount(float(days), Unit.WORKING_DAY)
    stops = sorted(
        (use.part.started_at, _end(use.part))
        for use in shown.pauses
        if place.kind is StageKind.STEP and use.part.started_at is not None
    )
    due = due_at(allowed, part.started_at, measure.work, stops)
    until = min(_end(part), shown.now)
    if due is None or until <= due:
        return allowed, None
    over = margin(Unit.WORKING_DAY, due, until, measure.work).amount
    return allowed, over if over.value else None


def _cause(
    stages: Sequence[Stage], department: str, applicant_pauses: Collection[str]
) -> str | None:
    """Give the code of the cause that more than half of the counted time points to."""
    shares: dict[str, float] = {}
    for stage in stages:
        code = _points_to(stage, department, applicant_pauses)
        if code is not None:
            shares[code] = shares.get(code, 0.0) + stage.share
    return next((code for code, share in shares.items() if share > 0.5), None)


def _points_to(stage: Stage, department: str, applicant_pauses: Collection[str]) -> str | None:
    if stage.kind is StageKind.STEP:
        return "handler" if stage.department == department else "other-department"
    if stage.kind is StageKind.PAUSE:
        return "applicant" if stage.name in applicant_pauses else None
    return None if stage.kind is StageKind.UNTOLD else "department"
