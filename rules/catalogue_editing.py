"""Editing the item catalogue by hand: one edition of one item, from a day on. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from rules.cases import Facts
from rules.catalogue import Catalogue, Item
from rules.catalogue_changes import in_turn


def amended(old: Catalogue, code: str, on: date, changed: Facts) -> Catalogue:
    """Give the catalogue with a new edition of an item that begins on a day.

    It says what the edition in force on that day says, except for what is ``changed``, and ends
    when that would have ended. One that began on the very day gives way to it.

    Raises:
        LookupError: no edition is in force on that day.
    """
    current = old.edition(code, on)
    if current is None:
        raise LookupError(code)
    new = replace(current, valid_from=on, facts={**current.facts, **changed})
    kept = [one for one in old.editions(code) if one.valid_from != on]
    return _with(old, code, in_turn([*kept, new]))


def without(old: Catalogue, code: str, on: date) -> Catalogue:
    """Give the catalogue without the edition that begins on a day: the one before it goes on.

    Raises:
        LookupError: none begins on that day.
    """
    editions = old.editions(code)
    gone = next((one for one in editions if one.valid_from == on), None)
    if gone is None:
        raise LookupError(code)
    rest = [
        replace(one, valid_to=gone.valid_to) if one.valid_to == on else one
        for one in editions
        if one is not gone
    ]
    return _with(old, code, rest)


def replaced(whole: Catalogue, new: Catalogue, code: str) -> Catalogue:
    """Return a catalogue with the editions that another one has of an item."""
    return _with(whole, code, new.editions(code))


def _with(old: Catalogue, code: str, editions: Sequence[Item]) -> Catalogue:
    others = [one for other in old.codes if other != code for one in old.editions(other)]
    return Catalogue([*others, *editions], old.zone, old.version)
