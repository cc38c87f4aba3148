"""Who has heard of an alert that is over, whatever became of what he was to be told."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from monitor.store import alerts, deliveries, delivery_queue, heard, merging, tables
from monitor.store.deliveries import Failed, Sent
from monitor.store.heard import Heard
from monitor.store.merging import NewDigest
from monitor.store.store import Store
from rules.instants import MINUTE, SECOND
from tests.support.stores import NOW, new_alert, new_delivery, notice, put_cases

LEASE = NOW + 5 * MINUTE


@pytest.fixture
def alert(store: Store) -> int:
    """An alert of which li is to be told by e-mail."""
    with store.write() as connection:
        (case,) = put_cases(connection, "A")
        (ident,) = alerts.open_alerts(connection, [new_alert(case)])
        tell(connection, ident)
    return ident


def tell(connection: Any, alert: int, key: str = "D-1", **given: Any) -> None:
    plain = {"alert_id": alert, "kind": "overdue", "person": "li", **given}
    deliveries.add_notices(connection, [notice(new_delivery(key), **plain)], NOW)


def settle(store: Store, alert: int, now: int = NOW) -> Heard:
    with store.write() as connection:
        return heard.settle(connection, [alert], now)


def state(store: Store) -> tuple[str, Any]:
    with store.read() as connection:
        row = connection.execute(select(tables.deliveries).order_by(tables.deliveries.c.id)).first()
    assert row is not None
    return row.state, row.receipt


def claim(store: Store) -> int:
    with store.write() as connection:
        [ident] = delivery_queue.claim(connection, "email", NOW, LEASE, "me", 1)
    return ident


def test_what_still_waits_is_superseded_and_nobody_has_heard(store: Store, alert: int) -> None:
    assert settle(store, alert) == Heard()
    assert state(store) == ("superseded", {"superseded_by": "resolved", "at": NOW})


def test_what_a_silence_holds_back_is_superseded_too(store: Store, alert: int) -> None:
    with store.write() as connection:
        connection.execute(update(tables.deliveries).values(state="silenced", silence_id=1))
    assert settle(store, alert) == Heard()
    assert state(store)[0] == "superseded"


def test_what_was_sent_was_heard(store: Store, alert: int) -> None:
    ident = claim(store)
    with store.write() as connection:
        deliveries.sent(connection, [Sent(ident, NOW, {"id": "x"})])
    assert settle(store, alert) == Heard({alert: {("li", "email")}})
    assert state(store) == ("sent", {"id": "x"})


def test_what_is_being_sent_is_waited_for_until_its_lease_ends(store: Store, alert: int) -> None:
    claim(store)
    assert settle(store, alert) == Heard({}, {alert: NOW + 5 * SECOND})
    assert state(store)[0] == "pending"
    settle(store, alert, LEASE)
    assert state(store)[0] == "superseded"


def test_what_may_have_arrived_was_heard_however_often_one_asks(store: Store, alert: int) -> None:
    claim(store)
    with store.write() as connection:
        deliveries.release(connection, NOW + SECOND)
    may_have_heard = Heard({alert: {("li", "email")}})
    assert settle(store, alert, NOW + 2 * SECOND) == may_have_heard
    assert settle(store, alert, NOW + 3 * SECOND) == may_have_heard


def test_what_was_given_up_was_not_heard(store: Store, alert: int) -> None:
    ident = claim(store)
    with store.write() as connection:
        deliveries.failed(connection, "me", [Failed(ident, "no such mailbox", NOW)])
    assert settle(store, alert) == Heard()
    assert state(store)[0] == "failed"


def test_a_digest_that_brings_it_is_waited_for(store: Store, alert: int) -> None:
    with store.write() as connection:
        [member] = merging.to_be_merged(connection, "email", None, NOW)
        new = NewDigest("digest-1", "email", "li", "li", 0, {}, (member.id,))
        [digest] = merging.merge(connection, [new], NOW, LEASE, "me")
    assert settle(store, alert) == Heard({}, {alert: NOW + 5 * SECOND})
    with store.write() as connection:
        deliveries.sent(connection, [Sent(digest, NOW, {"id": "digest-1"}, digest=True)])
    assert settle(store, alert) == Heard({alert: {("li", "email")}})
    assert state(store) == ("sent", {"id": "digest-1"})


def test_the_notice_that_it_is_over_is_left_alone(store: Store, alert: int) -> None:
    with store.write() as connection:
        tell(connection, alert, "D-2", kind="resolved")
    settle(store, alert)
    with store.read() as connection:
        query = select(tables.deliveries.c.state).order_by(tables.deliveries.c.id)
        assert list(connection.scalars(query)) == ["superseded", "pending"]
