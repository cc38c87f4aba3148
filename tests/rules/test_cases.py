from __future__ import annotations

import math

from rules.batches import Batch
from rules.cases import Case, Fact, Part, PartKind, known_at
from rules.instants import NEVER, NONE


def case(*parts: Part, **facts: Fact) -> Case:
    return Case("hall", "1", facts, parts)


def pause(begin: int | None, end: int | None = None) -> Part:
    return Part(PartKind.PAUSE, "p", begin, end, {"kind": "hearing"})


def test_what_is_dated_later_has_not_happened() -> None:
    known = known_at(case(accepted_at=5, closed_at=20, promised_due=90, no="A"), 10)
    assert known.facts == {"accepted_at": 5, "closed_at": None, "promised_due": 90, "no": "A"}


def test_what_is_dated_now_has_happened() -> None:
    assert known_at(case(accepted_at=10), 10).facts["accepted_at"] == 10


def test_parts_that_start_later_are_left_out_and_those_that_end_later_are_open() -> None:
    parts = (pause(1, 3), pause(5, 20), pause(11, 12), pause(None, None))
    known = known_at(case(*parts), 10)
    assert [(p.started_at, p.ended_at) for p in known.parts] == [(1, 3), (5, None), (None, None)]


def test_a_batch_has_the_facts_of_its_cases_in_their_order() -> None:
    batch = Batch.of([case(accepted_at=5, fee_paid=2), case(no="B"), case(accepted_at=7)])
    assert batch.moments("accepted_at").tolist() == [5, NONE, 7]
    fees = batch.numbers("fee_paid").tolist()
    assert fees[0] == 2
    assert math.isnan(fees[1])
    assert batch.texts("no").tolist() == [None, "B", None]
    assert batch.moments("closed_at").tolist() == [NONE] * 3


def test_a_batch_has_the_parts_of_its_cases_in_case_order() -> None:
    granted = Part(PartKind.EXTENSION, "e", 4, facts={"amount": 3, "unit": "months"})
    batch = Batch.of([case(pause(1, 2), granted, pause(6)), case(), case(pause(None))])
    pauses = batch.parts(PartKind.PAUSE)
    assert pauses.offsets.tolist() == [0, 2, 2, 3]
    assert pauses.owners.tolist() == [0, 0, 2]
    assert pauses.started.tolist() == [1, 6, NONE]
    assert pauses.ended.tolist() == [2, NEVER, NEVER]
    extensions = batch.parts(PartKind.EXTENSION)
    assert (extensions.amounts.tolist(), extensions.units.tolist()) == ([3.0], ["months"])
    assert batch.parts(PartKind.STEP).rows == ()
