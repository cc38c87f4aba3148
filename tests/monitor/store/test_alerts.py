from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from monitor.store import alert_events, alert_list, alerts, climbs
from monitor.store.alert_events import ACKNOWLEDGED, Event
from monitor.store.alert_list import Alert, Filter
from monitor.store.alerts import Ladder, NewAlert, NewLevel, Resolved
from monitor.store.climbs import Stepped
from monitor.store.store import Store
from rules.findings import Outcome, Reason
from rules.instants import DAY, HOUR
from tests.support.stores import NOW, checked_cases, new_alert, put_cases

TOLD = [{"person": "li", "via": "wecom"}]


def opened(store: Store, key: str = "A", **given: object) -> int:
    with store.write() as connection:
        (case,) = checked_cases(connection, key)
        (ident,) = alerts.open_alerts(connection, [new_alert(case, **given)])
    return ident


def the_alert(store: Store, **chosen: object) -> Alert:
    with store.read() as connection:
        [row] = alert_list.listing(connection, Filter(**{"open": None, **chosen}), 10)  # type: ignore[arg-type]
    return row.alert


def events(store: Store, ident: int) -> list[Event]:
    with store.read() as connection:
        return alert_events.of_alert(connection, ident)


def test_an_opened_alert_tells_what_it_is_based_on(store: Store) -> None:
    ident = opened(
        store,
        due_at=NOW - DAY,
        evidence={"due_at": NOW - DAY, "说明": "超期"},
        ladder=Ladder("county", "3", 0, NOW),
    )
    alert = the_alert(store)
    assert (alert.id, alert.state, alert.level, alert.rank) == (ident, "open", "yellow", 1)
    assert (alert.due_at, alert.evidence["说明"]) == (NOW - DAY, "超期")
    assert (alert.policy, alert.policy_version, alert.step) == ("county", "3", 0)
    assert alert.next_step_at == NOW
    [event] = events(store, ident)
    assert (event.event, event.reason, event.level) == ("alert_opened", "due", "yellow")
    assert event.detail["evidence"]["说明"] == "超期"


def test_alerts_opened_together_have_their_ids_in_order(store: Store) -> None:
    with store.write() as connection:
        found = put_cases(connection, *(f"{n:04d}" for n in range(1_500)))
        ids = alerts.open_alerts(connection, [new_alert(case) for case in found])
        listed = alert_list.listing(connection, Filter(), 2_000)
        assert alerts.open_alerts(connection, []) == []
    assert {row.alert.id: row.alert.case_id for row in listed} == dict(zip(ids, found, strict=True))


def test_a_second_open_alert_of_a_rule_for_a_case_is_refused(store: Store) -> None:
    opened(store)
    with pytest.raises(IntegrityError), store.write() as connection:
        alerts.open_alerts(connection, [new_alert(1)])


def test_an_alert_may_open_again_once_resolved(store: Store) -> None:
    ident = opened(store)
    with store.write() as connection:
        alerts.resolve(connection, [Resolved(ident, NOW, Reason.CLOSED, "yellow")])
        assert alerts.open_alerts(connection, [new_alert(1)]) != [ident]


def test_a_raised_alert_keeps_what_it_was_in_its_events(store: Store) -> None:
    ident = opened(store, evidence={"over": 0}, ladder=Ladder("county", "1", 2, None))
    change = NewLevel(
        id=ident,
        outcome=Outcome.RAISED,
        reason=Reason.DUE,
        at=NOW + DAY,
        version="2",
        level="red",
        rank=2,
        level_since_at=NOW + HOUR,
        due_at=NOW,
        evidence={"over": 3},
        ladder=Ladder("county", "1", 0, NOW + DAY),
    )
    with store.write() as connection:
        alerts.change_levels(connection, [change])
        alerts.change_levels(connection, [])
    alert = the_alert(store)
    assert (alert.level, alert.rank, alert.level_since_at) == ("red", 2, NOW + HOUR)
    assert (alert.version, alert.due_at, alert.evidence) == ("2", NOW, {"over": 3})
    assert (alert.opened_at, alert.step, alert.next_step_at) == (NOW, 0, NOW + DAY)
    first, second = events(store, ident)
    assert (first.level, first.detail["evidence"]) == ("yellow", {"over": 0})
    assert (second.event, second.at, second.level) == ("alert_raised", NOW + DAY, "red")


def test_a_resolved_alert_has_one_more_step_due(store: Store) -> None:
    ident = opened(store, ladder=Ladder("county", "1", 2, NOW + 9 * DAY))
    with store.write() as connection:
        resolved = Resolved(ident, NOW + DAY, Reason.CLOSED, "yellow", "已办结")
        alerts.resolve(connection, [resolved])
        alerts.resolve(connection, [])
        [step] = climbs.claim_due_steps(connection, NOW + DAY, 10)
    assert (step.alert.state, step.alert.step) == ("resolved", 2)
    alert = the_alert(store)
    assert (alert.resolved_at, alert.resolution) == (NOW + DAY, "已办结")
    assert events(store, ident)[-1] == Event(ident, NOW + DAY, "alert_resolved", "closed", "yellow")


@pytest.mark.parametrize(("outcome", "answered"), [(Outcome.RAISED, None), (Outcome.LOWERED, "li")])
def test_a_graver_level_must_be_answered_anew(
    store: Store, outcome: Outcome, answered: str | None
) -> None:
    ident = opened(store)
    change = NewLevel(ident, outcome, Reason.DUE, NOW, "1", "other", 2, NOW)
    with store.write() as connection:
        alerts.acknowledge(connection, ident, "li", "", NOW)
        alerts.change_levels(connection, [change])
    assert the_alert(store).acked_by == answered


def test_due_steps_come_with_the_facts_of_their_case(store: Store) -> None:
    opened(store, "later", ladder=Ladder("county", "1", 1, NOW + 2))
    opened(store, "first", ladder=Ladder("county", "1", 0, NOW + 1))
    opened(store, "none", ladder=Ladder("county", "1", 3, None))
    with store.write() as connection:
        assert climbs.claim_due_steps(connection, NOW, 10) == []
        steps = climbs.claim_due_steps(connection, NOW + 2, 10)
        assert len(climbs.claim_due_steps(connection, NOW + 2, 1)) == 1
    assert [step.case and step.case.facts["no"] for step in steps] == ["NO-first", "NO-later"]
    assert [step.alert.step for step in steps] == [0, 1]


def test_a_recorded_step_is_not_due_again(store: Store) -> None:
    ident = opened(store, ladder=Ladder("county", "1", 0, NOW))
    with store.write() as connection:
        climbs.record_steps(
            connection, [Stepped(ident, "city", "2", "f1", 1, [1], NOW + DAY, TOLD, None)]
        )
        climbs.record_steps(connection, [])
        assert climbs.claim_due_steps(connection, NOW, 10) == []
        [step] = climbs.claim_due_steps(connection, NOW + DAY, 10)
    assert (step.alert.step, step.alert.told) == (1, TOLD)
    assert (step.alert.policy, step.alert.policy_version) == ("city", "2")


def test_the_first_to_acknowledge_is_noted(store: Store) -> None:
    ident = opened(store)
    with store.write() as connection:
        assert alerts.acknowledge(connection, ident, "li", "已催办", NOW + HOUR)
        assert not alerts.acknowledge(connection, ident, "chen", "", NOW + 2 * HOUR)
        assert not alerts.acknowledge(connection, ident + 1, "chen", "", NOW)
    alert = the_alert(store)
    assert (alert.acked_by, alert.acked_at, alert.ack_note) == ("li", NOW + HOUR, "已催办")
    assert [event.event for event in events(store, ident)] == ["alert_opened", ACKNOWLEDGED]


def test_a_resolved_alert_cannot_be_acknowledged(store: Store) -> None:
    ident = opened(store)
    with store.write() as connection:
        alerts.resolve(connection, [Resolved(ident, NOW, Reason.CLOSED, "yellow")])
        assert not alerts.acknowledge(connection, ident, "li", "", NOW)


@pytest.mark.parametrize(
    ("chosen", "rules"),
    [
        (Filter(), ["statutory", "promise"]),
        (Filter(open=None), ["statutory", "fee", "promise"]),
        (Filter(open=False), ["fee"]),
        (Filter(level="red"), ["statutory"]),
        (Filter(rule="promise"), ["promise"]),
        (Filter(source="other"), []),
        (Filter(acknowledged=True), ["promise"]),
        (Filter(acknowledged=False), ["statutory"]),
        (Filter(about_system=True), []),
        (Filter(about_system=False), ["statutory", "promise"]),
        (Filter(region="450300"), []),
        (Filter(department="住建局"), []),
        (Filter(case_id=1), ["statutory", "promise"]),
        (Filter(case_id=2), []),
    ],
)
def test_a_list_holds_the_chosen_newest_first(
    store: Store, chosen: Filter, rules: list[str]
) -> None:
    with store.write() as connection:
        (case,) = put_cases(connection, "A")
        new: list[NewAlert] = [
            new_alert(case),
            new_alert(case, rule="fee"),
            new_alert(case, rule="statutory", level="red", rank=2),
        ]
        promise, fee, _ = alerts.open_alerts(connection, new)
        alerts.acknowledge(connection, promise, "li", "", NOW)
        alerts.resolve(connection, [Resolved(fee, NOW, Reason.CLOSED, "yellow")])
        found = alert_list.listing(connection, chosen, 10)
    assert [row.alert.rule for row in found] == rules
    assert all(row.no == "NO-A" for row in found)


def test_alerts_are_found_by_their_ids_and_unknown_ids_give_none(store: Store) -> None:
    first, second = opened(store, "A"), opened(store, "B")
    with store.read() as connection:
        found = alert_list.of_ids(connection, [second, 999_999, first])
    assert [(row.alert.id, row.key) for row in found] == [(first, "A"), (second, "B")]
