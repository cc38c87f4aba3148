from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from monitor.store import alert_events, alert_list, alerts, climbs, tables
from monitor.store.alert_list import Filter
from monitor.store.alerts import Ladder
from monitor.store.store import Store
from monitor.store.system_alerts import SystemAlert, open_system, resolve_system
from rules.instants import DAY
from tests.support.stores import NOW, checked_cases, new_alert

DOWN = SystemAlert(
    subject="source:hall",
    rule="source-down",
    title="数据源读不到",
    level="red",
    rank=2,
    reason="timeout",
    source="hall",
    evidence={"error": "timed out"},
    ladder=Ladder("system", "1", 0, NOW),
)


def test_opening_is_done_once_and_refreshed(store: Store) -> None:
    again = SystemAlert("source:hall", "source-down", "仍读不到", "yellow", 1, "refused")
    with store.write() as connection:
        ident = open_system(connection, DOWN, NOW)
        assert ident is not None
        assert open_system(connection, again, NOW + DAY) is None
        [row] = alert_list.listing(connection, Filter(), 10)
        assert len(alert_events.of_alert(connection, ident)) == 1
    assert (row.alert.title, row.alert.level, row.alert.opened_at) == ("仍读不到", "red", NOW)
    assert (row.alert.subject, row.alert.case_id, row.no) == ("source:hall", None, None)


def test_subjects_and_rules_stand_side_by_side(store: Store) -> None:
    with store.write() as connection:
        for subject, rule in (("a", "x"), ("a", "y"), ("b", "x")):
            alert = SystemAlert(subject, rule, "", "red", 2, "")
            assert open_system(connection, alert, NOW) is not None


def test_resolving_is_done_once(store: Store) -> None:
    with store.write() as connection:
        ident = open_system(connection, DOWN, NOW)
        assert resolve_system(connection, "source:hall", "source-down", "back", NOW + 1) == ident
        assert resolve_system(connection, "source:hall", "source-down", "back", NOW + 2) is None
        assert open_system(connection, DOWN, NOW + 3) not in (None, ident)
        [row] = alert_list.listing(connection, Filter(open=False), 10)
    assert (row.alert.resolved_at, row.alert.next_step_at) == (NOW + 1, NOW + 1)


def test_its_steps_fall_due_without_a_case(store: Store) -> None:
    with store.write() as connection:
        open_system(connection, DOWN, NOW)
        (case,) = checked_cases(connection, "A")
        alerts.open_alerts(connection, [new_alert(case, ladder=Ladder(next_step_at=NOW))])
        system, about = climbs.claim_due_steps(connection, NOW, 10)
    assert (system.case, system.alert.subject) == (None, "source:hall")
    assert about.case is not None


def test_an_alert_is_about_a_case_or_a_subject(store: Store) -> None:
    values = {
        "rule": "x",
        "version": "1",
        "title": "",
        "law": "",
        "level": "red",
        "rank": 2,
        "state": "open",
        "opened_at": NOW,
        "level_since_at": NOW,
        "evidence": {},
    }
    with pytest.raises(IntegrityError, match="case_or_subject"), store.write() as connection:
        connection.execute(tables.alerts.insert(), [values])
