from __future__ import annotations

from monitor.store import alerts, audit_log, cases, rule_use
from monitor.store.audit_log import Act
from monitor.store.scope import Scope
from monitor.store.store import Store
from rules.carriers import carrier
from tests.support.stores import NOW, case_id, new_alert, read_case

ALL = Scope()
DONGPU = Scope(frozenset({"990102"}))


def fill(store: Store) -> None:
    """Put cards of two versions of a rule on cases of two regions, the later of which is redder."""
    with store.write() as connection:
        for key, region, version, rank in (("A", "990102", "1", 1), ("B", "990100", "2", 2)):
            facts = {"region": region, "department": "ZJ"}
            cases.put(connection, "hall", [read_case(key, **facts)], NOW)
            ident = case_id(connection, key)
            given = {"version": version, "rank": rank, "opened_at": NOW + rank}
            alerts.open_alerts(connection, [new_alert(ident, carrier=carrier(facts, {}), **given)])


def test_cards_are_counted_by_rule_within_a_scope(store: Store) -> None:
    fill(store)
    with store.read() as connection:
        assert rule_use.standing(connection, ALL) == {"promise": 2}
        assert rule_use.standing(connection, DONGPU) == {"promise": 1}
        assert rule_use.climbing(connection, ALL) == {}


def test_the_gravest_card_comes_first_and_pages_go_on(store: Store) -> None:
    fill(store)
    with store.read() as connection:
        first = rule_use.cards(connection, ALL, 0, 1, rule="promise")
        second = rule_use.cards(connection, ALL, 1, 1, rule="promise")
        some = rule_use.cards(connection, ALL, 0, 9, rule="promise", version="1")
    assert [one.key for one in (*first, *second)] == ["B", "A"]
    assert [one.key for one in some] == ["A"]


def test_what_is_counted_is_what_is_listed(store: Store) -> None:
    fill(store)
    with store.read() as connection:
        for scope in (ALL, DONGPU):
            listed = rule_use.cards(connection, scope, 0, 9, rule="promise")
            assert rule_use.count(connection, scope, rule="promise") == len(listed)


def test_versions_are_told_by_their_cards_the_latest_first(store: Store) -> None:
    fill(store)
    with store.read() as connection:
        found = rule_use.versions(connection, "promise", DONGPU)
    assert [(one.version, one.first_at, one.standing) for one in found] == [
        ("2", NOW + 2, 0),
        ("1", NOW + 1, 1),
    ]


def test_rules_are_in_force_since_the_first_start_with_them_without_a_break(store: Store) -> None:
    acts = (("a", 1), ("b", 2), ("a", 3), ("a", 4))
    with store.write() as connection:
        for rules, at in acts:
            act = Act("duban", "daemon:x", "daemon.start", "daemon", None, {"rules": rules})
            audit_log.record(connection, act, at)
    with store.read() as connection:
        assert rule_use.taken_up_at(connection, ("a",)) == 3
        assert rule_use.taken_up_at(connection, ("b",)) is None
