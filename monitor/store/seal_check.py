"""Checking the chain of seals: what was changed, removed or inserted since the sealing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import Connection

from monitor.store.seals import BEGINNING, SEALED, Row, Seal, along


class Wrong(StrEnum):
    """What is wrong with a row, with a seal, or with the chain."""

    ROW_CHANGED = "row_changed"
    ROW_REMOVED = "row_removed"
    ROW_INSERTED = "row_inserted"
    SEAL_CHANGED = "seal_changed"
    SEAL_REMOVED = "seal_removed"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was sealed.

    Attributes:
        wrong: what is wrong.
        seal: the number of the seal, or of the one that covers the row.
        table: the table of the row; empty where it is a seal.
        id: the id of the row; 0 where it is a seal.
        sealed_at: the instant of the sealing, ``None`` where that seal is gone.
    """

    wrong: Wrong
    seal: int
    table: str = ""
    id: int = 0
    sealed_at: int | None = None


@dataclass
class Progress:
    """How many seals and rows have been looked at, and the last seal's number and hash."""

    seals: int = 0
    rows: int = 0
    head: str = BEGINNING


def faults(connection: Connection, progress: Progress) -> Iterator[Fault]:
    """Go along the chain and give what is wrong, in its order: the first comes first.

    Within a seal the rows are told in the order of their ids. A seal that was changed vouches for
    nothing: its rows are passed over. ``progress`` is brought up to date meanwhile.
    """
    for one, rows in along(connection):
        following = progress.seals + 1
        if one.no != following:
            yield Fault(Wrong.SEAL_REMOVED, following)
        torn = one.no == following and one.previous != progress.head
        progress.seals, progress.head = one.no, one.hash
        if torn or sha256(one.line).hexdigest() != one.hash or one.sealed not in SEALED:
            yield Fault(Wrong.SEAL_CHANGED, one.no, sealed_at=one.at)
        else:
            progress.rows += len(rows)
            yield from _compared(one, rows)


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
