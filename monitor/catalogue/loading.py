"""Loading a list of items into the store: what it changes, and the cases that bears on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from monitor.catalogue.reading import Reading
from monitor.store import items
from monitor.store.items import Edition
from rules.cases import Facts
from rules.catalogue import EVER, Catalogue
from rules.catalogue_changes import Changes, compare, renewed


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a list made of the catalogue.

    ``items`` were in the catalogue before, ``changes`` is what became another, ``due`` are the
    live cases of changed items, which are to be checked again. ``held`` are the items of which the
    list says something new, and that stayed as somebody entered them on the desk.
    """

    items: int
    changes: Changes
    due: int = 0
    held: tuple[str, ...] = ()


def first(reading: Reading, zone: ZoneInfo) -> Catalogue:
    """Return the catalogue that a list makes of an empty store, as the first start loads it.

    An item without dates is in force ever since, as :func:`rules.catalogue_changes.renewed` says.
    """
    return renewed(Catalogue((), zone), reading.entries, EVER)


def planned(
    connection: Connection, reading: Reading, on: date, zone: ZoneInfo, *, partial: bool = False
) -> tuple[Catalogue, Catalogue, Loaded]:
    """Work out what loading a list from the day ``on`` would change, and change nothing.

    Gives the catalogue as it is, as it would be, and what that changes. Of a ``partial`` list
    the items that it does not have stay. Whatever a list says, an item stays as somebody entered
    it on the desk, until that is released there.
    """
    old = items.load(connection, zone)
    # A code in fault is kept as it was: its row is there, only nobody can read it.
    unread = set(old.codes) if partial else {one.key for one in reading.rejects}
    entered = items.by_hand(connection, on)
    taken = [one for one in reading.entries if one.code not in entered]
    new = renewed(old, taken, on, {*unread, *entered})
    said: dict[str, Facts] = {one.code: one.facts for one in reading.entries}
    held = tuple(
        code
        for code in sorted(entered)
        if (code in said or code not in unread) and _says_new(entered[code], said.get(code))
    )
    return old, new, Loaded(len(old.codes), compare(old, new), held=held)


def _says_new(known: Sequence[Edition], said: Facts | None) -> bool:
    """Tell whether a list says of an item neither what lists said before nor what was entered."""
    before = [one.item.facts for one in known if not one.by_hand][-1:]
    entered = [one.item.facts for one in known if one.by_hand]
    return said not in (*before, *entered)


def load(
    connection: Connection,
    reading: Reading,
    on: date,
    zone: ZoneInfo,
    now: int,
    *,
    partial: bool = False,
) -> Loaded:
    """Load a list from the day ``on``, in a write transaction; as :func:`planned` says.

    The live cases of items that change are made due at ``now``: whoever checks them sees the new
    version of the catalogue and takes it over first.
    """
    items.lock(connection)
    old, new, loaded = planned(connection, reading, on, zone, partial=partial)
    # An edition may change only in where it ends, which compares as no change of facts.
    codes = {c for c in {*old.codes, *new.codes} if old.editions(c) != new.editions(c)}
    if codes:
        items.replace(connection, new, codes, reading.origin, now)
        loaded = replace(loaded, due=items.make_due(connection, codes, now))
        state = items.state(connection)
        items.put_state(connection, replace(state, version=state.version + 1))
    return loaded
