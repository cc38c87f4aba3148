"""Due rows of surveys, and the alerts and cases that they change."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from monitor.store import alerts, survey_alerts, surveys, tables
from monitor.store.store import Store
from rules.instants import HOUR, MINUTE
from tests.support.stores import NOW, new_alert, put_cases

LEASE = NOW + HOUR


def ensure(store: Store, now: int = NOW, **fingerprints: str) -> None:
    with store.write() as connection:
        surveys.ensure(connection, fingerprints, now)


def claim(store: Store, now: int = NOW, who: str = "me") -> str | None:
    with store.write() as connection:
        state = surveys.claim(connection, now, LEASE, who)
    return state.id if state else None


def made(store: Store, ident: str, next_at: int, who: str = "me", fingerprint: str = "1") -> bool:
    with store.write() as connection:
        return surveys.made(
            connection, ident, who, now=NOW, next_at=next_at, fingerprint=fingerprint, found=3
        )


def test_each_is_claimed_once_the_longest_due_first(store: Store) -> None:
    ensure(store, NOW + 1, a="1")
    ensure(store, NOW, a="1", b="1")
    assert claim(store, NOW - 1) is None
    assert [claim(store, NOW + 1) for _ in range(3)] == ["b", "a", None]


def test_several_daemons_claim_different_ones(store: Store) -> None:
    wanted = {f"survey-{number}": "1" for number in range(12)}
    ensure(store, **wanted)
    with ThreadPoolExecutor(4) as threads:
        claimed = list(threads.map(lambda n: claim(store, who=f"d{n}"), range(20)))
    found = [one for one in claimed if one is not None]
    # Two may look at the same row at one moment: then one of them goes away with nothing.
    assert len(found) == len(set(found))
    while (one := claim(store)) is not None:
        found.append(one)
    assert sorted(found) == sorted(wanted)


def test_one_that_was_made_is_due_again_when_it_says(store: Store) -> None:
    ensure(store, a="1")
    assert claim(store) == "a"
    assert made(store, "a", NOW + MINUTE)
    assert claim(store) is None
    assert claim(store, NOW + MINUTE) == "a"
    with store.read() as connection:
        [state] = surveys.states(connection)
    assert (state.last_run_at, state.fingerprint, state.found) == (NOW, "1", 3)


def test_one_whose_lease_ran_out_is_claimed_by_another_and_lost_to_the_first(store: Store) -> None:
    ensure(store, a="1")
    assert claim(store) == "a"
    assert claim(store, LEASE, "other") == "a"
    assert not made(store, "a", NOW + MINUTE)
    assert made(store, "a", NOW + 2 * HOUR, "other")


def test_what_is_changed_or_no_longer_wanted_is_due_at_once(store: Store) -> None:
    ensure(store, a="1", b="1", c="1")
    for ident in ("a", "b", "c"):
        claim(store)
        made(store, ident, NOW + HOUR)
    ensure(store, a="1", b="2")
    with store.read() as connection:
        due = [state.id for state in surveys.states(connection) if state.next_at <= NOW]
    assert due == ["b", "c"]


def test_one_that_fails_says_why_and_is_put_off(store: Store) -> None:
    ensure(store, a="1")
    claim(store)
    with store.write() as connection:
        surveys.put_off(
            connection, "a", "me", next_at=NOW + MINUTE, fingerprint="1", error="no\0 memory"
        )
    ensure(store, a="1")  # it is no reason to hurry that it has not been made
    assert claim(store) is None
    with store.read() as connection:
        [state] = surveys.states(connection)
        assert surveys.late(connection, NOW + MINUTE) == 0
        assert surveys.late(connection, NOW + HOUR) == 1
    assert (state.last_error, state.last_run_at) == ("no memory", None)


def test_the_one_daemon_of_a_store_lets_go_of_what_it_held_before(store: Store) -> None:
    ensure(store, a="1")
    claim(store, who="before")
    with store.write() as connection:
        assert surveys.release(connection) == 1
    assert claim(store) == "a"


def levels(store: Store) -> list[tuple[str | None, int | None]]:
    c = tables.cases.c
    with store.read() as connection:
        return [
            (row.level, row.rank)
            for row in connection.execute(select(c.level, c.rank).order_by(c.id))
        ]


def test_a_case_has_the_level_of_the_gravest_alert_that_is_not_on_trial(store: Store) -> None:
    with store.write() as connection:
        ids = put_cases(connection, "A", "B", "C")
        red = {"level": "red", "rank": 2}
        new = [
            new_alert(ids[0]),
            new_alert(ids[0], rule="gap", **red),
            new_alert(ids[1], rule="gap", **red, shadow=True),
        ]
        first, second, _ = alerts.open_alerts(connection, new)
        survey_alerts.refresh_levels(connection, ids)
    assert levels(store) == [("red", 2), (None, None), (None, None)]
    with store.write() as connection:
        standing = survey_alerts.standing_of(connection, "gap")
        assert standing[0].standing.id == second
        tables_resolved = tables.alerts.update().where(tables.alerts.c.id == second)
        connection.execute(tables_resolved.values(state="resolved"))
        survey_alerts.refresh_levels(connection, ids)
    assert levels(store)[0] == ("yellow", 1)
    assert first != second


@pytest.mark.parametrize("kind", ["postgresql"])  # SQLite has one connection that writes
def test_cases_that_somebody_is_at_work_on_are_passed_over(store: Store) -> None:
    with store.write() as connection:
        ids = put_cases(connection, "A", "B")
    c = tables.cases.c
    with store.write() as other:
        other.execute(select(c.id).where(c.id == ids[0]).with_for_update())
        with store.write() as connection:
            held = survey_alerts.cases_of(connection, ids, hold=True)
            seen = survey_alerts.cases_of(connection, ids)
    assert list(held) == [ids[1]]
    assert sorted(seen) == sorted(ids)
