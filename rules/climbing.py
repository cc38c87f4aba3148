"""Climbing: who is told now about an alert, and when the rung after that is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rules.escalation import (
    ACKNOWLEDGED,
    CatchUp,
    Climb,
    Climber,
    Notice,
    NoticeKind,
    OrderDue,
    Told,
)
from rules.offsets import moment_after
from rules.policies import Policy, Step, Unless
from rules.roles import OVER_HANDLER, Found, Gap, Resolver, Why
from rules.rungs import Hold, Rungs, in_hours
from rules.worktime import WorkingTime


def climb(
    climber: Climber,
    policy: Policy | None,
    work: WorkingTime,
    resolver: Resolver,
    now: int,
    catch_up: CatchUp = CatchUp.EACH,
    milder: Sequence[Policy] = (),
) -> Climb:
    """Climb every rung of one alert's ladder that is due at ``now``.

    A resolved alert tells those who were told that it is over. While somebody has acknowledged it
    or the climb is held, rungs wait, but for those that ask to be climbed all the same; when
    nothing has followed an acknowledgement in its time, the next rung is climbed at once and says
    so. A rung on which nobody is found is passed at once, so that the next one hears.

    Args:
        climber: the alert.
        policy: its ladder; ``None``: it has none, and only its end is told.
        work: the compiled calendar of the ladder.
        resolver: finds the people of a role at ``now``.
        now: the instant.
        catch_up: what becomes of rungs that were missed.
        milder: the ladders for its milder levels, if those on them are to be told as well.
    """
    if policy is None:
        notices = _over(climber, resolver) if climber.resolved else ()
        return Climb(climber.alert, notices, climber.climbed, None, climber.told)
    return _Round(climber, policy, work, resolver, now, catch_up, milder).climb()


@dataclass(frozen=True, slots=True, order=True)
class _Due:
    """A rung that is due: from when on its people may be told, which one, how often before."""

    at: int
    step: int
    times: int


class _Round:
    """One round of one alert: reads the climber, collects what is told."""

    def __init__(
        self,
        climber: Climber,
        policy: Policy,
        work: WorkingTime,
        resolver: Resolver,
        now: int,
        catch_up: CatchUp,
        milder: Sequence[Policy],
    ) -> None:
        self._climber = climber
        self._policy = policy
        self._work = work
        self._resolver = resolver
        self._now = now
        self._catch_up = catch_up
        self._milder = milder
        size = len(policy.steps)
        self._climbed = [*climber.climbed[:size], *[0] * (size - len(climber.climbed))]
        self._entering = not any(self._climbed)
        self._notices: list[Notice] = []
        self._gaps: list[Gap] = []
        self._orders: list[OrderDue] = []

    def climb(self) -> Climb:
        climber, now = self._climber, self._now
        if climber.resolved:
            return self._end()
        if any(hold.until_at is None for hold in climber.holds):
            return Climb(climber.alert, (), tuple(self._climbed), None, climber.told)
        lapses_at = self._lapses_at()
        lapsed = None
        if lapses_at is not None and lapses_at <= now and climber.acknowledged_at is not None:
            acknowledged = climber.acknowledged_at
            lapsed = Hold(acknowledged, lapses_at, ACKNOWLEDGED, climber.acknowledged_by)
            climber = self._climber = replace(
                climber, acknowledged_at=None, holds=(*climber.holds, lapsed)
            )
        rungs = self._rungs()
        due, following = self._look(rungs)
        if lapsed is not None and not due:
            due = [self._following(rungs, lapsed)]
        if due:
            self._take(due, lapsed)
            _, following = self._look(rungs)
        if lapsed is None and lapses_at is not None:
            following = min(following, lapses_at) if following is not None else lapses_at
        return Climb(
            climber.alert,
            tuple(self._notices),
            tuple(self._climbed),
            following,
            _told(climber.told, self._notices, climber.rank),
            tuple(dict.fromkeys(self._gaps)),
            lapsed,
            tuple(self._orders),
        )

    def _rungs(self) -> Rungs:
        c = self._climber
        return Rungs(c.since_at, c.ahead_at, c.holds, self._work)

    def _lapses_at(self) -> int | None:
        """Give when the acknowledgement ends if nothing follows; ``None``: not by itself."""
        at = self._climber.acknowledged_at
        if at is None or self._climber.answered:
            return None
        ends = moment_after(self._policy.acknowledged_for, at, self._work)
        steps = self._policy.steps
        return ends if all(one.at_any_hour for one in steps) else in_hours(ends, self._work)

    def _look(self, rungs: Rungs) -> tuple[list[_Due], int | None]:
        """Give what is due now, in order, and the instant at which the next rung is."""
        due: list[_Due] = []
        following: int | None = None
        for index, step in enumerate(self._policy.steps):
            if self._waits(step):
                continue
            times = self._climbed[index]
            while (at := rungs.due(step, times)) is not None:
                tells_at = rungs.told(step, max(at, self._now))
                if tells_at > self._now:
                    following = tells_at if following is None else min(following, tells_at)
                    break
                due.append(_Due(rungs.told(step, at), index, times))
                times += 1
        return sorted(due), following

    def _waits(self, step: Step) -> bool:
        c = self._climber
        if step.unless is Unless.ACKNOWLEDGED:
            return c.acknowledged_at is not None or c.answered
        return step.unless is Unless.ANSWERED and c.answered

    def _following(self, rungs: Rungs, lapsed: Hold) -> _Due:
        """Give the rung that an acknowledgement which lapsed leads to: the next, or the last."""
        waiting = [
            _Due(at, index, times)
            for index, times in enumerate(self._climbed)
            if (at := rungs.due(self._policy.steps[index], times)) is not None
        ]
        last = len(self._climbed) - 1
        end = lapsed.until_at or self._now
        return min(waiting, default=_Due(end, last, self._climbed[last]))

    def _take(self, due: list[_Due], lapsed: Hold | None) -> None:
        last = due[-1].at
        missed = len({one.at for one in due}) - 1
        for one in due:
            if one.at == last or self._catch_up is not CatchUp.LATEST:
                self._rung(one, lapsed)
            self._climbed[one.step] = max(self._climbed[one.step], one.times + 1)
        while not self._notices and (following := self._untouched(due[-1])) is not None:
            self._rung(following, lapsed)
            self._climbed[following.step] = 1
        if missed:
            self._notices = [replace(one, missed=missed) for one in self._notices]
            if self._catch_up is CatchUp.DIGEST:  # of several notices to one person, the last
                self._notices = list({one.person.id: one for one in self._notices}.values())

    def _untouched(self, after: _Due) -> _Due | None:
        """Give the next rung that was never climbed: it hears where nobody could be told."""
        steps = self._policy.steps
        return next(
            (
                _Due(after.at, index, 0)
                for index in range(after.step + 1, len(steps))
                if not self._climbed[index] and not self._waits(steps[index])
            ),
            None,
        )

    def _rung(self, due: _Due, lapsed: Hold | None) -> None:
        step = self._policy.steps[due.step]
        found: dict[str, Found] = {}
        for role in step.tell:
            self._find(role, step.via, found)
        if self._entering:
            self._entering = False
            self._find_milder(found)
        self._never_alone(due.step, step, found)
        kind = self._kind(due)
        self._notices += [
            Notice(
                self._climber.alert,
                kind,
                due.step,
                one.person,
                one.channels,
                one.role,
                due.times,
                one.why,
                one.instead_of,
                one.away_until,
                lapsed,
            )
            for one in found.values()
        ]
        if step.order is not None and not due.times:
            people = tuple(one.person for one in found.values())
            self._orders.append(OrderDue(due.step, step.order, people))

    def _find(self, role: str, via: Sequence[str], found: dict[str, Found]) -> None:
        resolved = self._resolver.resolve(role, self._climber.case.facts, via)
        if resolved.gap is not None:
            self._gaps.append(resolved.gap)
        for one in resolved.people:
            found.setdefault(one.person.id, one)

    def _find_milder(self, found: dict[str, Found]) -> None:
        """Add whoever was told at a milder level; where nobody was, whom its ladder names."""
        climber = self._climber
        if not (self._policy.with_milder and climber.rank):
            return
        for one in climber.told:
            person = self._resolver.directory.people.get(one.person)
            channels = self._resolver.channels_to(person, one.via) if person else ()
            if person and channels and one.rank < climber.rank:
                found.setdefault(person.id, Found(person, "told", channels, Why.MILDER))
        if climber.told:
            return
        for policy in self._milder:
            for step in policy.steps if policy != self._policy else ():
                for role in step.tell if step.at_once else ():
                    resolved = self._resolver.resolve(role, climber.case.facts, step.via)
                    for other in resolved.people:
                        found.setdefault(other.person.id, replace(other, why=Why.MILDER))

    def _never_alone(self, index: int, step: Step, found: dict[str, Found]) -> None:
        """Let somebody over him hear as well, where only the one it accuses would."""
        climber = self._climber
        if climber.subject or not climber.rank or not found:
            return
        accused = self._resolver.accused(climber.case.facts)
        heard = {one.person for one in climber.told} | found.keys()
        if not accused or heard - accused:
            return
        above = [role for later in self._policy.steps[index + 1 :] for role in later.tell]
        for role in (*above, *OVER_HANDLER, "inspector@region"):
            resolved = self._resolver.resolve(role, climber.case.facts, step.via)
            others = [one for one in resolved.people if one.person.id not in accused]
            for one in others:
                found.setdefault(one.person.id, replace(one, why=Why.NOT_ALONE))
            if others:
                return

    def _kind(self, due: _Due) -> NoticeKind:
        if self._climber.subject and self._climber.about != "unit":
            return NoticeKind.SYSTEM
        if not self._climber.rank:
            return NoticeKind.WARNING
        return NoticeKind.ESCALATION if due.step else NoticeKind.OVERDUE

    def _end(self) -> Climb:
        climber = self._climber
        told_at_any_hour = any(
            times and step.at_any_hour
            for times, step in zip(self._climbed, self._policy.steps, strict=True)
        )
        at = self._now if told_at_any_hour or not climber.told else in_hours(self._now, self._work)
        climbed = tuple(self._climbed)
        if at > self._now:
            return Climb(climber.alert, (), climbed, at, climber.told)
        notices = _over(climber, self._resolver)
        return Climb(climber.alert, notices, climbed, None, climber.told)


def _over(climber: Climber, resolver: Resolver) -> tuple[Notice, ...]:
    people = resolver.directory.people
    return tuple(
        Notice(
            climber.alert,
            NoticeKind.RESOLVED,
            None,
            people[told.person],
            told.via,
            "told",
            why=Why.TOLD,
        )
        for told in climber.told
        if told.person in people
    )


def _told(before: Sequence[Told], notices: Sequence[Notice], rank: int) -> tuple[Told, ...]:
    told = {one.person: one for one in before}
    for notice in notices:
        known = told.get(notice.person.id, Told(notice.person.id, ()))
        via = tuple(dict.fromkeys((*known.via, *notice.via)))
        told[notice.person.id] = Told(notice.person.id, via, max(rank, known.rank))
    return tuple(told.values())
