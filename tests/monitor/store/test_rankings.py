"""What rankings count, on both databases."""

from __future__ import annotations

from monitor.store import alerts, cases, rankings
from monitor.store.rankings import By, Within
from monitor.store.scope import Scope
from monitor.store.store import Store
from rules.instants import DAY, HOUR
from rules.punctuality import Closings
from tests.support.stores import NOW, case_id, checked, new_alert, put_cases, read_case

ZONE = 8 * HOUR


def fill(store: Store) -> None:
    """Let 990102 close three cases in time and one too late, and have one that is overdue."""
    with store.write() as connection:
        read = [
            read_case(f"C-{number}", region="990102", department="ZJ", closed_at=NOW + DAY)
            for number in range(4)
        ]
        cases.put(connection, "hall", read, NOW)
        put_cases(connection, "C-9")
        ends = ["on time"] * 3 + ["late"]
        found = [
            checked(case_id(connection, f"C-{number}"), punctuality=ended)
            for number, ended in enumerate(ends)
        ]
        late = checked(case_id(connection, "C-9"), state="overdue", level="red", rank=2, due_at=NOW)
        cases.record_checks(connection, [*found, late])
        red = new_alert(case_id(connection, "C-9"), level="red", rank=2)
        alerts.open_alerts(connection, [red])


def test_what_was_closed_is_counted_by_unit_and_day(store: Store) -> None:
    fill(store)
    with store.read() as connection:
        everything = Within(Scope())
        times = (By.REGION, everything, NOW, NOW + 2 * DAY)
        done = rankings.closed(connection, *times)
        ended = rankings.closed_on(connection, *times, ZONE)
        begun = rankings.accepted_on(connection, *times, ZONE)
        before = rankings.closed(connection, By.REGION, everything, 0, NOW)
    day = (NOW + ZONE) // DAY
    assert done == [("990102", Closings(4, 3, 1, 0))]
    assert ended == [("990102", day + 1, 4)]
    assert begun == [("990102", day, 4)]
    assert before == []


def test_cards_and_overdue_cases_are_counted_by_unit(store: Store) -> None:
    fill(store)
    with store.read() as connection:
        cards = rankings.cards(
            connection, By.HANDLER, Within(Scope()), ["warning", "yellow", "red"]
        )
        late = rankings.overdue(connection, By.HANDLER, Within(Scope()), NOW)
    assert [tuple(one) for one in cards] == [(None, "red", 1)]
    assert [tuple(one) for one in late] == [(None, 1)]


def test_what_lies_outside_is_not_counted(store: Store) -> None:
    fill(store)
    with store.read() as connection:
        for within in (Within(Scope(frozenset(["990100"]))), Within(Scope(), department="GA")):
            done = rankings.closed(connection, By.REGION, within, NOW, NOW + 2 * DAY)
            assert done == []


def test_orders_and_calls_are_empty_where_there_are_none(store: Store) -> None:
    with store.read() as connection:
        within = Within(Scope())
        assert rankings.orders(connection, By.REGION, within, 0, NOW, NOW) == []
        assert rankings.calls(connection, By.REGION, within, 0, NOW) == []
