"""Compliance checks of one case that an operator writes as conditions in CEL."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rules.cases import Case
from rules.expressions import Expression
from rules.findings import Finding


@dataclass(frozen=True, slots=True)
class Check:
    """A rule about a case: where ``when`` (CEL) holds, ``level`` stands.

    ``rank`` is the level's index among the levels, mildest first. What a ``shadow`` check finds is
    recorded, and nobody is told.
    """

    id: str
    title: str
    when: str
    level: str
    rank: int
    law: str = ""
    version: str = "1"
    shadow: bool = False


compiled = lru_cache(maxsize=1024)(Expression)
"""Compile an expression once for each text."""


def find(check: Check, case: Case, now: int) -> Finding | None:
    """Give what the check finds in a case at the instant ``now``; ``None`` where nothing is wrong.

    The finding stands from ``now`` and its evidence is the facts that the condition names.

    Raises:
        ValueError: the condition cannot be worked out for this case.
    """
    expression = compiled(check.when)
    if not expression.holds(case, now):
        return None
    evidence = {name: case.facts.get(name) for name in expression.facts}
    return Finding(check.id, check.version, check.level, check.rank, now, None, check.law, evidence)
