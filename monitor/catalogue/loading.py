"""Loading a list of items into the store: what it changes, and the cases that bears on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from monitor.catalogue.reading import Reading
from monitor.store import items
from rules.catalogue import Catalogue
from rules.catalogue_changes import Changes, compare, renewed


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a list made of the catalogue.

    ``items`` were in the catalogue before, ``changes`` is what became another, ``due`` are the
    live cases of changed items, which are to be checked again.
    """

    items: int
    changes: Changes
    due: int = 0


def planned(
    connection: Connection, reading: Reading, on: date, zone: ZoneInfo, *, partial: bool = False
) -> tuple[Catalogue, Catalogue, Loaded]:
    """Work out what loading a list from the day ``on`` would change, and change nothing.

    Gives the catalogue as it is, as it would be, and what that changes. Of a ``partial`` list
    the items that it does not have stay.
    """
    old = items.load(connection, zone)
    # A code in fault is kept as it was: its row is there, only nobody can read it.
    unread = old.codes if partial else {one.key for one in reading.rejects}
    new = renewed(old, reading.entries, on, unread)
    return old, new, Loaded(len(old.codes), compare(old, new))


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
