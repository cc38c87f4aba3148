"""Every limit of a case, explained."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rules.assessment import assess
from rules.batches import Batch
from rules.cases import Case
from rules.explanation import DisagreementError, Explanation, explain
from rules.limits import Limit
from rules.rulebook import RuleBook
from rules.worktime import working_time

Explained = tuple[Limit, Explanation | DisagreementError]
"""A limit that is for a case, and how it is reckoned, or that this is in dispute."""


def explain_all(book: RuleBook, case: Case, now: int) -> list[Explained]:
    """Explain every limit that is for a case at the instant ``now``, in the order of the book.

    One for each step is explained for each, with the name of the step in its title.

    Raises:
        ValueError: a condition cannot be worked out for the case.
    """
    assessment = assess(book, Batch.of([case]), np.array([now], np.int64))
    explained: list[Explained] = []
    for result in assessment.limits:
        if not result.applies[0]:
            continue
        limit = result.limit
        work = working_time(book.calendars[limit.calendar])
        step = result.step_of(0) if limit.each else None
        if step is not None:
            limit = replace(limit, title=f"{limit.title}：{result.part_of(0)}")  # as in Chinese
        try:
            explained.append((limit, explain(limit, case, work, now, result.course, step)))
        except DisagreementError as error:
            explained.append((limit, error))
    return explained
