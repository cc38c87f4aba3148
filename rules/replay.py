"""Replay: history run through the same core, each case moved from due moment to due moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from rules.alerts import changes, kept, reasons
from rules.assessment import assess
from rules.batches import Batch
from rules.carriers import carried, carrier
from rules.cases import Case, known_at
from rules.choosing import Chooser
from rules.climbing import climb
from rules.escalation import CatchUp, Climber, NoticeKind, Told, ahead_of
from rules.findings import Card, Change, Finding, Outcome, Reason, Standing
from rules.instants import NEVER, NONE, is_moment
from rules.policies import Policy
from rules.roles import Resolver
from rules.rulebook import RuleBook
from rules.worktime import WorkingTime


@dataclass(frozen=True, slots=True)
class AlertEvent:
    """An alert of a case was opened, raised, lowered or resolved at the instant ``at``."""

    at: int
    source: str
    case: str
    rule: str
    level: str
    outcome: Outcome
    reason: Reason
    due_at: int | None
    provisional: bool = False
    part: str = ""


@dataclass(frozen=True, slots=True)
class NoticeEvent:
    """One person was told of an alert at the instant ``at``, on the rung ``step``."""

    at: int
    source: str
    case: str
    rule: str
    level: str
    kind: NoticeKind
    step: int | None
    person: str
    via: tuple[str, ...]


Event = AlertEvent | NoticeEvent


@dataclass(slots=True)
class _Open:
    """An alert of the replay: what stands, and where it is on its ladder."""

    standing: Standing
    opened_at: int
    finding: Finding
    policy: Policy | None = None
    climbed: tuple[int, ...] = ()
    next_step_at: int | None = None
    told: tuple[Told, ...] = ()


@dataclass(slots=True)
class _Course:
    """One case under way: the moments at which more of it becomes known, and what stands."""

    case: Case
    moments: list[int]
    passed: int = 0
    check_at: int = NEVER
    alerts: dict[Card, _Open] = field(default_factory=dict)
    ended: list[_Open] = field(default_factory=list)

    def next_at(self) -> int:
        learnt = self.moments[self.passed] if self.passed < len(self.moments) else NEVER
        climbing = (*self.alerts.values(), *self.ended)
        steps = (a.next_step_at for a in climbing if a.next_step_at is not None)
        return min(learnt, self.check_at, min(steps, default=NEVER))


def replay(
    book: RuleBook,
    calendars: Mapping[str, WorkingTime],
    cases: Sequence[Case],
    start: int,
    end: int,
    catch_up: CatchUp = CatchUp.EACH,
) -> list[Event]:
    """Run cases through the rules as if a daemon had started at ``start`` and run until ``end``.

    At each moment only what is dated up to it is known (:func:`rules.cases.known_at`). Nobody
    acknowledges: answers are not in the source.

    Args:
        book: the rules.
        calendars: its compiled calendars.
        cases: the cases with all that is known of them today.
        start: the first instant, included; what stands then is opened then.
        end: the last instant, not included.
        catch_up: what becomes of several rungs that are due at one moment.

    Returns:
        The events in order of time; those of one moment by source and case, alerts before notices.
    """
    numbers = count(1)
    under_way = [_Course(case, _moments(case, start, end), check_at=start) for case in cases]
    events: list[Event] = []
    while under_way:
        at = [course.next_at() for course in under_way]
        _check(book, under_way, at, events, numbers)
        for course, now in zip(under_way, at, strict=True):
            _escalate(book, calendars, course, now, catch_up, events)
        under_way = [course for course in under_way if course.next_at() < end]
    events.sort(key=lambda event: (event.at, event.source, event.case))
    return events


def _moments(case: Case, start: int, end: int) -> list[int]:
    """Give the instants within the replay at which more of a case becomes known, in order."""
    known = [
        value
        for name, value in case.facts.items()
        if is_moment(name) and not name.endswith("_due") and isinstance(value, int)
    ]
    for part in case.parts:
        known += [at for at in (part.started_at, part.ended_at) if at is not None]
    return sorted({at for at in known if start < at < end})


def _check(
    book: RuleBook,
    courses: Sequence[_Course],
    at: Sequence[int],
    events: list[Event],
    numbers: count[int],
) -> None:
    """Check those cases of which more is known now, or whose next check is due."""
    due = []
    for course, now in zip(courses, at, strict=True):
        learnt = course.passed < len(course.moments) and course.moments[course.passed] <= now
        if learnt:
            course.passed += 1
        if learnt or course.check_at <= now:
            due.append((course, now))
    if not due:
        return
    enrich = book.catalogue.enrich
    batch = Batch.of([enrich(known_at(course.case, now), now) for course, now in due])
    assessment = assess(book, batch, np.array([now for _, now in due], np.int64))
    checks = [check.id for check in book.checks]
    for index, ((course, now), found) in enumerate(zip(due, assessment.findings(), strict=True)):
        standing = [one.standing for one in course.alerts.values()]
        why = reasons(assessment, checks, index)
        for finding in kept(found, standing).values():
            course.alerts[finding.card].finding = finding
        for change in changes(found, standing, now, why):
            _apply(course, change, events, numbers, silent=change.rule in book.shadows)
        following = int(assessment.next_check_at[index])
        course.check_at = NEVER if following == NONE else following


def _apply(
    course: _Course, change: Change, events: list[Event], numbers: count[int], *, silent: bool
) -> None:
    finding = change.finding
    level = finding.level if finding else course.alerts[change.card].standing.level
    events.append(
        AlertEvent(
            change.at,
            course.case.source,
            course.case.key,
            change.rule,
            level,
            change.outcome,
            change.reason,
            finding.due_at if finding else None,
            bool(finding.evidence.get("provisional")) if finding else False,
            change.part,
        )
    )
    if finding is None:
        ended = course.alerts.pop(change.card)
        ended.next_step_at = change.at
        course.ended.append(ended)
        return
    number = change.alert or next(numbers)
    before = course.alerts.get(change.card)
    standing = Standing(
        *(number, finding.rule, finding.version, finding.level, finding.rank, finding.since_at),
        finding.part,
    )
    course.alerts[change.card] = _Open(
        standing,
        before.opened_at if before else change.at,
        finding,
        next_step_at=None if silent else change.at,
        told=before.told if before else (),
    )


def _escalate(
    book: RuleBook,
    calendars: Mapping[str, WorkingTime],
    course: _Course,
    now: int,
    catch_up: CatchUp,
    events: list[Event],
) -> None:
    """Climb the ladders that are due, and tell of the alerts that have just ended."""
    climbing = (*course.alerts.values(), *course.ended)
    due = [a for a in climbing if a.next_step_at is not None and a.next_step_at <= now]
    if not due:
        return
    case = book.catalogue.enrich(known_at(course.case, now), now)
    resolver = Resolver(book.directory, now)
    for one in due:
        standing = one.standing
        since = max(one.opened_at, standing.level_since_at)
        climber = Climber(
            standing.id,
            standing.rule,
            standing.level,
            standing.rank,
            since,
            carried(case, carrier(case.facts, one.finding.carrier)),
            ahead_at=ahead_of(one.finding.due_at, one.finding.evidence, since),
            climbed=one.climbed,
            resolved=one in course.ended,
            told=one.told,
        )
        gentler: tuple[Policy, ...] = ()
        if one.policy is None and not climber.resolved:
            chooser = Chooser(book.policies, book.levels, now)
            one.policy = chooser.choose(climber)
            gentler = chooser.milder(climber)
        work = calendars[book.calendar_of_policy(one.policy, climber.case.facts.get("region"))]
        result = climb(climber, one.policy, work, resolver, now, catch_up, gentler)
        events.extend(
            NoticeEvent(
                now,
                case.source,
                case.key,
                standing.rule,
                standing.level,
                notice.kind,
                notice.step,
                notice.person.id,
                notice.via,
            )
            for notice in result.notices
        )
        one.climbed, one.next_step_at = result.climbed, result.next_step_at
        one.told = result.told
    course.ended = [one for one in course.ended if one.next_step_at is not None]
