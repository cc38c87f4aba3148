from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.catalogue import EVER, Catalogue, Item
from rules.catalogue_changes import Entry, Kind, compare, renewed
from tests.support.catalogue import entry, item

ON = date(2026, 12, 1)
LATER = date(2027, 1, 1)
EARLIER = date(2026, 6, 1)


def after(
    old: Sequence[Item], *entries: Entry, on: date = ON, unread: tuple[str, ...] = ()
) -> list[Item]:
    new = renewed(Catalogue(old), entries, on, unread)
    return [one for code in new.codes for one in new.editions(code)]


def test_an_item_that_was_never_known_is_in_force_since_ever() -> None:
    assert after([], entry()) == [item(since=EVER)]


def test_facts_that_are_the_same_make_no_new_edition() -> None:
    old = [item(until=EARLIER, promised_days=20), item(since=EARLIER)]
    assert after(old, entry()) == old


def test_facts_that_differ_are_a_new_edition_from_the_day_on() -> None:
    assert after([item()], entry(promised_days=5)) == [
        item(until=ON),
        item(since=ON, promised_days=5),
    ]


def test_a_second_list_of_the_same_day_corrects_the_first() -> None:
    old = [item(until=ON), item(since=ON, promised_days=5)]
    assert after(old, entry(promised_days=6)) == [item(until=ON), item(since=ON, promised_days=6)]


def test_an_edition_that_begins_later_stays() -> None:
    old = [item(until=LATER), item(since=LATER, promised_days=5)]
    assert after(old, entry()) == old
    assert after(old, entry(promised_days=7)) == [
        item(until=ON),
        item(since=ON, until=LATER, promised_days=7),
        item(since=LATER, promised_days=5),
    ]


def test_an_item_that_the_list_lacks_ends() -> None:
    assert after([item("A"), item("B")], entry("B")) == [item("A", until=ON), item("B")]


def test_an_item_that_has_begun_on_the_day_and_is_gone_leaves_nothing() -> None:
    assert after([item("A", since=ON), item("B")], entry("B")) == [item("B")]


def test_an_item_that_comes_back_has_a_gap() -> None:
    old = [item(until=EARLIER)]
    assert after(old, entry()) == [item(until=EARLIER), item(since=ON)]


def test_an_item_whose_row_cannot_be_understood_stays() -> None:
    assert after([item("A"), item("B")], entry("B"), unread=("A",)) == [item("A"), item("B")]


def test_dates_of_the_list_itself_hold() -> None:
    dated = [entry(since=EARLIER, promised_days=8), entry(since=LATER, promised_days=5)]
    assert after([], *dated) == [
        item(since=EARLIER, until=LATER, promised_days=8),
        item(since=LATER, promised_days=5),
    ]


def test_dates_of_the_list_stand_in_place_of_what_began_since_and_keep_what_was_before() -> None:
    old = [item(until=EARLIER), item(since=EARLIER, promised_days=9)]
    assert after(old, entry(since=EARLIER - timedelta(5), promised_days=8)) == [
        item(until=EARLIER - timedelta(5)),
        item(since=EARLIER - timedelta(5), promised_days=8),
    ]


def test_an_end_in_the_list_is_taken_over() -> None:
    assert after([item()], entry(until=LATER)) == [item(until=LATER)]


_facts = st.integers(1, 3)
_days = st.dates(date(2026, 11, 1), date(2027, 1, 31))
_entries = st.dictionaries(st.sampled_from("ABC"), _facts).map(
    lambda given: [entry(code, promised_days=days) for code, days in given.items()]
)
_history = st.lists(st.tuples(_entries, _days), max_size=4)


@given(_history, _entries, _days, _days)
def test_any_list_holds_from_its_day_on_and_changes_nothing_before(
    history: list[tuple[list[Entry], date]], entries: list[Entry], on: date, day: date
) -> None:
    old = Catalogue()
    for one, since in history:
        old = renewed(old, one, since)
    new = renewed(old, entries, on)
    for code in "ABC":
        editions = new.editions(code)
        assert all(
            one.valid_to is not None and one.valid_to <= following.valid_from
            for one, following in pairwise(editions)
        )
        given_facts = {one.code: one.facts for one in entries}.get(code)
        in_force = new.edition(code, on)
        assert (in_force.facts if in_force else None) == given_facts
        if day < on and old.editions(code):
            was, now = old.edition(code, day), new.edition(code, day)
            assert (was.facts if was else None) == (now.facts if now else None)
    again = renewed(new, entries, on)
    assert compare(new, again).changes == ()


def changed(old: Sequence[Item], new: Sequence[Item]) -> list[tuple[Kind, str, date]]:
    found = compare(Catalogue(old), Catalogue(new))
    return [(one.kind, one.code, one.on) for one in found.changes]


def test_a_comparison_tells_what_is_added_changed_and_removed_and_from_when() -> None:
    old = [item("A"), item("B")]
    new = [item("A", until=ON), item("B", until=ON), item("B", since=ON, fee=1), item("C")]
    assert changed(old, new) == [
        (Kind.REMOVED, "A", ON),
        (Kind.CHANGED, "B", ON),
        (Kind.ADDED, "C", EVER),
    ]


def test_editions_that_are_split_without_another_fact_are_no_change() -> None:
    assert changed([item()], [item(until=ON), item(since=ON)]) == []


def test_a_change_tells_each_fact_from_and_to() -> None:
    old = item(name="施工许可", promised_days=10, fee=None)
    new = item(name="施工许可", promised_days=5, fee=None, window="3")
    (one,) = compare(Catalogue([old]), Catalogue([new])).changes
    assert (one.name, one.facts) == (
        "施工许可",
        {"promised_days": (10, 5), "window": (None, "3")},
    )


@pytest.mark.parametrize(
    ("old", "new", "shortened", "lengthened"),
    [
        ({"promised_days": 10}, {"promised_days": 5}, ("promised_days",), ()),
        ({"promised_days": 5}, {"promised_days": 10}, (), ("promised_days",)),
        ({"statutory_days": 20.0}, {"statutory_days": 19.5}, ("statutory_days",), ()),
        ({"promised_days": 10}, {"promised_days": None}, (), ()),
        ({"fee": 10}, {"fee": 5}, (), ()),
        (
            {"promised_days": 10, "promised_unit": "working days"},
            {"promised_days": 5, "promised_unit": "months"},
            (),
            (),
        ),
    ],
)
def test_limits_become_shorter_or_longer(
    old: dict[str, int],
    new: dict[str, int],
    shortened: tuple[str, ...],
    lengthened: tuple[str, ...],
) -> None:
    found = compare(Catalogue([item(**old)]), Catalogue([item(**new)]))
    assert tuple(n for one in found.shortened for n in one.shortened) == shortened
    assert tuple(n for one in found.lengthened for n in one.lengthened) == lengthened
