"""Escalation: who is told next about an alert, and when the rung after that is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil

from rules.amounts import Amount, Unit
from rules.cases import Case, Facts
from rules.checks import compiled
from rules.directory import Directory, Person
from rules.policies import Policy, Step
from rules.single import due_at, ruler
from rules.worktime import WorkingTime


class NoticeKind(StrEnum):
    """What a notice says."""

    WARNING = "warning"
    OVERDUE = "overdue"
    ESCALATION = "escalation"
    RESOLVED = "resolved"
    SYSTEM = "system"


class CatchUp(StrEnum):
    """What becomes of rungs that were missed while nothing ran."""

    EACH = "each"  # every one is climbed, in order, at once
    LATEST = "latest"  # only the last of them is climbed


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who was told of an alert, and over which channels."""

    person: str
    via: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Climber:
    """An alert on its ladder.

    ``case`` is the case it is about, with the facts of who carries it in the place of its own (see
    :func:`rules.carriers.carried`); ``subject`` is what it is about where that is no case ("" for a
    case): ``case`` then has the facts of the carrier alone. ``since_at`` is the instant from which
    the steps count, ``step`` the next one (0 is the first). ``told`` are those told so far.
    """

    alert: int
    rule: str
    level: str
    rank: int
    since_at: int
    case: Case
    subject: str = ""
    policy: str | None = None
    step: int = 0
    resolved: bool = False
    acknowledged: bool = False
    told: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """That one person is to be told of one alert, over these channels, and why it is him.

    ``role`` is the role of the step under which he was found; ``step`` is ``None`` for the
    message that it is over.
    """

    alert: int
    kind: NoticeKind
    step: int | None
    person: Person
    via: tuple[str, ...]
    role: str


@dataclass(frozen=True, slots=True)
class Climb:
    """What one round of escalation makes of an alert.

    ``step`` and ``next_step_at`` are where the ladder goes on (``None``: nowhere). ``unreachable``
    are the roles that nobody was found for.
    """

    alert: int
    policy: str | None
    notices: tuple[Notice, ...]
    step: int
    next_step_at: int | None
    told: tuple[Told, ...]
    unreachable: tuple[str, ...] = field(default=())


def choose(policies: Sequence[Policy], climber: Climber, now: int) -> Policy | None:
    """Give the first policy that is for an alert; ``None`` where none is."""
    alert: Facts = {
        "rule": climber.rule,
        "level": climber.level,
        "rank": climber.rank,
        "subject": climber.subject,
    }
    for policy in policies:
        if policy.levels and climber.level not in policy.levels:
            continue
        if not policy.when or compiled(policy.when).holds(climber.case, now, alert):
            return policy
    return None


def climb(
    climber: Climber,
    policies: Sequence[Policy],
    calendars: Mapping[str, WorkingTime],
    directory: Directory,
    now: int,
    catch_up: CatchUp = CatchUp.EACH,
) -> Climb:
    """Climb every rung of one alert's ladder that is due at ``now``.

    A resolved alert tells those who were told that it is over. An acknowledged one passes its
    rungs in silence, but for those that ask to be climbed all the same. A rung on which nobody is
    found is passed at once, so that the next one hears.
    """
    if climber.resolved:
        return _over(climber, directory)
    policy = next((p for p in policies if p.id == climber.policy), None)
    if policy is None:
        policy = choose(policies, climber, now)
    if policy is None:
        return Climb(climber.alert, None, (), climber.step, None, climber.told)
    work = calendars[policy.calendar]
    notices: list[Notice] = []
    unreachable: list[str] = []
    index = climber.step
    at: int | None = None
    while index < len(policy.steps):
        step = policy.steps[index]
        due = moment_after(step.after, climber.since_at, work)
        passed_over = bool(unreachable) and not notices
        if due > now and not passed_over:
            at = due
            break
        missed = index + 1 < len(policy.steps) and (
            moment_after(policy.steps[index + 1].after, climber.since_at, work) <= now
        )
        answered = climber.acknowledged and step.unless_acknowledged
        if not answered and not (missed and catch_up is CatchUp.LATEST):
            found, nobody = _rung(climber, step, index, directory)
            notices += found
            unreachable += nobody
        index += 1
    told = _told(climber.told, notices)
    return Climb(climber.alert, policy.id, tuple(notices), index, at, told, tuple(unreachable))


def moment_after(after: Amount, since: int, work: WorkingTime) -> int:
    """Give the instant at which a step is due that comes ``after`` the instant ``since``.

    So many working days after is at the same time of day, so many working days later.
    """
    if after.value == 0:
        return since
    one = ruler(work)
    if after.unit is Unit.WORKING_DAY:
        day = one.day(since)
        later = one.nth(one.ordinal[day] + ceil(after.value))
        return one.midnight[later] + since - one.midnight[day]
    due = due_at(after, since, work)
    return one.midnight[-1] if due is None else due


def _rung(
    climber: Climber, step: Step, index: int, directory: Directory
) -> tuple[list[Notice], list[str]]:
    if climber.subject:
        kind = NoticeKind.SYSTEM
    elif index:
        kind = NoticeKind.ESCALATION
    else:
        kind = NoticeKind.OVERDUE if climber.rank else NoticeKind.WARNING
    notices: dict[str, Notice] = {}
    nobody = []
    for role in step.tell:
        people = directory.resolve(role, climber.case.facts)
        if not people:
            nobody.append(role)
        for person in people:
            notice = Notice(climber.alert, kind, index, person, step.via, role)
            notices.setdefault(person.id, notice)
    return list(notices.values()), nobody


def _over(climber: Climber, directory: Directory) -> Climb:
    notices = tuple(
        Notice(
            climber.alert,
            NoticeKind.RESOLVED,
            None,
            directory.people[told.person],
            told.via,
            "told",
        )
        for told in climber.told
        if told.person in directory.people
    )
    return Climb(climber.alert, climber.policy, notices, climber.step, None, climber.told)


def _told(before: Sequence[Told], notices: Sequence[Notice]) -> tuple[Told, ...]:
    told = {one.person: one.via for one in before}
    for notice in notices:
        via = told.get(notice.person.id, ())
        told[notice.person.id] = tuple(dict.fromkeys((*via, *notice.via)))
    return tuple(Told(person, via) for person, via in told.items())
