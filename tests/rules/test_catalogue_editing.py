"""Editing one item of the catalogue from a day on."""

from __future__ import annotations

from datetime import date

import pytest

from rules.catalogue import EVER, Catalogue
from rules.catalogue_editing import amended, without
from tests.support.catalogue import item

DAY, LATER = date(2026, 10, 8), date(2027, 1, 1)


def spans(catalogue: Catalogue, code: str = "A") -> list[tuple[date, date | None, object]]:
    found = catalogue.editions(code)
    return [(one.valid_from, one.valid_to, one.facts["promised_days"]) for one in found]


def test_a_new_edition_ends_the_one_before_and_keeps_its_other_facts() -> None:
    old = Catalogue([item("A", promised_days=10, fee_standard=3), item("B")])
    new = amended(old, "A", DAY, {"promised_days": 5})
    assert spans(new) == [(EVER, DAY, 10), (DAY, None, 5)]
    assert new.editions("A")[1].facts["fee_standard"] == 3
    assert new.editions("B") == old.editions("B")


def test_it_ends_where_the_one_that_it_is_made_from_would_have_ended() -> None:
    old = Catalogue([item("A", until=LATER, promised_days=10), item("A", LATER, promised_days=7)])
    new = amended(old, "A", DAY, {"promised_days": 5})
    assert spans(new) == [(EVER, DAY, 10), (DAY, LATER, 5), (LATER, None, 7)]


def test_one_that_begins_on_the_very_day_gives_way() -> None:
    old = amended(Catalogue([item("A", promised_days=10)]), "A", DAY, {"promised_days": 5})
    assert spans(amended(old, "A", DAY, {"promised_days": 4})) == [(EVER, DAY, 10), (DAY, None, 4)]


def test_taking_it_back_gives_what_was_before() -> None:
    for old in (
        Catalogue([item("A", promised_days=10)]),
        Catalogue([item("A", until=LATER, promised_days=10)]),
        Catalogue([item("A", until=LATER, promised_days=10), item("A", LATER, promised_days=7)]),
    ):
        new = without(amended(old, "A", DAY, {"promised_days": 5}), "A", DAY)
        assert new.editions("A") == old.editions("A")


def test_what_is_not_there_cannot_be_amended_or_left_out() -> None:
    old = Catalogue([item("A", LATER, promised_days=10)])
    with pytest.raises(LookupError):
        amended(old, "A", DAY, {"promised_days": 5})
    with pytest.raises(LookupError):
        without(old, "A", DAY)
