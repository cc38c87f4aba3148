from __future__ import annotations

import pytest

from monitor.store import sources
from monitor.store.sources import SourceState
from monitor.store.store import Store
from rules.instants import DAY, MINUTE
from tests.support.stores import NOW

LEASE = NOW + MINUTE


@pytest.fixture
def hall(store: Store) -> Store:
    with store.write() as connection:
        sources.ensure(connection, ["hall"], NOW)
    return store


def claim(store: Store, now: int = NOW, who: str = "me") -> SourceState | None:
    with store.write() as connection:
        return sources.claim(connection, "hall", now, now + MINUTE, who)


def state(store: Store) -> SourceState:
    with store.read() as connection:
        [one] = sources.states(connection)
    return one


def commit(store: Store, who: str = "me", lease_until: int | None = None) -> bool:
    with store.write() as connection:
        return sources.commit_page(
            connection,
            "hall",
            who,
            cursor='{"c":1}',
            rows=7,
            now=NOW,
            next_poll_at=NOW + DAY,
            lease_until=lease_until,
        )


def reconcile(store: Store, who: str = "me") -> bool:
    with store.write() as connection:
        return sources.commit_reconcile(
            connection, "hall", who, began_at=NOW, now=NOW, next_reconcile_at=NOW + 2 * DAY
        )


def test_a_new_source_is_to_be_read_at_once(hall: Store) -> None:
    found = claim(hall)
    assert found is not None
    assert (found.cursor, found.state, found.failures, found.rows_read) == (None, "new", 0, 0)
    assert (found.claimed_by, found.claimed_until) == ("me", LEASE)


def test_a_known_source_keeps_its_state(hall: Store) -> None:
    claim(hall)
    commit(hall)
    with hall.write() as connection:
        sources.ensure(connection, ["hall"], NOW + 5)
        sources.ensure(connection, [], NOW)
    assert state(hall).cursor == '{"c":1}'


def test_a_source_is_held_until_its_lease_ends(hall: Store) -> None:
    claim(hall, NOW, "crashed")
    assert claim(hall, LEASE - 1, "other") is None
    assert claim(hall, LEASE, "other") is not None


def test_a_page_but_the_last_keeps_the_lease(hall: Store) -> None:
    claim(hall)
    assert commit(hall, lease_until=NOW + 2 * MINUTE)
    assert commit(hall)
    found = state(hall)
    assert (found.state, found.cursor, found.rows_read) == ("ok", '{"c":1}', 14)
    assert (found.claimed_by, found.claimed_until, found.last_ok_at) == (None, None, NOW)


def test_a_source_is_due_for_polling_or_for_reconciling(hall: Store) -> None:
    claim(hall)
    commit(hall)
    assert claim(hall) is not None, "reconciling is still due"
    assert reconcile(hall)
    assert claim(hall) is None
    assert claim(hall, NOW + DAY) is not None, "polling is due again"


@pytest.mark.parametrize("who", ["me", "nobody"])
def test_nothing_is_noted_by_who_has_lost_the_lease(hall: Store, who: str) -> None:
    claim(hall, NOW, "me")
    before = claim(hall, LEASE, "other")
    assert not commit(hall, who)
    assert not reconcile(hall, who)
    with hall.write() as connection:
        assert not sources.extend(connection, "hall", who, NOW, LEASE)
        assert not sources.failed(
            connection, "hall", who, state="down", error="x", next_poll_at=NOW
        )
    assert state(hall) == before


def test_a_lease_can_be_extended(hall: Store) -> None:
    claim(hall)
    with hall.write() as connection:
        assert sources.extend(connection, "hall", "me", NOW, LEASE + 5)
    assert claim(hall, LEASE, "other") is None


def test_a_source_that_waits_after_a_failure_can_be_tried_at_once(hall: Store) -> None:
    claim(hall)
    with hall.write() as connection:
        sources.failed(connection, "hall", "me", state="down", error="x", next_poll_at=NOW + DAY)
        assert sources.retry(connection, ["other"], NOW + 1) == 0
        assert sources.retry(connection, ["hall"], NOW + 1) == 1
        assert sources.retry(connection, ["hall"], NOW + 1) == 0, "it waits no longer"
    assert claim(hall, NOW + 1) is not None


def test_a_source_that_was_read_keeps_its_turn(hall: Store) -> None:
    claim(hall)
    commit(hall)
    before = state(hall)
    with hall.write() as connection:
        assert sources.retry(connection, ["hall"], NOW + 1) == 0
    assert state(hall) == before


def test_failures_are_counted_until_a_page_is_read(hall: Store) -> None:
    for n in (1, 2):
        claim(hall, NOW + n)
        with hall.write() as connection:
            assert sources.failed(
                connection, "hall", "me", state="down", error="timed out", next_poll_at=NOW + n + 1
            )
        assert claim(hall, NOW + n, "me") is None, "reconciling waits too"
    found = state(hall)
    assert (found.state, found.failures, found.last_error) == ("down", 2, "timed out")
    claim(hall, NOW + 3)
    commit(hall)
    found = state(hall)
    assert (found.state, found.failures, found.last_error) == ("ok", 0, None)
