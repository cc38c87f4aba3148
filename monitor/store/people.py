"""What the store keeps of the directory: lists read from elsewhere, and who was entered as away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, delete, select, text, update

from monitor.store import meta, tables
from rules.cases import Fact
from rules.standing_in import Delegation, Leave

_STATE = "directory"


@dataclass(frozen=True, slots=True)
class ListState:
    """How a list has been read.

    ``settings`` tells by which settings, ``next_read_at`` the instant at which it is due again,
    ``read_at`` that of its last good reading.
    """

    settings: str | None = None
    next_read_at: int = 0
    read_at: int | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """A leave or, with a ``deputy``, a delegation that was entered by hand, at instants."""

    id: int
    person: str
    deputy: str | None
    from_at: int | None
    until_at: int | None
    note: str
    entered_by: str
    entered_at: int
    ended_by: str | None = None
    ended_at: int | None = None


_ABSENCE = tuple(tables.absences.c[name] for name in Absence.__dataclass_fields__)


def lock(connection: Connection) -> None:
    """Keep others from changing the directory or its state until this transaction ends."""
    if connection.dialect.name == "postgresql":  # a write transaction of SQLite is alone
        connection.execute(text("LOCK TABLE directory_entries IN SHARE ROW EXCLUSIVE MODE"))


def version(connection: Connection) -> int:
    """Give the version of what is kept; it grows with every change. 0: nothing ever was."""
    return int(meta.get(connection, _STATE) or 0)


def list_state(connection: Connection, name: str) -> ListState:
    """Give how a list has been read."""
    return ListState(**(meta.get(connection, f"{_STATE}:{name}") or {}))


def put_list_state(connection: Connection, name: str, state: ListState) -> None:
    """Keep how a list has been read."""
    meta.put(connection, f"{_STATE}:{name}", asdict(state))


def entries(connection: Connection) -> list[tuple[str, str, Mapping[str, Fact]]]:
    """Give the entries of all lists in the order of reading: the list, the kind and the facts."""
    c = tables.directory_entries.c
    rows = connection.execute(select(c.list, c.kind, c.facts).order_by(c.id))
    return [(row.list, row.kind, row.facts) for row in rows]


def replace(
    connection: Connection, name: str, new: Sequence[tuple[str, Mapping[str, Fact]]]
) -> None:
    """Keep the entries of a list, each a kind and its facts, in the place of those before."""
    c = tables.directory_entries.c
    connection.execute(delete(tables.directory_entries).where(c.list == name))
    if new:
        connection.execute(
            tables.directory_entries.insert(),
            [{"list": name, "kind": kind, "facts": dict(facts)} for kind, facts in new],
        )
    changed(connection)


def drop_others(connection: Connection, names: Sequence[str]) -> None:
    """Forget the lists that are no longer in the settings."""
    c = tables.directory_entries.c
    gone = connection.execute(delete(tables.directory_entries).where(c.list.not_in(names)))
    if gone.rowcount:
        changed(connection)


def changed(connection: Connection) -> None:
    """Note that what is kept has changed, so that everybody loads it again."""
    meta.put(connection, _STATE, version(connection) + 1)


def absences(connection: Connection, *, ended: bool = False) -> list[Absence]:
    """Give the leave and deputies entered by hand, oldest first; with ``ended`` those ended too."""
    query = select(*_ABSENCE)
    if not ended:
        query = query.where(tables.absences.c.ended_at.is_(None))
    return [Absence(*row) for row in connection.execute(query.order_by(tables.absences.c.id))]


def leaves_and_deputies(connection: Connection) -> tuple[list[Leave], list[Delegation]]:
    """Give the same as the rules know them."""
    leaves, delegations = [], []
    for one in absences(connection):
        if one.deputy is None:
            leaves.append(Leave(one.person, one.from_at or 0, one.until_at, one.note, one.id))
        else:
            delegations.append(
                Delegation(one.person, one.deputy, one.from_at, one.until_at, one.note, one.id)
            )
    return leaves, delegations


def enter(connection: Connection, new: Absence) -> Absence:
    """Enter a leave or a delegation, whose ``id`` is passed over, and give it with its own."""
    values: dict[str, Any] = {n: v for n, v in asdict(new).items() if n != "id"}
    row = connection.execute(tables.absences.insert().values(**values).returning(*_ABSENCE)).one()
    changed(connection)
    return Absence(*row)


def end(connection: Connection, ident: int, by: str, now: int) -> Absence | None:
    """End what was entered, from now on; ``None``: there is none of this id that has not ended."""
    c = tables.absences.c
    row = connection.execute(
        update(tables.absences)
        .where(c.id == ident, c.ended_at.is_(None))
        .values(ended_by=by, ended_at=now)
        .returning(*_ABSENCE)
    ).one_or_none()
    if row is None:
        return None
    changed(connection)
    return Absence(*row)
