"""Compliance checks in force: built-in ones as they are tuned, and conditions written in CEL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from rules.batches import Batch
from rules.cases import Case, Fact
from rules.compliance import Builtin, Hits, Setting, View
from rules.compliance.check import taken_of
from rules.expressions import Expression
from rules.findings import Finding
from rules.instants import NONE, Instants, is_moment
from rules.worktime import WorkingTime


@dataclass(frozen=True, slots=True)
class Check:
    """A rule about a case: where it finds something, ``level`` stands.

    It is the check ``builtin`` with ``settings``, for the cases of which ``when`` (CEL,
    "": all) holds; or, without one, the condition ``when`` itself. ``rank`` is the level's index
    among the levels, mildest first. What a ``shadow`` check finds is recorded, and nobody is told.
    """

    id: str
    title: str = field(repr=False)  # what tells rule books apart goes by the rest
    when: str
    level: str
    rank: int
    law: str = ""
    version: str = "1"
    shadow: bool = False
    builtin: Builtin | None = None
    settings: Mapping[str, Setting] = field(default_factory=lambda: MappingProxyType({}))


compiled = lru_cache(maxsize=1024)(Expression)
"""Compile an expression once for each text."""


def find(check: Check, case: Case, now: int) -> Finding | None:
    """Give what a condition finds in a case at the instant ``now``; ``None``: nothing is wrong.

    The finding stands from ``now`` and its evidence is the facts that the condition names.

    Raises:
        ValueError: the condition cannot be worked out for this case.
    """
    expression = compiled(check.when)
    if not expression.holds(case, now):
        return None
    return _finding(check, now, {name: case.facts.get(name) for name in expression.facts})


def look(
    check: Check, batch: Batch, now: Instants, work: WorkingTime, applies: NDArray[np.bool_]
) -> tuple[list[tuple[int, Finding]], Instants]:
    """Give what a check in code finds in a batch of ``n`` cases, and when to look again.

    Args:
        check: the check; it has a ``builtin``.
        batch: the cases.
        now: the moment of each case (n); what is found stands from then.
        work: the compiled calendar in which working days are counted.
        applies: the cases (bool, n) it is for.

    Returns:
        The findings, each behind the index of its case, and the instants (n) at which time alone
        would change them, ``NONE`` where it will not.
    """
    found = hits_of(check, batch, now, work, applies)
    findings = []
    for index, case in enumerate(found.cases.tolist()):
        evidence = {name: fact_of(name, column[index]) for name, column in found.evidence.items()}
        by = {name: fact_of(name, column[index]) for name, column in found.carriers.items()}
        part = found.parts[index] if found.parts else ""
        findings.append((case, _finding(check, int(now[case]), evidence, by, part)))
    again = found.next_at
    if again is None:
        again = np.full(batch.size, NONE, np.int64)
    return findings, np.where(applies & (again > now), again, NONE)


def hits_of(
    check: Check, batch: Batch, now: Instants, work: WorkingTime, applies: NDArray[np.bool_]
) -> Hits:
    """Give the same as columns; arguments as for :func:`look`."""
    builtin = check.builtin
    assert builtin is not None  # noqa: S101  # callers look with code: mypy cannot see it
    found = builtin.look(View(batch, now, {**builtin.settings, **check.settings}, work))
    mine = applies[found.cases]
    if mine.all():
        return found
    rows = np.flatnonzero(mine)
    return Hits(
        found.cases[rows],
        taken_of(found.evidence, rows),
        found.next_at,
        taken_of(found.carriers, rows),
        [found.parts[row] for row in rows.tolist()] if found.parts else (),
    )


def look_safely(
    check: Check, batch: Batch, now: Instants, work: WorkingTime, applies: NDArray[np.bool_]
) -> tuple[list[tuple[int, Finding]], Instants, str]:
    """Do the same where the code may fail, as that of other packages may.

    It then looks at the cases of the batch one by one and finds nothing in those in which it fails;
    why is given last, "" where all is well.
    """
    try:
        return *look(check, batch, now, work, applies), ""
    except Exception as error:  # whatever it is, it must not stop the other rules
        fault = f"{type(error).__name__}: {error}"
    findings: list[tuple[int, Finding]] = []
    again = np.full(batch.size, NONE, np.int64)
    for i, case in enumerate(batch.cases if batch.size > 1 else ()):
        alone = slice(i, i + 1)
        found, again[alone], failed = look_safely(
            check, Batch.of([case]), now[alone], work, applies[alone]
        )
        findings += [(i, finding) for _, finding in found]
        fault = f"{case.key}: {failed}" if failed else fault
    return findings, again, fault


def _finding(
    check: Check,
    now: int,
    evidence: Mapping[str, Fact],
    carrier: Mapping[str, Fact] = MappingProxyType({}),
    part: str = "",
) -> Finding:
    return Finding(
        *(check.id, check.version, check.level, check.rank, now, None, check.law),
        *(evidence, carrier, part),
    )


def fact_of(name: str, value: object) -> Fact:
    """Give a value of a column of evidence as a fact; ``NONE`` is no moment, NaN no number."""
    if isinstance(value, np.generic):
        value = value.item()
    if is_moment(name) and value == NONE:
        return None
    return value if isinstance(value, str | int | float | bool) else None
