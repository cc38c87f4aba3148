"""Taking up: every notice is told once, by itself or in one digest, whatever happens meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from monitor.pipeline.in_force import InForce
from monitor.pipeline.merged import latest
from monitor.pipeline.taking_up import take_up
from monitor.store import deliveries, delivery_queue, migrations, tables
from monitor.store.deliveries import Delivery, Failed, Postponed, Sent
from monitor.store.merging import Member
from monitor.store.store import Store
from rules.instants import MINUTE, SECOND
from tests.support.settings import loaded
from tests.support.stores import NOW, fresh_url, new_delivery, notice, prepare

SETTINGS = """
person = [{ id = "li", name = "李阳" }, { id = "chen", name = "陈波" }]

[[channel]]
id = "robot"
kind = "wecom"
key = "a"
per_minute = 4

[[channel]]
id = "mail"
kind = "email"
host = "localhost"
sender = "duban@example.cn"

[[channel]]
id = "hook"
kind = "webhook"
url = "http://localhost"
secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
"""
LEASE = 5 * MINUTE


@pytest.fixture
def rules(tmp_path: Path) -> InForce:
    return InForce.of(loaded(tmp_path, SETTINGS))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'store.db'}") as fresh:
        prepare(fresh)
        yield fresh


def up_to(count: int) -> Callable[[str], int]:
    """Let so many be taken up of each channel."""
    return lambda _channel: count


def add(
    store: Store,
    count: int,
    channel: str,
    person: str = "li",
    kind: str = "overdue",
    now: int = NOW,
    **given: object,
) -> None:
    """Let so many notices be due, under keys of their own."""
    with store.write() as connection:
        known = connection.execute(select(tables.notices.c.id)).all()
        plain = {"kind": kind, "person": person, "level": "yellow", "rank": 1, **given}
        deliveries.add_notices(
            connection,
            [
                notice(
                    new_delivery(
                        f"N-{len(known) + n}", channel=channel, address="", not_before=now
                    ),
                    at=now,
                    context={"case": {"item": "许可", "tail": f"{n:04}"}, "alert": {}},
                    **plain,
                )
                for n in range(count)
            ],
            now,
        )


def send(store: Store, taken: list[Delivery], now: int) -> None:
    with store.write() as connection:
        deliveries.sent(
            connection, [Sent(one.id, now, {"id": one.key}, one.kind == "digest") for one in taken]
        )


def states(store: Store) -> Counter[str]:
    with store.read() as connection:
        return Counter(connection.scalars(select(tables.deliveries.c.state)))


def test_three_go_by_themselves_and_the_others_wait_for_a_digest(
    store: Store, rules: InForce
) -> None:
    add(store, 10, "mail")
    add(store, 2, "mail", person="chen")
    taken = take_up(store, rules, "me", NOW, NOW + LEASE, up_to(100))
    assert Counter(one.person for one in taken.deliveries) == {"li": 3, "chen": 2}
    assert taken.held == {"mail": 7}
    send(store, taken.deliveries, NOW)
    assert (
        take_up(store, rules, "me", NOW + 5 * MINUTE - 1, NOW + LEASE, up_to(100)).deliveries == []
    )
    [digest] = take_up(store, rules, "me", NOW + 5 * MINUTE, NOW + LEASE, up_to(100)).deliveries
    assert (digest.kind, digest.person, digest.context["count"]) == ("digest", "li", 7)
    assert digest.context["counts"] == {"yellow": 7}
    assert digest.context["digest"] == {"event": "merged"}
    assert [one["kind"] for one in digest.context["items"]] == ["overdue"] * 7
    assert states(store) == {"sent": 5, "grouped": 7, "pending": 1}
    send(store, [digest], NOW + 5 * MINUTE)
    with store.read() as connection:
        rows = connection.execute(select(tables.deliveries)).all()
    assert {row.state for row in rows} == {"sent"}
    assert {row.receipt["id"] for row in rows if row.digest_id} == {digest.key}


def test_a_group_of_people_is_one_reader(store: Store, rules: InForce) -> None:
    add(store, 3, "robot")
    add(store, 3, "robot", person="chen")
    taken = take_up(store, rules, "me", NOW, NOW + LEASE, up_to(100))
    single, [digest] = taken.deliveries[:-1], taken.deliveries[-1:]
    assert [one.kind for one in single] == ["overdue"] * 3
    assert (digest.kind, digest.person, digest.context["count"]) == ("digest", None, 3)
    assert digest.context["route"]["reason"] == "发给陈波"


def test_a_program_is_told_everything_by_itself(store: Store, rules: InForce) -> None:
    add(store, 50, "hook")
    taken = take_up(store, rules, "me", NOW, NOW + LEASE, up_to(100))
    assert [one.kind for one in taken.deliveries] == ["overdue"] * 50


def test_the_gravest_goes_first_and_what_is_about_no_alert_before_it(
    store: Store, rules: InForce
) -> None:
    add(store, 1, "hook", level="warning", rank=0)
    add(store, 1, "hook", level="red", rank=2)
    add(store, 1, "hook", kind="order", level=None, rank=None)
    taken = take_up(store, rules, "me", NOW, NOW + LEASE, up_to(100))
    assert [one.level for one in taken.deliveries] == [None, "red", "warning"]


def test_nobody_takes_more_than_the_rate_even_where_nothing_arrives(
    store: Store, rules: InForce
) -> None:
    add(store, 9, "robot", kind="order")
    first = take_up(store, rules, "me", NOW, NOW + LEASE, up_to(100)).deliveries
    assert len(first) == 4
    with store.write() as connection:
        later = [Postponed(one.id, NOW + SECOND, "HTTP 503", NOW) for one in first]
        deliveries.postpone(connection, "me", later)
    assert take_up(store, rules, "me", NOW + 59 * SECOND, NOW + LEASE, up_to(100)).deliveries == []
    assert len(take_up(store, rules, "me", NOW + MINUTE, NOW + LEASE, up_to(100)).deliveries) == 4


def test_a_channel_that_asks_for_a_pause_is_left_alone(store: Store, rules: InForce) -> None:
    add(store, 2, "hook")
    with store.write() as connection:
        delivery_queue.hold(connection, "hook", NOW + 10 * MINUTE, "too often")
        delivery_queue.hold(connection, "hook", NOW + MINUTE, "too often")
    late = NOW + 10 * MINUTE
    assert take_up(store, rules, "me", late - 1, late + LEASE, up_to(100)).deliveries == []
    assert len(take_up(store, rules, "me", late, late + LEASE, up_to(100)).deliveries) == 2


def test_a_digest_that_is_given_up_gives_up_what_it_was_to_bring(
    store: Store, rules: InForce
) -> None:
    add(store, 8, "robot")
    *single, digest = take_up(store, rules, "me", NOW, NOW + LEASE, up_to(100)).deliveries
    send(store, single, NOW)
    with store.write() as connection:
        deliveries.failed(connection, "another", [Failed(digest.id, "no", NOW, digest=True)])
    assert states(store) == {"sent": 3, "grouped": 5, "pending": 1}
    with store.write() as connection:
        deliveries.failed(connection, "me", [Failed(digest.id, "no", NOW, digest=True)])
    assert states(store) == {"sent": 3, "failed": 6}


def test_while_nothing_can_go_nothing_is_written(store: Store, rules: InForce) -> None:
    add(store, 9, "robot", kind="order")
    send(store, take_up(store, rules, "me", NOW, NOW + LEASE, up_to(100)).deliveries, NOW)
    with store.write():  # nobody else could write
        assert take_up(store, rules, "me", NOW + 1, NOW + LEASE, up_to(100)).deliveries == []


@pytest.mark.parametrize("seed", range(20))
def test_whatever_happens_each_notice_is_told_once(seed: int, store: Store, rules: InForce) -> None:
    chance = Random(seed)  # no secret
    now = NOW
    wire: dict[str, int] = {}  # by key what arrived: the id of the delivery
    for round_ in range(60):
        if round_ < 20 and chance.random() < 0.7:
            add(
                store,
                chance.randint(1, 12),
                chance.choice(("robot", "mail", "hook")),
                chance.choice(("li", "chen")),
                chance.choice(("overdue", "overdue", "order")),
                now,
            )
        who = chance.choice(("one", "two"))
        taken = take_up(store, rules, who, now, now + LEASE, up_to(chance.choice((1, 5, 100))))
        fate = chance.random() if round_ < 40 else 1.0
        if fate < 0.15:  # it dies before anything is sent
            taken.deliveries = []
        arrived = [one for one in taken.deliveries if round_ >= 40 or chance.random() < 0.8]
        for one in arrived:
            assert wire.setdefault(one.key, one.id) == one.id
        if fate >= 0.3:  # or before it can write down what became of it
            lost = [one for one in taken.deliveries if one not in arrived]
            send(store, arrived, now)
            with store.write() as connection:
                later = [Postponed(one.id, now + 5 * SECOND, "HTTP 503", now) for one in lost]
                deliveries.postpone(connection, who, later)
        now += chance.choice((0, 10 * SECOND, MINUTE, 6 * MINUTE)) if round_ < 40 else 6 * MINUTE
    with store.read() as connection:
        rows = connection.execute(select(tables.deliveries)).all()
    assert {row.state for row in rows} <= {"sent"}
    by_id = {row.id: row for row in rows}
    assert all(row.digest_id is not None or row.key in wire for row in rows)
    for row in rows:
        if row.digest_id is not None:  # it came in its digest, and never by itself
            assert row.key not in wire
            assert by_id[row.digest_id].key in wire


def test_messages_of_a_digest_are_named_latest_first_for_each_alert(
    store: Store, rules: InForce
) -> None:

    one = Member(1, "li", -1, "held", None, NOW, NOW, 1, 7, NOW, "warning", "warning", None)
    two = replace(one, id=2, notice_id=2, turn=-2, kind="overdue", level="red")
    other = replace(one, id=3, notice_id=3, alert_id=8)
    assert latest([one, two, other]) == [two, other]


def test_daemons_that_take_up_together_tell_everything_once(rules: InForce, tmp_path: Path) -> None:
    with fresh_url("postgresql", tmp_path) as url, Store.open(url) as store:
        migrations.upgrade(store.engine)
        for channel in ("robot", "mail", "hook"):
            for person in ("li", "chen"):
                add(store, 40, channel, person)

        def drain(who: str) -> list[str]:
            keys = []
            for now in (NOW, NOW, NOW + 5 * MINUTE, NOW + 5 * MINUTE):
                taken = take_up(store, rules, who, now, now + 9 * LEASE, up_to(30))
                keys += [one.key for one in taken.deliveries]
                send(store, taken.deliveries, now)
            return keys

        with ThreadPoolExecutor(4) as threads:
            drained = list(threads.map(drain, ("one", "two", "three", "four")))
        drained += [drain("last") for _ in range(3)]
        keys = Counter(key for one in drained for key in one)
        with store.read() as connection:
            rows = connection.execute(select(tables.deliveries)).all()
    assert set(keys.values()) == {1}
    assert {row.state for row in rows} == {"sent"}
    assert all((row.digest_id is None) == (row.key in keys) for row in rows)
    by_robot = [row for row in rows if row.channel == "robot" and row.digest_id is None]
    assert len([row for row in by_robot if row.tried_at == NOW]) <= 4
