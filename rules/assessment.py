"""The whole check of a batch of cases: every limit and check, what stands, and what is due next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import product

import numpy as np
from numpy.typing import NDArray

from rules.allowances import by_allowance
from rules.batches import Batch
from rules.checks import Check, compiled, find, look_safely
from rules.columns import Coded
from rules.courses import course, in_force, steps_of
from rules.findings import Finding
from rules.instants import HOUR, NEVER, NONE, Instants, is_moment
from rules.limit_results import LimitResult, found_by, late_ends, stand
from rules.region_calendars import by_calendar
from rules.rulebook import RuleBook
from rules.worktime import working_time

_MOST_COMBINATIONS = 2**62


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a rule book says of a batch of ``n`` cases at ``now``.

    ``next_check_at`` (int64, n) is the first moment at which another level is reached if nothing
    else changes, ``NONE`` where there is none. ``faults`` maps the id of a limit or check that
    could not be worked out for some case to the reason; it finds nothing there.
    """

    size: int
    limits: tuple[LimitResult, ...]
    checked: Mapping[int, tuple[Finding, ...]]
    next_check_at: Instants
    faults: Mapping[str, str]

    def findings(self) -> list[tuple[Finding, ...]]:
        """Give for each case what should stand, limits first, in the order of the rule book."""
        found: list[list[Finding]] = [[] for _ in range(self.size)]
        for result in self.limits:
            for at, finding in found_by(result):
                found[at].append(finding)
        for at, findings in self.checked.items():
            found[at].extend(findings)
        return [tuple(one) for one in found]

    def late_ends(self) -> list[tuple[Finding, ...]]:
        """Return for each case what its limits that ended too late had come to by their end."""
        found: list[list[Finding]] = [[] for _ in range(self.size)]
        for result in self.limits:
            for at, finding in late_ends(result):
                found[at].append(finding)
        return [tuple(one) for one in found]


def assess(book: RuleBook, batch: Batch, now: Instants) -> Assessment:
    """Check a batch of ``n`` cases under a rule book, each at its own moment ``now`` (n)."""
    results, faults = timed(book, batch, now)
    next_check = np.full(batch.size, NEVER, np.int64)
    for result in results:
        next_check = _earlier(next_check, result.next_at)
    checked: dict[int, tuple[Finding, ...]] = {}
    for check in book.checks:
        found, again, faults[check.id] = _checked(book, check, batch, now)
        next_check = _earlier(next_check, again)
        for i, finding in found:
            checked[i] = (*checked.get(i, ()), finding)
    return Assessment(
        batch.size,
        tuple(results),
        checked,
        np.where(next_check == NEVER, NONE, next_check),
        {rule: fault for rule, fault in faults.items() if fault},
    )


def timed(book: RuleBook, batch: Batch, now: Instants) -> tuple[list[LimitResult], dict[str, str]]:
    """Give how every limit stands over a batch, and why one could not be worked out, else ""."""
    results: list[LimitResult] = []
    dues: dict[str, Instants] = {}
    faults: dict[str, str] = {}
    for limit in book.limits:
        calendars = by_calendar(batch, limit.calendar, book.by_region if limit.by_region else None)
        mine, faults[limit.id] = applies(limit.when, batch, now)
        dues[limit.id] = np.full(batch.size, NONE, np.int64)
        for number, rows in enumerate(steps_of(limit, batch)):
            if number and rows is not None and not np.any(mine & (rows >= 0)):
                break  # nor is it for a case with more steps
            for allowed, (calendar, there) in product(by_allowance(limit, batch, rows), calendars):
                one = replace(allowed.limit, calendar=calendar)
                work = working_time(book.calendars[calendar])
                held = course(one, batch, work, dues, rows)
                its = mine & allowed.cases & there & in_force(one, batch, work, dues, rows)
                if one.each and rows is not None:
                    its &= rows >= 0
                if allowed.fault and its.any():
                    faults[limit.id] = faults[limit.id] or allowed.fault
                results.append(stand(one, held, its, now, batch, rows))
                dues[limit.id] = np.where(its, held.due, dues[limit.id])
    return results, faults


def _earlier(at: Instants, other: Instants) -> Instants:
    return np.minimum(at, np.where(other == NONE, NEVER, other))


def _checked(
    book: RuleBook, check: Check, batch: Batch, now: Instants
) -> tuple[list[tuple[int, Finding]], Instants, str]:
    """Give what a check finds in which case, when to look again (n), and why it failed, or ""."""
    if check.builtin:
        mine, unclear = applies(check.when, batch, now)
        again, failed = np.full(batch.size, NONE, np.int64), ""
        seen: list[tuple[int, Finding]] = []
        for calendar, there in by_calendar(batch, book.default_calendar, book.by_region):
            work = working_time(book.calendars[calendar])
            found, later, fault = look_safely(check, batch, now, work, mine & there)
            seen += found
            again, failed = np.where(there, later, again), failed or fault
        return seen, again, failed or unclear
    findings: list[tuple[int, Finding]] = []
    fault = ""
    for i, case in enumerate(batch.cases):
        try:
            finding = find(check, case, int(now[i]))
        except ValueError as error:
            fault = f"{case.key}: {error}"
            continue
        if finding is not None:
            findings.append((i, finding))
    # Time alone can change what it says, at moments that CEL does not tell.
    at_now = compiled(check.when).looks_at_now
    return findings, now + HOUR if at_now else np.full(batch.size, NONE, np.int64), fault


def applies(text: str, batch: Batch, now: Instants) -> tuple[NDArray[np.bool_], str]:
    """Tell for which cases (bool, n) a CEL condition holds; "" holds for all.

    A condition over facts alone is worked out once for each combination of their values. Where it
    cannot be worked out it does not hold; the second value says why for one such case, or "".
    """
    if not text:
        return np.ones(batch.size, dtype=bool), ""
    expression = compiled(text)
    fault = ""

    def answer(holds: Callable[[], bool]) -> bool:
        nonlocal fault
        try:
            return holds()
        except ValueError as error:
            fault = str(error)
            return False

    if not expression.facts_alone:
        names, kinds = expression.facts, expression.parts
        cases = (batch.case(index, names, kinds) for index in range(batch.size))
        by_case = zip(cases, now.tolist(), strict=True)
        held = [answer(partial(expression.holds, case, at)) for case, at in by_case]
        return np.array(held, dtype=bool), fault
    names = expression.facts
    there = expression.presence
    columns = [_presence(batch, name) if name in there else batch.coded(name) for name in names]
    combined, rows = _combinations(columns, batch.size)
    answers = [
        answer(
            partial(
                expression.holds_for,
                {
                    name: column.values[column.codes[row]]
                    for name, column in zip(names, columns, strict=True)
                },
            )
        )
        for row in rows.tolist()
    ]
    return np.array(answers, dtype=bool)[combined], fault


def _presence(batch: Batch, name: str) -> Coded:
    """Tell a fact as ``True`` where it is there, else ``None``: where no more is asked of it."""
    if is_moment(name):
        return Coded((batch.moments(name) != NONE).astype(np.int64), (None, True))
    coded = batch.coded(name)
    there = np.array([value is not None for value in coded.values], dtype=np.int64)
    return Coded(there[coded.codes], (None, True))


def _combinations(columns: list[Coded], size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Number the combinations of values that there are: that of each case (n), and one row each."""
    combined, count = np.zeros(size, np.int64), 1
    for column in columns:
        if count * len(column.values) > _MOST_COMBINATIONS:
            distinct, combined = np.unique(combined, return_inverse=True)
            count = len(distinct)
        combined = combined * len(column.values) + column.codes
        count *= len(column.values)
    if count > 4 * size:  # few of them can be there
        _, rows, numbers = np.unique(combined, return_index=True, return_inverse=True)
        return numbers, rows
    row_of = np.full(count, -1)
    row_of[combined] = np.arange(size)
    present = np.flatnonzero(row_of >= 0)
    number_of = np.zeros(count, np.int64)
    number_of[present] = np.arange(len(present))
    return number_of[combined], row_of[present]
