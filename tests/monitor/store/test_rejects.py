from __future__ import annotations

from typing import NamedTuple

from monitor.store import rejects
from monitor.store.rejects import Reject
from monitor.store.store import Store
from rules.instants import DAY
from tests.support.stores import NOW


class Row(NamedTuple):
    key: str | None = "A"
    reason: str = "bad-time"
    detail: str = "found 2026-13-01"
    row: str = "{}"


def put(store: Store, *rows: Row, now: int = NOW, source: str = "hall") -> None:
    with store.write() as connection:
        rejects.put_rejects(connection, source, rows, now)


def listing(store: Store, source: str | None = None) -> list[Reject]:
    with store.read() as connection:
        return rejects.listing(connection, source, 10)


def test_a_row_set_aside_again_is_counted(store: Store) -> None:
    put(store, Row())
    put(store, Row(detail="found 2026-14-01"), now=NOW + DAY)
    put(store)
    assert listing(store) == [
        Reject("hall", "A", "bad-time", "found 2026-14-01", "{}", NOW, NOW + DAY, 2)
    ]


def test_rows_stand_apart_by_source_key_and_reason(store: Store) -> None:
    put(store, Row(), Row(reason="unknown-code"), Row(key=None, reason="null-key"))
    put(store, Row(), source="other", now=NOW + 1)
    assert [(one.source, one.key, one.reason) for one in listing(store)] == [
        ("other", "A", "bad-time"),
        ("hall", "", "null-key"),
        ("hall", "A", "unknown-code"),
        ("hall", "A", "bad-time"),
    ]
    assert len(listing(store, "other")) == 1


def test_a_row_that_can_be_read_again_is_no_longer_listed(store: Store) -> None:
    put(store, Row("A"), Row("B"))
    with store.write() as connection:
        assert rejects.clear(connection, "hall", ["A", "X"], NOW + 1) == 1
        assert rejects.clear(connection, "hall", [], NOW + 1) == 0
        assert rejects.clear(connection, "other", ["B"], NOW + 1) == 0
    assert [one.key for one in listing(store)] == ["B"]


def test_a_row_may_become_unreadable_again(store: Store) -> None:
    put(store, Row())
    with store.write() as connection:
        rejects.clear(connection, "hall", ["A"], NOW + 1)
    put(store, Row(), now=NOW + 2)
    assert [(one.first_seen_at, one.times) for one in listing(store)] == [(NOW, 2)]


def test_rows_not_seen_when_all_was_read_are_gone(store: Store) -> None:
    put(store, Row("old"), now=NOW)
    put(store, Row("new"), now=NOW + 2)
    with store.write() as connection:
        assert rejects.clear_unseen(connection, "hall", NOW + 1, NOW + 3) == 1
    assert [one.key for one in listing(store)] == ["new"]


def test_odd_keys_and_long_rows_can_be_kept(store: Store) -> None:
    key = "\0" + "件" * 5_000
    put(store, Row(key, detail="\0" * 9_000, row="x" * 9_000))
    [one] = listing(store)
    assert len(one.row) == 4_000
    with store.write() as connection:
        assert rejects.clear(connection, "hall", [key], NOW) == 1


def test_a_row_that_is_read_again_as_it_was_is_no_news(store: Store) -> None:
    with store.write() as connection:
        first = rejects.put_rejects(connection, "hall", [Row("A"), Row("B")], NOW)
        again = rejects.put_rejects(connection, "hall", [Row("A"), Row("C")], NOW + 1)
        other = rejects.put_rejects(connection, "hall", [Row("A", detail="other")], NOW + 2)
        rejects.clear(connection, "hall", ["B"], NOW + 3)
        back = rejects.put_rejects(connection, "hall", [Row("B")], NOW + 4)
    assert [[one.key for one in news] for news in (first, again, other, back)] == [
        *(["A", "B"], ["C"], ["A"], ["B"])
    ]
    assert {one.key: (one.times, one.seen_at) for one in listing(store)} == {
        "A": (2, NOW + 2),
        "B": (2, NOW + 4),
        "C": (1, NOW + 1),
    }
