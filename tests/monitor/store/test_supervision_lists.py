"""Orders, appeals and call-backs as people list them: tabs, bounds, pages."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, true

from monitor.access import Role, Visitor
from monitor.acts import appeal_rights, order_rights
from monitor.store import (
    alerts,
    appeal_list,
    appeals,
    audit_log,
    call_back_list,
    call_backs,
    order_list,
    orders,
    tables,
)
from monitor.store.audit_log import Act
from monitor.store.call_backs import NewCallBack, Reason, Result
from monitor.store.order_list import Wanted
from monitor.store.orders import Parties
from monitor.store.scope import Scope
from monitor.store.store import Store
from rules.appeals import Appeal, AppealState
from rules.carriers import carrier
from rules.directory import Directory, Person
from rules.instants import DAY
from rules.orders import Order, OrderState
from rules.orders_acts import OrderEvent
from tests.support.stores import NOW, new_alert, put_cases

DIRECTORY = Directory(people={"li": Person("li", "李阳")})
NAMESAKES = Directory(
    people={
        **DIRECTORY.people,
        "li-1": Person("li-1", "李阳", region="d1"),
        "li-2": Person("li-2", "李阳", region="d2"),
    }
)
EVERYWHERE = Wanted(true())


def visitor(
    regions: set[str] | None, departments: set[str] | None = None, person: str | None = None
) -> Visitor:
    within = [None if one is None else frozenset(one) for one in (regions, departments)]
    return Visitor("x", "某人", Role.VIEW, Scope(*within), person)


def card(connection: Connection, case: str, region: str) -> int:
    [ident] = put_cases(connection, case)
    facts = {"region": region, "department": "ZJ", "handler": "李阳"}
    [alert] = alerts.open_alerts(connection, [new_alert(ident, carrier=carrier(facts, {}))])
    return alert


def add(connection: Connection, n: int, state: OrderState, region: str = "d1") -> None:
    """Store an order of the city, due ``n`` days after ``NOW``."""
    order = Order(f"DB-{n}", state, NOW, "wang", NOW + n * DAY, NOW + n * DAY, ended_at=NOW + n)
    order = replace(order, review_due=NOW + n * DAY, close_due=NOW + n * DAY)
    parties = Parties("wang", "c", region, "ZJ", "李阳", f"施工许可 100% {n}")
    alert = card(connection, f"C-{n}", region)
    orders.add(connection, order, parties, [alert], OrderEvent(NOW, "issued", "wang"), NOW)


def numbers(
    connection: Connection, wanted: Wanted, tab: str, offset: int = 0, limit: int = 9
) -> list[str]:
    rows = order_list.listing(connection, wanted, tab, NOW + 3 * DAY, offset=offset, limit=limit)
    return [row.order.no for row in rows]


def test_each_order_is_in_one_tab_of_a_state_and_the_numbers_are_those_of_the_lists(
    store: Store,
) -> None:
    with store.write() as connection:
        for n, state in enumerate(OrderState, 1):
            add(connection, n, state)
        counted = order_list.counts(connection, EVERYWHERE, NOW + 3 * DAY)
        listed = {tab: numbers(connection, EVERYWHERE, tab) for tab in order_list.TABS}
    assert counted == {tab: len(found) for tab, found in listed.items()}
    assert listed == {
        "open": ["DB-1", "DB-2", "DB-3", "DB-4", "DB-5"],
        "issued": ["DB-1"],
        "reply": ["DB-2", "DB-4"],
        "review": ["DB-3"],
        "close": ["DB-5"],
        "late": ["DB-1", "DB-2", "DB-3"],
        "discharged": ["DB-6"],
        "withdrawn": ["DB-7"],
    }


def test_a_page_of_orders_begins_where_the_one_before_ended(store: Store) -> None:
    with store.write() as connection:
        for n in range(1, 6):
            add(connection, n, OrderState.ISSUED)
        pages = [numbers(connection, EVERYWHERE, "open", at, 2) for at in (0, 2, 4)]
    assert pages == [["DB-1", "DB-2"], ["DB-3", "DB-4"], ["DB-5"]]


def test_orders_are_found_by_place_text_and_person(store: Store) -> None:
    with store.write() as connection:
        add(connection, 1, OrderState.ISSUED, "d1")
        add(connection, 2, OrderState.ISSUED, "d2")
        for chosen, found in (
            (Wanted(true(), region="d2"), ["DB-2"]),
            (Wanted(true(), department="SL"), []),
            (Wanted(true(), text="db-1"), ["DB-1"]),
            (Wanted(true(), text="100% 2"), ["DB-2"]),
            (Wanted(true(), text="%1%"), []),
            (Wanted(true(), mine=["李阳"]), ["DB-1", "DB-2"]),
            (Wanted(true(), mine=["zhao"]), []),
        ):
            assert numbers(connection, chosen, "open") == found


def test_somebody_sees_in_the_list_what_he_sees_one_by_one(store: Store) -> None:
    with store.write() as connection:
        add(connection, 1, OrderState.ISSUED, "d1")
        add(connection, 2, OrderState.ISSUED, "d2")
        for who in (
            *(visitor(None), visitor({"d1"}), visitor({"c"}), visitor({"c", "d1"}, {"SL"})),
            *(visitor({"d2"}, {"ZJ"}), visitor({"d9"}), visitor({"d9"}, None, "li")),
            *(visitor({"d9"}, None, "li-1"), visitor({"d9"}, None, "li-2")),
        ):
            bound = order_rights.seen(who, NAMESAKES, tables.orders.c)
            one_by_one = [
                row.order.no
                for no in ("DB-1", "DB-2")
                if (row := orders.by_no(connection, no))
                and order_rights.may_see(who, NAMESAKES, row.parties)
            ]
            assert numbers(connection, Wanted(bound), "open") == one_by_one, who


def test_appeals_are_listed_within_what_somebody_sees(store: Store) -> None:
    with store.write() as connection:
        for n, (region, decides) in enumerate((("d1", "d1"), ("d2", "c")), 1):
            alert = card(connection, f"C-{n}", region)
            due = NOW + (3 - n) * DAY
            appeal = Appeal(AppealState.PENDING, NOW, "zhao", "停机", "", decides, due)
            appeals.add(connection, alert, "red", appeal)
        for who, found in (
            (visitor(None), [2, 1]),
            (visitor({"d1"}), [1]),
            (visitor({"c"}), [2]),
            (visitor({"c"}, {"SL"}), []),
            (visitor({"d9"}, None, "li"), [2, 1]),
            (visitor({"d9"}), []),
        ):
            bound = appeal_rights.seen(who, DIRECTORY, tables.appeals.c, tables.alerts.c)
            rows = appeal_list.listing(connection, bound, AppealState.PENDING, offset=0, limit=9)
            counted = appeal_list.counts(connection, bound)
            assert [row.id for row in rows] == found
            assert counted == {**dict.fromkeys(AppealState, 0), AppealState.PENDING: len(found)}


def test_call_backs_wait_are_late_or_done(store: Store) -> None:
    with store.write() as connection:
        ids = put_cases(connection, "C-1", "C-2", "C-3")
        new = [NewCallBack(one, Reason.LATE, "red", NOW + n * DAY) for n, one in enumerate(ids, 1)]
        call_backs.add(connection, new, NOW)
        call_backs.record(connection, 3, Result.SATISFIED, "wang", "", NOW)
        now = NOW + DAY
        assert call_back_list.counts(connection, true(), now) == {
            "waiting": 2,
            "late": 1,
            "done": 1,
        }
        for tab, found in (("waiting", [1, 2]), ("late", [1]), ("done", [3])):
            rows = call_back_list.listing(connection, true(), tab, now, offset=0, limit=9)
            assert [one.row.id for one in rows] == found
        second = call_back_list.listing(connection, true(), "waiting", now, offset=1, limit=1)
        assert [(one.row.id, one.name, one.phone) for one in second] == [(2, "", "")]


def test_who_looked_at_a_row_is_known_for_a_while(store: Store) -> None:
    with store.write() as connection:
        for who, ident, at in (("li", 1, NOW), ("li", 2, NOW - DAY), ("wang", 3, NOW)):
            audit_log.record(connection, Act(who, "web:", "look", f"call_back:{ident}"), at)
        seen = call_back_list.acted_on(connection, "li", "look", [1, 2, 3], NOW - 1)
        assert seen == {1}
        assert call_back_list.acted_on(connection, "li", "look", [], NOW - 1) == set()
