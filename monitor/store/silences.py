"""Silences: who asked for them, what they hold back, and what becomes of it at their end."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, case, func, or_, select, update

from monitor.store import tables
from monitor.store.statements import among, insert
from rules.grouping import Grouping
from rules.silences import EVERYBODY, Matching, Reach, Silence

_s = tables.silences.c
_d = tables.deliveries.c


@dataclass(frozen=True, slots=True)
class NewSilence:
    """A silence to be added; ``name`` is that of a maintenance window of the settings.

    ``reach`` are the regions and departments whose people it is for.
    """

    by: str
    reason: str
    matching: Matching
    from_at: int
    until_at: int
    name: str | None = None
    reach: Reach = EVERYBODY


@dataclass(frozen=True, slots=True)
class SilenceRow:
    """A silence as the store has it.

    ``held`` are the deliveries that it holds back now, ``summed_up`` those told at its end, and
    ``superseded`` those whose alert was resolved before.
    """

    id: int
    name: str | None
    by: str
    reason: str
    matching: Mapping[str, str]
    created_at: int
    from_at: int
    until_at: int
    ended_at: int | None
    ended_by: str | None
    next_at: int | None
    regions: list[str] | None
    departments: list[str] | None
    held: int
    summed_up: int
    superseded: int


@dataclass(frozen=True, slots=True)
class Pending:
    """A delivery on its way that a silence may hold back."""

    id: int
    channel: str
    person: str
    alert_id: int


def add(connection: Connection, new: NewSilence, now: int) -> int:
    """Add a silence and give its id."""
    ident: int = connection.execute(
        tables.silences.insert()
        .values(
            name=new.name,
            by=new.by,
            reason=new.reason,
            matching=new.matching.kept(),
            created_at=now,
            from_at=new.from_at,
            until_at=new.until_at,
            next_at=max(new.from_at, now),
            regions=_listed(new.reach.regions),
            departments=_listed(new.reach.departments),
        )
        .returning(_s.id)
    ).scalar_one()
    return ident


def _listed(idents: Collection[str] | None) -> list[str] | None:
    return None if idents is None else sorted(idents)


def _reach(row: Any) -> Reach:
    return Reach(
        *(None if one is None else frozenset(one) for one in (row.regions, row.departments))
    )


def plan(connection: Connection, new: NewSilence, now: int) -> None:
    """Add the silence of a maintenance window, or change the one of its name."""
    values: dict[str, Any] = {
        "reason": new.reason,
        "matching": new.matching.kept(),
        "from_at": new.from_at,
        "until_at": new.until_at,
    }
    names = (_s.reason, _s.matching, _s.from_at, _s.until_at)
    found = connection.execute(select(*names).where(_s.name == new.name)).mappings().one_or_none()
    due = {"next_at": max(new.from_at, now)}
    if found is None:
        connection.execute(
            insert(connection, tables.silences)
            .values(name=new.name, by=new.by, created_at=now, **values, **due)
            .on_conflict_do_nothing(index_elements=["name"])
        )
    elif dict(found) != values:
        connection.execute(
            update(tables.silences)
            .where(_s.name == new.name)
            .values(ended_at=None, ended_by=None, **values, **due)
        )


def end(connection: Connection, ident: int, by: str, now: int) -> bool:
    """End a silence before its time; ``False`` where it has ended already."""
    return bool(
        connection.execute(
            update(tables.silences)
            .where(_s.id == ident, _s.next_at.is_not(None), _s.ended_at.is_(None))
            .values(ended_at=now, ended_by=by, next_at=now)
        ).rowcount
    )


def end_named(connection: Connection, but: Collection[str], by: str, now: int) -> list[int]:
    """End the maintenance windows other than those that are named; return the ids of the ended.

    What people have set has no name, and stays.
    """
    ended = connection.scalars(
        update(tables.silences)
        .where(
            _s.name.is_not(None),
            _s.name.not_in(but),
            _s.next_at.is_not(None),
            _s.ended_at.is_(None),
        )
        .values(ended_at=now, ended_by=by, next_at=now)
        .returning(_s.id)
    )
    return sorted(ended)


def standing(connection: Connection) -> list[Silence]:
    """Give the silences that are planned or hold notices back."""
    query = select(_s.id, _s.matching, _s.from_at, _s.until_at, _s.by, _s.regions, _s.departments)
    rows = connection.execute(query.where(_s.next_at.is_not(None), _s.ended_at.is_(None)))
    return [
        Silence(row.id, Matching.of(row.matching), row.from_at, row.until_at, row.by, _reach(row))
        for row in rows
    ]


def any_due(connection: Connection, now: int) -> bool:
    """Tell whether a silence begins or ends."""
    return connection.scalar(select(_s.id).where(_s.next_at <= now).limit(1)) is not None


def claim_due(connection: Connection, now: int) -> list[SilenceRow]:
    """Give the silences that begin or end; they are this transaction's."""
    query = select(*_s).where(_s.next_at <= now).order_by(_s.id)
    rows = connection.execute(query.with_for_update(skip_locked=True))
    return [SilenceRow(**row, held=0, summed_up=0, superseded=0) for row in rows.mappings()]


def next_at(connection: Connection, ident: int, at: int | None) -> None:
    """Note when a silence is to be looked at again."""
    connection.execute(update(tables.silences).where(_s.id == ident).values(next_at=at))


def pending(connection: Connection, now: int) -> list[Pending]:
    """Give the deliveries about alerts that wait and are not being sent."""
    n = tables.notices.c
    free = or_(_d.claimed_until.is_(None), _d.claimed_until <= now)
    rows = connection.execute(
        select(_d.id, _d.channel, n.person, n.alert_id)
        .join_from(tables.deliveries, tables.notices)
        .where(tables.pending, free, n.alert_id.is_not(None))
        .with_for_update(of=tables.deliveries, skip_locked=True)
    )
    return [Pending(row.id, row.channel, row.person or "", row.alert_id) for row in rows]


def hold_back(connection: Connection, ident: int, deliveries: Collection[int]) -> None:
    """Let a silence hold deliveries back."""
    if deliveries:
        connection.execute(
            update(tables.deliveries)
            .where(among(connection, _d.id, deliveries))
            .values(state="silenced", silence_id=ident, claimed_until=None, claimed_by=None)
        )


def release(connection: Connection, ident: int, now: int) -> int:
    """Let go what a silence held back, to be summed up; give how many deliveries that is."""
    alone = _d.grouping == Grouping.ALONE
    return connection.execute(
        update(tables.deliveries)
        .where(_d.silence_id == ident, _d.state == "silenced")
        .values(
            state="pending",
            not_before=now,
            grouping=case((alone, Grouping.ALONE.value), else_=Grouping.HELD.value),
        )
    ).rowcount


def listing(connection: Connection, *, ended: bool = False) -> list[SilenceRow]:
    """Give the silences that stand or are planned, with ``ended`` all of them, the newest first."""

    def count(*states: str) -> Any:
        return (
            select(func.count())
            .select_from(tables.deliveries)
            .where(_d.silence_id == _s.id, _d.state.in_(states))
            .scalar_subquery()
        )

    query = select(
        *_s,
        count("silenced").label("held"),
        count("pending", "grouped", "sent", "failed").label("summed_up"),
        count("superseded").label("superseded"),
    )
    if not ended:
        query = query.where(_s.next_at.is_not(None))
    rows = connection.execute(query.order_by(_s.id.desc()))
    return [SilenceRow(**row) for row in rows.mappings()]


def of_ids(connection: Connection, ids: Collection[int]) -> dict[int, SilenceRow]:
    """Give silences by id."""
    query = select(*_s).where(among(connection, _s.id, ids))
    return {
        row["id"]: SilenceRow(**row, held=0, summed_up=0, superseded=0)
        for row in connection.execute(query).mappings()
    }


def superseded(
    connection: Connection, idents: Sequence[int], channel: str
) -> dict[tuple[int, str], int]:
    """Count what was not told any more of what silences held back, by silence and address."""
    rows = connection.execute(
        select(_d.silence_id, _d.address, func.count())
        .where(
            among(connection, _d.silence_id, idents),
            _d.channel == channel,
            _d.state == "superseded",
        )
        .group_by(_d.silence_id, _d.address)
    )
    return {(ident, address): count for ident, address, count in rows}
