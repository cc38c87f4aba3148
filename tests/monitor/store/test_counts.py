from __future__ import annotations

from monitor.store import alerts, cases, counts, deliveries, delivery_queue, rejects, sources
from monitor.store.alerts import Ladder
from monitor.store.counts import Lag, OpenAlerts, OpenCases
from monitor.store.deliveries import Sent
from monitor.store.store import Store
from rules.instants import MINUTE
from tests.monitor.store.test_rejects import Row
from tests.support.stores import (
    NOW,
    case_id,
    checked,
    checked_cases,
    claim_deliveries,
    new_alert,
    new_delivery,
    notice,
    put_cases,
    read_case,
)

GRACE = 5 * MINUTE


def lag(store: Store, now: int) -> Lag:
    with store.read() as connection:
        return counts.lag(connection, now, GRACE)


def test_open_cases_are_counted_by_source_level_and_state(store: Store) -> None:
    with store.write() as connection:
        put_cases(connection, "A", "B", "C")
        put_cases(connection, "A", source="other")
        cases.put(connection, "hall", [read_case("closed", closed_at=NOW)], NOW)
        for key in ("A", "B", "closed"):  # a closed one whose alert stands is not open
            ident = case_id(connection, key)
            cases.record_checks(connection, [checked(ident, level="red", rank=2, state="overdue")])
        found = counts.open_cases(connection)
    assert set(found) == {
        OpenCases("hall", "red", "overdue", 2),
        OpenCases("hall", None, None, 1),
        OpenCases("other", None, None, 1),
    }


def test_open_alerts_are_counted_by_level_and_acknowledgement(store: Store) -> None:
    with store.write() as connection:
        a, b, c = put_cases(connection, "A", "B", "C")
        red = {"level": "red", "rank": 2}
        new = [new_alert(a, **red), new_alert(b, **red), new_alert(c)]
        first, *_ = alerts.open_alerts(connection, new)
        alerts.acknowledge(connection, first, "li", "", NOW)
        found = counts.open_alerts(connection)
    assert found == [
        OpenAlerts("red", False, 1),
        OpenAlerts("red", True, 1),
        OpenAlerts("yellow", False, 1),
    ]


def test_deliveries_and_rejects_are_counted_by_channel_and_source(store: Store) -> None:
    with store.write() as connection:
        ways = new_delivery("D-1"), new_delivery("D-2"), new_delivery("D-3", channel="sms")
        deliveries.add_notices(connection, [notice(*ways)], NOW)
        [one, _] = claim_deliveries(connection, NOW, NOW + MINUTE, "me", 1)
        deliveries.sent(connection, [Sent(one.id, NOW, None)])
        rejects.put_rejects(connection, "hall", [Row("A"), Row("B")], NOW)
        rejects.clear(connection, "hall", ["A"], NOW)
        assert counts.deliveries(connection, "pending") == {"email": 1, "sms": 1}
        assert counts.deliveries(connection, "failed") == {}
        assert counts.rejects(connection) == {"hall": 1}


def test_an_empty_store_lags_in_nothing(store: Store) -> None:
    assert lag(store, NOW) == Lag(0, 0, 0, 0, 0, None)


def test_what_is_due_lags_only_after_the_grace(store: Store) -> None:
    with store.write() as connection:
        sources.ensure(connection, ["hall"], NOW + 3)
        put_cases(connection, "A", now=NOW + 2)
        (case,) = checked_cases(connection, "B")
        alerts.open_alerts(connection, [new_alert(case, ladder=Ladder(next_step_at=NOW + 1))])
        deliveries.add_notices(connection, [notice(new_delivery(not_before=NOW))], NOW)
    assert lag(store, NOW + GRACE) == Lag(0, 0, 0, 0, 0, None)
    assert lag(store, NOW + GRACE + 4) == Lag(1, 1, 1, 1, 0, NOW)


def test_what_is_claimed_lags_only_after_its_claim_and_the_grace(store: Store) -> None:
    with store.write() as connection:
        sources.ensure(connection, ["hall"], NOW)
        sources.claim(connection, "hall", NOW, NOW + MINUTE, "me")
        deliveries.add_notices(connection, [notice(new_delivery())], NOW)
        claim_deliveries(connection, NOW, NOW + MINUTE, "me", 1)
    late = lag(store, NOW + MINUTE + GRACE)
    assert (late.sources, late.deliveries, late.unsent) == (0, 0, 0)
    late = lag(store, NOW + MINUTE + GRACE + 1)
    assert (late.sources, late.deliveries, late.unsent) == (1, 0, 1)


def test_what_waits_for_a_rate_or_a_pause_is_no_lag_while_something_goes(store: Store) -> None:
    with store.write() as connection:
        deliveries.add_notices(
            connection, [notice(*(new_delivery(f"D-{n}") for n in range(3)))], NOW
        )
        late = NOW + GRACE + 1
        assert counts.lag(connection, late, GRACE, ["email"]).deliveries == 3
        one, *_ = claim_deliveries(connection, NOW, NOW + MINUTE, "me", 1)
        deliveries.sent(connection, [Sent(one.id, late, None)])
        assert counts.lag(connection, late, GRACE, ["email"]).deliveries == 0
        assert counts.lag(connection, late, GRACE).deliveries == 2
        delivery_queue.hold(connection, "email", late + MINUTE, "HTTP 429")
        assert counts.lag(connection, late, GRACE).deliveries == 0
        assert counts.waiting(connection) == {"email": (2, NOW)}
