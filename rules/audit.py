"""Audits: what every limit and check finds in a batch of cases, as columns and counters.

The unit of work of an inspection, here or on a cluster: pure, and its results can be put together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules.assessment import applies, timed
from rules.batches import Batch
from rules.cases import Fact
from rules.checks import Check, compiled, fact_of, hits_of, look_safely
from rules.columns import Coded
from rules.compliance.check import Hits, taken_of
from rules.findings import Finding
from rules.instants import NONE, Instants
from rules.limit_results import LimitResult
from rules.region_calendars import by_calendar
from rules.rulebook import RuleBook
from rules.worktime import working_time

TOLD = ("no", "item_code", "region", "department")
"""The facts that each single finding is told with."""

NOWHERE = ""
"""The stratum of cases that lack the fact by which cases are grouped."""

Columns = Mapping[str, Sequence[Fact] | NDArray[np.generic]]


@dataclass(frozen=True, slots=True)
class Count:
    """What is counted: cases of a ``stratum`` in which ``rule`` found something at ``level``.

    ``late``: a limit was met too late, and ``level`` is what the case had come to by then ("":
    none). Otherwise the level stands.
    """

    stratum: str
    rule: str
    level: str
    late: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What one rule found in a batch, in ``k`` cases.

    ``cases`` (int64, k) are their indexes, each once or, where it looks at parts, once a part.
    ``levels`` (object, k) are the names of the levels; ``evidence`` has the ``k`` values of each
    fact it was found on, moments as instants. ``late`` is as in :class:`Count`. ``about`` are the
    facts of :data:`TOLD` and ``key``, likewise.
    """

    rule: str
    version: str
    cases: NDArray[np.int64]
    levels: NDArray[np.object_]
    late: bool
    evidence: Columns
    about: Columns = field(default_factory=dict)

    def rows(self) -> Iterator[tuple[str, dict[str, Fact], dict[str, Fact]]]:
        """Give for each case its level, what names it, and the evidence."""
        for index, level in enumerate(self.levels.tolist()):
            yield level, _row(self.about, index), _row(self.evidence, index)


@dataclass(frozen=True)
class BatchResult:
    """What was found in a batch, or in several put together.

    ``cases`` and ``wrong`` count by stratum the cases and those in which anything was found,
    ``counts`` them by rule and level. ``rejected`` counts the rows that could not be understood.
    ``unknown`` counts the cases whose item has no edition in the catalogue for them. ``faults``
    tells of each rule that could not be worked out for some case why.
    """

    source: str = ""
    cases: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    counts: Counter[Count] = field(default_factory=Counter)
    found: tuple[Found, ...] = ()
    rejected: int = 0
    faults: Mapping[str, str] = field(default_factory=dict)
    unknown: int = 0

    def plus(self, other: BatchResult) -> BatchResult:
        """Put the counters of two results together; single findings are left out."""
        return BatchResult(
            "",
            self.cases + other.cases,
            self.wrong + other.wrong,
            self.counts + other.counts,
            (),
            self.rejected + other.rejected,
            {**other.faults, **self.faults},
            self.unknown + other.unknown,
        )


def inspect(
    book: RuleBook, batch: Batch, now: Instants, by: str = "", *, single: bool = True
) -> BatchResult:
    """Inspect a batch of ``n`` cases with every limit and check of a rule book.

    Args:
        book: the rules.
        batch: the cases.
        now: the moment of each case (int64, n).
        by: the fact whose values are the strata; "": all are one.
        single: whether the single findings are given besides what is counted.
    """
    strata = _strata(batch, by)
    results, faults = timed(book, batch, now)
    found = [one for result in results for one in _of_limit(result)]
    for check in book.checks:
        one, faults[check.id] = _of_check(book, check, batch, now)
        found.append(one)
    wrong = np.zeros(batch.size, dtype=bool)
    counts: Counter[Count] = Counter()
    for one in found:
        wrong[one.cases] = True
        counts += _counted(one, strata)
    return BatchResult(
        batch.source,
        _by_stratum(strata, strata.codes),
        _by_stratum(strata, strata.codes[wrong]),
        counts,
        tuple(_told(one, batch) for one in found if len(one.cases)) if single else (),
        0,
        {rule: fault for rule, fault in faults.items() if fault},
    )


def _strata(batch: Batch, by: str) -> Coded:
    if not by:
        return Coded(np.zeros(batch.size, np.int64), (NOWHERE,))
    return batch.coded(by)


def _by_stratum(strata: Coded, codes: NDArray[np.int64]) -> Counter[str]:
    counted = np.bincount(codes, minlength=len(strata.values)).tolist()
    total: Counter[str] = Counter()
    for value, count in zip(strata.values, counted, strict=True):
        if count:
            total[stratum_of(value)] += count
    return total


def stratum_of(value: Fact) -> str:
    """Give the name of the stratum of a value."""
    return NOWHERE if value is None else str(value)


def _counted(found: Found, strata: Coded) -> Counter[Count]:
    """Count the cases by stratum and level."""
    total: Counter[Count] = Counter()
    for level in dict.fromkeys(found.levels.tolist()):
        here = strata.codes[np.unique(found.cases[found.levels == level])]
        for stratum, count in _by_stratum(strata, here).items():
            total[Count(stratum, found.rule, level, found.late)] += count
    return total


def _of_limit(result: LimitResult) -> Iterator[Found]:
    """Give the cases with a level that stands, and those that met the end too late."""
    limit, course = result.limit, result.course
    names = np.array([*(one.name for one in limit.levels), ""], dtype=object)
    missed = result.applies & (course.due != NONE) & (course.until > course.due)
    missed &= course.start != NONE
    for late, mine, level in (
        (False, result.level >= 0, result.level),
        (True, missed, result.closed_at_level),
    ):
        cases = np.flatnonzero(mine)
        evidence: dict[str, NDArray[np.generic]] = {
            "start_at": course.start[cases],
            "due_at": course.due[cases],
            "unit": np.full(len(cases), limit.allow.told_in.value, dtype=object),
        }
        if limit.by_region:
            evidence["calendar"] = np.full(len(cases), limit.calendar, dtype=object)
        if late:
            evidence["until_at"] = course.until[cases]
        yield Found(limit.id, limit.version, cases, names[level[cases]], late, evidence)


def _of_check(book: RuleBook, check: Check, batch: Batch, now: Instants) -> tuple[Found, str]:
    mine, unclear = applies(check.when, batch, now)
    if check.builtin is None:
        cases = np.flatnonzero(mine)
        facts = {name: batch.column(name, cases) for name in compiled(check.when).facts}
        return _of_hits(check, Hits(cases, facts)), unclear
    calendars = by_calendar(batch, book.default_calendar, book.by_region)
    works = [(working_time(book.calendars[name]), mine & there) for name, there in calendars]
    if len(works) == 1:
        with suppress(Exception):  # code of other packages: look at its cases one by one
            return _of_hits(check, hits_of(check, batch, now, *works[0])), unclear
    findings: list[tuple[int, Finding]] = []
    failed = ""
    for work, there in works:
        found, _, fault = look_safely(check, batch, now, work, there)
        findings, failed = [*findings, *found], failed or fault
    findings.sort(key=lambda pair: pair[0])
    cases = np.array([case for case, _ in findings], np.int64)
    names = dict.fromkeys(name for _, one in findings for name in one.evidence)
    evidence = {name: [one.evidence.get(name) for _, one in findings] for name in names}
    return _of_hits(check, Hits(cases, evidence)), failed or unclear


def _of_hits(check: Check, hits: Hits) -> Found:
    levels = np.full(len(hits.cases), check.level, dtype=object)
    return Found(check.id, check.version, hits.cases, levels, False, hits.evidence)


def _told(found: Found, batch: Batch) -> Found:
    keys = [batch.keys[case] for case in found.cases.tolist()] if batch.keys else []
    about: dict[str, Any] = {"key": keys} if keys else {}
    about |= {name: batch.column(name, found.cases) for name in TOLD if batch.tells(name)}
    evidence = taken_of(found.evidence, np.arange(len(found.cases)))
    return Found(found.rule, found.version, found.cases, found.levels, found.late, evidence, about)


def _row(columns: Columns, index: int) -> dict[str, Fact]:
    return {name: fact_of(name, values[index]) for name, values in columns.items()}
