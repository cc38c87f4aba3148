"""Several workers at once: whatever is claimed is claimed by one of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection

from monitor.store import alerts, cases, climbs, deliveries, delivery_queue, sources
from monitor.store.alerts import Ladder
from monitor.store.climbs import Stepped
from monitor.store.store import Store
from rules.instants import MINUTE
from tests.support.stores import (
    NOW,
    CrashError,
    checked,
    checked_cases,
    new_alert,
    new_delivery,
    notice,
    put_cases,
)

ROWS = 300
WORKERS = 4


def add_cases(connection: Connection) -> None:
    put_cases(connection, *(f"{n:04d}" for n in range(ROWS)))


def add_steps(connection: Connection) -> None:
    found = checked_cases(connection, *(f"{n:04d}" for n in range(ROWS)))
    ladder = Ladder(next_step_at=NOW)
    alerts.open_alerts(connection, [new_alert(case, ladder=ladder) for case in found])


def add_deliveries(connection: Connection) -> None:
    ways = [new_delivery(f"D-{n}") for n in range(ROWS)]
    deliveries.add_notices(connection, [notice(*ways)], NOW)


def check_cases(connection: Connection, limit: int) -> list[int]:
    ids = [one.case.id for one in cases.claim_due(connection, NOW, limit)]
    cases.record_checks(connection, [checked(ident) for ident in ids])
    return ids


def take_steps(connection: Connection, limit: int) -> list[int]:
    ids = [one.alert.id for one in climbs.claim_due_steps(connection, NOW, limit)]
    steps = [Stepped(ident, None, None, None, 1, [1], None, [], None) for ident in ids]
    climbs.record_steps(connection, steps)
    return ids


def claim(connection: Connection, limit: int) -> list[int]:
    return delivery_queue.claim(connection, "email", NOW, NOW + MINUTE, "me", limit)


Add = Callable[[Connection], None]
Work = Callable[[Connection, int], list[int]]
KINDS = pytest.mark.parametrize(
    ("add", "work"),
    [(add_cases, check_cases), (add_steps, take_steps), (add_deliveries, claim)],
)


@KINDS
def test_workers_share_the_rows_and_none_is_claimed_twice(
    store: Store, add: Add, work: Work
) -> None:
    with store.write() as connection:
        add(connection)

    def drain(_: int) -> list[int]:
        done: list[int] = []
        while True:
            with store.write() as connection:
                ids = work(connection, 7)
            if not ids:
                return done
            done += ids

    with ThreadPoolExecutor(WORKERS) as threads:
        done = [ident for ids in threads.map(drain, range(WORKERS)) for ident in ids]
    assert sorted(done) == list(range(1, ROWS + 1))


@KINDS
def test_a_worker_on_postgresql_passes_over_what_another_has_in_hand(
    upgraded: Store, clean: None, add: Add, work: Work
) -> None:
    with upgraded.write() as connection:
        add(connection)
    with upgraded.write() as one, upgraded.write() as two:
        first, second = work(one, 200), work(two, 200)
    assert sorted(first + second) == list(range(1, ROWS + 1))
    assert len(second) == 100


@KINDS
def test_what_a_crashed_worker_had_in_hand_is_claimed_again(
    store: Store, add: Add, work: Work
) -> None:
    with store.write() as connection:
        add(connection)

    def work_and_crash() -> None:
        with store.write() as connection:
            assert len(work(connection, 200)) == 200
            raise CrashError

    with pytest.raises(CrashError):
        work_and_crash()
    with store.write() as connection:
        assert len(work(connection, ROWS)) == ROWS


def test_one_of_many_workers_gets_a_source(store: Store) -> None:
    with store.write() as connection:
        sources.ensure(connection, ["hall"], NOW)

    def claim(who: int) -> bool:
        with store.write() as connection:
            return sources.claim(connection, "hall", NOW, NOW + MINUTE, str(who)) is not None

    with ThreadPoolExecutor(WORKERS) as threads:
        assert sum(threads.map(claim, range(8))) == 1


def test_one_of_many_people_acknowledges(store: Store) -> None:
    with store.write() as connection:
        (case,) = put_cases(connection, "A")
        (ident,) = alerts.open_alerts(connection, [new_alert(case)])

    def acknowledge(who: int) -> bool:
        with store.write() as connection:
            return alerts.acknowledge(connection, ident, str(who), "", NOW)

    with ThreadPoolExecutor(WORKERS) as threads:
        assert sum(threads.map(acknowledge, range(8))) == 1


def test_daemons_that_reckon_with_the_rate_of_a_channel_wait_for_each_other(
    upgraded: Store, clean: None
) -> None:
    def other() -> int:
        with upgraded.write() as connection:
            delivery_queue.lock(connection, "sms")
            delivery_queue.lock(connection, "email")
            return delivery_queue.load(connection, "email", NOW - MINUTE, NOW)

    with ThreadPoolExecutor() as threads:
        with upgraded.write() as connection:
            deliveries.add_notices(connection, [notice(new_delivery(channel="email"))], NOW)
            delivery_queue.lock(connection, "email")
            assert delivery_queue.load(connection, "email", NOW - MINUTE, NOW) == 0
            delivery_queue.claim(connection, "email", NOW, NOW + MINUTE, "one", 10)
            asked = threads.submit(other)
            time.sleep(0.2)
            assert not asked.done()
        assert asked.result(timeout=10) == 1
