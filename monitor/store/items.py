"""The item catalogue as stored: reading it, writing a new state of it, and who names what."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    update,
)

from monitor.store import meta, tables
from monitor.store.statements import among
from rules.catalogue import Catalogue, Item, code_of

_STATE = "catalogue"
_AT_ONCE = 1_000

BY_HAND = "desk:"
"""How the origin of an edition begins that somebody entered on the desk; his id follows."""

RELEASED = "desk-released:"
"""How it begins once lists from elsewhere may change the item again."""


@dataclass(frozen=True, slots=True)
class CatalogueState:
    """Which state the stored catalogue is in, and when it was read last.

    ``version`` grows with every change; 0: nothing was ever stored. ``read`` is the
    digest of the list that was last taken over from where the settings say (``None``: none yet),
    ``settings`` tells by which settings, ``next_read_at`` the instant at which it is due again.
    """

    version: int = 0
    read: str | None = None
    settings: str | None = None
    next_read_at: int = 0


@dataclass(frozen=True, slots=True)
class Edition:
    """One stored edition, the source or file it is from, and the instant of its import."""

    item: Item
    origin: str
    imported_at: int

    @property
    def by_hand(self) -> bool:
        """Whether it was entered on the desk, and stands against lists from elsewhere."""
        return self.origin.startswith(BY_HAND)


@dataclass(frozen=True, slots=True)
class UnknownItem:
    """A code that cases name and the catalogue does not have.

    ``name`` is what one of the cases calls it; ``live`` counts those of the ``cases`` that rules
    still have a say in.
    """

    code: str
    name: str | None
    cases: int
    live: int


def lock(connection: Connection) -> None:
    """Keep others from changing the catalogue or its state until this transaction ends."""
    if connection.dialect.name == "postgresql":  # a write transaction of SQLite is alone
        connection.execute(text("LOCK TABLE items IN SHARE ROW EXCLUSIVE MODE"))


def state(connection: Connection) -> CatalogueState:
    """Give the state of the catalogue."""
    return CatalogueState(**(meta.get(connection, _STATE) or {}))


def put_state(connection: Connection, new: CatalogueState) -> None:
    """Keep the state of the catalogue."""
    meta.put(connection, _STATE, asdict(new))


def load(connection: Connection, zone: ZoneInfo) -> Catalogue:
    """Give the catalogue; its editions begin at the midnights of ``zone``."""
    i = tables.items.c
    version = state(connection).version  # first: what comes between makes it stale, not wrong
    rows = connection.execute(select(i.code, i.valid_from, i.valid_to, i.facts))
    return Catalogue((Item(*row) for row in rows), zone, version)


def editions(connection: Connection, code: str | None = None) -> list[Edition]:
    """Give the editions of an item, or of all, by code and then the oldest first."""
    i = tables.items.c
    query = select(i.code, i.valid_from, i.valid_to, i.facts, i.origin, i.imported_at)
    if code is not None:
        query = query.where(i.code == code)
    rows = connection.execute(query.order_by(i.code, i.valid_from))
    return [Edition(Item(*row[:4]), row.origin, row.imported_at) for row in rows]


def replace(
    connection: Connection, new: Catalogue, codes: Collection[str], origin: str, now: int
) -> None:
    """Write the editions of some items as ``new`` has them, in place of those before.

    What stays as it was keeps its origin and the instant of its import.
    """
    before = {
        (one.item.code, one.item.valid_from): one
        for one in editions(connection)
        if one.item.code in codes
    }
    rows = []
    for code in codes:
        for item in new.editions(code):
            known = before.get((code, item.valid_from))
            same = known is not None and known.item.facts == item.facts
            rows.append(
                {
                    "code": code,
                    "valid_from": item.valid_from,
                    "valid_to": item.valid_to,
                    "facts": dict(item.facts),
                    "origin": known.origin if known and same else origin,
                    "imported_at": known.imported_at if known and same else now,
                }
            )
    some = sorted(codes)
    for start in range(0, len(some), _AT_ONCE):
        chosen = among(connection, tables.items.c.code, some[start : start + _AT_ONCE])
        connection.execute(delete(tables.items).where(chosen))
    if rows:
        connection.execute(tables.items.insert(), rows)


def by_hand(connection: Connection, on: date) -> dict[str, list[Edition]]:
    """Give all editions of the items of which one entered by hand is in force on a day, or later.

    They are given by code, the oldest first.
    """
    i = tables.items.c
    codes = connection.scalars(
        select(i.code)
        .where(i.origin.startswith(BY_HAND), or_(i.valid_to.is_(None), i.valid_to > on))
        .distinct()
    )
    return {code: editions(connection, code) for code in codes}


def release(connection: Connection, code: str) -> bool:
    """Let lists from elsewhere change an item again; ``False`` where nothing kept them from it."""
    i = tables.items.c
    after = literal(RELEASED) + func.substr(i.origin, len(BY_HAND) + 1)
    changed = connection.execute(
        update(tables.items)
        .where(i.code == code, i.origin.startswith(BY_HAND))
        .values(origin=after)
    )
    return changed.rowcount > 0


def make_due(connection: Connection, codes: Collection[str], now: int) -> int:
    """Make the live cases of some items due at ``now``; give how many. Those being checked wait."""
    c = tables.cases.c
    made = 0
    # An item of one region makes the cases of its code due everywhere: few, and none is missed.
    some = sorted({*codes, *map(code_of, codes)})
    for start in range(0, len(some), _AT_ONCE):
        made += connection.execute(
            update(tables.cases)
            .where(
                among(connection, c.item_code, some[start : start + _AT_ONCE]),
                or_(c.next_check_at.is_(None), c.next_check_at > now),
                tables.live,
            )
            .values(next_check_at=now)
        ).rowcount
    return made


def count_unknown(connection: Connection) -> int:
    """Give the number of codes that live cases name and the catalogue lacks."""
    c = tables.cases.c
    return (
        connection.scalar(
            select(func.count(c.item_code.distinct())).where(
                tables.live,
                c.item_code.is_not(None),
                ~_known(c.item_code),
            )
        )
        or 0
    )


def unknown(connection: Connection, limit: int) -> list[UnknownItem]:
    """Give up to ``limit`` codes that cases name and the catalogue lacks, most cases first."""
    c = tables.cases.c
    known = _known(c.item_code)
    count = func.count()
    rows = connection.execute(
        select(
            c.item_code,
            func.max(c.facts["item_name"].as_string()),
            count,
            func.count().filter(tables.is_open),
        )
        .where(c.item_code.is_not(None), c.vanished_at.is_(None), ~known)
        .group_by(c.item_code)
        .order_by(count.desc(), c.item_code)
        .limit(limit)
    )
    return [UnknownItem(*row) for row in rows]


def _known(code: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether the catalogue has an item of a code, be it of one region alone."""
    i = tables.items.c
    return exists().where(or_(i.code == code, i.code.startswith(code + "@", autoescape=False)))
