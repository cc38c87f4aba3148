"""Orders, appeals and call-backs in the store: numbers without gaps, claims, counts."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from monitor.store import (
    alerts,
    appeals,
    call_backs,
    counts,
    order_requests,
    orders,
    orders_missing,
    tables,
    waiting,
)
from monitor.store.call_backs import NewCallBack, Reason, Result
from monitor.store.order_requests import Request
from monitor.store.orders import Filter, OrderRow, Parties
from monitor.store.store import Store
from rules.amounts import Amount, Unit
from rules.appeals import Appeal, AppealState, filed
from rules.instants import DAY, HOUR, MINUTE
from rules.orders import Order, OrderState
from rules.orders_acts import OrderEvent
from tests.rules.ordering import autumn
from tests.support.stores import NOW, CrashError, checked_cases, new_alert, put_cases

PATTERN = "DB-{year}-{n:04d}"
PARTIES = Parties("wang", "990100", "990102", "ZJ", "李阳", "施工许可（尾号 A1）", via=("out",))


def an_order(no: str = "DB-2026-0001") -> Order:
    """Give an order issued at ``NOW``, to be acknowledged in a day and replied to in two."""
    return Order(no, OrderState.ISSUED, NOW, "wang", NOW + DAY, NOW + 2 * DAY)


def add(connection: Connection, no: str = "DB-2026-0001", case: str = "C-1") -> OrderRow:
    """Store an order for a card of a case of its own."""
    [ident] = put_cases(connection, case)
    [card] = alerts.open_alerts(connection, [new_alert(ident)])
    event = OrderEvent(NOW, "issued", "wang", "", {"state": "issued"})
    return orders.add(connection, an_order(no), PARTIES, [card], event, NOW)


def crash_if(now: bool) -> None:
    if now:
        raise CrashError


def test_an_order_is_read_as_it_was_stored(store: Store) -> None:
    with store.write() as connection:
        stored = add(connection)
    with store.read() as connection:
        assert orders.by_no(connection, "DB-2026-0001") == stored
        assert orders.open_of(connection, stored.alerts) == {stored.alerts[0]: stored}
        [event] = orders.events(connection, stored.id)
    assert (event.event, event.detail) == ("issued", {"state": "issued"})


def test_a_change_is_written_with_its_event(store: Store) -> None:
    with store.write() as connection:
        row = add(connection)
        ended = replace(row.order, state=OrderState.DISCHARGED, ended_at=NOW, opinion="属实")
        orders.change(connection, row.id, ended, OrderEvent(NOW, "discharge", "wang"), None)
    with store.read() as connection:
        assert orders.listing(connection, Filter(), 10) == []
        [found] = orders.listing(connection, Filter(open=False), 10)
        assert (found.order, found.next_at) == (ended, None)
        assert orders.open_of(connection, row.alerts) == {}


def test_numbers_have_no_gaps_when_a_transaction_is_rolled_back(store: Store) -> None:
    def draw_and_crash() -> None:
        with store.write() as connection:
            assert orders.draw(connection, PATTERN, year=2026) == "DB-2026-0001"
            raise CrashError

    with pytest.raises(CrashError):
        draw_and_crash()
    with store.write() as connection:
        assert orders.draw(connection, PATTERN, year=2026) == "DB-2026-0001"


def test_each_year_and_each_region_in_the_pattern_has_a_series_of_its_own(store: Store) -> None:
    pattern = "{region}-{year}-{n}"
    with store.write() as connection:
        drawn = [
            orders.draw(connection, pattern, year=year, region=region)
            for year, region in ((2026, "A"), (2026, "A"), (2026, "B"), (2027, "A"))
        ]
    assert drawn == ["A-2026-1", "A-2026-2", "B-2026-1", "A-2027-1"]


def test_two_daemons_at_once_draw_numbers_without_gaps_or_doubles(
    upgraded: Store, clean: None
) -> None:
    together = threading.Barrier(2)

    def issue(daemon: int) -> list[str]:
        drawn = []
        together.wait()
        for count in range(20):
            try:
                with upgraded.write() as connection:
                    row = add(
                        connection,
                        orders.draw(connection, PATTERN, year=2026),
                        f"C-{daemon}-{count}",
                    )
                    crash_if(count % 5 == 4)
                    drawn.append(row.order.no)
            except CrashError:
                continue
        return drawn

    with ThreadPoolExecutor(2) as daemons:
        drawn = [no for numbers in daemons.map(issue, range(2)) for no in numbers]
    assert sorted(drawn) == [f"DB-2026-{n:04d}" for n in range(1, 33)]


def test_an_order_that_is_due_is_claimed_by_one_daemon(upgraded: Store, clean: None) -> None:
    with upgraded.write() as connection:
        add(connection)
    with upgraded.write() as one, upgraded.write() as two:
        assert [row.order.no for row in orders.claim_due(one, NOW, 10)] == ["DB-2026-0001"]
        assert orders.claim_due(two, NOW, 10) == []


def test_orders_are_counted_by_state_and_by_what_is_overdue(store: Store) -> None:
    with store.write() as connection:
        add(connection)
        row = add(connection, "DB-2026-0002", "C-2")
        replied = replace(row.order, state=OrderState.REPLIED, review_due=NOW + 3 * DAY)
        orders.change(connection, row.id, replied, None, None)
    with store.read() as connection:
        assert orders.counts(connection, NOW) == ({"issued": 1, "replied": 1}, 0)
        assert orders.counts(connection, NOW + DAY)[1] == 1
        assert orders.counts(connection, NOW + 3 * DAY)[1] == 2
        late = orders.listing(connection, Filter(late_by=NOW + DAY), 10)
    assert [one.order.no for one in late] == ["DB-2026-0001"]


def test_an_order_that_nobody_looks_at_lags(store: Store) -> None:
    with store.write() as connection:
        add(connection)
    with store.read() as connection:
        assert counts.lag(connection, NOW + HOUR, HOUR).orders == 0
        assert counts.lag(connection, NOW + HOUR + 1, HOUR).orders == 1


def an_appeal() -> Appeal:
    return filed("李阳", "停机", "", "990102", NOW, Amount(1, Unit.WORKING_DAY), autumn())


def test_of_one_card_only_one_appeal_is_pending(store: Store) -> None:
    with store.write() as connection:
        [case] = put_cases(connection, "C-1")
        [card] = alerts.open_alerts(connection, [new_alert(case)])
        ident = appeals.add(connection, card, "yellow", an_appeal())
        found = appeals.pending_of(connection, card)
        assert found is not None
        assert (found.id, found.appeal) == (ident, an_appeal())
        assert appeals.pending(connection) == 1

    def again() -> None:
        with store.write() as connection:
            appeals.add(connection, card, "yellow", an_appeal())

    with pytest.raises(IntegrityError):
        again()


def test_a_ladder_is_held_while_an_appeal_is_pending(store: Store) -> None:
    a = tables.alerts.c
    held = select(a.holds, a.next_step_at, a.answered_at)
    with store.write() as connection:
        [case] = put_cases(connection, "C-1")
        [card] = alerts.open_alerts(connection, [new_alert(case)])
        ident = appeals.add(connection, card, "yellow", an_appeal())
        hold = {"from_at": NOW, "until_at": None, "why": "appeal", "by": "李阳"}
        assert connection.execute(held).one() == ([hold], None, NOW)
        row = appeals.by_id(connection, ident)
        assert row is not None
        ended = replace(row, appeal=replace(row.appeal, state=AppealState.REFUSED))
        appeals.change(connection, ended, "yellow", "qian", NOW + HOUR)
        released = [{**hold, "until_at": NOW + HOUR}]
        assert connection.execute(held).one() == (released, NOW + HOUR, None)


def test_a_card_is_revoked_once_and_its_case_is_checked_anew(store: Store) -> None:
    with store.write() as connection:
        [case] = put_cases(connection, "C-1", now=NOW)
        [card] = alerts.open_alerts(connection, [new_alert(case, evidence={"due_at": 5})])
        assert appeals.revoke(connection, card, "qian", "误报", NOW + HOUR)
        assert not appeals.revoke(connection, card, "qian", "误报", NOW + HOUR)
        [revoked] = appeals.revoked_of(connection, [case])[case]
        assert (revoked.rule, revoked.rank, revoked.evidence) == ("promise", 1, {"due_at": 5})
        query = select(tables.cases.c.next_check_at)
        assert connection.scalar(query) == NOW + HOUR


def test_cards_without_an_order_are_counted_by_region_since_their_first_such_level(
    store: Store,
) -> None:
    with store.write() as connection:
        cases = put_cases(connection, "C-1", "C-2", "C-3")
        new = [new_alert(case, carrier={"region": "990102"}) for case in cases]
        first, second, third = alerts.open_alerts(connection, new)
        event = OrderEvent(NOW, "issued", "wang")
        orders.add(connection, an_order(), PARTIES, [second], event, NOW)
        appeals.add(connection, third, "yellow", an_appeal())
    with store.read() as connection:
        assert orders_missing.without_order(connection, ["yellow"], NOW - 1) == []
        assert orders_missing.without_order(connection, ["red"], NOW) == []
        [found] = orders_missing.without_order(connection, ["yellow"], NOW)
    assert (found.region, found.count, found.oldest, found.since_at) == ("990102", 1, first, NOW)


def test_a_case_is_on_the_list_of_call_backs_once(store: Store) -> None:
    with store.write() as connection:
        [case] = put_cases(connection, "C-1")
        unfinished = NewCallBack(case, Reason.UNFINISHED, "yellow", NOW + DAY)
        call_backs.add(connection, [unfinished], NOW)
        call_backs.add(connection, [replace(unfinished, reason=Reason.LATE, level="red")], NOW)
        [row] = call_backs.listing(connection, 10)
        assert (row.reason, row.level, row.call_due) == ("late", "red", NOW + DAY)
        assert call_backs.counts(connection, NOW + DAY) == (1, 1)
        assert call_backs.late_by_region(connection, NOW + DAY) == [(None, 1, NOW + DAY)]
        call_backs.record(connection, row.id, Result.SATISFIED, "王芳", "满意", NOW)
        call_backs.add(connection, [unfinished], NOW)
        [done] = call_backs.listing(connection, 10, waiting=False)
    assert (done.reason, done.result, done.attempts) == ("late", "satisfied", 1)


def test_a_request_for_an_order_stays_until_it_is_removed(store: Store) -> None:
    with store.write() as connection:
        [case] = checked_cases(connection, "C-1")
        [card] = alerts.open_alerts(connection, [new_alert(case)])
        asked = Request(card, "county", "请办结", None, "2.0 working days", "wang", None, ("out",))
        order_requests.add(connection, [asked], NOW)
        assert waiting.orders(connection, NOW)

    def claim_and_crash() -> None:
        with store.write() as connection:
            due = order_requests.claim(connection, NOW)
            assert due is not None
            order_requests.remove(connection, due.id)
            raise CrashError

    with pytest.raises(CrashError):
        claim_and_crash()
    with store.write() as connection:
        due = order_requests.claim(connection, NOW)
        assert due is not None
        assert (due.request, due.attempts) == (asked, 0)
        order_requests.put_off(connection, due.id, NOW + MINUTE, "the disk is full")
        assert order_requests.claim(connection, NOW) is None
        assert not waiting.orders(connection, NOW)
        due = order_requests.claim(connection, NOW + MINUTE)
        assert due is not None
        assert due.attempts == 1
        order_requests.remove(connection, due.id)
        assert not waiting.orders(connection, NOW + DAY)
