from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, event

from monitor.pipeline import sealing
from monitor.pipeline.sealing import Sealer
from monitor.store import alerts, audit_log, cases, deliveries, orders, seals, tables
from monitor.store.audit_log import Act
from monitor.store.orders import Parties
from monitor.store.seal_check import Fault, Misdated, Progress, Wrong, faults
from monitor.store.store import Store
from rules.instants import DAY
from rules.orders import Order, OrderState
from rules.orders_acts import OrderEvent
from tests.support import tampering
from tests.support.stores import NOW, new_alert, new_delivery, notice, put_cases, read_case
from tests.support.stories_settings import SHANGHAI
from tests.support.tampering import unguarded

ACT = Act(
    "王敏", "cli:wang@hall", "reply", "order:DB-1", {"cause": None}, {"cause": "系统"}, "已核实"
)


@pytest.fixture
def sealed(store: Store) -> Store:
    """A store with three acts in two seals, and a row in each of the other tables."""
    with store.write() as connection:
        audit_log.record_many(connection, [ACT, ACT], NOW)
        [case] = put_cases(connection, "C-1")
        alerts.open_alerts(connection, [new_alert(case, evidence={"days": 1.5})])
        cases.put(connection, "hall", [read_case("C-1", digest="d2", accepted_at=1)], NOW + 1)
        deliveries.add_notices(
            connection,
            [notice(new_delivery(), alert_id=1, step=0, level="yellow", person="li")],
            NOW,
        )
        order = Order("DB-1", OrderState.ISSUED, NOW, "qian", NOW, NOW)
        parties = Parties("qian", None, "R1", "ZJ", "li", "施工许可")
        orders.add(connection, order, parties, [1], OrderEvent(NOW, "issued", "qian"), NOW)
    Sealer().seal(store, NOW + 2, SHANGHAI)
    with store.write() as connection:
        audit_log.record(connection, ACT, NOW + 3)
    Sealer().seal(store, NOW + 4, SHANGHAI)
    return store


def found(store: Store) -> list[Fault]:
    with store.read() as connection:
        return list(faults(connection, Progress()))


def wrong(store: Store) -> list[tuple[Wrong, str, int]]:
    return [(one.wrong, one.table, one.id or one.seal) for one in found(store)]


def test_a_chain_that_nobody_touched_is_whole(sealed: Store) -> None:
    with sealed.read() as connection:
        progress = Progress()
        assert list(faults(connection, progress)) == []
        head = seals.last(connection)
    assert head is not None
    assert (progress.seals, progress.rows, progress.head) == (6, 7, head.hash)


def test_each_seal_has_the_hash_of_the_one_before(sealed: Store) -> None:
    with sealed.read() as connection:
        chain = seals.after(connection, 0, 10)
    assert chain[0].previous == seals.BEGINNING
    assert all(later.previous == one.hash for one, later in pairwise(chain))
    assert all(sha256(one.line).hexdigest() == one.hash for one in chain)


def test_what_is_hashed_is_a_line_of_json_that_anybody_can_read(sealed: Store) -> None:
    with sealed.read() as connection:
        [row, *_] = seals.rows_between(connection, "audit_log", None, 10)
        [seal, *_] = seals.after(connection, 0, 10)
    told = json.loads(row.line)
    assert told == {
        "table": "audit_log",
        "id": 1,
        "at": NOW,
        "who": "王敏",
        "origin": "cli:wang@hall",
        "act": "reply",
        "object": "order:DB-1",
        "note": "已核实",
        "before": {"cause": None},
        "after": {"cause": "系统"},
    }
    assert seal.digests[1] == sha256(row.line).digest()


COLUMNS = [
    (table.name, column.name)
    for table in seals.SEALED.values()
    for column in table.c
    if column.name != "id"
]


@pytest.mark.parametrize("emptied", [False, True])
def test_a_change_of_any_column_is_found(sealed: Store, emptied: bool) -> None:
    for table, column in COLUMNS:
        one = seals.SEALED[table].c[column]
        with sealed.read() as connection:
            before = connection.execute(seals.SEALED[table].select().limit(1)).mappings().one()
        if emptied and (not one.nullable or before[column] is None):
            continue
        other = before[column]
        if column in ("before", "after", "detail", "context"):
            value: Any = {"other": 1}
        elif isinstance(other, int) or one.type.python_type is int:
            value = (other or 0) + 1
        else:
            value = f"{other or ''}*"
        with unguarded(sealed) as connection:
            tampering.change(connection, table, 1, **{column: None if emptied else value})
        assert wrong(sealed) == [(Wrong.ROW_CHANGED, table, 1)], column
        with unguarded(sealed) as connection:
            tampering.change(connection, table, 1, **{column: other})
        assert wrong(sealed) == []


def swap(connection: Connection) -> None:
    tampering.change(connection, "audit_log", 1, id=99)
    tampering.change(connection, "audit_log", 3, id=1)
    tampering.change(connection, "audit_log", 99, id=3)


def insert(connection: Connection, ident: int) -> None:
    row = {**dict.fromkeys(("who", "origin", "act", "object", "note"), ""), "at": NOW}
    connection.execute(tables.audit_log.insert().values(id=ident, **row))


def change_seal(connection: Connection, no: int, **values: Any) -> None:
    seal = tables.audit_seals
    connection.execute(seal.update().where(seal.c.no == no).values(values))


def remove_seals(connection: Connection, first: int, last: int) -> None:
    seal = tables.audit_seals
    connection.execute(seal.delete().where(seal.c.no.between(first, last)))


@pytest.mark.parametrize(
    ("tamper", "first"),
    [
        (lambda c: tampering.remove(c, "audit_log", 1), (Wrong.ROW_REMOVED, "audit_log", 1)),
        (lambda c: tampering.remove(c, "audit_log", 3), (Wrong.ROW_REMOVED, "audit_log", 3)),
        (lambda c: tampering.remove(c, "notices", 1), (Wrong.ROW_REMOVED, "notices", 1)),
        (lambda c: insert(c, -5), (Wrong.ROW_INSERTED, "audit_log", -5)),
        (swap, (Wrong.ROW_CHANGED, "audit_log", 1)),
        (lambda c: change_seal(c, 2, at=0), (Wrong.SEAL_CHANGED, "", 2)),
        (lambda c: change_seal(c, 2, last_id=9), (Wrong.SEAL_CHANGED, "", 2)),
        (lambda c: change_seal(c, 2, rows=b""), (Wrong.SEAL_CHANGED, "", 2)),
        (lambda c: change_seal(c, 2, sealed="notices"), (Wrong.SEAL_CHANGED, "", 2)),
        (lambda c: change_seal(c, 2, previous="0" * 64), (Wrong.SEAL_CHANGED, "", 2)),
        (lambda c: change_seal(c, 2, hash="0" * 64), (Wrong.SEAL_CHANGED, "", 2)),
        (lambda c: remove_seals(c, 1, 1), (Wrong.SEAL_REMOVED, "", 1)),
        (lambda c: remove_seals(c, 3, 4), (Wrong.SEAL_REMOVED, "", 3)),
    ],
)
def test_the_first_that_is_not_as_it_was_sealed_is_named(
    sealed: Store, tamper: Callable[[Connection], None], first: tuple[Wrong, str, int]
) -> None:
    with unguarded(sealed) as connection:
        tamper(connection)
    assert wrong(sealed)[0] == first


def test_the_first_of_several_comes_first(sealed: Store) -> None:
    with unguarded(sealed) as connection:
        tampering.change(connection, "audit_log", 3, note="")
        tampering.change(connection, "audit_log", 2, note="")
        tampering.remove(connection, "notices", 1)
    assert wrong(sealed) == [
        (Wrong.ROW_CHANGED, "audit_log", 2),
        (Wrong.ROW_REMOVED, "notices", 1),
        (Wrong.ROW_CHANGED, "audit_log", 3),
    ]


def test_a_row_forged_into_a_gap_is_found(store: Store) -> None:
    with store.write() as connection:
        insert(connection, 1)
        insert(connection, 3)  # as after the rollback of whoever had the 2
    Sealer().seal(store, NOW, SHANGHAI)
    assert found(store) == []
    with unguarded(store) as connection:
        insert(connection, 2)
    assert wrong(store) == [(Wrong.ROW_INSERTED, "audit_log", 2)]


@pytest.mark.parametrize("cut", [lambda c: remove_seals(c, 6, 6), tampering.rewrite])
def test_a_chain_that_was_cut_or_written_anew_lacks_a_hash_known_outside(
    sealed: Store, cut: Callable[[Connection], None]
) -> None:
    with sealed.read() as connection:
        head = seals.last(connection)
    assert head is not None
    with unguarded(sealed) as connection:
        tampering.remove(connection, "audit_log", 3)
        cut(connection)
    assert found(sealed) == []
    with sealed.read() as connection:
        assert not seals.has(connection, head.hash)


def test_many_rows_are_sealed_in_batches_and_none_twice(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "AT_ONCE", 2)
    with store.write() as connection:
        audit_log.record_many(connection, [ACT] * 5, NOW)
    sealer = Sealer()
    assert [sealer.seal(store, NOW, SHANGHAI)["audit_log"] for _ in range(4)] == [2, 2, 1, 0]
    assert found(store) == []


def test_of_two_daemons_that_seal_at_once_one_adds_its_seal(store: Store) -> None:
    with store.write() as connection:
        audit_log.record(connection, ACT, NOW)
    with store.read() as connection:
        rows = list(seals.rows_between(connection, "audit_log", None, 9))
    with store.write() as connection:
        assert seals.add(connection, seals.seal(None, "audit_log", rows, NOW))
        assert not seals.add(connection, seals.seal(None, "audit_log", rows, NOW + 1))


@pytest.mark.parametrize("after", range(1, 6))
def test_a_daemon_that_seals_between_any_two_statements_of_another_leaves_the_chain_whole(
    upgraded: Store, clean: None, after: int
) -> None:
    with upgraded.write() as connection:
        audit_log.record(connection, ACT, NOW)
    said = 0

    def other(*_: object) -> None:
        nonlocal said
        said += 1
        if said == after:
            assert Sealer().seal(upgraded, NOW + 1, SHANGHAI)

    with Store.open(upgraded.engine.url.render_as_string(hide_password=False)) as mine:
        event.listen(mine.engine, "after_cursor_execute", other)
        Sealer().seal(mine, NOW + 2, SHANGHAI)
    assert said > 5
    assert found(upgraded) == []
    assert progress(upgraded).repeated == 0
    assert progress(upgraded).rows == 1


def progress(store: Store) -> Progress:
    with store.read() as connection:
        one = Progress()
        list(faults(connection, one))
    return one


def seal_rows(store: Store, *idents: int) -> None:
    """Add a seal of rows of the audit log, whatever is sealed already."""
    with store.write() as connection:
        rows = list(seals.rows_between(connection, "audit_log", idents[0] - 1, idents[-1]))
        assert seals.add(connection, seals.seal(seals.last(connection), "audit_log", rows, NOW))


@pytest.fixture
def overlapping(store: Store) -> Store:
    """A store with seals such as two daemons made that sealed at the same time."""
    with store.write() as connection:
        audit_log.record_many(connection, [ACT] * 6, NOW)
    seal_rows(store, 1, 2)
    seal_rows(store, 3, 4, 5)
    seal_rows(store, 3, 4)
    seal_rows(store, 5, 6)
    return store


@pytest.mark.parametrize("at_once", [1, 200])
def test_seals_that_cover_rows_again_are_known_for_what_they_are(
    overlapping: Store, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seals, "_AT_ONCE", at_once)
    assert found(overlapping) == []
    assert progress(overlapping).repeated == 2


@pytest.mark.parametrize(
    ("tamper", "named"),
    [
        (lambda c: tampering.remove(c, "audit_log", 4), (Wrong.ROW_REMOVED, "audit_log", 4)),
        (
            lambda c: tampering.change(c, "audit_log", 3, who="x"),
            (Wrong.ROW_CHANGED, "audit_log", 3),
        ),
        (lambda c: tampering.remove(c, "audit_log", 6), (Wrong.ROW_REMOVED, "audit_log", 6)),
    ],
)
def test_a_row_that_two_seals_cover_is_named_once(
    overlapping: Store, tamper: Callable[[Connection], None], named: tuple[Wrong, str, int]
) -> None:
    with unguarded(overlapping) as connection:
        tamper(connection)
    assert wrong(overlapping) == [named]


def test_a_check_may_be_made_in_parts(sealed: Store) -> None:
    with unguarded(sealed) as connection:
        tampering.remove(connection, "audit_log", 3)
    parts, one = [], Progress()
    for _ in range(4):
        with sealed.read() as connection:
            parts.append(list(faults(connection, one, 2)))
    assert [len(part) for part in parts] == [0, 0, 1, 0]
    assert (one.seals, one.rows) == (6, 6)


@pytest.mark.parametrize(
    ("at", "near"), [(NOW - 700 * DAY, NOW + 3), (NOW + 2 * DAY, NOW + 5)], ids=["past", "future"]
)
def test_a_row_whose_date_is_far_from_its_neighbours_is_named(
    sealed: Store, at: int, near: int
) -> None:
    with sealed.write() as connection:
        audit_log.record(connection, ACT, at)
        audit_log.record(connection, ACT, NOW + 4)
    Sealer().seal(sealed, NOW + 5, SHANGHAI)
    assert progress(sealed).misdated == [Misdated("audit_log", 4, at, near)]


def test_a_row_of_a_lower_id_that_is_still_on_its_way_is_waited_for(
    upgraded: Store, clean: None
) -> None:
    sealer = Sealer()
    with upgraded.write() as slow:
        audit_log.record(slow, ACT, NOW)  # has id 1
        with upgraded.write() as quick:
            audit_log.record(quick, ACT, NOW)  # has id 2, and is there first
        assert sealer.seal(upgraded, NOW, SHANGHAI) == {}
        with upgraded.write() as later:
            audit_log.record(later, ACT, NOW)  # whoever comes later is not waited for
    with upgraded.write() as other:
        audit_log.record(other, ACT, NOW)
        assert sealer.seal(upgraded, NOW, SHANGHAI) == {"audit_log": 2}
    assert sealer.seal(upgraded, NOW, SHANGHAI) == {"audit_log": 2}
    assert found(upgraded) == []


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5)
FIELDS = ("who", "origin", "act", "object", "note")


@settings(max_examples=30, deadline=None)
@given(data=st.data(), batches=st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_any_one_change_of_any_row_is_found_and_named(
    data: st.DataObject, batches: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("seals")
    with Store.open(f"sqlite:///{folder / 'store.db'}") as store:
        tables.metadata.create_all(store.engine)
        for size in batches:
            with store.write() as connection:
                audit_log.record_many(connection, [ACT] * size, NOW)
            Sealer().seal(store, NOW, SHANGHAI)
        ident = data.draw(st.integers(1, sum(batches)))
        column = data.draw(st.sampled_from((*FIELDS, "at", "after", "")))
        with unguarded(store) as connection:
            if not column:
                tampering.remove(connection, "audit_log", ident)
            else:
                drawn = TEXTS if column in FIELDS else st.integers(0, 2**60)
                before = getattr(ACT, column, NOW)
                value = data.draw(drawn.filter(lambda value: value != before))
                tampering.change(connection, "audit_log", ident, **{column: value})
        named = Wrong.ROW_CHANGED if column else Wrong.ROW_REMOVED
        assert wrong(store) == [(named, "audit_log", ident)]
