"""Call back: which applicants of a batch of checked cases are to be telephoned (电话回访)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from sqlalchemy import Connection

from config.facts import CALLED, RATING_CALLED
from monitor.pipeline.in_force import InForce
from monitor.store import call_backs
from monitor.store.call_backs import NewCallBack, Reason
from monitor.store.cases import DueCase
from rules.assessment import Assessment
from rules.cases import Case
from rules.offsets import within


def with_calls(connection: Connection, rules: InForce, due: Sequence[DueCase]) -> list[DueCase]:
    """Give cases with the fact ``applicant_called_at`` where the list says when he was called.

    What the source itself tells goes before.
    """
    if rules.settings.call_backs is None:
        return list(due)
    known = cases_with_calls(connection, rules, [one.case for one in due])
    return [replace(one, case=case) for one, case in zip(due, known, strict=True)]


def cases_with_calls(
    connection: Connection, rules: InForce, cases: Sequence[Case]
) -> Sequence[Case]:
    """Do the same for cases alone."""
    if rules.settings.call_backs is None:
        return cases
    called = call_backs.called_at(connection, [one.id for one in cases])
    return [_called(one, *called[one.id]) if one.id in called else one for one in cases]


def _called(case: Case, at: int, reason: str) -> Case:
    # A call about a bad rating tells of a late case as well.
    names = (CALLED, RATING_CALLED) if reason == Reason.BAD_RATING else (CALLED,)
    new = {name: at for name in names if case.facts.get(name) is None}
    return replace(case, facts={**case.facts, **new}) if new else case


def to_be_called(
    rules: InForce,
    assessment: Assessment,
    due: Sequence[DueCase],
    since: Mapping[str, int | None],
    now: int,
) -> list[NewCallBack]:
    """Return whom to put on the list of call-backs, if one is kept: one row a case.

    They are those whose case is overdue, or was closed late after it had been read while it was
    open, and those who rated a case badly. What was over before the supervision of its source
    began (``since``, by source) is no longer worth a call.
    """
    settings = rules.settings.call_backs
    if settings is None:
        return []
    wanted = settings.levels or rules.book.levels[1:]
    found: dict[int, tuple[int, Reason]] = {}
    for result in assessment.limits:
        if result.limit.shadow:
            continue
        for index in np.flatnonzero((result.level >= 0) | (result.closed_at_level >= 0)).tolist():
            still_open = bool(result.level[index] >= 0)
            one = due[index]
            if one.vanished_at is not None or not (still_open or one.seen_open):
                continue
            if not still_open and _before(one, int(result.course.until[index]), since):
                continue
            reached = result.level[index] if still_open else result.closed_at_level[index]
            level = result.limit.levels[reached]
            if level.name not in wanted:
                continue
            reason = Reason.UNFINISHED if still_open else Reason.LATE
            if index not in found or found[index][0] < level.rank:
                found[index] = (level.rank, reason)
    for index in _badly_rated(settings.bad_ratings, due, since):
        rank = found[index][0] if index in found else min(1, len(rules.book.levels) - 1)
        found[index] = (rank, Reason.BAD_RATING)
    by = within(settings.within, now, rules.order_terms.work) if found else now
    return [
        NewCallBack(due[index].case.id, reason, rules.book.levels[rank], by)
        for index, (rank, reason) in found.items()
    ]


def _badly_rated(
    ratings: Collection[str], due: Sequence[DueCase], since: Mapping[str, int | None]
) -> Iterator[int]:
    """Yield the cases with a bad rating that nobody has called about (国办发〔2019〕51号)."""
    for index, one in enumerate(due):
        facts = one.case.facts
        given, at = facts.get("rating"), facts.get("rated_at") or facts.get("closed_at")
        if given is None or str(given) not in ratings or one.vanished_at is not None:
            continue
        if facts.get(RATING_CALLED) is None and not _before(one, at, since):
            yield index


def _before(one: DueCase, at: object, since: Mapping[str, int | None]) -> bool:
    """Whether something happened to a case before the supervision of its source began."""
    begun = since.get(one.case.source)
    return begun is not None and isinstance(at, int) and at < begun
