"""Which cases belong to the period of an audit."""

from __future__ import annotations

import pytest

from monitor.audit.job import Job
from rules.batches import Batch
from rules.cases import Case
from rules.rulebook import RuleBook
from tests.support.moments import at

SINCE, UNTIL = at("2026-03-01 00:00"), at("2026-04-01 00:00")
JOB = Job(RuleBook((), {}), SINCE, UNTIL, UNTIL, past=True)


@pytest.mark.parametrize(
    ("moments", "belongs"),
    [
        ({"accepted_at": "2026-03-31 23:59"}, True),
        ({"accepted_at": "2026-04-01 00:00"}, False),
        ({"submitted_at": "2026-03-20 10:00", "accepted_at": "2026-04-02 10:00"}, False),
        ({"submitted_at": "2026-03-20 10:00"}, True),
        ({"accepted_at": "2026-02-01 10:00", "closed_at": "2026-02-28 23:59"}, False),
        ({"accepted_at": "2026-02-01 10:00", "closed_at": "2026-03-01 00:00"}, True),
        # Queries, tickets and information reports are neither submitted nor accepted.
        ({"asked_at": "2026-03-20 10:00"}, True),
        ({"asked_at": "2026-04-20 10:00"}, False),
        ({"ticket_at": "2026-03-20 10:00"}, True),
        ({"report_due": "2026-03-20 10:00"}, True),
        # What tells of its closing alone, or of nothing, is not passed over.
        ({"closed_at": "2026-03-20 10:00"}, True),
        ({"closed_at": "2026-02-20 10:00"}, False),
        ({}, True),
    ],
)
def test_a_case_belongs_to_the_period_that_it_was_under_way_in(
    moments: dict[str, str], belongs: bool
) -> None:
    case = Case("hall", "1", {name: at(text) for name, text in moments.items()})
    assert JOB.chosen(Batch.of([case])).tolist() == [belongs]
