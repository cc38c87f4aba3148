"""Whom alerts would reach: tried on cases before a card stands, so that gaps show beforehand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rules.carriers import every
from rules.cases import Case
from rules.choosing import Chooser
from rules.escalation import Climber
from rules.policies import Policy
from rules.roles import Gap, Resolver


@dataclass(frozen=True, slots=True)
class Reached:
    """What came of trying: ``gaps`` count the cases by each gap that their alerts would meet.

    ``unassigned`` count by level the cases that no policy is for, ``faults`` by reason those for
    which a policy's condition cannot be worked out.
    """

    gaps: Counter[Gap] = field(default_factory=Counter)
    unassigned: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)


def try_cases(
    policies: Sequence[Policy],
    levels: Sequence[str],
    resolver: Resolver,
    cases: Iterable[Case],
    now: int,
    carriers: Sequence[Mapping[str, str]] = (),
) -> Reached:
    """Try whom an alert at each level would reach for each of some cases, were it opened ``now``.

    The ladder is climbed to its end: every role on it counts. It is tried for each who may carry
    the alert, as the escalation does: see :func:`rules.carriers.every`, also for ``carriers``.
    """
    chooser, reached = Chooser(policies, levels, now), Reached()
    for case in cases:
        gaps: set[Gap] = set()
        unassigned: set[str] = set()
        faults: set[str] = set()
        for borne in every(case, carriers):
            for rank, level in enumerate(levels):
                try:
                    policy = chooser.choose(Climber(0, "", level, rank, now, borne))
                except ValueError as error:
                    faults.add(str(error))
                    continue
                if policy is None:
                    unassigned.add(level)
                else:
                    gaps |= set(_gaps(policy, borne, resolver))
        reached.gaps.update(gaps)
        reached.unassigned.update(unassigned)
        reached.faults.update(faults)
    return reached


def try_system(
    policies: Sequence[Policy], levels: Sequence[str], resolver: Resolver, subject: str, now: int
) -> tuple[Policy | None, bool]:
    """Give the policy of a grave alert about a part of the system, and whether anybody hears."""
    rank, case = len(levels) - 1, Case("", "", {})
    climber = Climber(0, "", levels[rank], rank, now, case, subject, "system")
    policy = Chooser(policies, levels, now).choose(climber)
    if policy is None:
        return None, False
    heard = any(
        resolver.resolve(role, case.facts, step.via).people
        for step in policy.steps
        for role in step.tell
    )
    return policy, heard


def _gaps(policy: Policy, case: Case, resolver: Resolver) -> Iterable[Gap]:
    for step in policy.steps:
        for role in step.tell:
            gap = resolver.resolve(role, case.facts, step.via).gap
            if gap is not None:
                yield gap
