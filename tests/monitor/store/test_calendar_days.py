from __future__ import annotations

from datetime import date

from monitor.store import calendar_days
from monitor.store.store import Store
from rules.calendar_days import DayEdit
from tests.support.stores import NOW

OFF = DayEdit(date(2026, 10, 15), works=False, name="停工")
ON = DayEdit(date(2026, 10, 17), works=True, name="补班")


def test_what_is_entered_is_loaded_in_the_order_of_days(store: Store) -> None:
    with store.write() as connection:
        for edit in (ON, OFF):
            calendar_days.enter(connection, "cn", edit, "wang", NOW)
    with store.read() as connection:
        assert calendar_days.load(connection).of("cn") == (OFF, ON)
        assert calendar_days.load(connection).of("other") == ()


def test_the_version_grows_with_every_entry_and_every_end(store: Store) -> None:
    seen = []
    with store.write() as connection:
        seen.append(calendar_days.version(connection))
        ident = calendar_days.enter(connection, "cn", OFF, "wang", NOW)
        seen.append(calendar_days.version(connection))
        assert calendar_days.end(connection, ident, "qian", NOW + 1)
        seen.append(calendar_days.version(connection))
        assert not calendar_days.end(connection, ident, "qian", NOW + 2)
    assert seen == [0, 1, 2]


def test_another_entry_for_a_day_ends_the_one_before(store: Store) -> None:
    other = DayEdit(OFF.day, works=False, name="台风")
    with store.write() as connection:
        calendar_days.lock(connection)
        for edit in (OFF, other):
            calendar_days.enter(connection, "cn", edit, "wang", NOW)
    with store.read() as connection:
        assert calendar_days.load(connection).of("cn") == (other,)
        kept = calendar_days.history(connection, "cn", 2026, OFF.day)
    assert [(one.name, one.ended_by) for one in kept] == [("台风", None), ("停工", "wang")]


def test_the_history_is_of_a_year(store: Store) -> None:
    with store.write() as connection:
        calendar_days.enter(connection, "cn", OFF, "wang", NOW)
    with store.read() as connection:
        assert calendar_days.history(connection, "cn", 2027) == []
        assert len(calendar_days.history(connection, "cn", 2026)) == 1
