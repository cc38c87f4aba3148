from __future__ import annotations

from sqlalchemy import func, select

from monitor.store import counts, deliveries, tables
from monitor.store.deliveries import Delivery, Failed, Postponed, Sent
from monitor.store.store import Store
from rules.instants import MINUTE
from tests.support.stores import NOW, claim_deliveries, new_delivery, notice

LEASE = NOW + MINUTE


def claim(store: Store, now: int = NOW, who: str = "me", limit: int = 100) -> list[Delivery]:
    with store.write() as connection:
        return claim_deliveries(connection, now, now + MINUTE, who, limit)


def add(store: Store, *keys: str, **given: object) -> None:
    with store.write() as connection:
        deliveries.add_notices(
            connection, [notice(new_delivery(key, **given)) for key in keys], NOW
        )


def notices(store: Store) -> int:
    with store.read() as connection:
        return connection.execute(select(func.count()).select_from(tables.notices)).scalar_one()


def test_a_claimed_delivery_brings_its_notice(store: Store) -> None:
    ways = new_delivery("D-1"), new_delivery("D-2", channel="sms", address="138")
    given = notice(*ways, step=1, level="red", person="li", context={"办件": {"no": "1"}})
    with store.write() as connection:
        assert deliveries.add_notices(connection, [given], NOW) == 2
    first, second = claim(store)
    assert (first.key, first.channel, first.address) == ("D-1", "email", "li@example.gov.cn")
    assert (first.kind, first.step, first.level, first.person) == ("test", 1, "red", "li")
    assert (first.reason, first.context) == ("你是本件承办人", {"办件": {"no": "1"}})
    assert (first.attempts, first.created_at, first.at) == (0, NOW, NOW)
    assert (second.channel, second.notice_id) == ("sms", first.notice_id)


def test_notices_are_added_once_by_the_keys_of_their_deliveries(store: Store) -> None:
    add(store, "D-1")
    with store.write() as connection:
        both = [notice(new_delivery("D-1")), notice(new_delivery("D-1"), new_delivery("D-2"))]
        assert deliveries.add_notices(connection, both, NOW) == 1
        assert deliveries.add_notices(connection, both, NOW) == 0
        assert deliveries.add_notices(connection, [], NOW) == 0
    assert [one.key for one in claim(store)] == ["D-1", "D-2"]
    assert notices(store) == 2


def test_a_notice_that_can_be_brought_on_no_way_is_on_record(store: Store) -> None:
    with store.write() as connection:
        assert deliveries.add_notices(connection, [notice()], NOW) == 0
    assert notices(store) == 1


def test_many_notices_keep_their_own_deliveries(store: Store) -> None:
    with store.write() as connection:
        given = [
            notice(new_delivery(f"D-{n}", not_before=NOW + n), context={"n": n})
            for n in range(1_500)
        ]
        deliveries.add_notices(connection, given, NOW)
    found = claim(store, NOW + 2_000, limit=2_000)
    assert [(one.key, one.context["n"]) for one in found] == [(f"D-{n}", n) for n in range(1_500)]


def test_a_claim_takes_what_is_due_longest_first(store: Store) -> None:
    add(store, "later", not_before=NOW + 2)
    add(store, "first", not_before=NOW)
    add(store, "second", not_before=NOW + 1)
    assert [one.key for one in claim(store, NOW + 1, limit=1)] == ["first"]
    assert [one.key for one in claim(store, NOW + 1)] == ["second"]


def test_a_claimed_delivery_is_taken_up_again_when_its_claim_has_expired(store: Store) -> None:
    add(store, "D-1")
    assert len(claim(store, NOW, "crashed")) == 1
    assert claim(store, LEASE - 1, "other") == []
    assert len(claim(store, LEASE, "other")) == 1


def test_a_sent_delivery_has_its_receipt_and_is_done(store: Store) -> None:
    add(store, "D-1")
    [one] = claim(store)
    with store.write() as connection:
        deliveries.sent(connection, [Sent(one.id, NOW + 5, {"id": "回执"})])
        row = connection.execute(select(tables.deliveries)).one()
    assert (row.state, row.sent_at, row.receipt, row.attempts) == (
        "sent",
        NOW + 5,
        {"id": "回执"},
        1,
    )
    assert (row.claimed_by, row.claimed_until) == (None, None)
    assert claim(store, LEASE) == []


def test_a_failed_attempt_is_counted_and_put_off(store: Store) -> None:
    add(store, "D-1")
    [one] = claim(store)
    with store.write() as connection:
        deliveries.postpone(connection, "me", [Postponed(one.id, NOW + 10, "HTTP 503")])
    assert claim(store, NOW + 9) == []
    [again] = claim(store, NOW + 10)
    assert again.attempts == 1


def test_a_delivery_held_back_by_a_rate_limit_counts_no_attempt(store: Store) -> None:
    add(store, "D-1")
    [one] = claim(store)
    with store.write() as connection:
        deliveries.postpone(connection, "me", [Postponed(one.id, NOW + 10)])
    assert [again.attempts for again in claim(store, NOW + 10)] == [0]


def test_a_delivery_given_up_says_why(store: Store) -> None:
    add(store, "D-1")
    [one] = claim(store)
    with store.write() as connection:
        deliveries.failed(connection, "me", [Failed(one.id, "no such mailbox")])
        row = connection.execute(select(tables.deliveries)).one()
        assert counts.deliveries(connection, "failed") == {"email": 1}
    assert (row.state, row.last_error, row.attempts) == ("failed", "no such mailbox", 1)
    assert claim(store, LEASE) == []


def test_who_has_lost_a_claim_cannot_put_off_or_give_up_but_can_say_it_is_sent(
    store: Store,
) -> None:
    add(store, "D-1")
    [one] = claim(store, NOW, "slow")
    claim(store, LEASE, "other")
    with store.write() as connection:
        deliveries.postpone(connection, "slow", [Postponed(one.id, NOW, "late")])
        deliveries.failed(connection, "slow", [Failed(one.id, "late")])
        row = connection.execute(select(tables.deliveries)).one()
        assert (row.state, row.claimed_by, row.last_error) == ("pending", "other", None)
        deliveries.sent(connection, [Sent(one.id, NOW, {})])
        deliveries.failed(connection, "other", [Failed(one.id, "refused")])
        row = connection.execute(select(tables.deliveries)).one()
    assert (row.state, row.last_error) == ("sent", None)


def test_a_delivery_given_up_by_one_may_turn_out_to_be_sent_by_another(store: Store) -> None:
    add(store, "D-1")
    [one] = claim(store)
    with store.write() as connection:
        deliveries.failed(connection, "me", [Failed(one.id, "refused")])
        deliveries.sent(connection, [Sent(one.id, NOW, {})])
        assert counts.deliveries(connection, "failed") == {}
