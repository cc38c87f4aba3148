from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select

from monitor.store import cases, items, tables
from monitor.store.items import CatalogueState, UnknownItem
from monitor.store.store import Store
from rules.catalogue import Catalogue
from tests.support.catalogue import item
from tests.support.stores import NOW, case_id, checked, read_case

ZONE = ZoneInfo("Asia/Shanghai")
CHANGE = date(2026, 12, 1)


def keep(store: Store, *editions: object, origin: str = "hall", now: int = NOW) -> None:
    new = Catalogue(editions, ZONE)  # type: ignore[arg-type]
    with store.write() as connection:
        items.lock(connection)
        items.replace(connection, new, new.codes, origin, now)


def test_what_is_kept_is_loaded_again(store: Store) -> None:
    kept = [
        item("A", until=CHANGE, name="施工许可", promised_days=10),
        item("A", since=CHANGE, name="施工许可", promised_days=2.5, online=True, note=None),
        item("B"),
    ]
    keep(store, *kept)
    with store.read() as connection:
        loaded = items.load(connection, ZONE)
    assert [one for code in loaded.codes for one in loaded.editions(code)] == kept


def test_a_store_without_a_catalogue_has_version_nought(store: Store) -> None:
    with store.read() as connection:
        assert items.state(connection) == CatalogueState()
        assert items.load(connection, ZONE).version == 0


def test_the_state_is_kept_and_its_version_is_the_catalogues(store: Store) -> None:
    state = CatalogueState(3, "digest", "settings", NOW)
    with store.write() as connection:
        items.put_state(connection, state)
    with store.read() as connection:
        assert items.state(connection) == state
        assert items.load(connection, ZONE).version == 3


def test_an_edition_that_only_ends_keeps_its_origin(store: Store) -> None:
    keep(store, item("A", promised_days=10), item("B"))
    keep(
        store,
        item("A", until=CHANGE, promised_days=10),
        item("A", since=CHANGE, promised_days=5),
        origin="items.csv",
        now=NOW + 1,
    )
    with store.read() as connection:
        found = [
            (one.item.code, one.item.valid_to, one.origin, one.imported_at)
            for one in items.editions(connection)
        ]
        assert len(items.editions(connection, "A")) == 2
    assert found == [
        ("A", CHANGE, "hall", NOW),
        ("A", None, "items.csv", NOW + 1),
        ("B", None, "hall", NOW),
    ]


def put(store: Store) -> None:
    """Put two live cases of A, a closed one, one of B and one that has vanished; none is due."""
    with store.write() as connection:
        read = [
            read_case("a1", item_code="A", item_name="施工许可"),
            read_case("a2", item_code="A"),
            read_case("closed", item_code="A", closed_at=NOW),
            read_case("b", item_code="B"),
            read_case("gone", item_code="A"),
            read_case("none"),
        ]
        cases.put(connection, "hall", read, NOW)
        cases.mark_vanished(connection, "hall", ["gone"], NOW)
        results = [checked(case_id(connection, one.key)) for one in read]
        cases.record_checks(connection, results)


def due(store: Store) -> set[str]:
    c = tables.cases.c
    with store.read() as connection:
        return set(connection.scalars(select(c.key).where(c.next_check_at == NOW + 5)))


def test_the_live_cases_of_an_item_become_due(store: Store) -> None:
    put(store)
    with store.write() as connection:
        assert items.make_due(connection, ["A", "C"], NOW + 5) == 2
    assert due(store) == {"a1", "a2"}


def test_cases_that_are_due_already_are_passed_over(store: Store) -> None:
    put(store)
    with store.write() as connection:
        items.make_due(connection, ["A"], NOW)
        assert items.make_due(connection, ["A"], NOW + 5) == 0


def test_thousands_of_items_make_their_cases_due(store: Store) -> None:
    put(store)
    with store.write() as connection:
        codes = [f"X{number}" for number in range(2_500)]
        assert items.make_due(connection, [*codes, "A", "B"], NOW + 5) == 3


def test_items_that_cases_name_and_the_catalogue_lacks_are_told(store: Store) -> None:
    put(store)
    keep(store, item("B"))
    with store.read() as connection:
        assert items.unknown(connection, 10) == [UnknownItem("A", "施工许可", 3, 2)]
        assert items.count_unknown(connection) == 1
    keep(store, item("A"))
    with store.read() as connection:
        assert items.unknown(connection, 10) == []
        assert items.count_unknown(connection) == 0
