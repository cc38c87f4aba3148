from __future__ import annotations

from typing import Any

import pytest

from monitor.store import case_list, cases, sources
from monitor.store.case_list import Filter
from monitor.store.store import Store
from rules.cases import Part, PartKind
from rules.instants import DAY
from tests.support.stores import NOW, case_id, checked, put_cases, read_case


@pytest.mark.parametrize("text", ["A", "NO-A"])
def test_a_case_is_found_by_key_or_number_with_its_parts(store: Store, text: str) -> None:
    pause = Part(PartKind.PAUSE, "P-1", NOW)
    with store.write() as connection:
        sources.ensure(connection, ["hall"], NOW)
        cases.put(connection, "hall", [read_case("A", pause), read_case("B")], NOW)
        [row] = case_list.find(connection, text)
    assert (row.case.key, row.case.parts, row.first_seen_at) == ("A", (pause,), NOW)


def test_a_number_may_be_that_of_cases_of_several_sources(store: Store) -> None:
    with store.write() as connection:
        sources.ensure(connection, ["hall", "other"], NOW)
        put_cases(connection, "A", source="hall")
        put_cases(connection, "A", source="other")
        found = [row.case.source for row in case_list.find(connection, "A")]
        assert case_list.find(connection, "X") == []
    assert found == ["hall", "other"]


@pytest.mark.parametrize(
    ("chosen", "keys"),
    [
        (Filter(), ["soon", "later", "never"]),
        (Filter(live=False), ["closed", "soon", "later", "never"]),
        (Filter(source="other"), []),
        (Filter(level="red"), ["soon"]),
        (Filter(state="overdue"), ["soon"]),
        (Filter(region="450300"), ["later"]),
        (Filter(department="住建局"), ["later"]),
        (Filter(item_code="I-9"), ["never"]),
        (Filter(handler="李阳"), ["never"]),
        (Filter(due_by=NOW + DAY), ["soon"]),
        (Filter(handler="李阳", region="450300"), []),
        (Filter(text="no-so"), ["soon"]),
        (Filter(text="%"), []),
    ],
)
def test_a_list_holds_the_chosen_by_due_moment(
    store: Store, chosen: Filter, keys: list[str]
) -> None:
    results: dict[str, dict[str, Any]] = {
        "later": {"due_at": NOW + 2 * DAY},
        "soon": {"due_at": NOW + DAY, "level": "red", "rank": 2, "state": "overdue"},
        "never": {},
        "closed": {"due_at": NOW},
    }
    with store.write() as connection:
        read = [
            read_case("later", region="450300", department="住建局"),
            read_case("soon"),
            read_case("never", item_code="I-9", handler="李阳"),
            read_case("closed", closed_at=NOW),
        ]
        cases.put(connection, "hall", read, NOW)
        cases.record_checks(
            connection, [checked(case_id(connection, key), **r) for key, r in results.items()]
        )
        found = case_list.listing(connection, chosen, 10)
        first = case_list.listing(connection, chosen, 1)
    assert [row.case.key for row in found] == keys
    assert [row.case.key for row in first] == keys[:1]
