"""What calls itself open counts the same cases everywhere, on both databases."""

from __future__ import annotations

from monitor.store import board, case_list, cases, digests, loads, rankings
from monitor.store.case_choice import CaseState, Choice
from monitor.store.rankings import By, Within
from monitor.store.scope import Scope
from monitor.store.store import Store
from rules.instants import DAY
from tests.support.stores import NOW, case_id, checked, read_case

DUE = NOW - DAY


def fill(store: Store) -> None:
    """Have of 990102 two open cases, one closed with a card, one closed and one that is gone."""
    here = {"region": "990102", "department": "ZJ", "handler": "li"}
    with store.write() as connection:
        read = [
            read_case("OPEN", **here),
            read_case("LIT", **here),
            read_case("CLOSED-LIT", closed_at=NOW, **here),
            read_case("CLOSED", closed_at=NOW, **here),
            read_case("GONE", **here),
        ]
        cases.put(connection, "hall", read, NOW)
        found = [
            checked(
                case_id(connection, one.key),
                due_at=DUE,
                level="red" if "LIT" in one.key else None,
                rank=2 if "LIT" in one.key else None,
            )
            for one in read
        ]
        cases.record_checks(connection, found)
        cases.mark_vanished(connection, "hall", ["GONE"], NOW)


def test_an_open_case_is_in_its_source_and_not_closed_whoever_counts(store: Store) -> None:
    fill(store)
    with store.read() as connection:
        listed = Choice(states=(CaseState.OPEN,))
        alike = board.cases(connection, (NOW, NOW + DAY))
        assert case_list.count(connection, listed, Scope(), 99) == 2
        assert sum(one.number for one in alike if not one.closed) == 2
        assert [one.count for one in digests.open_cases(connection, DUE, NOW)] == [2]
        assert loads.load_of(connection, "li", None, NOW) == loads.Load(2, 2)
        late = rankings.overdue(connection, By.REGION, Within(Scope()), NOW)
        assert [tuple(one) for one in late] == [("990102", 2)]
        overdue = Choice(overdue=NOW)
        assert case_list.count(connection, overdue, Scope(), 99) == 2
