from __future__ import annotations

import pytest
from sqlalchemy import select

from monitor.store import alerts, case_list, cases, tables
from monitor.store.cases import Put
from monitor.store.store import Store
from rules.cases import Part, PartKind
from rules.findings import Standing
from rules.instants import DAY, HOUR
from tests.support.stores import NOW, CrashError, case_id, checked, new_alert, put_cases, read_case

PAUSE = Part(PartKind.PAUSE, "P-1", NOW, None, {"kind": "补正"})
STEP = Part(PartKind.STEP, "S-1", NOW, NOW + HOUR, {"name": "审查"})


def due(store: Store, now: int, limit: int = 100) -> list[str]:
    with store.read() as connection:
        return [one.case.key for one in cases.claim_due(connection, now, limit)]


def settle(store: Store, *keys: str, **found: object) -> None:
    """Put cases and record a check of each, after which nothing is due."""
    with store.write() as connection:
        ids = put_cases(connection, *keys)
        cases.record_checks(connection, [checked(ident, **found) for ident in ids])


def test_put_tells_new_changed_and_unchanged_apart(store: Store) -> None:
    with store.write() as connection:
        first = cases.put(connection, "hall", [read_case("A"), read_case("B")], NOW)
        second = cases.put(
            connection,
            "hall",
            [read_case("A"), read_case("B", digest="d2"), read_case("C")],
            NOW + DAY,
        )
    assert first == Put(new=2, changed=0, unchanged=0)
    assert second == Put(new=1, changed=1, unchanged=1)


def test_put_makes_only_what_is_new_or_changed_due(store: Store) -> None:
    settle(store, "A", "B")
    with store.write() as connection:
        read = [read_case("A"), read_case("B", digest="d2"), read_case("C")]
        cases.put(connection, "hall", read, NOW + DAY)
    assert due(store, NOW + DAY - 1) == []
    assert due(store, NOW + DAY) == ["B", "C"]


def test_put_keeps_when_a_case_was_first_seen_and_how_it_stood(store: Store) -> None:
    settle(store, "A", level="red", rank=2)
    with store.write() as connection:
        cases.put(connection, "hall", [read_case("A", digest="d2", title="新")], NOW + DAY)
        [row] = cases.claim_due(connection, NOW + DAY, 10)
    assert (row.first_seen_at, row.changed_at) == (NOW, NOW + DAY)
    assert (row.level, row.fingerprint) == ("red", "rules-1")
    assert row.case.facts["title"] == "新"


def test_put_replaces_the_parts_of_a_changed_case(store: Store) -> None:
    with store.write() as connection:
        cases.put(connection, "hall", [read_case("A", PAUSE), read_case("B", PAUSE)], NOW)
        cases.put(connection, "hall", [read_case("A", STEP, PAUSE, digest="d2")], NOW)
        found = {one.case.key: one.case.parts for one in cases.claim_due(connection, NOW, 10)}
    assert found == {"A": (STEP, PAUSE), "B": (PAUSE,)}


def test_put_takes_the_later_of_two_with_one_key(store: Store) -> None:
    with store.write() as connection:
        twice = [read_case("A", STEP, digest="d1"), read_case("A", PAUSE, digest="d2")]
        assert cases.put(connection, "hall", twice, NOW) == Put(1, 0, 0)
        [row] = cases.claim_due(connection, NOW, 10)
    assert row.case.parts == (PAUSE,)


def test_put_keeps_sources_apart(store: Store) -> None:
    with store.write() as connection:
        put_cases(connection, "A", source="hall")
        assert cases.put(connection, "other", [read_case("A")], NOW) == Put(1, 0, 0)


def test_put_stores_facts_as_they_are(store: Store) -> None:
    facts = {
        "title": "消防设计审查",
        "fee_paid": 12.5,
        "closed_at": None,
        "note": "a\0b",
        "item_code": 7,
    }
    with store.write() as connection:
        cases.put(connection, "hall", [read_case("A", **facts)], NOW)
        [row] = cases.claim_due(connection, NOW, 10)
        code = connection.scalar(select(tables.cases.c.item_code))
    assert {name: row.case.facts[name] for name in facts} == facts
    assert code == "7"


def test_put_takes_numbers_with_a_nul_character_and_of_any_length(store: Store) -> None:
    with store.write() as connection:
        cases.put(connection, "hall", [read_case("A", no="7\0" + "件" * 5_000)], NOW)
        [row] = case_list.find(connection, "7" + "件" * 499)
    assert row.case.key == "A"


def test_put_takes_thousands_at_once(store: Store) -> None:
    read = [read_case(f"{n:05d}", PAUSE) for n in range(3_000)]
    with store.write() as connection:
        assert cases.put(connection, "hall", read, NOW) == Put(3_000, 0, 0)
        assert cases.put(connection, "hall", read, NOW) == Put(0, 0, 3_000)


def test_a_case_that_comes_back_is_put_again(store: Store) -> None:
    settle(store, "A")
    with store.write() as connection:
        cases.mark_vanished(connection, "hall", ["A"], NOW)
        assert cases.digests(connection, "hall", ["A"]) == {}
        assert cases.put(connection, "hall", [read_case("A")], NOW + DAY) == Put(0, 1, 0)
        [row] = cases.claim_due(connection, NOW + DAY, 10)
    assert row.vanished_at is None


def test_digests_are_those_of_the_known(store: Store) -> None:
    with store.write() as connection:
        put_cases(connection, "A", "B")
        put_cases(connection, "C", source="other")
        assert cases.digests(connection, "hall", ["A", "C", "X"]) == {"A": "d1"}
        assert cases.digests(connection, "hall", []) == {}


def test_claim_gives_the_longest_due_first_up_to_the_limit(store: Store) -> None:
    with store.write() as connection:
        for key, at in (("late", NOW + 3), ("first", NOW + 1), ("second", NOW + 2)):
            put_cases(connection, key, now=at)
    assert due(store, NOW + 3, limit=2) == ["first", "second"]
    assert due(store, NOW + 2) == ["first", "second"]


def test_claim_brings_the_open_alerts_of_each_case(store: Store) -> None:
    with store.write() as connection:
        a, b = put_cases(connection, "A", "B")
        one, two, _ = alerts.open_alerts(
            connection,
            [new_alert(a), new_alert(b), new_alert(b, rule="statutory", level="red", rank=2)],
        )
        alerts.resolve(connection, [alerts.Resolved(two, NOW, new_alert(b).reason, "yellow")])
        found = {row.case.key: row.standing for row in cases.claim_due(connection, NOW, 10)}
    assert found["A"] == (Standing(one, "promise", "1", "yellow", 1, NOW),)
    assert [alert.rule for alert in found["B"]] == ["statutory"]


def test_a_recorded_check_is_found_on_the_case(store: Store) -> None:
    clocks = [{"limit": "promise", "state": "overdue"}]
    with store.write() as connection:
        (ident,) = put_cases(connection, "A")
        result = checked(
            ident,
            state="overdue",
            level="red",
            rank=2,
            due_at=NOW - DAY,
            clocks=clocks,
            next_check_at=NOW + DAY,
            fingerprint="rules-2",
        )
        cases.record_checks(connection, [result])
        [row] = case_list.listing(connection, case_list.Filter(), 10)
    assert (row.state, row.level, row.rank, row.due_at) == ("overdue", "red", 2, NOW - DAY)
    assert (row.clocks, row.fingerprint, row.next_check_at) == (clocks, "rules-2", NOW + DAY)
    assert due(store, NOW + DAY - 1) == []
    assert due(store, NOW + DAY) == ["A"]


def test_recording_no_check_does_nothing(store: Store) -> None:
    with store.write() as connection:
        cases.record_checks(connection, [])


def test_rolled_back_work_leaves_its_cases_due(store: Store) -> None:
    with store.write() as connection:
        put_cases(connection, "A")

    def check_and_crash() -> None:
        with store.write() as connection:
            [row] = cases.claim_due(connection, NOW, 10)
            cases.record_checks(connection, [checked(row.case.id)])
            raise CrashError

    with pytest.raises(CrashError):
        check_and_crash()
    assert due(store, NOW) == ["A"]


def test_a_vanished_case_is_due_once(store: Store) -> None:
    settle(store, "A", "B")
    with store.write() as connection:
        assert cases.mark_vanished(connection, "hall", ["A", "X"], NOW + DAY) == 1
        assert cases.mark_vanished(connection, "hall", ["A"], NOW + 2 * DAY) == 0
        [row] = cases.claim_due(connection, NOW + DAY, 10)
    assert (row.case.key, row.vanished_at) == ("A", NOW + DAY)


def test_open_keys_are_paged_in_order(store: Store) -> None:
    with store.write() as connection:
        put_cases(connection, "C", "A", "B")
        put_cases(connection, "D", source="other")
        assert cases.open_keys(connection, "hall", "", 2) == ["A", "B"]
        assert cases.open_keys(connection, "hall", "B", 2) == ["C"]
        assert cases.open_keys(connection, "hall", "C", 2) == []


def test_open_keys_leave_out_what_is_over(store: Store) -> None:
    with store.write() as connection:
        read = [read_case("open"), read_case("closed", closed_at=NOW), read_case("gone")]
        read.append(read_case("closed-with-alert", closed_at=NOW))
        cases.put(connection, "hall", read, NOW)
        cases.mark_vanished(connection, "hall", ["gone"], NOW)
        ident = case_id(connection, "closed-with-alert")
        cases.record_checks(connection, [checked(ident, level="red", rank=2)])
        assert cases.open_keys(connection, "hall", "", 9) == ["closed-with-alert", "open"]
