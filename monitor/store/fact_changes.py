"""What sources changed about cases they had told before: only ever added to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Connection, func, select

from monitor.store import tables
from monitor.store.statements import among, short
from rules.cases import Fact, Part
from rules.findings import Outcome, Reason
from rules.history import VANISHED, Difference, FactChange, differences

if TYPE_CHECKING:  # which keeps the changes of what it puts
    from monitor.store.cases import Read

_MOST = 500

_COLUMNS = tuple(tables.fact_changes.c[name] for name in FactChange.__dataclass_fields__)


class SeenChange(NamedTuple):
    """A change, its own id, and the id of the case it is about."""

    id: int
    case_id: int
    change: FactChange


def keep(
    connection: Connection,
    told: Mapping[int, Read],
    stored: Mapping[int, Sequence[Part]],
    now: int,
    read_at: int | None,
    remapped: Collection[str],
) -> None:
    """Keep how cases, by id, as they are told at ``now`` differ from what is stored.

    ``stored`` are the parts stored for them. ``read_at`` is when their source was read before,
    ``remapped`` are the facts and kinds of parts that are passed over. Texts are cut to 500
    characters. A case that had vanished is back.
    """
    if not told:
        return
    c = tables.cases.c
    rows = connection.execute(
        select(c.id, c.facts, c.vanished_at).where(among(connection, c.id, told))
    )
    found: dict[int, list[Difference]] = {}
    for ident, facts, vanished_at in rows:
        case = told[ident]
        different = list(differences(facts, stored.get(ident, ()), case.facts, case.parts))
        if remapped:
            different = [one for one in different if one.name.partition("[")[0] not in remapped]
        if vanished_at is not None:
            different.append(Difference(VANISHED, vanished_at, None))
        if different:
            found[ident] = different
    _add(connection, found, now, read_at)


def keep_vanished(connection: Connection, ids: Collection[int], now: int) -> None:
    """Keep that these cases are no longer in their source, as seen at ``now``."""
    gone = (Difference(VANISHED, None, now),)
    _add(connection, dict.fromkeys(ids, gone), now, None)


def _add(
    connection: Connection,
    found: Mapping[int, Sequence[Difference]],
    now: int,
    read_at: int | None,
) -> None:
    if not found:
        return
    carded = _carded(connection, found)
    rows = [
        {
            "case_id": case,
            "seen_at": now,
            "name": short(one.name, _MOST),
            "before": _capped(one.before),
            "after": _capped(one.after),
            "read_at": read_at,
            "carded_at": carded.get(case),
        }
        for case, differences in found.items()
        for one in differences
    ]
    connection.execute(tables.fact_changes.insert(), rows)


def changes_of(connection: Connection, case_id: int) -> list[FactChange]:
    """Give the changes of a case in the order in which they were seen."""
    return by_case(connection, [case_id]).get(case_id, [])


def by_case(connection: Connection, ids: Collection[int]) -> dict[int, list[FactChange]]:
    """Give the changes of these cases by case id, in the order in which they were seen."""
    c = tables.fact_changes.c
    rows = connection.execute(
        select(c.case_id, *_COLUMNS).where(among(connection, c.case_id, ids)).order_by(c.id)
    )
    changes: dict[int, list[FactChange]] = {}
    for owner, *change in rows:
        changes.setdefault(owner, []).append(FactChange(*change))
    return changes


def by_key(
    connection: Connection, source: str, keys: Collection[str]
) -> dict[str, list[FactChange]]:
    """Give the changes of the cases of a source by their keys, in the order they were seen."""
    c, case = tables.fact_changes.c, tables.cases.c
    rows = connection.execute(
        select(case.key, *_COLUMNS)
        .join_from(tables.fact_changes, tables.cases, case.id == c.case_id)
        .where(case.source == source, among(connection, case.key, keys))
        .order_by(c.id)
    )
    changes: dict[str, list[FactChange]] = {}
    for key, *change in rows:
        changes.setdefault(key, []).append(FactChange(*change))
    return changes


def since(connection: Connection, after: int, limit: int) -> list[SeenChange]:
    """Give up to ``limit`` changes of all cases that were recorded after the one of that id.

    Page on with the last id of the page before, beginning with 0.
    """
    c = tables.fact_changes.c
    rows = connection.execute(
        select(c.id, c.case_id, *_COLUMNS).where(c.id > after).order_by(c.id).limit(limit)
    )
    return [SeenChange(ident, case, FactChange(*change)) for ident, case, *change in rows]


def _carded(connection: Connection, ids: Collection[int]) -> dict[int, int]:
    """Give when a card of a limit was last raised about each of these cases that had one."""
    a, e = tables.alerts.c, tables.alert_events.c
    rows = connection.execute(
        select(a.case_id, func.max(e.at).label("at"))
        .join_from(tables.alerts, tables.alert_events)
        .where(
            among(connection, a.case_id, ids),
            ~a.shadow,
            e.event.in_((Outcome.OPENED, Outcome.RAISED)),
            e.reason == Reason.DUE,
        )
        .group_by(a.case_id)
    )
    return {row.case_id: row.at for row in rows}


def _capped(value: Fact) -> Fact:
    return value[:_MOST] if isinstance(value, str) else value
