from __future__ import annotations

from monitor.store import cases, sweep
from monitor.store.store import Store
from rules.instants import DAY
from tests.support.stores import NOW, case_id, checked, put_cases, read_case


def settle(store: Store, *keys: str, **found: object) -> None:
    """Put cases and record a check of each, after which nothing is due."""
    with store.write() as connection:
        ids = put_cases(connection, *keys)
        cases.record_checks(connection, [checked(ident, **found) for ident in ids])


def make_due(store: Store, limit: int = 100, now: int = NOW) -> int:
    with store.write() as connection:
        return sweep.make_due(connection, "rules-2", now, limit)


def due(store: Store, limit: int = 100) -> list[str]:
    with store.read() as connection:
        return [one.case.key for one in cases.claim_due(connection, NOW, limit)]


def test_the_live_cases_of_other_rules_become_due(store: Store) -> None:
    settle(store, "old", fingerprint="rules-1")
    settle(store, "later", fingerprint="rules-3", next_check_at=NOW + DAY)
    settle(store, "same", fingerprint="rules-2")
    with store.write() as connection:
        cases.put(connection, "hall", [read_case("closed", closed_at=NOW), read_case("gone")], NOW)
        cases.mark_vanished(connection, "hall", ["gone"], NOW - DAY)
        for key in ("closed", "gone"):
            cases.record_checks(connection, [checked(case_id(connection, key))])
    assert make_due(store) == 2
    assert make_due(store) == 0
    assert sorted(due(store)) == ["later", "old"]


def test_no_more_are_made_due_than_can_wait_at_once(store: Store) -> None:
    settle(store, *(f"{n:03d}" for n in range(50)))
    assert [make_due(store, 20), make_due(store, 20)] == [20, 0]
    with store.write() as connection:
        done = cases.claim_due(connection, NOW, 15)
        new = [checked(one.case.id, fingerprint="rules-2") for one in done]
        cases.record_checks(connection, new)
    assert make_due(store, 20) == 15


def test_what_is_due_by_itself_takes_up_the_room_of_the_sweep(store: Store) -> None:
    settle(store, "A", "B", "C")
    settle(store, "D", "E", fingerprint="rules-2", next_check_at=NOW)
    assert make_due(store, 3) == 1


def test_what_a_sweep_has_still_to_do_is_counted(store: Store) -> None:
    settle(store, "A", "B", fingerprint="rules-1")
    settle(store, "C", fingerprint="rules-3")
    settle(store, "D", fingerprint="rules-2")
    with store.read() as connection:
        assert sweep.left(connection, "rules-2") == 3


def test_on_postgresql_it_passes_over_what_is_being_checked(upgraded: Store, clean: None) -> None:
    settle(upgraded, "A", "B", "C")
    settle(upgraded, "D", next_check_at=NOW)
    with upgraded.write() as one, upgraded.write() as two:
        assert [due.case.key for due in cases.claim_due(one, NOW, 10)] == ["D"]
        assert sweep.make_due(one, "rules-2", NOW, 2) == 1
        assert sweep.make_due(two, "rules-2", NOW, 10) == 2
