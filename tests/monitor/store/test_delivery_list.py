"""The delivery log as people read it, and how the store fares, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from monitor.acts import deliveries as acts
from monitor.acts.actor import Actor
from monitor.store import deliveries, delivery_list, running, tables
from monitor.store.by_time import first_since
from monitor.store.delivery_list import Reader, Wanted
from monitor.store.scope import Scope
from monitor.store.store import Store
from rules.refusals import RefusedError
from tests.support.stores import NOW, new_delivery, notice

ALL = Reader(Scope(), None)
SOME = Reader(Scope(frozenset(["990102"])), "p-1")
WANG = Actor("wang", "test")


def put(store: Store, number: int, **given: object) -> int:
    """Record deliveries, one after the other, and give the id of the last."""
    with store.write() as connection:
        for at in range(number):
            one = notice(new_delivery(f"K-{given}-{at}"), **given)
            deliveries.add_notices(connection, [one], NOW + at)
        d = tables.deliveries.c
        return connection.scalars(select(d.id).order_by(d.id.desc()).limit(1)).one()


def test_the_newest_come_first_and_older_ones_behind(store: Store) -> None:
    last = put(store, 5)
    with store.read() as connection:
        first = delivery_list.listing(connection, ALL, Wanted(), 2)
        older = delivery_list.listing(connection, ALL, Wanted(), 9, first[-1].id)
    assert [one.id for one in first] == [last, last - 1]
    assert [one.id for one in older] == [last - 2, last - 3, last - 4]


def test_who_sees_some_sees_what_he_was_told_and_orders_of_his_place(store: Store) -> None:
    put(store, 1)
    mine = put(store, 1, person="p-1")
    order = put(store, 1, kind="order", context={"order": {"no": "DB-1"}})
    put(store, 1, kind="order", context={"order": {"no": "DB-2"}})
    with store.write() as connection:
        for no, region in (("DB-1", "990102"), ("DB-2", "990100")):
            connection.execute(
                tables.orders.insert().values(
                    no=no,
                    state="issued",
                    issued_at=NOW,
                    issued_by="wang",
                    acknowledge_due=NOW,
                    reply_due=NOW,
                    reminded=[],
                    region=region,
                    about="x",
                    advice="",
                    via=[],
                )
            )
    with store.read() as connection:
        seen = delivery_list.listing(connection, SOME, Wanted(), 9)
        counts = delivery_list.counts(connection, SOME, Wanted())
    assert [one.id for one in seen] == [order, mine]
    assert counts == {"pending": 2, "failed": 0, "silenced": 0}


def test_a_day_has_what_was_made_in_it(store: Store) -> None:
    last = put(store, 5)
    with store.read() as connection:
        rows = delivery_list.listing(connection, ALL, Wanted(day=(NOW + 1, NOW + 3)), 9)
    assert [one.id for one in rows] == [last - 2, last - 3]


@pytest.mark.parametrize(("since", "found"), [(0, 0), (NOW, 0), (NOW + 3, 3), (NOW + 9, 5)])
def test_the_first_row_since_an_instant_is_found(store: Store, since: int, found: int) -> None:
    last = put(store, 5)
    d = tables.deliveries.c
    with store.read() as connection:
        assert first_since(connection, d.id, d.created_at, since) == last - 4 + found


def test_a_failed_digest_is_sent_again_with_what_it_brings(store: Store) -> None:
    last = put(store, 2)
    d = tables.deliveries.c
    with store.write() as connection:
        connection.execute(update(tables.deliveries).values(state="failed"))
        member = update(tables.deliveries).where(d.id == last - 1)
        connection.execute(member.values(digest_id=last))
        acts.retry(connection, WANG, last, NOW)
        states = dict(connection.execute(select(d.id, d.state)).all())
        assert states == {last: "pending", last - 1: "grouped"}
        with pytest.raises(RefusedError):
            acts.retry(connection, WANG, last, NOW)


def test_the_store_tells_what_it_is_kept_in(store: Store) -> None:
    with store.read() as connection:
        kind = running.kind(connection)
        assert running.started(connection) is None
        assert running.oldest_unsealed(connection) is None
    assert kind.name in ("SQLite", "PostgreSQL")
    assert kind.size > 0
    assert kind.revision
