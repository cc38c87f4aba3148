from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from monitor.store import alerts, case_choice, case_list, cases, migrations, sources
from monitor.store.case_choice import CaseState, Choice
from monitor.store.case_list import Filter, Sort
from monitor.store.scope import Scope
from monitor.store.store import Store
from rules.cases import Part, PartKind
from rules.instants import DAY
from tests.monitor.store.test_plans import plans
from tests.support.stores import NOW, case_id, checked, new_alert, put_cases, read_case


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


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("NO-A-0173", ["A-0173"]),
        ("A-0173", ["A-0173"]),
        ("NO-A", ["A-0173", "A-0174"]),
        ("no-a", ["A-0173", "A-0174"]),
        ("0173", ["A-0173", "B-0173"]),
        ("-0173", ["A-0173", "B-0173"]),
        ("173", None),
        ("NO-%", None),
        ("NO_A", None),
        ("X", None),
    ],
)
def test_a_number_is_found_whole_and_by_its_beginning_or_end(
    store: Store, text: str, keys: list[str] | None
) -> None:
    with store.write() as connection:
        put_cases(connection, "A-0173", "A-0174", "B-0173")
        found = case_choice.search(connection, text)
        assert (found is None) is (keys is None)
        if keys is not None:
            rows = case_list.page(connection, Choice(found=found), Scope(), Sort.DUE, 0, 10)
            assert [row.case.key for row in rows] == keys


def test_what_very_many_numbers_begin_with_is_found_as_well(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_choice, "_FEW", 2)
    with store.write() as connection:
        put_cases(connection, "A-1", "A-2", "A-3", "B-1")
        found = case_choice.search(connection, "NO-A")
        assert case_list.count(connection, Choice(found=found), Scope(), 10) == 3


@pytest.mark.parametrize("sort", [*Sort])
@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pages_of_any_size_hold_every_case_once_and_in_order(
    store: Store, sort: Sort, size: int
) -> None:
    due = {"A": NOW, "B": NOW + DAY, "C": NOW, "D": None, "E": None, "F": NOW}
    level = {"B": ("red", 2), "D": ("yellow", 1), "F": ("red", 2)}
    with store.write() as connection:
        put_cases(connection, *due)
        for key, at in due.items():
            name, rank = level.get(key, (None, None))
            found = checked(case_id(connection, key), due_at=at, level=name, rank=rank)
            cases.record_checks(connection, [found])
        everything = (connection, Choice(), Scope(), sort)
        whole = [row.case.key for row in case_list.page(*everything, 0, 100)]
        paged = [
            row.case.key
            for first in range(0, 7, size)
            for row in case_list.page(*everything, first, size)
        ]
    orders = {
        Sort.DUE: "ACFBDE",
        Sort.DUE_LAST: "BFCADE",
        Sort.GRAVEST: "FBDACE",
        Sort.MILDEST: "DFBACE",
        Sort.NEWEST: "FEDCBA",
    }
    assert whole == list(orders.get(sort, "ABCDEF"))
    assert paged == whole


def test_cases_are_counted_no_further_than_wanted(store: Store) -> None:
    with store.write() as connection:
        put_cases(connection, "A", "B", "C")
        counted = [case_list.count(connection, Choice(), Scope(), most) for most in (2, 3, 4)]
    assert counted == [2, 3, 3]


def test_items_are_called_as_one_of_their_live_cases_calls_them(store: Store) -> None:
    with store.write() as connection:
        read = [
            read_case("A", item_code="I-1", item_name="一"),
            read_case("B", item_code="I-2", item_name="二"),
            read_case("C", item_code="I-2", item_name="二"),
            read_case("D", item_code="I-3"),
            read_case("E", item_code="I-4", item_name="四", closed_at=NOW),
            read_case("F"),
        ]
        cases.put(connection, "hall", read, NOW)
        assert case_choice.item_names(connection) == {"I-1": "一", "I-2": "二"}


PLANS: dict[str, tuple[Choice, Sort, str]] = {
    "all": (Choice(), Sort.DUE, "ix_cases_live_due_at"),
    "latest": (Choice(), Sort.DUE_LAST, "ix_cases_live_due_at"),
    "region": (Choice(regions=("R",)), Sort.DUE, "ix_cases_live_region"),
    "department": (Choice(departments=("D",)), Sort.DUE, "ix_cases_live_department"),
    "both": (Choice(regions=("R",), departments=("D",)), Sort.DUE, "ix_cases_live_place"),
    "item": (Choice(items=("I",)), Sort.DUE, "ix_cases_live_item_code"),
    "item of a region": (Choice(items=("I",), regions=("R",)), Sort.DUE, "ix_cases_live_item_code"),
    "handler": (Choice(handlers=("H",)), Sort.DUE, "ix_cases_live_handler"),
    "red": (Choice(lamps=("red",)), Sort.DUE, "ix_cases_live_level"),
    "red of a region": (Choice(lamps=("red",), regions=("R",)), Sort.DUE, "ix_cases_live_level"),
    "without a card": (Choice(lamps=("ok",)), Sort.DUE, "ix_cases_live_due_at"),
    "paused": (Choice(lamps=("paused",)), Sort.DUE, "ix_cases_paused"),
    "a day": (Choice(due=(NOW, NOW + DAY)), Sort.DUE, "ix_cases_live_due_at"),
    "of a source": (Choice(sources=("hall",)), Sort.DUE, "ix_cases_live_due_at"),
    "closed": (Choice(states=(CaseState.CLOSED,)), Sort.CLOSED_LAST, "ix_cases_closed_at"),
}


@pytest.mark.parametrize("name", PLANS)
def test_a_list_is_read_along_an_index(name: str, tmp_path: Path) -> None:
    chosen, sort, index = PLANS[name]
    with Store.open(f"sqlite:///{tmp_path / 'store.db'}") as store:
        migrations.upgrade(store.engine)
        with store.read() as connection, plans(connection) as seen:
            case_list.page(connection, chosen, Scope(), sort, 0, 50)
    used = {step.split(" INDEX ")[1].split()[0] for step in seen if " INDEX " in step}
    # Which cases other places answer for is looked up before, in the open cards of such places.
    assert {one for one in used if "_alerts_" not in one} == {index}
    if name != "paused":  # they are few, and sorted
        assert not [step for step in seen if "ORDER BY" in step]


@pytest.mark.parametrize("sort", [Sort.DUE, Sort.GRAVEST])
def test_a_list_with_cases_of_other_places_is_read_in_its_order(tmp_path: Path, sort: Sort) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'store.db'}") as store:
        migrations.upgrade(store.engine)
        with store.write() as connection:
            [case] = put_cases(connection, "A")
            card = new_alert(case, carrier={"department": "XF"}, elsewhere=True)
            alerts.open_alerts(connection, [card])
        chosen = Choice(departments=("XF",))
        with store.read() as connection, plans(connection) as seen:
            rows = case_list.page(connection, chosen, Scope(), sort, 0, 50)
        assert [row.case.key for row in rows] == ["A"]
        assert not [step for step in seen if step.startswith("SCAN alerts")]
        assert not [step for step in seen if "ORDER BY" in step and sort is Sort.DUE]


def test_numbers_are_looked_up_in_indexes(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'store.db'}") as store:
        migrations.upgrade(store.engine)
        with store.read() as connection, plans(connection) as seen:
            case_choice.search(connection, "NO-0173")
    assert [step for step in seen if step.startswith("SCAN")] == []
    assert [step for step in seen if "ix_cases_tail" in step]
