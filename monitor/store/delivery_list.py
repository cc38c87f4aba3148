"""The delivery log (投递记录) as people read it: what was sent to whom, why, and what came of it.

What may be seen: deliveries about cards and orders of one's regions and departments, and those to
oneself. What is about no place, as a digest, is seen beyond that by those who see all.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select, true

from monitor.store import tables
from monitor.store.by_time import first_since
from monitor.store.scope import Scope
from monitor.store.silences import SilenceRow
from monitor.store.statements import among

_d, _n, _a, _c = (
    table.c for table in (tables.deliveries, tables.notices, tables.alerts, tables.cases)
)

RESULTS = ("pending", "sent", "failed", "silenced", "grouped", "superseded")
"""What may have become of a delivery: see ``tables.deliveries``."""

COUNTED = ("pending", "failed", "silenced")
"""Those of which there are few at a time, so that they can be counted."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the log: what he may see, and who he is in the directory, if he is in it."""

    scope: Scope
    person: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which deliveries; what is ``None`` leaves a choice open.

    ``people`` are the ids of those to whom, ``case`` the number or key of a case, ``day`` the
    instants from which to which they were made, ``silence`` the id of the silence that holds them.
    """

    result: str | None = None
    channel: str | None = None
    people: Collection[str] | None = None
    case: str | None = None
    day: tuple[int, int] | None = None
    silence: int | None = None
    alert: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A delivery with its notice, and of its card, if it is about one, the level and the case."""

    id: int
    key: str
    channel: str
    state: str
    created_at: int
    not_before: int
    tried_at: int | None
    sent_at: int | None
    read_at: int | None
    attempts: int
    last_error: str | None
    receipt: Any
    digest_id: int | None
    silence_id: int | None
    kind: str
    level: str | None
    person: str | None
    reason: str
    context: Mapping[str, Any]
    alert_id: int | None
    rule: str | None
    subject: str | None
    case_no: str | None
    case_key: str | None
    item: str | None


def listing(
    connection: Connection,
    reader: Reader,
    wanted: Wanted,
    limit: int,
    before: int | None = None,
) -> list[Row]:
    """Give up to ``limit`` deliveries, the newest first, those alone made before another."""
    query = _rows().where(_seen(reader), *_conditions(connection, wanted))
    if before is not None:
        query = query.where(_d.id < before)
    rows = connection.execute(query.order_by(_d.id.desc()).limit(limit))
    return [Row(*row) for row in rows]


def by_id(connection: Connection, reader: Reader, ident: int) -> tuple[Row | None, bool]:
    """Give a delivery, ``None`` where there is none, and whether a reader may see it."""
    query = _rows().add_columns(_seen(reader).label("seen")).where(_d.id == ident)
    row = connection.execute(query).one_or_none()
    return (None, False) if row is None else (Row(*row[:-1]), bool(row.seen))


def counts(connection: Connection, reader: Reader, wanted: Wanted) -> dict[str, int]:
    """Count the deliveries of each of :data:`COUNTED` results that a reader sees."""
    found = {}
    for state in COUNTED:
        query = select(func.count()).select_from(_joined()).where(_d.state == state)
        if state == "silenced":
            query = query.where(_d.silence_id.is_not(None))  # what its index holds
        conditions = _conditions(connection, wanted)
        found[state] = connection.scalar(query.where(_seen(reader), *conditions)) or 0
    return found


def silences(connection: Connection, reader: Reader) -> list[SilenceRow]:
    """Give every silence, the newest first, with how much of what a reader sees it held back."""
    numbers: dict[int, dict[str, int]] = {}
    rows = connection.execute(
        select(_d.silence_id, _d.state, func.count())
        .select_from(_joined())
        .where(_d.silence_id.is_not(None), _seen(reader))
        .group_by(_d.silence_id, _d.state)
    )
    for ident, state, number in rows:
        numbers.setdefault(ident, {})[state] = number
    s = tables.silences.c
    return [
        SilenceRow(
            **row,
            held=numbers.get(row["id"], {}).get("silenced", 0),
            summed_up=sum(
                numbers.get(row["id"], {}).get(state, 0)
                for state in ("pending", "grouped", "sent", "failed")
            ),
            superseded=numbers.get(row["id"], {}).get("superseded", 0),
        )
        for row in connection.execute(select(*s).order_by(s.id.desc())).mappings()
    ]


def _seen(reader: Reader) -> ColumnElement[bool]:
    scope, o = reader.scope, tables.orders.c
    if scope.regions is None and scope.departments is None:
        return true()
    mine = [_n.person == reader.person] if reader.person else []
    order = and_(
        _n.kind == "order",
        exists().where(o.no == _n.context["order"]["no"].as_string(), scope.of(o)),
    )
    return or_(and_(_a.id.is_not(None), scope.of(_a)), order, *mine)


def _conditions(connection: Connection, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for column, value in (
        (_d.state, wanted.result),
        (_d.channel, wanted.channel),
        (_d.silence_id, wanted.silence),
        (_n.alert_id, wanted.alert),
    ):
        if value is not None:
            found.append(column == value)
    if wanted.people is not None:
        found.append(_n.person.in_(sorted(wanted.people)))
    if wanted.case is not None:
        cases = select(_c.id).where(or_(_c.no == wanted.case, _c.key == wanted.case))
        alerts = select(_a.id).where(among(connection, _a.case_id, connection.scalars(cases).all()))
        found.append(among(connection, _n.alert_id, connection.scalars(alerts).all()))
    if wanted.day is not None:
        begin, end = (first_since(connection, _d.id, _d.created_at, at) for at in wanted.day)
        found += [_d.id >= begin, _d.id < end]
    return found


def _joined() -> Any:
    return tables.deliveries.join(tables.notices).outerjoin(tables.alerts, _n.alert_id == _a.id)


def _rows() -> Select[Any]:
    own = [_d[name] for name in Row.__dataclass_fields__ if name in _d]
    said = [_n[name] for name in ("kind", "level", "person", "reason", "context", "alert_id")]
    of_case = (_c.no, _c.key, _c.facts["item_name"].as_string())
    columns = (*own, *said, _a.rule, _a.subject, *of_case)
    return select(*columns).select_from(_joined().outerjoin(tables.cases, _a.case_id == _c.id))
