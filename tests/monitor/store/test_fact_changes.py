from __future__ import annotations

import pytest
from sqlalchemy import func, select

from monitor.store import alerts, cases, fact_changes, tables
from monitor.store.store import Store
from rules.cases import Part, PartKind
from rules.findings import Reason
from rules.history import FactChange
from rules.instants import DAY, HOUR
from tests.support.stores import NOW, case_id, new_alert, read_case

LATER = NOW + DAY
PAUSE = Part(PartKind.PAUSE, "P-1", NOW, None, {"kind": "补正"})


def change(store: Store, before: object, after: object, **given: object) -> list[FactChange]:
    """Put a case as it was before and as it is after, and give what is kept of that."""
    with store.write() as connection:
        cases.put(connection, "hall", [before], NOW)  # type: ignore[list-item]
        cases.put(connection, "hall", [after], LATER, **given)  # type: ignore[list-item,arg-type]
        return fact_changes.changes_of(connection, case_id(connection, "C-1"))


def test_a_changed_fact_is_kept_with_what_it_was_and_when_it_was_seen(store: Store) -> None:
    before = read_case(closed_at=None, fee_paid=10.0, title="消防")
    after = read_case(digest="d2", closed_at=NOW + HOUR, fee_paid=10.0, title="人防")
    assert change(store, before, after, read_at=NOW + HOUR) == [
        FactChange("closed_at", None, NOW + HOUR, LATER, NOW + HOUR),
        FactChange("title", "消防", "人防", LATER, NOW + HOUR),
    ]


def test_a_new_case_has_no_changes(store: Store) -> None:
    with store.write() as connection:
        cases.put(connection, "hall", [read_case()], NOW)
        assert fact_changes.since(connection, 0, 10) == []


def test_a_fact_that_was_not_mapped_before_was_not_changed(store: Store) -> None:
    assert change(store, read_case(), read_case(digest="d2", window="3")) == []


def test_a_fact_that_is_read_in_another_way_was_not_changed_by_the_source(store: Store) -> None:
    before, after = read_case(step="1"), read_case("C-1", PAUSE, digest="d2", step="审查")
    assert change(store, before, after, remapped={"step", "pauses"}) == []


def test_changes_of_parts_are_kept(store: Store) -> None:
    ended = Part(PartKind.PAUSE, "P-1", NOW, NOW + HOUR, {"kind": "听证"})
    before, after = read_case("C-1", PAUSE), read_case("C-1", ended, digest="d2")
    assert [(one.name, one.before, one.after) for one in change(store, before, after)] == [
        ("pauses[P-1].ended_at", None, NOW + HOUR),
        ("pauses[P-1].kind", "补正", "听证"),
    ]


def test_a_part_that_was_removed_is_kept_whole(store: Store) -> None:
    ended = Part(PartKind.PAUSE, "P-1", NOW, NOW + HOUR, {"kind": "听证", "reason": None})
    before, after = read_case("C-1", ended), read_case("C-1", digest="d2")
    assert [(one.name, one.before, one.after) for one in change(store, before, after)] == [
        ("pauses[P-1]", NOW, None),
        ("pauses[P-1].ended_at", NOW + HOUR, None),
        ("pauses[P-1].kind", "听证", None),
    ]


def test_a_case_that_vanishes_and_comes_back_tells_of_both(store: Store) -> None:
    with store.write() as connection:
        cases.put(connection, "hall", [read_case()], NOW)
        cases.mark_vanished(connection, "hall", ["C-1"], NOW + HOUR)
        cases.mark_vanished(connection, "hall", ["C-1"], NOW + 2 * HOUR)
        cases.put(connection, "hall", [read_case(digest="d2", accepted_at=NOW + 1)], LATER)
        found = fact_changes.changes_of(connection, case_id(connection, "C-1"))
    assert found == [
        FactChange("vanished_at", None, NOW + HOUR, NOW + HOUR),
        FactChange("accepted_at", NOW, NOW + 1, LATER),
        FactChange("vanished_at", NOW + HOUR, None, LATER),
    ]


@pytest.mark.parametrize(
    ("given", "carded_at"),
    [
        ({"opened_at": NOW + HOUR}, NOW + HOUR),
        ({"opened_at": NOW + HOUR, "reason": Reason.FOUND}, None),
        ({"opened_at": NOW + HOUR, "shadow": True}, None),
    ],
    ids=["card of a limit", "finding of a check", "card on trial"],
)
def test_a_change_knows_when_a_card_was_last_raised(
    store: Store, given: dict[str, object], carded_at: int | None
) -> None:
    with store.write() as connection:
        cases.put(connection, "hall", [read_case("C-1"), read_case("C-2")], NOW)
        alerts.open_alerts(connection, [new_alert(case_id(connection, "C-1"), **given)])
        read = [read_case(key, digest="d2", accepted_at=NOW + 1) for key in ("C-1", "C-2")]
        cases.put(connection, "hall", read, LATER)
        found = [one.change.carded_at for one in fact_changes.since(connection, 0, 10)]
    assert found == [carded_at, None]


def test_long_texts_are_cut(store: Store) -> None:
    [kept] = change(store, read_case(note="长" * 600), read_case(digest="d2", note="短\0"))
    assert (kept.before, kept.after) == ("长" * 500, "短\0")


def test_changes_are_paged_by_id_and_come_with_their_case(store: Store) -> None:
    with store.write() as connection:
        for seen in range(3):
            read = [read_case(key, digest=f"d{seen}", fee_paid=float(seen)) for key in "AB"]
            cases.put(connection, "hall", read, NOW + seen)
        first = fact_changes.since(connection, 0, 3)
        rest = fact_changes.since(connection, first[-1].id, 3)
        ids = [case_id(connection, key) for key in "AB"]
    assert [(one.case_id, one.change.after) for one in first + rest] == [
        (ids[0], 1.0),
        (ids[1], 1.0),
        (ids[0], 2.0),
        (ids[1], 2.0),
    ]


def test_cases_come_with_their_changes_where_they_are_asked_for(store: Store) -> None:
    kept = change(store, read_case(), read_case(digest="d2", accepted_at=NOW + 1))
    with store.read() as connection:
        [plain] = cases.claim_due(connection, LATER, 10)
        [told] = cases.claim_due(connection, LATER, 10, changes=True)
    assert (plain.case.changes, told.case.changes) == ((), tuple(kept))


def test_parts_that_are_as_before_are_not_written_again(store: Store) -> None:
    with store.write() as connection:
        cases.put(connection, "hall", [read_case("C-1", PAUSE)], NOW)
        before = connection.scalar(select(func.max(tables.parts.c.id)))
        cases.put(connection, "hall", [read_case("C-1", PAUSE, digest="d2", fee_paid=1.0)], NOW)
        assert connection.scalar(select(func.max(tables.parts.c.id))) == before


def test_parts_that_are_added_come_behind_those_that_were_there(store: Store) -> None:
    step = Part(PartKind.STEP, "S-1", NOW, None, {"name": "审查"})
    with store.write() as connection:
        cases.put(connection, "hall", [read_case("C-1", PAUSE)], NOW)
        cases.put(connection, "hall", [read_case("C-1", PAUSE, step, digest="d2")], NOW)
        [row] = cases.claim_due(connection, NOW, 10)
    assert row.case.parts == (PAUSE, step)
