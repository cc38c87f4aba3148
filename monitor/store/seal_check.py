"""Checking the chain of seals: what was changed, removed or inserted since the sealing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from itertools import islice

from sqlalchemy import Connection

from monitor.store import append_only, heads
from monitor.store.heads import Head
from monitor.store.seals import BEGINNING, SEALED, Row, Seal, along, repeats
from rules.instants import DAY


class Wrong(StrEnum):
    """What is wrong with a row, with a seal, or with the chain."""

    ROW_CHANGED = "row_changed"
    ROW_REMOVED = "row_removed"
    ROW_INSERTED = "row_inserted"
    SEAL_CHANGED = "seal_changed"
    SEAL_REMOVED = "seal_removed"
    HEAD_LOST = "head_lost"  # a seal that is remembered outside of the chain is not in it
    GUARD_GONE = "guard_gone"  # the database no longer refuses to change a table


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was sealed.

    Attributes:
        wrong: what is wrong.
        seal: the number of the seal, or of the one that covers the row.
        table: the table of the row, or the one without a guard; empty where it is a seal.
        id: the id of the row; 0 where it is none.
        sealed_at: the instant of the sealing, ``None`` where that seal is gone.
    """

    wrong: Wrong
    seal: int
    table: str = ""
    id: int = 0
    sealed_at: int | None = None


_FAR = DAY  # clocks that are wrong are wrong by less, but for those that are not set at all


@dataclass(frozen=True, slots=True)
class Misdated:
    """A row whose date lies far from its neighbours': added by hand, or by a wrong clock.

    ``at`` is the instant that it names, ``near`` that of the row before it, or of its seal.
    """

    table: str
    id: int
    at: int
    near: int


@dataclass
class Progress:
    """How far the chain has been checked: to go on, give the same one again.

    Attributes:
        seals: the number of the last seal that was looked at.
        rows: how many rows were compared.
        head: the hash of that seal.
        repeated: how many seals cover rows that an earlier one covers. Two daemons could once make
            such a seal; nothing is wrong with it.
        misdated: rows whose date lies far from their neighbours'.
    """

    seals: int = 0
    rows: int = 0
    head: str = BEGINNING
    repeated: int = 0
    misdated: list[Misdated] = field(default_factory=list)
    _at: dict[str, int] = field(default_factory=dict)
    _reached: dict[str, int] = field(default_factory=dict)
    _told: set[tuple[str, int]] = field(default_factory=set)

    def unheard(self, found: Iterable[Fault]) -> Iterator[Fault]:
        """Pass over what was told of a row when an earlier seal of it was looked at."""
        for fault in found:
            if (fault.table, fault.id) not in self._told:
                self._told.add((fault.table, fault.id))
                yield fault

    def note(self, one: Seal, rows: Sequence[Row]) -> None:
        """Note whether a seal covers rows again, and which of them are misdated."""
        before = self._reached.get(one.sealed)
        self._reached[one.sealed] = max(one.last_id, before or one.last_id)
        if repeats(one, before):
            self.repeated += 1
            return
        for row in rows:
            near = self._at.get(one.sealed, row.at)
            if row.at < near - _FAR:
                self.misdated.append(Misdated(one.sealed, row.id, row.at, near))
            elif row.at > one.at + _FAR:
                self.misdated.append(Misdated(one.sealed, row.id, row.at, one.at))
            self._at[one.sealed] = min(row.at, one.at)


def outside(connection: Connection, known: Iterable[Head] = ()) -> Iterator[Fault]:
    """Return what is wrong and does not show in the chain itself.

    ``known`` are heads that are remembered elsewhere, beside the one that the store remembers.
    """
    in_store = heads.remembered(connection)
    every = dict.fromkeys([*([in_store] if in_store else []), *known])
    for head in heads.lost(connection, every):
        yield Fault(Wrong.HEAD_LOST, head.seal, sealed_at=head.at)
    for table in append_only.unguarded(connection):
        yield Fault(Wrong.GUARD_GONE, 0, table)


def faults(connection: Connection, progress: Progress, most: int | None = None) -> Iterator[Fault]:
    """Go along the chain and give what is wrong, in its order: the first comes first.

    Within a seal the rows are told in the order of their ids. A seal that was changed vouches for
    nothing: its rows are passed over. It begins behind where ``progress`` is, brings it up to date
    meanwhile, and ends after ``most`` seals.
    """
    for one, rows in islice(along(connection, progress.seals), most):
        following = progress.seals + 1
        if one.no != following:
            yield Fault(Wrong.SEAL_REMOVED, following)
        torn = one.no == following and one.previous != progress.head
        progress.seals, progress.head = one.no, one.hash
        if torn or sha256(one.line).hexdigest() != one.hash or one.sealed not in SEALED:
            yield Fault(Wrong.SEAL_CHANGED, one.no, sealed_at=one.at)
        else:
            progress.rows += len(rows)
            yield from progress.unheard(_compared(one, rows))
            progress.note(one, rows)


def _compared(one: Seal, rows: Sequence[Row]) -> Iterator[Fault]:
    sealed, present = one.digests, {row.id: row for row in rows}
    for ident in sorted(sealed.keys() | present.keys()):
        if ident not in present:
            wrong = Wrong.ROW_REMOVED
        elif ident not in sealed:
            wrong = Wrong.ROW_INSERTED
        elif present[ident].digest != sealed[ident]:
            wrong = Wrong.ROW_CHANGED
        else:
            continue
        yield Fault(wrong, one.no, one.sealed, ident, one.at)
