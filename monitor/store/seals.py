"""The chain of seals (哈希链) over the tables that are only ever added to.

A seal covers the rows of one table with ids from behind its predecessor's ``last_id`` up to its
own. It keeps the SHA-256 of each of them, so that a changed row can be named, and the hash of the
seal before it, so that no seal can be changed without all that follow. What is hashed are the
lines that :func:`line` and :attr:`Seal.line` give; an export consists of the same lines, so that
anybody can check it (``sha256sum``, no duban needed).

The seals say that nothing was changed *since the sealing*, to whoever knows one later hash from
outside of the database: with all of it in hand a whole chain can be written anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, func, select, text

from monitor.store import tables
from monitor.store.statements import insert

SEALED: Mapping[str, Table] = {
    table.name: table
    for table in (
        *(tables.audit_log, tables.alert_events, tables.fact_changes, tables.notices),
        tables.order_events,
    )
}
"""The tables that are sealed, by name: acts, what became of alerts, what sources changed, who was
told, and what became of orders."""

BEGINNING = "0" * 64
"""What the first seal has for the hash of its predecessor."""

_AT_ONCE = 200  # seals; their rows are read together
_ENTRY = 8 + 32  # bytes: an id, big-endian, and the SHA-256 of a row
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


class Row(NamedTuple):
    """A row of a sealed table: its id, the line that is hashed, and the instant it names."""

    id: int
    line: bytes
    at: int = 0

    @property
    def digest(self) -> bytes:
        """The SHA-256 of its line."""
        return sha256(self.line).digest()


@dataclass(frozen=True, slots=True)
class Seal:
    """One link of the chain.

    Attributes:
        no: its number; the first is 1, and none is left out.
        at: the instant of the sealing.
        sealed: the name of the table whose rows it covers.
        last_id: the last id that it covers; the first is that behind the seal before it of the
            same table.
        rows: 40 bytes a row: the id as eight, big-endian, and the SHA-256 of the row's line.
        previous: the hash of the seal before, in hexadecimal digits.
        hash: the SHA-256 of its own line, in hexadecimal digits.
    """

    no: int
    at: int
    sealed: str
    last_id: int
    rows: bytes
    previous: str
    hash: str

    @property
    def line(self) -> bytes:
        """What its hash is made of: one JSON object, its keys in order."""
        return _seal_line(self.no, self.at, self.sealed, self.last_id, self.rows, self.previous)

    @property
    def first_id(self) -> int:
        """The first id that it covers."""
        return int.from_bytes(self.rows[:8], "big", signed=True)

    @property
    def digests(self) -> dict[int, bytes]:
        """The SHA-256 of each row that it covers, by id."""
        starts = range(0, len(self.rows), _ENTRY)
        return {
            int.from_bytes(self.rows[at : at + 8], "big", signed=True): self.rows[
                at + 8 : at + _ENTRY
            ]
            for at in starts
        }


def seal(before: Seal | None, sealed: str, rows: Sequence[Row], at: int) -> Seal:
    """Make the seal that follows ``before`` over some rows of a table, in the order of their ids.

    Raises:
        ValueError: there is no row.
    """
    if not rows:
        raise ValueError("a seal needs a row")
    no, previous = (before.no + 1, before.hash) if before else (1, BEGINNING)
    entries = b"".join(row.id.to_bytes(8, "big", signed=True) + row.digest for row in rows)
    last_id = rows[-1].id
    found = sha256(_seal_line(no, at, sealed, last_id, entries, previous)).hexdigest()
    return Seal(no, at, sealed, last_id, entries, previous, found)


def line(table: str, row: Mapping[str, Any]) -> bytes:
    """Give what of a row is hashed: one JSON object, keys in order, what is ``NULL`` left out.

    So a column that a later version adds does not change the rows that were before.
    """
    known = {name: value for name, value in row.items() if value is not None}
    return _encode({"table": table, **known}).encode("utf-8", "surrogatepass")


def add(connection: Connection, new: Seal) -> bool:
    """Add a seal to the chain; ``False`` where another daemon has added one of that number."""
    values = {name: getattr(new, name) for name in Seal.__slots__}
    statement = insert(connection, tables.audit_seals).values(values)
    statement = statement.on_conflict_do_nothing(index_elements=["no"])
    return connection.scalar(statement.returning(tables.audit_seals.c.no)) is not None


def last(connection: Connection) -> Seal | None:
    """Give the last seal, the head of the chain; ``None`` where nothing was sealed yet."""
    c = tables.audit_seals.c
    row = connection.execute(_seals().order_by(c.no.desc()).limit(1)).one_or_none()
    return Seal(*row) if row else None


def has(connection: Connection, found: str) -> bool:
    """Tell whether a seal of the chain has this hash."""
    c = tables.audit_seals.c
    return connection.scalar(select(c.no).where(c.hash == found).limit(1)) is not None


def after(connection: Connection, no: int, limit: int) -> list[Seal]:
    """Give up to ``limit`` seals that follow the one of that number, in order."""
    c = tables.audit_seals.c
    rows = connection.execute(_seals().where(c.no > no).order_by(c.no).limit(limit))
    return [Seal(*row) for row in rows]


def before(connection: Connection, at: int) -> int:
    """Give the number of the last seal that was made before an instant, 0 where none was."""
    c = tables.audit_seals.c
    return connection.scalar(select(func.max(c.no)).where(c.at < at)) or 0


def along(connection: Connection, no: int = 0) -> Iterator[tuple[Seal, list[Row]]]:
    """Go along the chain behind the seal of that number: each seal, and the rows of its range.

    They are the rows that are there now, whatever was sealed, in the order of their ids. The range
    of a seal begins behind the one before it of its table. Where it covers rows again that an
    earlier seal covers, as two daemons could once make it, it begins with its own first row.
    """
    reached = {table: _reached(connection, table, no) for table in SEALED}
    while some := after(connection, no, _AT_ONCE):
        found: dict[str, list[Row]] = {}
        for table in SEALED:
            ends = [one.last_id for one in some if one.sealed == table]
            if ends:
                rows = list(rows_between(connection, table, reached[table], max(ends)))
                found[table] = rows[::-1]  # taken from the end
        for one in some:
            no, waiting, covered = one.no, found.get(one.sealed, []), []
            before = reached.get(one.sealed)
            while waiting and waiting[-1].id <= one.last_id:
                covered.append(waiting.pop())
            if repeats(one, before):
                covered = list(rows_between(connection, one.sealed, one.first_id - 1, one.last_id))
            if one.sealed in reached:
                reached[one.sealed] = max(one.last_id, before or one.last_id)
            yield one, covered


def repeats(one: Seal, reached: int | None) -> bool:
    """Return whether a seal covers rows up to ``reached`` again, the last one sealed before it."""
    return bool(one.rows) and reached is not None and one.first_id <= reached


def sealed_up_to(connection: Connection, table: str) -> int:
    """Give the last id of a table that is sealed, 0 where none is."""
    c = tables.audit_seals.c
    return connection.scalar(select(func.max(c.last_id)).where(c.sealed == table)) or 0


def last_id(connection: Connection, table: str) -> int:
    """Give the last id of a table that can be seen, 0 where it is empty."""
    return connection.scalar(select(func.max(SEALED[table].c.id))) or 0


def unsealed(connection: Connection) -> dict[str, int]:
    """Give how many rows of each table wait to be sealed."""
    return {
        name: connection.scalar(
            select(func.count())
            .select_from(table)
            .where(table.c.id > sealed_up_to(connection, name))
        )
        or 0
        for name, table in SEALED.items()
    }


def rows_between(
    connection: Connection, table: str, after_id: int | None, to_id: int, limit: int | None = None
) -> Iterator[Row]:
    """Give the rows of a table behind ``after_id`` (``None``: from the first) up to ``to_id``."""
    found = SEALED[table]
    query = select(found).where(found.c.id <= to_id).order_by(found.c.id).limit(limit)
    if after_id is not None:
        query = query.where(found.c.id > after_id)
    at = "seen_at" if "seen_at" in found.c else "at"
    for row in connection.execute(query).mappings():
        yield Row(row["id"], line(table, {**row}), row[at])


def writers(connection: Connection, table: str) -> frozenset[str]:
    """Give the transactions under way that may have added to a table, by a name of their own.

    None on SQLite, where one writes at a time. On PostgreSQL whoever inserts holds the lock ``ROW
    EXCLUSIVE`` from before the row has its id until its end (postgresql.org/docs, "Explicit
    Locking", and the view ``pg_locks``).
    """
    if connection.dialect.name == "sqlite":
        return frozenset()
    rows = connection.scalars(
        text(
            "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND relation = CAST(:name AS regclass) AND mode = 'RowExclusiveLock'"
        ),
        {"name": table},
    )
    return frozenset(rows)


def _reached(connection: Connection, table: str, no: int) -> int | None:
    c = tables.audit_seals.c
    query = select(func.max(c.last_id)).where(c.sealed == table, c.no <= no)
    found: int | None = connection.scalar(query)
    return found


def _seals() -> Any:
    return select(*(tables.audit_seals.c[name] for name in Seal.__slots__))


def _seal_line(no: int, at: int, sealed: str, last_id: int, rows: bytes, previous: str) -> bytes:
    said = {
        "at": at,
        "last_id": last_id,
        "no": no,
        "previous": previous,
        "rows": sha256(rows).hexdigest(),
        "seals": sealed,
    }
    return _encode(said).encode()
