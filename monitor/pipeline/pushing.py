"""Push: rows that a hall sends of its own accord, taken up as if they had been polled.

They are rows of the source's own columns, so that the same mapping reads them. Polling stays the
truth: what a push told wrongly the next round of polls puts right.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from config import Source
from monitor.pipeline.in_force import InForce
from monitor.pipeline.readings import Readings
from monitor.pipeline.rejecting import note_rejects
from monitor.sources import ReadCase, Reject
from monitor.sources.mapping import CaseMapping, PartMapping, Row, RowMapping
from monitor.store import cases, meta
from monitor.store.parts import parts_of
from rules.cases import Part, PartKind
from rules.refusals import RefusedError

Sent = Sequence[Mapping[str, Any]]
"""Rows as they were sent: values by the name of their column."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of rows: cases that are new, changed or as before, and rows set aside."""

    new: int = 0
    changed: int = 0
    same: int = 0
    rejected: tuple[Reject, ...] = ()


def take(
    connection: Connection,
    rules: InForce,
    source: Source,
    rows: Sent,
    parts: Mapping[str, Sent],
    now: int,
) -> Pushed:
    """Take up rows of cases, in a transaction that writes; what has changed is due at once.

    Args:
        connection: the transaction.
        rules: what is in force.
        source: whose rows they are.
        rows: those of the table of cases.
        parts: "pauses", "steps" and "extensions", each with all that these cases have. A kind that
            is left out stays as it was last read.
        now: the instant.

    Raises:
        RefusedError: a row lacks a column that the source maps, or a kind of parts is not mapped.
    """
    mapping = CaseMapping(source.cases, source.timezone)
    values = _values("rows", mapping, rows)
    owned = _stored(connection, source, mapping, values, set(parts))
    faults: dict[str, Reject] = {}
    for name, sent in parts.items():
        table = getattr(source, name)
        if table is None:
            raise RefusedError(
                f"来源 {source.id} 没有映射 {name}", f"the source {source.id} maps no {name}"
            )
        reader = PartMapping(PartKind(name.removesuffix("s")), table, source.timezone)
        read, bad = reader.read(_values(name, reader, sent))
        for key, some in read.items():
            owned[key] = (*owned.get(key, ()), *some)
        faults = bad | faults
    in_order = {
        key: tuple(sorted(some, key=lambda part: _KINDS.index(part.kind)))
        for key, some in owned.items()
    }
    found, refused = mapping.read(values, in_order, faults)
    _only_in_regions(connection, rules, source, found)
    readings = Readings.load(connection, source)
    put = cases.put(
        connection,
        source.id,
        found,
        now,
        read_at=readings.polled_at,
        remapped=readings.remapped(source),
    )
    note_rejects(connection, rules, source, found, refused, now)
    remember(connection, source, [one.key for one in found])
    return Pushed(put.new, put.changed, put.unchanged, tuple(refused))


def remember(connection: Connection, source: Source, keys: Sequence[str]) -> None:
    """Keep which cases were pushed: the next poll reads them in the source itself."""
    waiting = meta.get(connection, _key(source)) or []
    meta.put(connection, _key(source), list(dict.fromkeys([*waiting, *keys])))


def to_be_read(connection: Connection, source: Source) -> list[str]:
    """Return the keys of the cases that were pushed since the last poll."""
    return list(meta.get(connection, _key(source)) or [])


def were_read(connection: Connection, source: Source, keys: Collection[str]) -> None:
    """Forget these keys; what was pushed meanwhile stays."""
    if keys:
        left = [key for key in to_be_read(connection, source) if key not in keys]
        meta.put(connection, _key(source), left)


def _key(source: Source) -> str:
    return f"pushed:{source.id}"


def _only_in_regions(
    connection: Connection, rules: InForce, source: Source, found: Sequence[ReadCase]
) -> None:
    """Refuse cases of regions that the source may not push, as they are told or as they stand."""
    if source.regions is None:
        return
    directory = rules.book.directory
    allowed = {below for region in source.regions for below in directory.below(region)}
    stored = cases.regions_of(connection, source.id, [one.key for one in found])
    for one in found:
        for region in (one.facts.get("region"), stored.get(one.key, one.facts.get("region"))):
            if region not in allowed:
                raise RefusedError(
                    f"来源 {source.id} 不得推送区划 {region} 的办件：{one.key}",
                    f"the source {source.id} may not push cases of region {region}: {one.key}",
                )


_KINDS = (PartKind.PAUSE, PartKind.STEP, PartKind.EXTENSION)  # in the order in which they are read


def _values(place: str, mapping: RowMapping, sent: Sent) -> list[Row]:
    """Give the values of rows in the order of the mapping's columns."""
    for number, row in enumerate(sent):
        lacking = [name for name in mapping.columns if name not in row]
        if lacking:
            listed = ", ".join(lacking)
            raise RefusedError(
                f"{place}[{number}] 缺列 {listed}", f"{place}[{number}] lacks {listed}"
            )
    return [tuple(row[name] for name in mapping.columns) for row in sent]


def _stored(
    connection: Connection,
    source: Source,
    mapping: CaseMapping,
    rows: Sequence[Row],
    sent: set[str],
) -> dict[str, tuple[Part, ...]]:
    """Give the stored parts of cases, by key, of the kinds that were not sent."""
    read, _ = mapping.read(rows, {}, {})
    known = cases.ids_of(connection, source.id, [one.key for one in read])
    keys = {ident: key for key, ident in known.items()}
    return {
        keys[ident]: tuple(part for part in parts if f"{part.kind}s" not in sent)
        for ident, parts in parts_of(connection, keys).items()
    }
