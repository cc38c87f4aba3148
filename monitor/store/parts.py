"""The pauses, steps and extensions of cases."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection, delete, select

from monitor.store import tables
from monitor.store.statements import among
from rules.cases import Part, PartKind


def parts_of(connection: Connection, ids: Collection[int]) -> Mapping[int, Sequence[Part]]:
    """Give the parts of these cases by case id, in the order in which their source gave them."""
    c = tables.parts.c
    rows = connection.execute(
        select(c.case_id, c.kind, c.key, c.started_at, c.ended_at, c.facts)
        .where(among(connection, c.case_id, ids))
        .order_by(c.id)
    )
    parts: dict[int, list[Part]] = {}
    for owner, kind, key, started_at, ended_at, facts in rows:
        parts.setdefault(owner, []).append(Part(PartKind(kind), key, started_at, ended_at, facts))
    return parts


def replace_parts(connection: Connection, parts: Mapping[int, Sequence[Part]]) -> None:
    """Give cases, by case id, these parts in place of all they had."""
    if not parts:
        return
    connection.execute(delete(tables.parts).where(among(connection, tables.parts.c.case_id, parts)))
    add_parts(connection, parts)


def add_parts(connection: Connection, parts: Mapping[int, Sequence[Part]]) -> None:
    """Give cases, by case id, these parts behind those they have."""
    rows = [
        {
            "case_id": case,
            "kind": part.kind.value,
            "key": part.key,
            "started_at": part.started_at,
            "ended_at": part.ended_at,
            "facts": dict(part.facts),
        }
        for case, own in parts.items()
        for part in own
    ]
    if rows:
        connection.execute(tables.parts.insert(), rows)
